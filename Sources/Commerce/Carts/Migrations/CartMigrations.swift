import Storage

extension StoredCarts {
  public static let migrations = [
    Migration("carts", 1, "001_CreateCart") { transaction in
      try transaction.create(
        TableDefinition(
          "cart",
          [
            .integer("id"), .text("owner", 80), .integer("version"), .text("channel", 32), .integer("touched_at"),
          ],
          unique: [["owner"]]))
      try transaction.createIndex("cart_by_touch", on: "cart", ["touched_at"])
      try transaction.create(
        TableDefinition(
          "cart_line",
          [
            .integer("id"), .integer("cart_id"), .integer("variant_id"), .integer("product_id"),
            .integer("merchant_id"),
            .integer("quantity"), .integer("is_ticked"), .integer("seen_price"), .text("seen_currency", 3),
            .integer("added_at"),
          ],
          unique: [["cart_id", "variant_id"]], checks: ["quantity BETWEEN 1 AND 9999"]))
      try transaction.create(
        TableDefinition(
          "cart_freeze",
          [
            .text("checkout_key", 80), .integer("cart_id"), .integer("frozen_at"), .integer("is_settled"),
            .text("frozen_lines", 60_000),
          ],
          primaryKey: ["checkout_key"]))
      try transaction.createIndex("cart_freeze_by_time", on: "cart_freeze", ["is_settled", "frozen_at"])
    },
    Migration("carts", 2, "002_CountAttempts") { transaction in
      try transaction.addColumn(.integer("attempts", default: 1), to: "cart_freeze")
      try transaction.createIndex("cart_freeze_by_cart", on: "cart_freeze", ["cart_id", "is_settled"])
    },
    Migration("carts", 3, "003_AddDiscounts") { transaction in
      for table in ["cart", "cart_freeze"] {
        try transaction.addColumn(.text("coupon", 40, default: ""), to: table)
        try transaction.addColumn(.integer("points", default: 0), to: table)
      }
    },
  ]
}
