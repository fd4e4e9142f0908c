import Fulfilment
import Orders
import Refunds
import Values

/// The parts of a refund case that the buyer's pages and the desks show alike.
public struct RefundModel {
  private let refund: RefundCase
  private let order: Order
  private let carriers: CarrierBook
  private let words: Words
  private let format: Format

  /// - Parameter carriers: name who brings the goods back.
  public init(_ refund: RefundCase, of order: Order, carriers: CarrierBook = .usual, words: Words) {
    self.carriers = carriers
    self.refund = refund
    self.order = order
    self.words = words
    format = Format(words.language)
  }

  /// One row of a list.
  /// - Parameter address: the page behind the row; nil for whom it doesn't open.
  public func row(address: String?) -> Model {
    var model: Model = [
      "id": refund.id.description, "orderNumber": order.number.rawValue,
      "requestedAt": format.dateTime(refund.requestedAt), "state": Self.state(refund.state, words),
      "kindText": words.phrase("refundKind.\(refund.kind.rawValue)"),
      "reasonText": reasonText, "productNames": productNames,
      "amount": format.money(refund.granted ?? refund.asked),
    ]
    if let address { model["address"] = address }
    return model
  }

  public var reasonText: String { words.phrase("refundReason.\(refund.reason.rawValue)") }

  /// The first of the goods, and how many more there are; what kind of refund it is where no goods are named.
  public var productNames: String {
    let names = goodsNames
    return names.isEmpty ? words.phrase("refundKind.\(refund.kind.rawValue)") : names
  }

  /// The same, and nothing where no goods are named: for what says the kind besides.
  public var goodsNames: String {
    let titles = refund.lines.compactMap { bought($0.line)?.title[words.language] }
    guard let first = titles.first, titles.count > 1 else { return titles.first ?? "" }
    return words.phrase("order.names", count: titles.count - 1, ["first": first, "all": String(titles.count)])
  }

  /// - Parameter page: where the reader sees the request, below which its pictures are; nil for a letter, which shows none.
  public func detail(at page: String?) -> Model {
    var model = row(address: nil)
    model["lines"] = refund.lines.map(line)
    model["sums"] = sums()
    if let page {
      model["evidence"] = refund.evidence.indices.map { index -> Model in
        [
          "address": "\(page)/pictures/\(index + 1)",
          "name": words.phrase("refunds.picture", ["number": String(index + 1)]),
        ]
      }
      model["hasEvidence"] = !refund.evidence.isEmpty
    }
    model["hasReason"] = refund.hasReason
    if !refund.explanation.isEmpty { model["explanation"] = refund.explanation }
    if !refund.answer.isEmpty { model["answer"] = refund.answer }
    if let parcel = refund.parcel {
      model["parcel"] =
        ["carrier": carriers.name(parcel.carrier)[words.language], "trackingNumber": parcel.trackingNumber] as Model
    }
    return model
  }

  private func bought(_ line: OrderLineID) -> OrderLine? { order.lines.first { $0.id == line } }

  private func line(_ line: RefundCase.Line) -> Model {
    var model: Model = ["quantity": line.quantity.description, "due": format.money(line.amount)]
    if let bought = bought(line.line) {
      model.merge(OrderModel(order, words: words).line(bought))
      model["quantity"] = line.quantity.description
      model["due"] = format.money(line.amount)
    }
    if let restocked = line.restocked {
      model["inspected"] = words.phrase(
        "refunds.inspected",
        ["restocked": String(restocked), "writtenOff": String(line.quantity.count - restocked)])
    }
    return model
  }

  private func sums() -> [Model] {
    var rows: [Model] = []
    func add(_ name: String, _ amount: Money) {
      rows.append(["name": words.phrase("refunds.sum.\(name)"), "amount": format.money(amount)])
    }
    if refund.freight.isPositive { add("freight", refund.freight) }
    if refund.kind != .exchange { add("asked", refund.asked) }
    if let granted = refund.granted, refund.kind != .exchange { add("granted", granted) }
    if refund.kind == .exchange, refund.difference.isPositive { add("dearer", refund.difference) }
    if refund.kind == .exchange, refund.difference.isNegative {
      add("cheaper", refund.granted ?? Money(minor: -refund.difference.minor, currency: refund.asked.currency))
    }
    return rows
  }

  /// The newest first.
  public func timeline(_ steps: [RefundStep]) -> [Model] {
    steps.reversed().map { step in
      var model: Model = [
        "text": words.phrase("refundStep.\(step.kind.rawValue)"), "at": format.dateTime(step.at),
        "atISO": step.at.description, "actor": actor(step.actor),
      ]
      if let note = remark(step) { model["remark"] = note }
      return model
    }
  }

  private func remark(_ step: RefundStep) -> String? {
    guard !step.note.isEmpty else { return nil }
    switch step.kind {
    case .reopened: return words["refunds.reopened.\(step.note)"] ?? step.note
    case .goodsSent:
      guard let parcel = refund.parcel, step.note == "\(parcel.carrier) \(parcel.trackingNumber)" else {
        return step.note
      }
      return "\(carriers.name(parcel.carrier)[words.language]) \(parcel.trackingNumber)"
    default: return step.note
    }
  }

  private func actor(_ actor: Actor) -> String {
    switch actor {
    case .buyer: words.phrase("actor.buyer")
    case .staff: words.phrase("actor.staff")
    case .system: words.phrase("actor.system")
    }
  }

  /// A state as a word with a mark.
  public static func state(_ state: RefundCase.State, _ words: Words) -> Model {
    let (kind, icon) =
      switch state {
      case .requested: ("amber", "clock")
      case .awaitingGoods, .received: ("sky", "box")
      case .approved, .sent: ("sky", "card")
      case .settled: ("green", "check")
      case .failed: ("red", "warn")
      case .rejected, .withdrawn: ("grey", "cross")
      }
    return ["kind": kind, "icon": icon, "text": words.phrase("refundState.\(state.rawValue)")]
  }
}
