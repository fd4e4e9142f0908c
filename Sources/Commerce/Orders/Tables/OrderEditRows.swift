import Foundation
import Storage
import Values

extension OrderEdit.Kind: SQLConvertible {}

/// Changes of orders and the money that came on top, row ↔ value.
enum OrderEditRows {
  private static let columns: SQL = "order_edit.*, order_head.currency"

  /// Of each order the oldest first.
  static func edits(of orders: [OrderID], in transaction: any ReadTransaction) throws -> [OrderID: [OrderEdit]] {
    let edits = try transaction.rows(
      """
      SELECT \(columns) FROM order_edit JOIN order_head ON order_head.id = order_edit.order_id
      WHERE order_edit.order_id IN \(list: orders) ORDER BY order_edit.order_id, order_edit.revision LIMIT 100000
      """
    ).map(edit)
    return Dictionary(grouping: edits, by: \.order)
  }

  static func edit(_ id: OrderEditID, in transaction: any ReadTransaction) throws -> OrderEdit? {
    try transaction.row(
      """
      SELECT \(columns) FROM order_edit JOIN order_head ON order_head.id = order_edit.order_id
      WHERE order_edit.id = \(id)
      """
    ).map(edit)
  }

  private static func edit(_ row: Row) throws -> OrderEdit {
    let currency: Currency = try row["currency"]
    func money(_ column: String) throws -> Money { Money(minor: try row[column], currency: currency) }
    guard let actor = Actor(try row["actor"]) else { throw UnreadableRow(table: "order_edit", column: "actor") }
    let differences: String = try row["differences"]
    return OrderEdit(
      id: try row["id"], order: try row["order_id"], kind: try row["kind"], revision: try row["revision"],
      actor: actor, reason: try row["reason"],
      differences: try JSONDecoder().decode([OrderEdit.Difference].self, from: Data(differences.utf8)),
      dueBefore: try money("due_before"), dueAfter: try money("due_after"), refund: try money("refund"),
      at: try row["edited_at"])
  }

  static func insert(_ edit: OrderEdit, paidAfter: Money, in transaction: any Transaction) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let differences = String(decoding: try encoder.encode(edit.differences), as: UTF8.self)
    try transaction.execute(
      """
      INSERT INTO order_edit (id, order_id, kind, revision, actor, reason, differences, due_before, due_after,
        paid_after, refund, edited_at)
      VALUES (\(edit.id), \(edit.order), \(edit.kind), \(edit.revision), \(edit.actor.text), \(edit.reason),
        \(differences), \(edit.dueBefore.minor), \(edit.dueAfter.minor), \(paidAfter.minor), \(edit.refund.minor),
        \(edit.at))
      """)
  }

  /// Of each order the oldest first.
  static func supplements(
    of orders: [OrderID], in transaction: any ReadTransaction
  ) throws -> [OrderID: [Supplement]] {
    var found: [OrderID: [Supplement]] = [:]
    for start in stride(from: 0, to: orders.count, by: 500) {
      let part = orders[start..<min(start + 500, orders.count)]
      for row in try transaction.rows(
        """
        SELECT order_supplement.*, order_head.currency FROM order_supplement
        JOIN order_head ON order_head.id = order_supplement.order_id
        WHERE order_supplement.order_id IN \(list: part)
        ORDER BY order_supplement.order_id, order_supplement.payment_id
        """)
      {
        found[try row["order_id"], default: []].append(
          Supplement(
            payment: try row["payment_id"], amount: Money(minor: try row["amount"], currency: try row["currency"]),
            at: try row["taken_at"]))
      }
    }
    return found
  }
}
