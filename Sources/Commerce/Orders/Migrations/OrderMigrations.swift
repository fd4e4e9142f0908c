import Storage

extension StoredOrders {
  public static let migrations = [
    Migration("orders", 1, "001_CreateOrder") { transaction in
      try transaction.create(
        TableDefinition(
          "order_head",
          [
            .integer("id"), .text("number", 32), .text("checkout_key", 80), .integer("buyer_id"),
            .integer("merchant_id"),
            .text("channel", 32), .text("state", 20), .text("currency", 3), .integer("goods"), .integer("discount"),
            .integer("freight"), .integer("due"), .integer("paid"), .text("destination", 4000), .text("note", 500),
            .integer("payment_id", nullable: true), .text("carrier", 60), .text("tracking_number", 40),
            .integer("placed_at"), .integer("pay_before"),
          ],
          unique: [["number"], ["checkout_key", "merchant_id"]],
          checks: ["due = goods - discount + freight", "paid >= 0"]))
      try transaction.createIndex("order_by_buyer", on: "order_head", ["buyer_id", "id"])
      try transaction.createIndex("order_by_merchant", on: "order_head", ["merchant_id", "state", "id"])
      try transaction.createIndex("order_by_state", on: "order_head", ["state", "pay_before"])
      try transaction.create(
        TableDefinition(
          "order_line",
          [
            .integer("id"), .integer("order_id"), .integer("variant_id"), .integer("product_id"), .text("title", 2000),
            .text("searched_title", 1000), .text("choice", 2000), .text("sku", 100), .text("picture", 2000),
            .integer("unit"), .integer("quantity"), .integer("discount"), .integer("due"),
          ],
          checks: ["due = unit * quantity - discount"]))
      try transaction.createIndex("order_line_by_order", on: "order_line", ["order_id", "id"])
      try transaction.createIndex("order_line_by_product", on: "order_line", ["product_id", "id"])
      try transaction.create(
        TableDefinition(
          "order_timeline",
          [
            .integer("id"), .integer("order_id"), .text("kind", 20), .text("actor", 40), .text("note", 500),
            .integer("at"),
          ]))
      try transaction.createIndex("order_timeline_by_order", on: "order_timeline", ["order_id", "id"])
      try transaction.create(
        TableDefinition(
          "checkout", [.text("checkout_key", 80), .integer("placed_at")], primaryKey: ["checkout_key"]))
      try transaction.create(
        TableDefinition(
          "product_sales", [.integer("product_id"), .integer("units")], primaryKey: ["product_id"],
          checks: ["units >= 0"]))
    }
  ]
}
