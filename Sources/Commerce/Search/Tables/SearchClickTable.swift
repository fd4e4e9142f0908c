import Storage
import Values

/// What visitors opened out of finds, and which orders were credited.
enum SearchClickTable {
  static let mostOfVisitor = 50
  /// Rows that one transaction takes away.
  private static let slice = 1000

  private static let columns = ["visitor", "product_id", "language", "query", "at"]

  static func write(_ clicks: [(OpenedFind, Timestamp)], in transaction: any Transaction) throws {
    let sorted = clicks.sorted { left, right in
      (left.0.visitor, left.0.product, left.0.query) < (right.0.visitor, right.0.product, right.0.query)
    }
    try sorted.inParts { part in
      try transaction.execute(
        transaction.dialect.upsert(
          into: "search_click", columns: columns,
          rows: part.map { click, at in
            [
              click.visitor.sqlValue, click.product.sqlValue, click.query.language.sqlValue,
              click.query.text.sqlValue, at.sqlValue,
            ]
          }, key: ["visitor", "product_id", "language", "query"], renewing: [.raise("at")]))
    }
    try trim(Set(sorted.map(\.0.visitor)).sorted(), in: transaction)
  }

  /// Of each visitor the latest stay.
  private static func trim(_ visitors: [String], in transaction: any Transaction) throws {
    guard !visitors.isEmpty else { return }
    let full = try transaction.rows(
      """
      SELECT visitor FROM search_click WHERE visitor IN \(list: visitors) GROUP BY visitor
      HAVING COUNT(*) > \(mostOfVisitor) ORDER BY visitor LIMIT \(visitors.count)
      """
    ).map { try $0["visitor"] as String }
    for visitor in full {
      let last: Timestamp? = try transaction.value(
        "SELECT at FROM search_click WHERE visitor = \(visitor) ORDER BY at DESC LIMIT 1 OFFSET \(mostOfVisitor)")
      guard let last else { continue }
      try transaction.execute("DELETE FROM search_click WHERE visitor = \(visitor) AND at <= \(last)")
    }
  }

  static func clicks(of visitor: String, in transaction: any ReadTransaction) throws -> [(OpenedFind, Timestamp)] {
    try transaction.rows(
      """
      SELECT product_id, language, query, at FROM search_click WHERE visitor = \(visitor)
      ORDER BY at DESC LIMIT \(mostOfVisitor)
      """
    ).map { row in
      let query = KeptQuery(folded: try row["query"], try row["language"])
      return (OpenedFind(visitor: visitor, product: try row["product_id"], query: query), try row["at"])
    }
  }

  static func delete(of visitor: String, in transaction: any Transaction) throws {
    try transaction.execute("DELETE FROM search_click WHERE visitor = \(visitor)")
  }

  /// False when the order was credited to the query before.
  static func credit(
    _ order: OrderID, to query: KeptQuery, at now: Timestamp, in transaction: any Transaction
  ) throws -> Bool {
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "search_purchase",
        [
          ("order_id", order.sqlValue), ("language", query.language.sqlValue), ("query", query.text.sqlValue),
          ("at", now.sqlValue),
        ])) == 1
  }

  /// Takes some of the oldest away; false where none is left.
  static func forgetClicks(before: Timestamp, in transaction: any Transaction) throws -> Bool {
    let oldest = try transaction.rows(
      "SELECT at FROM search_click WHERE at < \(before) ORDER BY at LIMIT \(slice)"
    ).map { try $0["at"] as Timestamp }
    guard let last = oldest.last else { return false }
    return try transaction.execute("DELETE FROM search_click WHERE at <= \(last)") > 0
  }

  static func forgetPurchases(before: Timestamp, in transaction: any Transaction) throws -> Bool {
    let oldest = try transaction.rows(
      "SELECT at FROM search_purchase WHERE at < \(before) ORDER BY at LIMIT \(slice)"
    ).map { try $0["at"] as Timestamp }
    guard let last = oldest.last else { return false }
    return try transaction.execute("DELETE FROM search_purchase WHERE at <= \(last)") > 0
  }
}
