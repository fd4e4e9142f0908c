import Storage

extension StoredCatalog {
  public static let migrations: [Migration] = [
    Migration("catalog", 1, "001_CreateCatalog") { transaction in
      for table in [category, brand, product, variant, picture] { try transaction.create(table) }
      try transaction.createIndex("product_by_merchant", on: "product", ["merchant_id", "id"])
      try transaction.createIndex("variant_by_product", on: "variant", ["product_id", "position"])
      try transaction.createIndex("picture_by_product", on: "picture", ["product_id", "position"])
      try transaction.createIndex("picture_by_waiting", on: "picture", ["is_waiting", "id"])
    },
    Migration("catalog", 2, "002_AddPublication") { transaction in
      try transaction.addColumn(.text("state", 12, default: "published"), to: "product")
      try transaction.addColumn(.integer("shown_from", nullable: true), to: "product")
      try transaction.addColumn(.integer("shown_until", nullable: true), to: "product")
      // When the flag changes by itself.
      try transaction.addColumn(.integer("turns_at", nullable: true), to: "product")
      try transaction.addColumn(.text("refusal", Publication.longestReason, default: ""), to: "product")
      try transaction.execute("UPDATE product SET state = 'draft' WHERE is_published = 0")
    },
    Migration("catalog", 3, "003_IndexProductDesk") { transaction in
      try transaction.createIndex("product_by_turn", on: "product", ["turns_at", "id"])
      try transaction.createIndex("product_by_state", on: "product", ["state", "id"])
      try transaction.createIndex("product_by_merchant_state", on: "product", ["merchant_id", "state", "id"])
      try transaction.createIndex("product_by_category", on: "product", ["category_id", "id"])
      try transaction.createIndex("product_by_brand", on: "product", ["brand_id", "id"])
      try transaction.createIndex("product_by_change", on: "product", ["changed_at", "id"])
      try transaction.createIndex("product_by_merchant_change", on: "product", ["merchant_id", "changed_at", "id"])
      try transaction.createIndex("variant_by_sku", on: "variant", ["sku_key", "product_id"])
    },
    Migration("catalog", 4, "004_CreateWithheldMerchant") { try $0.create(withheldMerchant) },
    arrangeShelves,
  ]

  /// One row speaks for all goods of a merchant, also for those that are saved at the same moment. `version` is the
  /// merchant's; `told` is that of which `ProductsChanged` was told.
  private static let withheldMerchant = TableDefinition(
    "withheld_merchant",
    [.integer("merchant_id"), .integer("is_withheld"), .integer("version"), .integer("told")],
    primaryKey: ["merchant_id"])

  private static let category = TableDefinition(
    "category",
    [
      .integer("id"), .text("slug", 200), .text("name_en", 100), .text("name_zh", 100),
      .integer("parent_id", nullable: true),
      .integer("position"), .text("picture", 80, nullable: true),
    ],
    unique: [["slug"]])

  private static let brand = TableDefinition(
    "brand", [.integer("id"), .text("slug", 200), .text("name", 100), .text("folded_name", 300)],
    unique: [["slug"], ["folded_name"]])

  private static let product = TableDefinition(
    "product",
    [
      .integer("id"), .integer("merchant_id"), .text("handle", 200), .text("title_en", 200), .text("title_zh", 200),
      .integer("category_id", nullable: true), .integer("brand_id", nullable: true),
      .integer("picture_id", nullable: true), .integer("is_published"), .integer("version"), .integer("created_at"),
      .integer("changed_at"), .text("content_hash", 32), .text("content", StoredCatalog.contentLimit),
    ],
    unique: [["merchant_id", "handle"]])

  /// `sku_key` is the SKU while the variant is for sale, and NULL when it has none or was retired, so that the unique
  /// key binds only what is for sale.
  private static let variant = TableDefinition(
    "variant",
    [
      .integer("id"), .integer("product_id"), .integer("merchant_id"), .integer("position"), .integer("is_retired"),
      .text("sku", 100), .text("sku_key", 100, nullable: true), .text("barcode", 100), .text("choice", 40),
      .text("choice_key", 700), .text("choice_en", 400), .text("choice_zh", 400), .integer("weight_grams"),
      .integer("picture_id", nullable: true), .integer("requires_shipping"),
    ],
    unique: [["merchant_id", "sku_key"]])

  private static let picture = TableDefinition(
    "picture",
    [
      .integer("id"), .integer("product_id"), .integer("position"), .text("file", 80, nullable: true),
      .text("source", 2000, nullable: true), .text("alternative_en", 300), .text("alternative_zh", 300),
      .integer("is_waiting"), .integer("failures"),
    ])
}
