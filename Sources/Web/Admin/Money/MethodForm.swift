import Foundation
import Pages
import Payments
import Values

/// How a method is set up, as it was typed: texts, and files of keys and certificates.
struct MethodForm: Sendable {
  let form: Form
  private let files: [String: [UInt8]]
  var faults: FieldFaults
  /// Why it wasn't taken; nil for a form that is shown for the first time.
  var refusal: (any Refusal)?

  /// Nothing typed yet.
  init() { self.init(Form()) }

  init(_ form: Form, files: [MultipartForm.File] = [], faults: FieldFaults = FieldFaults()) {
    self.form = form
    self.files = Dictionary(files.map { ($0.field, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    self.faults = FieldFaults(
      faults.faults.map { FieldFaults.Fault(field: Self.field($0.field), code: "csvTooLarge", details: ["max": "1"]) })
  }

  var isTyped: Bool { !form.values.isEmpty || refusal != nil }

  /// The field that a file stands for: `privateKeyFile`.
  private static func field(_ name: String) -> String { name.hasSuffix("File") ? String(name.dropLast(4)) : name }

  /// Throws `FieldFaults`.
  func draft(of method: PaymentMethod, _ currency: Currency) throws -> PaymentAccountDraft {
    var faults = FieldFaults()
    let terms = PaymentTerms(
      isOn: form["isOn"] == "1", feePoints: Self.points(form["feePercent"], &faults),
      feeFixed: money("feeFixed", currency, &faults) ?? .zero(currency), least: money("least", currency, &faults),
      most: money("most", currency, &faults), place: place(&faults))
    try faults.throwIfAny()
    var draft = PaymentAccountDraft(
      method: method, fields: [:], terms: terms, version: form["version"].flatMap { Int($0) })
    for field in method.accountFields ?? [] {
      let text = text(of: field)
      if !field.isSecret {
        draft.fields[field.name] = text
      } else if !text.isEmpty {
        draft.secrets[field.name] = PaymentSecret(text)
      } else if form["forget.\(field.name)"] == "1" {
        draft.forgotten.insert(field.name)
      }
    }
    return draft
  }

  /// A file counts more than what stands in the field beside it.
  private func text(of field: PaymentAccountField) -> String {
    guard field.takesFile, let bytes = files["\(field.name)File"], !bytes.isEmpty else {
      return form[field.name] ?? ""
    }
    // What isn't text is the same in its binary form.
    return String(validating: bytes, as: UTF8.self) ?? Data(bytes).base64EncodedString()
  }

  /// Percent with at most two decimals, as hundredths.
  private static func points(_ text: String?, _ faults: inout FieldFaults) -> Int {
    let text = (text ?? "").filter { !$0.isWhitespace && $0 != "%" }
    if text.isEmpty { return 0 }
    guard let points = BasisPoints(percentText: text) else {
      faults.add("feePercent", "outOfRange", ["min": "0", "max": "100"])
      return 0
    }
    return points.rawValue
  }

  private func money(_ name: String, _ currency: Currency, _ faults: inout FieldFaults) -> Money? {
    let text = (form[name] ?? "").filter { !$0.isWhitespace }
    if text.isEmpty { return nil }
    guard let money = Money(decimalText: text, currency: currency), !money.isNegative else {
      faults.add(name, "notANumber")
      return nil
    }
    return money
  }

  private func place(_ faults: inout FieldFaults) -> Int {
    let text = (form["place"] ?? "").filter { !$0.isWhitespace }
    if text.isEmpty { return 100 }
    guard let place = Int(text), (0...999).contains(place) else {
      faults.add("place", "outOfRange", ["min": "0", "max": "999"])
      return 100
    }
    return place
  }
}
