import Storage

extension StoredSearch {
  public static let migrations: [Migration] = [
    Migration("search", 1, "001_CreateSearchDocument") { transaction in
      try transaction.create(searchDocument)
    }
  ]

  /// The limits are those that `DocumentRow` cuts to.
  private static let searchDocument = TableDefinition(
    "search_document",
    [
      .integer("product_id"), .integer("merchant_id"), .integer("category_id", nullable: true),
      .integer("brand_id", nullable: true), .integer("created_at"), .text("handle", 200), .text("title_en", 400),
      .text("title_zh", 400), .integer("picture_id", nullable: true), .text("picture_file", 80, nullable: true),
      .text("picture_source", 2000, nullable: true), .text("picture_en", 400), .text("picture_zh", 400),
      .text("currency", 3, nullable: true), .integer("price", nullable: true), .integer("list_price", nullable: true),
      .integer("has_price_range"), .integer("in_stock"), .integer("sold"), .integer("rating_tenths"),
      .integer("review_count"), .text("tokens", 200_000),
    ],
    primaryKey: ["product_id"])
}
