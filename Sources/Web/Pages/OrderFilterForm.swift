import Orders
import Values

/// The five filters of the order centre, as a form sends them and as a list is asked.
public struct OrderFilterForm: Sendable {
  public let filter: OrderFilter
  /// What can't be read, field by field; the filter leaves it out.
  public let faults: FieldFaults
  private let form: Form
  private let sign: String
  private static let names = ["number", "product", "dateFrom", "dateTo", "dueFrom", "dueTo", "paidFrom", "paidTo"]

  public init(_ form: Form, currency: Currency, format: Format) {
    var faults = FieldFaults()
    func filled(_ name: String) -> String? {
      let text = (form[name] ?? "").filter { !$0.isWhitespace || name == "product" }
      return text.isEmpty ? nil : text
    }
    func money(_ name: String) -> Money? {
      guard let text = filled(name) else { return nil }
      let money = Money(decimalText: text, currency: currency)
      if money == nil { faults.add(name, "notANumber") }
      return money
    }
    func day(_ name: String) -> Timestamp? {
      guard let text = filled(name) else { return nil }
      let day = format.startOfDay(text)
      if day == nil { faults.add(name, "notADate") }
      return day
    }
    var filter = OrderFilter()
    if let number = filled("number") {
      filter.number = String(number.prefix(32))
      if number.utf8.count > 32 { faults.add("number", "tooLong", ["max": "32"]) }
    }
    if let name = filled("product") {
      filter.productName = String(name.prefix(100))
      if name.count > 100 { faults.add("product", "tooLong", ["max": "100"]) }
    }
    filter.placedFrom = day("dateFrom")
    filter.placedBefore = day("dateTo")?.adding(.days(1))
    filter.dueFrom = money("dueFrom")
    filter.dueTo = money("dueTo")
    filter.paidFrom = money("paidFrom")
    filter.paidTo = money("paidTo")
    for (from, to, isReversed) in [
      ("dateFrom", "dateTo", Self.isReversed(filter.placedFrom, filter.placedBefore?.adding(.days(-1)))),
      ("dueFrom", "dueTo", Self.isReversed(filter.dueFrom, filter.dueTo)),
      ("paidFrom", "paidTo", Self.isReversed(filter.paidFrom, filter.paidTo)),
    ] where isReversed {
      faults.add(from, "rangeReversed", ["other": to])
    }
    if let state = filled("state") {
      if let known = OrderState(rawValue: state) {
        filter.states = [known]
      } else {
        faults.add("state", "unknownValue")
      }
    }
    self.filter = filter
    self.faults = faults
    self.form = form
    sign = format.sign(of: currency)
  }

  private static func isReversed<Bound: Comparable>(_ from: Bound?, _ to: Bound?) -> Bool {
    if let from, let to { from > to } else { false }
  }

  public var isUsed: Bool { Self.names.contains { !(form[$0] ?? "").isEmpty } }

  /// What the address carries on: to another state, or to the next page.
  public func pairs(state: String?) -> [(String, String)] {
    let kept = Self.names.compactMap { name in form[name].flatMap { $0.isEmpty ? nil : (name, String($0.prefix(100))) }
    }
    return kept + (state.map { $0.isEmpty ? [] : [("state", $0)] } ?? [])
  }

  public func model(action: String, words: Words) -> Model {
    let fields = FormModel(form, faults: faults, words: words)
    var model = fields.fields(Self.names)
    model["isUsed"] = isUsed
    model["sign"] = sign
    model["action"] = action
    model["state"] = form["state"] ?? ""
    if isUsed {
      model["clearURL"] = Addresses.with((form["state"] ?? "").isEmpty ? [] : [("state", form["state"] ?? "")], action)
    }
    return model
  }
}

/// How a state looks: a colour, a mark and a word.
public enum StateModel {
  /// - Parameter isDesk: in the words that staff use for their work.
  public static func of(_ state: OrderState, isDesk: Bool = false, _ words: Words) -> Model {
    let (kind, icon) =
      switch state {
      case .awaitingPayment: ("amber", "clock")
      case .awaitingReview: ("sky", "clock")
      case .awaitingShipment: ("sky", "box")
      case .awaitingReceipt: ("sky", "truck")
      case .completed: ("green", "check")
      case .cancelled, .refunded: ("grey", "cross")
      }
    let desk = isDesk ? words["admin.tabs.\(state.rawValue)"] : nil
    return ["kind": kind, "icon": icon, "text": desk ?? words["orderState.\(state.rawValue)"] ?? state.rawValue]
  }
}
