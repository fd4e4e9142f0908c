import Foundation
import Storage
import Values

extension OrderState: SQLConvertible {}
extension TimelineEntry.Kind: SQLConvertible {}
extension OrderNumber: SQLConvertible {}

/// Small values that are read back as they were written and never searched.
enum JSONColumn {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func value<Value: Decodable>(_ text: String, as _: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }
}

extension Order {
  init(_ row: Row, lines: [OrderLine]) throws {
    let currency: Currency = try row["currency"]
    func money(_ column: String) throws -> Money { Money(minor: try row[column], currency: currency) }
    let carrier: String = try row["carrier"]
    self.init(
      id: try row["id"], number: try row["number"], checkout: try row["checkout_key"], buyer: try row["buyer_id"],
      merchant: try row["merchant_id"], channel: try row["channel"], state: try row["state"], lines: lines,
      destination: try JSONColumn.value(try row["destination"]), note: try row["note"],
      amounts: OrderAmounts(
        goods: try money("goods"), discount: try money("discount"), freight: try money("freight"),
        due: try money("due"),
        paid: try money("paid")),
      payment: try row["payment_id"],
      shipment: carrier.isEmpty ? nil : ShipmentNote(carrier: carrier, trackingNumber: try row["tracking_number"]),
      placedAt: try row["placed_at"], payBefore: try row["pay_before"])
  }
}

extension OrderLine {
  init(_ row: Row, currency: Currency) throws {
    let picture: String = try row["picture"]
    self.init(
      id: try row["id"], variant: try row["variant_id"], product: try row["product_id"],
      title: try JSONColumn.value(try row["title"]), choice: try JSONColumn.value(try row["choice"]),
      sku: try row["sku"],
      picture: picture.isEmpty ? nil : try JSONColumn.value(picture, as: Picture.self),
      unit: Money(minor: try row["unit"], currency: currency), quantity: try row["quantity"],
      discount: Money(minor: try row["discount"], currency: currency),
      due: Money(minor: try row["due"], currency: currency))
  }
}

extension ReadTransaction {
  /// Orders with their lines, in two statements however many they are; in the order of the heads.
  func orders(_ heads: [Row]) throws -> [Order] {
    guard !heads.isEmpty else { return [] }
    var currencies: [OrderID: Currency] = [:]
    for head in heads { currencies[try head["id"]] = try head["currency"] }
    var lines: [OrderID: [OrderLine]] = [:]
    for row in try rows(
      "SELECT * FROM order_line WHERE order_id IN \(list: currencies.keys.sorted()) ORDER BY id LIMIT 20000")
    {
      let order: OrderID = try row["order_id"]
      if let currency = currencies[order] {
        lines[order, default: []].append(try OrderLine(row, currency: currency))
      }
    }
    return try heads.map { head in
      let id: OrderID = try head["id"]
      return try Order(head, lines: lines[id] ?? [])
    }
  }

  func order(_ id: OrderID, forUpdate: Bool = false) throws -> Order? {
    try orders(rows("SELECT * FROM order_head WHERE id = \(id) \(forUpdate ? dialect.forUpdate : "")")).first
  }

  func orders(checkout key: String) throws -> [Order] {
    try orders(rows("SELECT * FROM order_head WHERE checkout_key = \(key) ORDER BY id LIMIT 200"))
  }
}

extension Transaction {
  func note(
    _ kind: TimelineEntry.Kind, of order: OrderID, by actor: Actor, note: String = "", at: Timestamp, ids: IDGenerator
  ) throws {
    try execute(
      """
      INSERT INTO order_timeline (id, order_id, kind, actor, note, at)
      VALUES (\(ids.next(EventTag.self)), \(order), \(kind), \(actor.text), \(note), \(at))
      """)
  }
}
