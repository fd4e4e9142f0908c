import Storage

extension StoredOrders {
  public static let migrations = [
    Migration("orders", 1, "001_CreateOrders") { transaction in
      for table in tables { try transaction.create(table) }
      try transaction.createIndex("order_head_checkout", on: "order_head", ["checkout", "merchant_id"], unique: true)
      // One index per scope, in the order of the list; those of the desks carry the filtered columns, so that a
      // selective filter reads index pages only.
      try transaction.createIndex("order_head_buyer", on: "order_head", ["buyer_id", "placed_at", "id"])
      try transaction.createIndex(
        "order_head_merchant", on: "order_head", ["merchant_id", "placed_at", "id", "state", "due", "paid"])
      try transaction.createIndex(
        "order_head_merchant_state", on: "order_head", ["merchant_id", "state", "placed_at", "id"])
      try transaction.createIndex("order_head_placed", on: "order_head", ["placed_at", "id", "state", "due", "paid"])
      try transaction.createIndex("order_head_state", on: "order_head", ["state", "placed_at", "id"])
      try transaction.createIndex("order_head_overdue", on: "order_head", ["state", "pay_before", "id"])
    },
    Migration("orders", 2, "002_IndexCheckouts") { transaction in
      try transaction.createIndex("checkout_placed", on: "checkout", ["placed_at"])
    },
    Migration("orders", 3, "003_AddEdits") { transaction in
      try transaction.addColumn(.integer("revision", default: 0), to: "order_head")
      try transaction.addColumn(.text("held_for", 200, default: ""), to: "order_head")
      for table in editTables { try transaction.create(table) }
    },
    Migration("orders", 4, "004_NoteReturns") { transaction in
      try transaction.addColumn(.integer("returned", default: 0), to: "order_line")
      try transaction.create(
        TableDefinition(
          "order_return", [.text("return_key", 64), .integer("order_id"), .integer("taken_at")],
          primaryKey: ["return_key"]))
    },
    Migration("orders", 5, "005_NameOrders") { transaction in
      for table in nameTables { try transaction.create(table) }
      try transaction.createIndex("order_name_merchant", on: "order_name", ["merchant_id"])
      // What few orders came to is found by these; what many did, along the list.
      try transaction.createIndex("order_head_due", on: "order_head", ["due", "paid"])
      try transaction.createIndex("order_head_paid", on: "order_head", ["paid"])
      // Orders from before are brought along later, slice by slice (`noteNames`).
    },
    Migration("orders", 6, "006_NameDiscounts") { transaction in
      // Of orders from before, discounts are those of exchanges, which are no offer's.
      try transaction.addColumn(.text("shares", 1000, default: ""), to: "order_line")
      try transaction.addColumn(.text("waived", 1000, default: ""), to: "order_head")
    },
    Migration("orders", 7, "007_AddPayAtDoor") { transaction in
      try transaction.addColumn(.integer("pays_at_door", default: 0), to: "order_head")
    },
    Migration("orders", 8, "008_AddWriteOff") { transaction in
      try transaction.addColumn(.integer("written_off_at", nullable: true), to: "order_head")
    },
  ]

  private static let nameTables = [
    TableDefinition("order_name", [.integer("id"), .integer("merchant_id"), .text("search_text", 2100)]),
    TableDefinition(
      "order_named", [.integer("name_id"), .integer("named_at"), .integer("order_id")],
      primaryKey: ["name_id", "named_at", "order_id"]),
    // Up to which order those from before were brought along; no row yet where none was.
    TableDefinition("order_naming", [.integer("id"), .integer("reached"), .integer("is_done")]),
  ]

  private static let editTables = [
    TableDefinition(
      "order_edit",
      [
        .integer("id"), .integer("order_id"), .text("kind", 12), .integer("revision"), .text("actor", 32),
        .text("reason", 500), .text("differences", 65_536), .integer("due_before"), .integer("due_after"),
        .integer("paid_after"), .integer("refund"), .integer("edited_at"),
      ],
      unique: [["order_id", "revision"]], checks: ["due_after >= 0", "paid_after >= 0", "refund >= 0"]),
    TableDefinition(
      "order_supplement",
      [.integer("order_id"), .integer("payment_id"), .integer("amount"), .integer("taken_at")],
      primaryKey: ["order_id", "payment_id"], checks: ["amount > 0"]),
  ]

  private static let tables = [
    TableDefinition(
      "order_head",
      [
        .integer("id"), .text("number", 32), .text("checkout", 120), .integer("buyer_id"), .integer("merchant_id"),
        .text("channel", 32), .text("currency", 3), .text("state", 20), .integer("goods"), .integer("discount"),
        .integer("freight"), .integer("due"), .integer("paid"), .integer("payment_id", nullable: true),
        .text("recipient", 100), .text("phone", 40), .text("region", 6), .text("region_en", 200),
        .text("region_zh", 200), .text("street", 300), .text("postcode", 20), .text("note", 500),
        .text("carrier", 60, nullable: true), .text("tracking_number", 40, nullable: true), .integer("placed_at"),
        .integer("pay_before"),
      ],
      unique: [["number"]],
      checks: [
        "goods >= 0", "discount >= 0", "freight >= 0", "due = goods - discount + freight", "due >= 0", "paid >= 0",
      ]),
    TableDefinition(
      "order_line",
      [
        .integer("order_id"), .integer("id"), .integer("variant_id"), .integer("product_id"), .text("title_en", 500),
        .text("title_zh", 500), .text("choice_en", 500), .text("choice_zh", 500), .text("sku", 100),
        .text("picture", 4000, nullable: true), .integer("unit_price"), .integer("quantity"), .integer("discount"),
        .integer("due"),
        // Both titles, folded as `ProductNameFold` does, for the product-name filter.
        .text("search_text", 2100),
      ],
      primaryKey: ["order_id", "id"],
      checks: ["quantity > 0", "discount >= 0", "due = unit_price * quantity - discount", "due >= 0"]),
    TableDefinition(
      "order_timeline",
      [
        .integer("order_id"), .integer("id"), .text("kind", 20), .text("actor", 32), .text("note", 500),
        .integer("happened_at"),
      ],
      primaryKey: ["order_id", "id"]),
    TableDefinition("checkout", [.text("checkout_key", 120), .integer("placed_at")], primaryKey: ["checkout_key"]),
    TableDefinition(
      "product_sales", [.integer("product_id"), .integer("units")], primaryKey: ["product_id"], checks: ["units >= 0"]),
  ]
}
