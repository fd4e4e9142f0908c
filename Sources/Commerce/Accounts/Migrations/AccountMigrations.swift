import Storage

extension StoredAccounts {
  /// Accounts, staff and browsing share the context's numbering.
  public static let migrations = accountSteps + StoredStaff.roleSteps + customerSteps + StoredStaff.tokenSteps

  private static let accountSteps = [
    Migration("accounts", 1, "001_CreateAccount") { transaction in
      try transaction.create(
        TableDefinition(
          "account",
          [
            .integer("id"), .text("email", 254), .text("password", 400), .text("name", 60), .text("phone", 20),
            .text("language", 8), .integer("registered_at"),
          ],
          unique: [["email"]]))
      try transaction.create(
        TableDefinition(
          "account_session",
          [.text("token_hash", 64), .integer("account_id"), .integer("expires_at")], primaryKey: ["token_hash"]))
      try transaction.createIndex("account_session_by_account", on: "account_session", ["account_id"])
      try transaction.create(
        TableDefinition(
          "password_reset", [.text("token_hash", 64), .integer("account_id"), .integer("expires_at")],
          primaryKey: ["token_hash"]))
      try transaction.create(
        TableDefinition(
          "address",
          [
            .integer("id"), .integer("account_id"), .text("recipient", 60), .text("phone", 20), .text("region", 6),
            .text("street", 200), .text("postcode", 6), .integer("is_default"),
          ]))
      try transaction.createIndex("address_by_account", on: "address", ["account_id"])
      try transaction.create(
        TableDefinition(
          "staff",
          [
            .integer("id"), .text("email", 254), .text("password", 400), .text("name", 60),
            .integer("merchant_id", nullable: true), .text("rights", 1000),
          ],
          unique: [["email"]]))
      try transaction.create(
        TableDefinition(
          "staff_session", [.text("token_hash", 64), .integer("staff_id"), .integer("expires_at")],
          primaryKey: ["token_hash"]))
      try transaction.create(
        TableDefinition(
          "favourite", [.integer("account_id"), .integer("product_id"), .integer("at")],
          primaryKey: ["account_id", "product_id"]))
      try transaction.createIndex("favourite_by_time", on: "favourite", ["account_id", "at"])
      try transaction.create(
        TableDefinition(
          "browsing_history",
          [.text("visitor", 80), .text("views", 2000), .text("searches", 4000), .integer("touched_at")],
          primaryKey: ["visitor"]))
      try transaction.createIndex("browsing_history_by_touch", on: "browsing_history", ["touched_at"])
    },
    Migration("accounts", 2, "002_IndexExpiry") { transaction in
      for table in ["account_session", "password_reset", "staff_session"] {
        try transaction.createIndex("\(table)_by_expiry", on: table, ["expires_at"])
      }
    },
    // Until now the platform's own staff had all rights that there were.
    Migration("accounts", 3, "003_GrantOperating") { transaction in
      for row in try transaction.rows("SELECT id, rights FROM staff WHERE merchant_id IS NULL ORDER BY id LIMIT 10000")
      {
        let rights = try row["rights"] as String + " " + StaffRight.systemOperate.rawValue
        try transaction.execute("UPDATE staff SET rights = \(rights) WHERE id = \(try row["id"] as Int64)")
      }
    },
  ]
}
