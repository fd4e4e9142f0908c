import Storage

extension StoredSearch {
  public static let migrations: [Migration] = [
    Migration("search", 1, "001_CreateSearchDocument") { transaction in
      try transaction.create(firstDocument)
    },
    // What stands in the table comes of other tables: it is made anew, and filled when the program has started.
    Migration("search", 2, "002_NumberSearchDocuments") { transaction in
      try transaction.execute("DROP TABLE IF EXISTS search_document")
      try transaction.create(searchDocument)
      try transaction.createIndex("search_document_version", on: "search_document", ["version"])
      try transaction.create(searchClock)
    },
  ]

  private static let face: [ColumnDefinition] = [
    .integer("product_id"), .integer("merchant_id"), .integer("category_id", nullable: true),
    .integer("brand_id", nullable: true), .integer("created_at"), .text("handle", 200), .text("title_en", 400),
    .text("title_zh", 400), .integer("picture_id", nullable: true), .text("picture_file", 80, nullable: true),
    .text("picture_source", 2000, nullable: true), .text("picture_en", 400), .text("picture_zh", 400),
    .text("currency", 3, nullable: true), .integer("price", nullable: true), .integer("list_price", nullable: true),
    .integer("has_price_range"), .integer("in_stock"), .integer("sold"), .integer("rating_tenths"),
    .integer("review_count"),
  ]

  private static let firstDocument = TableDefinition(
    "search_document", face + [.text("tokens", 200_000)], primaryKey: ["product_id"])

  /// The limits are those that `DocumentRow` cuts to.
  private static let searchDocument = TableDefinition(
    "search_document",
    face + [
      .text("texts", 100_000), .integer("digest"), .integer("version"), .integer("text_version"),
      .integer("seen_version"), .integer("changed_at"), .integer("is_gone"),
    ],
    primaryKey: ["product_id"])

  private static let searchClock = TableDefinition(
    "search_clock",
    [
      .integer("id"), .integer("version"), .integer("awaits_catalogue"), .integer("mark"), .integer("pruned_to"),
    ])
}
