import Fulfilment
import Merchants
import Orders
import Payments
import Values

/// The parts of an order that the order centre and the desks show alike.
public struct OrderModel: Sendable {
  let order: Order
  let words: Words
  let format: Format

  public init(_ order: Order, words: Words) {
    self.order = order
    self.words = words
    format = Format(words.language)
  }

  var language: Language { words.language }

  public func head(merchant: Merchant?) -> Model {
    var model: Model = [
      "number": order.number.rawValue,
      "placedText": words.phrase("order.placed", ["time": format.dateTime(order.placedAt)]),
      "state": StateModel.of(order.state, words), "amounts": amounts(), "destination": destination,
    ]
    if let merchant {
      model["merchantName"] = merchant.name[language]
      model["merchantURL"] = Addresses.merchant(merchant)
    }
    if !order.note.isEmpty { model["note"] = order.note }
    return model
  }

  public func line(_ line: OrderLine) -> Model {
    var model: Model = [
      "picture": Addresses.picture(line.picture, of: line.product), "address": "/products/\(line.product)",
      "title": line.title[language], "unit": format.money(line.unit), "quantity": line.quantity.description,
      "due": format.money(line.due), "sku": line.sku, "isReviewed": false,
    ]
    let choice = line.choice[language]
    if !choice.isEmpty { model["choice"] = choice }
    if line.returned > 0 { model["returnedText"] = words.phrase("order.returned", count: line.returned) }
    return model
  }

  private func amounts() -> Model {
    [
      "rows": sumRows, "dueName": words.phrase("cart.due"), "due": format.money(order.amounts.due),
      "paid": format.money(order.amounts.paid),
    ]
  }

  var sumRows: [Model] {
    let amounts = order.amounts
    let name = words.phrase("cart.freightTo", ["region": order.destination.regionName[language]])
    return SumRows.model(
      goods: amounts.goods, discount: amounts.discount, freight: (name, amounts.freight), shares: order.shares,
      waived: order.waived, words)
  }

  public var destination: Model {
    let place = order.destination
    var model: Model = [
      "recipient": place.recipient, "phone": place.phone, "region": place.regionName[language], "street": place.street,
    ]
    if !place.postcode.isEmpty { model["postcode"] = place.postcode }
    return model
  }

  /// Those that have money; where none has, the one that was tried last.
  /// - Parameters:
  ///   - payments: the newest first.
  ///   - address: where a payment has a page of its own for the reader.
  public func payments(_ payments: [Payment], at address: (PaymentID) -> String? = { _ in nil }) -> Model {
    let paid = payments.filter(\.state.hasMoney)
    let shown = paid.isEmpty ? Array(payments.prefix(1)) : Array(paid.reversed())
    let models = shown.map { payment -> Model in
      var model: Model = [
        "methodName": words.phrase("pay.methods.\(payment.method)"),
        "stateText": words["paymentState.\(payment.state.rawValue)"] ?? payment.state.rawValue, "id": "\(payment.id)",
      ]
      if let page = address(payment.id) { model["paymentURL"] = page }
      return model
    }
    return ["payments": models, "hasPayments": !models.isEmpty]
  }

  /// - Parameter note: what the reader may know of the entry's note.
  func entry(_ entry: TimelineEntry, carriers: CarrierBook, note: String?) -> Model {
    var model: Model = [
      "text": words["timeline.\(entry.kind.rawValue)"] ?? entry.kind.rawValue, "at": format.dateTime(entry.at),
      "atISO": entry.at.description, "actor": actor(entry.actor),
    ]
    if let note, !note.isEmpty { model["remark"] = remark(entry.kind, note, carriers) }
    return model
  }

  private func remark(_ kind: TimelineEntry.Kind, _ note: String, _ carriers: CarrierBook) -> String {
    switch kind {
    case .cancelled: return words["cancelReason.\(note)"] ?? note
    case .held:
      return note.split(separator: " ").map { words["holdReason.\($0)"] ?? String($0) }
        .joined(separator: words["review.comma"] ?? ", ")
    case .shipped:
      // Carrier and number, as the shipment was noted.
      guard let shipment = order.shipment, note == "\(shipment.carrier) \(shipment.trackingNumber)" else {
        return note
      }
      return "\(carriers.name(shipment.carrier)[language]) \(shipment.trackingNumber)"
    default: return note
    }
  }

  private func actor(_ actor: Actor) -> String {
    switch actor {
    case .buyer: words.phrase("actor.buyer")
    case .staff: words.phrase("actor.staff")
    case .system: words.phrase("actor.system")
    }
  }

  /// The way of an order as steps, with when each was taken.
  public func steps(_ entries: [TimelineEntry]) -> Model {
    let kinds: [TimelineEntry.Kind] = [.placed, .paid, .passed, .shipped, .completed]
    let isShown = order.state != .cancelled && order.state != .refunded
    let times = Dictionary(entries.map { ($0.kind, $0.at) }, uniquingKeysWith: { first, _ in first })
    let last = kinds.lastIndex { times[$0] != nil } ?? 0
    let items = kinds.enumerated().map { index, kind -> Model in
      var item: Model = [
        "name": words["timeline.\(kind.rawValue)"] ?? kind.rawValue, "kind": index <= last ? "done" : "waiting",
        "isCurrent": index == last,
      ]
      if let at = times[kind] { item["at"] = format.date(at) }
      return item
    }
    return ["isShown": isShown, "items": items]
  }
}

extension Words {
  /// What stands on the button that pays.
  public func payText(_ due: Money) -> String {
    due.isZero ? phrase("pay.free") : phrase("pay.go", ["amount": Format(language).money(due)])
  }
}
