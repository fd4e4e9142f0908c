import Accounts
import Catalog
import Flows
import Inventory
import Orders
import Pages
import Values

/// An item and its books in words.
struct StockItemModel {
  private let line: WorkStock.Line
  private let words: Words

  init(_ line: WorkStock.Line, _ words: Words) {
    self.line = line
    self.words = words
  }

  func model() -> Model {
    let level = line.item.level
    var model: Model = [
      "title": line.item.variant.description, "state": StockForm.state(line.item, words),
      "onHand": StockForm.units(level.onHand, level), "held": String(level.held),
      "free": StockForm.units(level.free, level), "lowAt": String(line.item.lowAt),
      "hasOwnThreshold": line.item.hasOwnThreshold, "places": line.places.map(place),
      "isAnywhere": !line.places.isEmpty,
    ]
    guard let variant = line.variant else { return model }
    model["title"] = variant.title[words.language]
    model["picture"] = Addresses.picture(variant.picture, of: variant.product)
    if !variant.choice[words.language].isEmpty { model["choice"] = variant.choice[words.language] }
    if !variant.sku.isEmpty { model["sku"] = variant.sku }
    return model
  }

  private func place(_ place: LocatedStock) -> Model {
    [
      "placeName": place.location.name, "isClosed": place.location.isClosed,
      "placeOnHand": StockForm.units(place.level.onHand, place.level), "placeHeld": String(place.level.held),
      "placeFree": StockForm.units(place.level.free, place.level),
    ]
  }

  static func ledger(_ page: Page<StockLedger.Line>, for staff: Staff, _ words: Words) -> [Model] {
    let format = Format(words.language)
    return page.items.map { line in
      let entry = line.movement.entry
      var model: Model = [
        "at": format.dateTime(entry.at), "what": words["stock.movements.\(entry.reason.rawValue)"] ?? "",
        "where": line.place, "onHandChange": StockForm.signed(entry.onHandChange),
        "heldChange": StockForm.signed(entry.heldChange), "onHandAfter": String(line.movement.onHand),
        "heldAfter": String(line.movement.held), "movesOnHand": entry.onHandChange != 0,
        "movesHeld": entry.heldChange != 0, "who": who(line, words),
      ]
      if !entry.note.isEmpty { model["noteText"] = entry.note }
      if let cause = cause(line.cause, for: staff, words) { model["cause"] = cause }
      return model
    }
  }

  private static func who(_ line: StockLedger.Line, _ words: Words) -> String {
    switch line.movement.entry.actor {
    case .buyer: words["actor.buyer"] ?? ""
    case .staff: line.name ?? words["actor.staff"] ?? ""
    case .system: words["actor.system"] ?? ""
    }
  }

  /// With a way to what it was, for those to whom it opens.
  private static func cause(_ cause: StockLedger.Cause, for staff: Staff, _ words: Words) -> Model? {
    switch cause {
    case .order(let number) where WorkOrder.opens(to: staff):
      ["causeText": number.rawValue, "causeLink": ["causeURL": Addresses.desk(number)] as Model]
    case .order(let number): ["causeText": number.rawValue]
    case .refund(let id) where WorkRefund.opens(to: staff):
      ["causeText": words["stock.causes.refund"] ?? "", "causeLink": ["causeURL": Addresses.desk(id)] as Model]
    case .refund: ["causeText": words["stock.causes.refund"] ?? ""]
    case .count(let id):
      ["causeText": words["stock.causes.count"] ?? "", "causeLink": ["causeURL": Addresses.desk(id)] as Model]
    case .change: ["causeText": words["stock.causes.change"] ?? ""]
    case .desk: nil
    case .other: ["causeText": words["stock.causes.file"] ?? ""]
    }
  }
}
