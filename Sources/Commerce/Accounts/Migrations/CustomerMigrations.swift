import Storage
import Values

extension StoredAccounts {
  static let customerSteps = [
    Migration("accounts", 6, "006_FindCustomers") { transaction in
      for column: ColumnDefinition in [
        .text("name_key", 120, default: ""), .text("phone_key", 20, default: ""),
        .integer("blocked_at", nullable: true), .text("block_reason", 500, default: ""),
        .integer("erased_at", nullable: true),
      ] {
        // The keys of accounts from before are filled in later, slice by slice (`fillKeys`).
        try transaction.addColumn(column, to: "account")
      }
      try transaction.createIndex("account_by_name", on: "account", ["name_key", "id"])
      try transaction.createIndex("account_by_phone", on: "account", ["phone_key", "id"])
      try transaction.createIndex("account_by_block", on: "account", ["blocked_at", "id"])
      for table in customerTables { try transaction.create(table) }
      try transaction.createIndex("customer_by_last", on: "customer", ["merchant_id", "last_at", "account_id"])
      try transaction.createIndex("customer_note_by_customer", on: "customer_note", ["account_id", "owner", "id"])
      try transaction.createIndex("customer_tag_by_customer", on: "customer_tag", ["account_id", "owner"])
    }
  ]

  private static let customerTables = [
    // Who ordered from whom.
    TableDefinition(
      "customer", [.integer("merchant_id"), .integer("account_id"), .integer("last_at")],
      primaryKey: ["merchant_id", "account_id"]),
    // How far what was there before is gone through: 1 the orders, 2 the keys of accounts. No row yet where nothing was.
    TableDefinition("customer_gathering", [.integer("id"), .text("place", 200), .integer("is_done")]),
    // An owner of 0 is the platform.
    TableDefinition(
      "customer_note",
      [
        .integer("id"), .integer("account_id"), .integer("owner"), .integer("staff_id"), .text("words", 1000),
        .integer("written_at"),
      ]),
    TableDefinition(
      "customer_tag", [.integer("owner"), .text("tag", 30), .integer("account_id")],
      primaryKey: ["owner", "tag", "account_id"]),
  ]
}
