import Storage
import Values

extension StoredStaff {
  /// Rights came to be held by roles; `staff.rights` is no longer read.
  static let roleSteps = [
    Migration("accounts", 4, "004_CreateStaffRole") { transaction in
      try transaction.create(
        TableDefinition(
          "staff_role",
          [
            // 0 for the platform: a merchant that isn't there would make names of roles repeatable.
            .integer("id"), .integer("owner"), .text("name", 60), .integer("is_owner"), .text("rights", 1000),
          ],
          unique: [["owner", "name"]]))
      for column: ColumnDefinition in [
        .integer("role_id", default: 0), .integer("is_active", default: 1),
        .integer("must_change_password", default: 0), .integer("logged_in_at", nullable: true),
        .text("factor_pending", 200, nullable: true), .text("factor_secret", 200, nullable: true),
        .integer("factor_step", default: 0), .integer("factor_since", nullable: true),
      ] {
        try transaction.addColumn(column, to: "staff")
      }
      try transaction.createIndex("staff_by_role", on: "staff", ["role_id"])
      try transaction.createIndex("staff_by_employer", on: "staff", ["merchant_id", "name"])
      for column: ColumnDefinition in [
        .text("address", 64, default: ""), .text("agent", 300, default: ""), .integer("began_at", default: 0),
        .integer("seen_at", default: 0),
      ] {
        try transaction.addColumn(column, to: "staff_session")
      }
      try transaction.createIndex("staff_session_by_staff", on: "staff_session", ["staff_id"])
      try transaction.create(
        TableDefinition(
          "staff_challenge",
          [.text("token_hash", 64), .integer("staff_id"), .integer("tries"), .integer("expires_at")],
          primaryKey: ["token_hash"]))
      try transaction.createIndex("staff_challenge_by_staff", on: "staff_challenge", ["staff_id"])
      try transaction.createIndex("staff_challenge_by_expiry", on: "staff_challenge", ["expires_at"])
      try transaction.create(
        TableDefinition(
          "staff_code_failure", [.integer("staff_id"), .integer("failures"), .integer("blocked_until")],
          primaryKey: ["staff_id"]))
      try transaction.create(
        TableDefinition(
          "staff_recovery_code", [.integer("staff_id"), .text("code_hash", 64)],
          primaryKey: ["staff_id", "code_hash"]))
    },
    // Apart from the definitions, which commit by themselves on some engines: all of this or none.
    Migration("accounts", 5, "005_GiveStaffRoles") { transaction in
      var made: [String: Int64] = [:]
      let rows = try transaction.rows(
        "SELECT id, merchant_id, rights FROM staff WHERE role_id = 0 ORDER BY id LIMIT 10000")
      for row in rows {
        let (id, merchant, text): (Int64, MerchantID?, String) = (
          try row["id"], try row["merchant_id"], try row["rights"]
        )
        let rights = Set<StaffRight>(stored: text).intersection(StaffRight.all(of: merchant))
        // Who could do all that there was to do in the back office may do all that there is.
        let isOwner = rights.isSuperset(of: [.ordersReview, .ordersShip])
        let name = isOwner ? ownerName : roleName(of: rights)
        let owner = StaffRole.owner(merchant)
        let role = made["\(owner) \(name)"] ?? Int64(made.count + 1)
        let stored = isOwner ? "" : rights.stored
        if made.updateValue(role, forKey: "\(owner) \(name)") == nil {
          try transaction.execute(
            """
            INSERT INTO staff_role (id, owner, name, is_owner, rights)
            VALUES (\(role), \(owner), \(name), \(isOwner), \(stored))
            """)
        }
        try transaction.execute("UPDATE staff SET role_id = \(role) WHERE id = \(id)")
      }
    },
  ]

  /// Tokens of programs are numbered by themselves.
  static let tokenSteps = [
    Migration("staff_tokens", 1, "001_CreateStaffToken") { transaction in
      try transaction.create(
        TableDefinition(
          "staff_token",
          [
            .integer("id"), .integer("staff_id"), .text("token_hash", 64), .text("name", 60), .text("scopes", 1000),
            .integer("issued_at"), .integer("expires_at"), .integer("used_at", nullable: true),
            .integer("revoked_at", nullable: true),
          ],
          unique: [["token_hash"]]))
      try transaction.createIndex("staff_token_by_staff", on: "staff_token", ["staff_id", "id"])
      try transaction.createIndex("staff_token_by_expiry", on: "staff_token", ["expires_at"])
    }
  ]
}
