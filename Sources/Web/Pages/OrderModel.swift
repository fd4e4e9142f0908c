import Merchants
import Orders
import Payments
import Values

/// The parts of an order that the order centre and the desks show alike.
public struct OrderModel: Sendable {
  private let order: Order
  private let words: Words
  private let format: Format

  public init(_ order: Order, words: Words) {
    self.order = order
    self.words = words
    format = Format(words.language)
  }

  private var language: Language { words.language }

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
    if let shipment = order.shipment {
      model["shipment"] =
        ["carrier": words.carrier(shipment.carrier), "trackingNumber": shipment.trackingNumber] as Model
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
      goods: amounts.goods, discount: amounts.discount, freight: (name, amounts.freight), words)
  }

  var destination: Model {
    let place = order.destination
    var model: Model = [
      "recipient": place.recipient, "phone": place.phone, "region": place.regionName[language], "street": place.street,
    ]
    if !place.postcode.isEmpty { model["postcode"] = place.postcode }
    return model
  }

  /// The newest first.
  /// - Parameter note: what the reader may know of an entry's note.
  public func timeline(_ entries: [TimelineEntry], note: (TimelineEntry) -> String?) -> [Model] {
    entries.reversed().map { entry in
      var model: Model = [
        "text": words["timeline.\(entry.kind.rawValue)"] ?? entry.kind.rawValue, "at": format.dateTime(entry.at),
        "atISO": entry.at.description, "actor": actor(entry.actor),
      ]
      if let note = note(entry), !note.isEmpty { model["remark"] = remark(entry.kind, note) }
      return model
    }
  }

  private func remark(_ kind: TimelineEntry.Kind, _ note: String) -> String {
    switch kind {
    case .cancelled: return words["cancelReason.\(note)"] ?? note
    case .shipped:
      // Carrier and number, as the shipment was noted.
      guard let shipment = order.shipment, note == "\(shipment.carrier) \(shipment.trackingNumber)" else {
        return note
      }
      return "\(words.carrier(shipment.carrier)) \(shipment.trackingNumber)"
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
