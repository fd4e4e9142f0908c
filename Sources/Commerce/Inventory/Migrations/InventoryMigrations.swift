import Storage

extension StoredInventory {
  public static let migrations = [
    Migration("inventory", 1, "001_CreateStock") { transaction in
      try transaction.create(
        TableDefinition(
          "location", [.integer("id"), .integer("merchant_id"), .text("name", 100), .integer("position")],
          unique: [["merchant_id", "name"]]))
      try transaction.create(
        TableDefinition(
          "stock",
          [
            .integer("variant_id"), .integer("location_id"), .integer("on_hand"), .integer("held"),
            .integer("is_unlimited", default: 0),
          ],
          primaryKey: ["variant_id", "location_id"], checks: ["on_hand >= 0", "held >= 0"]))
      try transaction.create(
        TableDefinition(
          "stock_entry",
          [
            .integer("id"), .integer("variant_id"), .integer("location_id"), .text("reason", 20),
            .integer("on_hand_change"), .integer("held_change"), .text("cause", 120), .text("actor", 40),
            .integer("at"),
          ]))
      try transaction.createIndex("stock_entry_by_variant", on: "stock_entry", ["variant_id", "id"])
      try transaction.create(
        TableDefinition(
          "stock_hold", [.integer("id"), .text("hold_key", 80), .text("state", 12), .integer("until_at")],
          unique: [["hold_key"]]))
      try transaction.createIndex("stock_hold_by_end", on: "stock_hold", ["state", "until_at"])
      try transaction.create(
        TableDefinition(
          "stock_hold_line",
          [.integer("hold_id"), .integer("variant_id"), .integer("location_id"), .integer("quantity")],
          primaryKey: ["hold_id", "variant_id", "location_id"], checks: ["quantity > 0"]))
      try transaction.create(
        TableDefinition("stock_count", [.text("count_key", 120), .integer("at")], primaryKey: ["count_key"]))
    },
    Migration("inventory", 2, "002_IndexCounts") { transaction in
      try transaction.createIndex("stock_count_by_time", on: "stock_count", ["at"])
    },
    Migration("inventory", 3, "003_KeepItems") { transaction in
      try transaction.addColumn(.text("note", 200, default: ""), to: "stock_entry")
      try transaction.addColumn(.integer("is_closed", default: 0), to: "location")
      try transaction.createIndex("stock_by_location", on: "stock", ["location_id", "variant_id"])
      for table in [ItemTable.item, SheetTable.sheet, SheetTable.line] { try transaction.create(table) }
      try transaction.createIndex("stock_item_by_state", on: "stock_item", ["state", "variant_id"])
      try transaction.createIndex(
        "stock_item_by_merchant", on: "stock_item", ["merchant_id", "state", "variant_id"])
      try transaction.createIndex("stock_item_by_owner", on: "stock_item", ["merchant_id", "variant_id"])
      try transaction.createIndex("stock_item_by_threshold", on: "stock_item", ["has_own_low", "low_at", "variant_id"])
      try transaction.createIndex("stock_item_by_notice", on: "stock_item", ["is_told", "state", "variant_id"])
      try transaction.createIndex("stock_sheet_by_merchant", on: "stock_sheet", ["merchant_id", "id"])
      try transaction.execute(ItemTable.first)
    },
  ]
}
