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
    },
    Migration("pricing", 2, "002_CreateCoupons") { transaction in
      for table in couponTables { try transaction.create(table) }
      try transaction.createIndex("coupon_merchant", on: "coupon", ["merchant_id", "id"])
      try transaction.createIndex("coupon_use_taken", on: "coupon_use", ["coupon_id", "taken_at", "checkout"])
      try transaction.createIndex("coupon_use_buyer", on: "coupon_use", ["coupon_id", "buyer_id"])
      try transaction.createIndex("coupon_use_checkout", on: "coupon_use", ["checkout"])
      try transaction.createIndex("coupon_use_held", on: "coupon_use", ["state", "held_until"])
    },
    Migration("pricing", 3, "003_CreatePoints") { transaction in
      for table in pointTables { try transaction.create(table) }
      try transaction.createIndex("point_use_held", on: "point_use", ["state", "held_until"])
      try transaction.createIndex("point_entry_checkout", on: "point_entry", ["buyer_id", "checkout"])
      try transaction.createIndex("point_entry_order", on: "point_entry", ["buyer_id", "order_id"])
      try transaction.createIndex("point_entry_listed", on: "point_entry", ["buyer_id", "id"])
    },
  ]

  private static let couponTables = [
    TableDefinition(
      "coupon",
      [
        .integer("id"), .text("code", 24), .text("name_en", 80), .text("name_zh", 80), .text("kind", 12),
        .integer("amount", nullable: true), .integer("percent"), .integer("most", nullable: true),
        .text("currency", 3), .integer("minimum"), .integer("merchant_id", nullable: true), .integer("starts_at"),
        .integer("ends_at"), .integer("most_uses", nullable: true), .integer("most_uses_each", nullable: true),
        .integer("is_on"), .integer("used"), .integer("version"), .integer("added_at"),
      ],
      unique: [["code"]], checks: ["used >= 0", "minimum >= 0", "ends_at > starts_at"]),
    TableDefinition(
      "coupon_buyer", [.integer("coupon_id"), .integer("buyer_id"), .integer("used")],
      primaryKey: ["coupon_id", "buyer_id"], checks: ["used >= 0"]),
    TableDefinition(
      "coupon_use",
      [
        .integer("coupon_id"), .text("checkout", 120), .integer("buyer_id"), .integer("amount"), .text("state", 12),
        .integer("held_until"), .integer("taken_at"), .integer("changed_at"),
      ],
      primaryKey: ["coupon_id", "checkout"], checks: ["amount >= 0"]),
  ]

  private static let pointTables = [
    TableDefinition("point_account", [.integer("buyer_id"), .integer("balance")], primaryKey: ["buyer_id"]),
    TableDefinition(
      "point_entry",
      [
        .integer("id"), .integer("buyer_id"), .text("kind", 12), .integer("points"), .integer("balance"),
        .text("checkout", 120, nullable: true), .integer("order_id", nullable: true), .text("note", 200),
        .text("actor", 32), .text("entry_key", 160), .integer("moved_at"),
      ],
      unique: [["buyer_id", "entry_key"]], checks: ["points <> 0"]),
    TableDefinition(
      "point_use",
      [
        .text("checkout", 120), .integer("buyer_id"), .integer("points"), .integer("worth"), .text("currency", 3),
        .integer("returned"), .text("state", 12), .integer("tries"), .integer("held_until"),
      ],
      primaryKey: ["checkout"], checks: ["points > 0", "worth >= 0", "returned BETWEEN 0 AND points"]),
    TableDefinition(
      "point_earning",
      [
        .integer("order_id"), .integer("buyer_id"), .integer("points"), .integer("brought"), .integer("goods"),
      ],
      primaryKey: ["order_id"], checks: ["points BETWEEN 0 AND brought"]),
  ]
}
