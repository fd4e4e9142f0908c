import Foundation
import Storage
import Values

extension OrderState: SQLConvertible {}
extension OrderNumber: SQLConvertible {}
extension TimelineEntry.Kind: SQLConvertible {}

/// A stored value that the program can't read: somebody wrote past it.
struct UnreadableRow: Error {
  let table: String
  let column: String
}

/// Orders and their lines, row ↔ value.
enum OrderRows {
  /// The orders in the order of `ids`; two statements however many there are up to 500, then two per 500.
  static func orders(_ ids: [OrderID], in transaction: any ReadTransaction) throws -> [Order] {
    var found: [OrderID: Order] = [:]
    for start in stride(from: 0, to: ids.count, by: 500) {
      let part = ids[start..<min(start + 500, ids.count)]
      let lines = try lines(of: part, in: transaction)
      for row in try transaction.rows("SELECT * FROM order_head WHERE id IN \(list: part) ORDER BY id") {
        let id: OrderID = try row["id"]
        found[id] = try order(row, lines: lines[id] ?? [])
      }
    }
    return ids.compactMap { found[$0] }
  }

  static func order(_ id: OrderID, in transaction: any ReadTransaction) throws -> Order? {
    try orders([id], in: transaction).first
  }

  private static func lines(
    of orders: ArraySlice<OrderID>, in transaction: any ReadTransaction
  ) throws -> [OrderID: [OrderLine]] {
    var found: [OrderID: [OrderLine]] = [:]
    let rows = try transaction.rows(
      """
      SELECT l.*, h.currency FROM order_line l JOIN order_head h ON h.id = l.order_id
      WHERE l.order_id IN \(list: orders) ORDER BY l.order_id, l.id
      """)
    for row in rows { found[try row["order_id"], default: []].append(try line(row)) }
    return found
  }

  /// Needs the columns of `order_line` and the order's `currency`.
  static func line(_ row: Row) throws -> OrderLine {
    let currency: Currency = try row["currency"]
    let picture: String? = try row["picture"]
    func money(_ column: String) throws -> Money { Money(minor: try row[column], currency: currency) }
    return OrderLine(
      id: try row["id"], variant: try row["variant_id"], product: try row["product_id"],
      title: LocalizedText(en: try row["title_en"], zhHans: try row["title_zh"]),
      choice: LocalizedText(en: try row["choice_en"], zhHans: try row["choice_zh"]), sku: try row["sku"],
      picture: try picture.map { try JSONDecoder().decode(Picture.self, from: Data($0.utf8)) },
      unit: try money("unit_price"), quantity: try row["quantity"], discount: try money("discount"),
      due: try money("due"), returned: try row["returned"], shares: try OrderShares.read(row["shares"], currency))
  }

  private static func order(_ row: Row, lines: [OrderLine]) throws -> Order {
    let currency: Currency = try row["currency"]
    func money(_ column: String) throws -> Money { Money(minor: try row[column], currency: currency) }
    return Order(
      id: try row["id"], number: try row["number"], checkout: try row["checkout"], buyer: try row["buyer_id"],
      merchant: try row["merchant_id"], channel: try row["channel"], state: try row["state"], lines: lines,
      destination: try destination(row), note: try row["note"],
      amounts: OrderAmounts(
        goods: try money("goods"), discount: try money("discount"), freight: try money("freight"),
        due: try money("due"), paid: try money("paid")),
      payment: try row["payment_id"], shipment: try shipment(row), placedAt: try row["placed_at"],
      payBefore: try row["pay_before"], revision: try row["revision"],
      heldFor: (try row["held_for"] as String).split(separator: " ").compactMap { HoldReason(rawValue: String($0)) },
      waived: try OrderShares.read(row["waived"], currency), paysAtDoor: try row["pays_at_door"],
      wasWrittenOff: (try row["written_off_at"] as Timestamp?) != nil)
  }

  private static func destination(_ row: Row) throws -> Destination {
    guard let region = RegionCode(rawValue: try row["region"]) else {
      throw UnreadableRow(table: "order_head", column: "region")
    }
    return Destination(
      recipient: try row["recipient"], phone: try row["phone"], region: region,
      regionName: LocalizedText(en: try row["region_en"], zhHans: try row["region_zh"]), street: try row["street"],
      postcode: try row["postcode"])
  }

  private static func shipment(_ row: Row) throws -> ShipmentNote? {
    guard let carrier: String = try row["carrier"], let number: String = try row["tracking_number"] else { return nil }
    return ShipmentNote(carrier: carrier, trackingNumber: number)
  }
}

extension OrderRows {
  /// One statement for all orders of a checkout.
  static func insert(_ orders: [Order]) -> SQL {
    """
    INSERT INTO order_head (id, number, checkout, buyer_id, merchant_id, channel, currency, state, goods, discount,
      freight, due, paid, payment_id, recipient, phone, region, region_en, region_zh, street, postcode, note, carrier,
      tracking_number, placed_at, pay_before, waived)
    VALUES \(rows: orders.map(values))
    """
  }

  private static func values(_ order: Order) -> [any SQLConvertible] {
    let amounts = order.amounts
    let to = order.destination
    return [
      order.id, order.number, order.checkout, order.buyer, order.merchant, order.channel, amounts.due.currency,
      order.state, amounts.goods.minor, amounts.discount.minor, amounts.freight.minor, amounts.due.minor,
      amounts.paid.minor, order.payment, to.recipient, to.phone, to.region.rawValue, to.regionName.en,
      to.regionName.zhHans, to.street, to.postcode, order.note, order.shipment?.carrier,
      order.shipment?.trackingNumber, order.placedAt, order.payBefore, OrderShares.text(order.waived),
    ]
  }

  /// One statement for every 500 lines.
  static func insertLines(of orders: [Order]) throws -> [SQL] {
    insertion(try orders.flatMap { order in try order.lines.map { try values($0, of: order.id) } })
  }

  static func insertion(of lines: [OrderLine], into order: OrderID) throws -> [SQL] {
    insertion(try lines.map { try values($0, of: order) })
  }

  private static func insertion(_ rows: [[any SQLConvertible]]) -> [SQL] {
    stride(from: 0, to: rows.count, by: 500).map { start in
      """
      INSERT INTO order_line (order_id, id, variant_id, product_id, title_en, title_zh, choice_en, choice_zh, sku,
        picture, unit_price, quantity, discount, due, search_text, shares)
      VALUES \(rows: Array(rows[start..<min(start + 500, rows.count)]))
      """
    }
  }

  private static func values(_ line: OrderLine, of order: OrderID) throws -> [any SQLConvertible] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let picture = try line.picture.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    return [
      order, line.id, line.variant, line.product, line.title.en, line.title.zhHans, line.choice.en,
      line.choice.zhHans, line.sku, picture, line.unit.minor, line.quantity, line.discount.minor, line.due.minor,
      ProductNameFold.text(line.title), OrderShares.text(line.shares),
    ]
  }
}
