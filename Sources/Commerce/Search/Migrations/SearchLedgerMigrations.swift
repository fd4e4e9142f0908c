import Storage

extension StoredSearchLedger {
  public static let migrations: [Migration] = [
    Migration("search", 4, "004_CreateSearchLedger") { transaction in
      for table in [day, queryDay, click, purchase] { try transaction.create(table) }
      try transaction.createIndex("search_click_by_time", on: "search_click", ["at"])
      try transaction.createIndex("search_purchase_by_time", on: "search_purchase", ["at"])
    }
  ]

  /// Sums of a day over all that was asked. Processes that add to a day wait here for one another.
  private static let day = TableDefinition(
    "search_day",
    [
      .integer("day"),
      // Queries that have rows of their own.
      .integer("queries"), .integer("asked"), .integer("zero"), .integer("clicks"), .integer("purchases"),
    ],
    primaryKey: ["day"])

  private static let queryDay = TableDefinition(
    "search_query_day",
    [
      .integer("day"), .text("language", 10),
      // Empty for what is counted without its text.
      .text("query", SearchQuery.longestText), .integer("asked"), .integer("zero"), .integer("visitors"),
      .integer("clicks"), .integer("purchases"),
      // Of the last time.
      .integer("found"),
    ],
    primaryKey: ["day", "language", "query"])

  private static let click = TableDefinition(
    "search_click",
    [
      .text("visitor", VisitorKey.limit), .integer("product_id"), .text("language", 10),
      .text("query", SearchQuery.longestText), .integer("at"),
    ],
    primaryKey: ["visitor", "product_id", "language", "query"])

  /// Which orders were credited to which queries, so that none is twice.
  private static let purchase = TableDefinition(
    "search_purchase",
    [.integer("order_id"), .text("language", 10), .text("query", SearchQuery.longestText), .integer("at")],
    primaryKey: ["order_id", "language", "query"])
}
