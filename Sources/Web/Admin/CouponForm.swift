import Pages
import Pricing
import Values

/// The form of a coupon: what its fields are called, and what they say.
enum CouponForm {
  enum Kind: String, CaseIterable { case amountOff, percentOff, freeFreight }

  /// The code is `coupon` here, since a `code` is a secret that forms never show again.
  static let fields = [
    "coupon", "nameEn", "nameZh", "kind", "amount", "percent", "most", "minimum", "starts", "ends", "mostUses",
    "mostUsesEach", "version",
  ]

  /// Throws `FieldFaults` for what can't be read.
  static func draft(_ form: Form, _ format: Format, _ currency: Currency) throws -> CouponDraft {
    var reading = Reading(form: form, format: format, currency: currency)
    let benefit = reading.benefit()
    let draft = CouponDraft(
      code: form["coupon"] ?? "", name: LocalizedText(en: form["nameEn"] ?? "", zhHans: form["nameZh"] ?? ""),
      benefit: benefit, minimum: reading.money("minimum", isNeeded: false) ?? .zero(currency),
      startsAt: reading.moment("starts"), endsAt: reading.moment("ends"), mostUses: reading.number("mostUses"),
      mostUsesEach: reading.number("mostUsesEach"), isOn: form["isOn"] != nil)
    try reading.faults.throwIfAny()
    return draft
  }

  /// The contract's names of fields as the form has them.
  static func worded(_ refusal: any Refusal) -> any Refusal {
    guard let faults = refusal as? FieldFaults else { return refusal }
    let names = ["code": "coupon", "name.en": "nameEn", "name.zh": "nameZh"]
    return FieldFaults(
      faults.faults.map { .init(field: names[$0.field] ?? $0.field, code: $0.code, details: $0.details) })
  }

  /// What stands in the fields before anything is typed.
  static func initial(_ coupon: Coupon, _ format: Format) -> [String: String] {
    var values = [
      "coupon": coupon.code.rawValue, "nameEn": coupon.name.en, "nameZh": coupon.name.zhHans,
      "kind": kind(of: coupon.benefit).rawValue,
      "minimum": coupon.minimum.isZero ? "" : coupon.minimum.decimalText,
      "starts": format.formMoment(coupon.startsAt), "ends": format.formMoment(coupon.endsAt),
      "mostUses": coupon.mostUses.map(String.init) ?? "", "mostUsesEach": coupon.mostUsesEach.map(String.init) ?? "",
      "version": String(coupon.version),
    ]
    switch coupon.benefit {
    case .amountOff(let amount): values["amount"] = amount.decimalText
    case .percentOff(let percent, let most):
      values["percent"] = String(percent)
      values["most"] = most?.decimalText ?? ""
    case .freeFreight: break
    }
    return values
  }

  static func kind(of benefit: OfferBenefit) -> Kind {
    switch benefit {
    case .amountOff: .amountOff
    case .percentOff: .percentOff
    case .freeFreight: .freeFreight
    }
  }

  static func kinds(chosen: String, _ words: Words) -> [Model] {
    Kind.allCases.map { kind in
      [
        "kind": kind.rawValue, "kindName": words["coupons.kinds.\(kind.rawValue)"] ?? kind.rawValue,
        "isChosen": kind.rawValue == chosen,
      ]
    }
  }
}

/// Reads the fields one by one, and notes what is wrong with them.
private struct Reading {
  let form: Form
  let format: Format
  let currency: Currency
  var faults = FieldFaults()

  mutating func benefit() -> OfferBenefit {
    switch CouponForm.Kind(rawValue: form["kind"] ?? "") {
    case .amountOff: return .amountOff(money("amount", isNeeded: true) ?? .zero(currency))
    case .percentOff:
      if filled("percent") == nil { faults.add("percent", "missing") }
      return .percentOff(number("percent") ?? 1, most: money("most", isNeeded: false))
    case .freeFreight: return .freeFreight
    case nil:
      faults.add("kind", "unknownValue")
      return .freeFreight
    }
  }

  mutating func money(_ name: String, isNeeded: Bool) -> Money? {
    guard let text = filled(name) else {
      if isNeeded { faults.add(name, "missing") }
      return nil
    }
    guard let amount = Money(decimalText: text, currency: currency) else {
      faults.add(name, "notANumber")
      return nil
    }
    return amount
  }

  mutating func number(_ name: String) -> Int? {
    guard let text = filled(name) else { return nil }
    guard let number = Int(text) else {
      faults.add(name, "notANumber")
      return nil
    }
    return number
  }

  mutating func moment(_ name: String) -> Timestamp {
    guard let text = filled(name) else {
      faults.add(name, "missing")
      return Timestamp(milliseconds: 0)
    }
    guard let moment = format.moment(text) else {
      faults.add(name, "notADate")
      return Timestamp(milliseconds: 0)
    }
    return moment
  }

  private func filled(_ name: String) -> String? {
    let text = (form[name] ?? "").filter { !$0.isWhitespace }
    return text.isEmpty ? nil : text
  }
}
