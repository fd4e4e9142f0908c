import Storage

extension StoredPricing {
  public static let migrations = [
    Migration("pricing", 1, "001_CreatePrice") { transaction in
      try transaction.create(
        TableDefinition(
          "price",
          [
            .integer("variant_id"), .text("channel", 32), .text("currency", 3), .integer("sale"),
            .integer("list_price", nullable: true),
          ],
          primaryKey: ["variant_id", "channel"], checks: ["sale >= 0"]))
      try transaction.create(
        TableDefinition(
          "freight_template", [.integer("merchant_id"), .text("content", 60_000)], primaryKey: ["merchant_id"]))
    }
  ]
}
