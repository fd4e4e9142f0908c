import Storage
import Values

enum QueryRuleTable {
  static let queriesLimit = QueryRule.mostQueries * (QueryRule.longestQuery + 1)
  /// Folding can make two characters of one; what is longer is found by its beginning alone.
  static let foldedLimit = 4100

  /// The latest first.
  static func rules(_ condition: SQL, limit: Int, in transaction: any ReadTransaction) throws -> [QueryRule] {
    try transaction.rows(
      """
      SELECT id, queries, pinned, buried, redirect, begins_at, ends_at, version FROM search_rule WHERE \(condition)
      ORDER BY id DESC LIMIT \(limit)
      """
    ).map(rule)
  }

  static func rule(_ id: QueryRuleID, in transaction: any ReadTransaction) throws -> QueryRule? {
    try rules("id = \(id)", limit: 1, in: transaction).first
  }

  static func write(_ rule: QueryRule, at now: Timestamp, by actor: Actor, in transaction: any Transaction) throws {
    let folded = rule.queries.map { SpacedText.folded($0, limit: 200) }.joined(separator: "\n")
    try transaction.execute(
      transaction.dialect.upsert(
        into: "search_rule",
        [
          ("id", rule.id.sqlValue), ("queries", rule.queries.joined(separator: "\n").sqlValue),
          ("search_text", StoredText.cut(folded, foldedLimit).sqlValue), ("pinned", numbers(rule.pinned).sqlValue),
          ("buried", numbers(rule.buried).sqlValue), ("redirect", rule.redirect.sqlValue),
          ("begins_at", rule.from.sqlValue), ("ends_at", rule.until.sqlValue),
          ("version", rule.version.sqlValue), ("changed_at", now.sqlValue), ("changed_by", actor.text.sqlValue),
        ], key: ["id"],
        update: [
          "queries", "search_text", "pinned", "buried", "redirect", "begins_at", "ends_at", "version", "changed_at",
          "changed_by",
        ]))
  }

  static func delete(_ id: QueryRuleID, in transaction: any Transaction) throws {
    try transaction.execute("DELETE FROM search_rule WHERE id = \(id)")
  }

  private static func rule(_ row: Row) throws -> QueryRule {
    let queries: String = try row["queries"]
    return QueryRule(
      id: try row["id"], queries: queries.split(separator: "\n").map(String.init),
      pinned: products(try row["pinned"]), buried: products(try row["buried"]), redirect: try row["redirect"],
      from: try row["begins_at"], until: try row["ends_at"], version: try row["version"])
  }

  private static func numbers(_ products: [ProductID]) -> String {
    products.map { String($0.raw) }.joined(separator: " ")
  }

  private static func products(_ numbers: String) -> [ProductID] {
    numbers.split(separator: " ").compactMap { Int64($0) }.map(ProductID.init(raw:))
  }
}
