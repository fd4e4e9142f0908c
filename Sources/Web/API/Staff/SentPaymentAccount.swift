import Flows
import Payments
import Values

/// How a program sets a method up. What isn't secret is replaced as a whole; secrets stay as they are unless they are sent.
struct SentPaymentAccount: Decodable, Sendable {
  struct Terms: Decodable, Sendable {
    let isOn: Bool
    let feePercent: String?
    let feeFixed: String?
    let least: String?
    let most: String?
    let place: Int?
  }

  private static let usualPlace = 100

  let fields: [String: String]
  let secrets: [String: String]?
  let forgotten: [String]?
  let terms: Terms
  let version: Int?

  /// Throws `FieldFaults`.
  /// - Parameters:
  ///   - version: as it was seen; nil where there was none.
  ///   - currency: what fees and bounds are in.
  func draft(of method: PaymentMethod, version: Int?, _ currency: Currency) throws -> PaymentAccountDraft {
    var faults = FieldFaults()
    let known = method.accountFields ?? []
    let (open, sealed) = (known.filter { !$0.isSecret }.map(\.name), known.filter(\.isSecret).map(\.name))
    for name in fields.keys.sorted() where !open.contains(name) { faults.add("fields.\(name)", "unknown") }
    for name in (secrets ?? [:]).keys.sorted() where !sealed.contains(name) {
      faults.add("secrets.\(name)", "unknown")
    }
    for (index, name) in (forgotten ?? []).enumerated() where !sealed.contains(name) {
      faults.add("forgotten.\(index)", "unknown")
    }
    let checked = checkedTerms(currency, &faults)
    try faults.throwIfAny()
    let typed = (secrets ?? [:]).filter { !$0.value.isEmpty }
    return PaymentAccountDraft(
      method: method, fields: fields, secrets: typed.mapValues { PaymentSecret($0) },
      forgotten: Set(forgotten ?? []), terms: checked, version: version)
  }

  private func checkedTerms(_ currency: Currency, _ faults: inout FieldFaults) -> PaymentTerms {
    func money(_ text: String?, _ field: String) -> Money? {
      guard let text, !text.isEmpty else { return nil }
      guard let amount = Money(decimalText: text, currency: currency), !amount.isNegative else {
        faults.add("terms.\(field)", "notAnAmount")
        return nil
      }
      return amount
    }
    let percent = (terms.feePercent ?? "").isEmpty ? BasisPoints.zero : BasisPoints(percentText: terms.feePercent ?? "")
    if percent == nil { faults.add("terms.feePercent", "notAPercentage") }
    return PaymentTerms(
      isOn: terms.isOn, feePoints: percent?.rawValue ?? 0,
      feeFixed: money(terms.feeFixed, "feeFixed") ?? .zero(currency), least: money(terms.least, "least"),
      most: money(terms.most, "most"), place: terms.place ?? Self.usualPlace)
  }

  /// Where the body has what the payment centre calls by the names of its own.
  static func places(of method: PaymentMethod) -> [String: String] {
    var places = [
      "feePoints": "terms.feePercent", "feeFixed": "terms.feeFixed", "least": "terms.least", "most": "terms.most",
      "place": "terms.place",
    ]
    for field in method.accountFields ?? [] {
      places[field.name] = "\(field.isSecret ? "secrets" : "fields").\(field.name)"
    }
    return places
  }
}
