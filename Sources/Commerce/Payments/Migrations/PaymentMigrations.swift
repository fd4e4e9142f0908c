import Storage

extension StoredPayments {
  public static let migrations = [
    Migration("payments", 1, "001_CreatePayments") { transaction in
      for table in tables { try transaction.create(table) }
      try transaction.createIndex("payment_due", on: "payment", ["next_query_at", "id"])
      try transaction.createIndex("payment_share_order", on: "payment_share", ["order_id", "payment_id"])
      try transaction.createIndex("payment_open_payment", on: "payment_open", ["payment_id"])
      try transaction.createIndex("refund_payment", on: "refund", ["payment_id", "id"])
      try transaction.createIndex("refund_due", on: "refund", ["next_query_at", "id"])
      try transaction.createIndex("ledger_entry_payment", on: "ledger_entry", ["payment_id", "id"])
      try transaction.createIndex("provider_notice_payment", on: "provider_notice", ["payment_id", "id"])
    },
    Migration("payments", 2, "002_AllowFreePayments") { transaction in
      // No engine changes a check in place alike: the rows move to a table without it.
      // Begun and cut off on an engine that can't take definitions back, the move is begun anew while the old table is
      // there, and else only lacks the name.
      if try transaction.rows(transaction.dialect.tables).contains(where: { try $0["name"] == "payment" }) {
        try transaction.create(payment("payment_moving", amounts: "amount >= 0"))
        try transaction.execute("DELETE FROM payment_moving")
        try transaction.execute("INSERT INTO payment_moving SELECT * FROM payment")
        try transaction.execute("DROP TABLE payment")
      }
      try transaction.execute("ALTER TABLE payment_moving RENAME TO payment")
      try transaction.createIndex("payment_due", on: "payment", ["next_query_at", "id"])
    },
    Migration("payments", 3, "003_AddOccasion") { transaction in
      try transaction.addColumn(.text("occasion", 40, nullable: true), to: "payment")
    },
    Migration("payments", 4, "004_IndexLists") { transaction in
      // Whose older rows are is said later, slice by slice (`place`).
      try transaction.addColumn(.integer("merchant_id", nullable: true), to: "payment_share")
      try transaction.addColumn(.integer("merchant_id", nullable: true), to: "refund")
      try transaction.createIndex("payment_share_merchant", on: "payment_share", ["merchant_id", "payment_id"])
      try transaction.createIndex("payment_state", on: "payment", ["state", "id"])
      try transaction.createIndex("refund_merchant", on: "refund", ["merchant_id", "id"])
      try transaction.createIndex("refund_state", on: "refund", ["state", "id"])
      try transaction.createIndex("refund_order", on: "refund", ["order_id", "id"])
    },
    Migration("payments", 5, "005_AddWay") { transaction in
      try transaction.addColumn(.text("way", 10, default: PaymentWay.page.rawValue), to: "payment")
      try transaction.addColumn(.text("reference", 255, nullable: true), to: "payment")
    },
    Migration("payments", 6, "006_AddAccounts") { transaction in
      for table in accountTables { try transaction.create(table) }
      // Nil: set up at the start, as all before were.
      try transaction.addColumn(.integer("account_id", nullable: true), to: "payment")
      try transaction.createIndex("provider_notice_method", on: "provider_notice", ["method", "id"])
    },
    Migration("payments", 7, "007_AddOwnMethods") { transaction in
      try transaction.addColumn(.integer("from_balance", default: 0), to: "payment")
      try transaction.addColumn(.integer("from_balance", default: 0), to: "payment_share")
      try transaction.addColumn(.integer("to_balance", default: 0), to: "refund")
      for table in ownTables { try transaction.create(table) }
      try transaction.createIndex("balance_movement_account", on: "balance_movement", ["account_id", "id"])
      try transaction.createIndex("balance_movement_payment", on: "balance_movement", ["payment_id"])
      try transaction.createIndex("money_receipt_payment", on: "money_receipt", ["payment_id", "id"])
      try transaction.createIndex("payment_case_open", on: "payment_case", ["is_open", "id"])
      try transaction.createIndex("payment_case_merchant", on: "payment_case", ["merchant_id", "is_open", "id"])
      try transaction.createIndex("payment_case_payment", on: "payment_case", ["payment_id", "id"])
    },
    createBills,
    Migration("payments", 9, "009_AddHandoverEnd") { transaction in
      // Nil: for as long as the payment can be made.
      try transaction.addColumn(.integer("handover_until", nullable: true), to: "payment")
    },
    Migration("payments", 10, "010_GuardCurrentAccount") { transaction in
      // Its method, and nil of a retired one: a method has one account that is used.
      try transaction.addColumn(.text("current_method", 20, nullable: true), to: "payment_account")
      let current = try transaction.rows(
        "SELECT id, method FROM payment_account WHERE retired_at IS NULL ORDER BY place, id LIMIT 10000")
      var taken: Set<PaymentMethod> = []
      for row in current {
        let (id, method): (PaymentAccountID, PaymentMethod) = (try row["id"], try row["method"])
        if taken.insert(method).inserted {
          try transaction.execute("UPDATE payment_account SET current_method = method WHERE id = \(id)")
        } else {
          // Begun at the same moment as the other, which was used.
          try transaction.execute(
            "UPDATE payment_account SET retired_at = changed_at, version = version + 1 WHERE id = \(id)")
        }
      }
      try transaction.createIndex("payment_account_current", on: "payment_account", ["current_method"], unique: true)
    },
    Migration("payments", 11, "011_KeepNoticeHeaders") { transaction in
      // Nil: of those that were heard before, nobody knows.
      try transaction.addColumn(.text("headers", NoticeHeaders.longest, nullable: true), to: "provider_notice")
    },
    Migration("payments", 12, "012_AddClosingTime") { transaction in
      try transaction.addColumn(.integer("closing_at", nullable: true), to: "payment")
    },
    keepUnclearMoney,
    Migration("payments", 14, "014_NoteGivenUp") { transaction in
      // False: of those that were closed before, nobody knows.
      try transaction.addColumn(.integer("is_given_up", default: 0), to: "payment_case")
    },
  ]

  private static let ownTables = [
    TableDefinition(
      "balance", [.integer("account_id"), .text("currency", 3), .integer("amount")],
      primaryKey: ["account_id", "currency"], checks: ["amount >= 0"]),
    TableDefinition(
      "balance_movement",
      [
        .integer("id"), .text("movement_key", 80), .integer("account_id"), .text("currency", 3), .text("kind", 20),
        .integer("amount"), .integer("balance_after"), .integer("payment_id", nullable: true), .text("reason", 200),
        .integer("moved_at"),
      ],
      // What moves money moves it once.
      unique: [["movement_key"]], checks: ["balance_after >= 0"]),
    TableDefinition(
      "money_receipt",
      [
        .integer("id"), .text("receipt_key", 60), .integer("payment_id"), .integer("amount"), .text("currency", 3),
        .integer("received_at"), .text("note", 200), .integer("staff_id"), .integer("noted_at"),
      ],
      unique: [["receipt_key"]], checks: ["amount > 0"]),
    TableDefinition(
      "payment_case",
      [
        .integer("id"), .text("case_key", 100), .text("kind", 20), .integer("payment_id"),
        .integer("order_id", nullable: true), .integer("merchant_id", nullable: true),
        .integer("refund_id", nullable: true), .integer("amount"), .text("currency", 3), .text("detail", 100),
        .integer("is_open"), .integer("opened_at"), .integer("handled_at", nullable: true),
        .integer("handled_by", nullable: true), .text("reason", 200),
      ],
      unique: [["case_key"]]),
  ]

  private static func payment(_ name: String, amounts: String) -> TableDefinition {
    TableDefinition(
      name,
      [
        .integer("id"), .text("method", 20), .integer("payer_id"), .integer("amount"), .text("currency", 3),
        .text("state", 20), .text("provider_number", 64, nullable: true), .integer("refunded", default: 0),
        .text("subject", 120), .text("language", 10), .text("handover", 8000, nullable: true),
        // How many tries to open it may have reached the provider; taken back when nothing was sent for certain.
        .integer("sendings", default: 1), .integer("opened_at"), .integer("expires_at"),
        .integer("captured_at", nullable: true), .integer("ended_at", nullable: true),
        .integer("next_query_at", nullable: true),
      ],
      unique: [["method", "provider_number"]],
      checks: [amounts, "refunded >= 0", "refunded <= amount"])
  }

  private static let accountTables = [
    TableDefinition(
      "payment_account",
      [
        .integer("id"), .text("method", 20), .text("identity", 200), .blob("fields", 60_000),
        // Sealed one by one.
        .blob("secrets", 60_000), .integer("is_on"), .integer("fee_points"), .integer("fee_fixed"),
        .integer("least_amount", nullable: true), .integer("most_amount", nullable: true), .text("currency", 3),
        .integer("place"), .integer("version"), .integer("changed_at"), .integer("changed_by"),
        .integer("retired_at", nullable: true),
      ],
      unique: [["method", "identity"]]),
    // What is here is switched off: of the shop, a merchant or a channel.
    TableDefinition(
      "payment_switch", [.text("owner", 60), .text("method", 20), .integer("changed_at")],
      primaryKey: ["owner", "method"]),
  ]

  private static let tables = [
    payment("payment", amounts: "amount > 0"),
    TableDefinition(
      "payment_share", [.integer("payment_id"), .integer("order_id"), .integer("amount")],
      primaryKey: ["payment_id", "order_id"], checks: ["amount >= 0"]),
    // An order is paid by one open payment at a time.
    TableDefinition(
      "payment_open", [.integer("order_id"), .integer("payment_id")], primaryKey: ["order_id"]),
    TableDefinition(
      "provider_notice",
      [
        .integer("id"), .text("method", 20), .integer("payment_id", nullable: true), .blob("body", 16_384),
        .text("verification", 200), .text("effect", 40), .integer("received_at"),
      ]),
    TableDefinition(
      "refund",
      [
        .integer("id"), .text("refund_key", 64), .integer("payment_id"), .integer("order_id", nullable: true),
        .integer("amount"), .text("currency", 3), .text("state", 20), .text("reason", 200), .integer("requested_at"),
        .integer("settled_at", nullable: true), .integer("next_query_at", nullable: true),
      ],
      unique: [["refund_key"]], checks: ["amount > 0"]),
    TableDefinition(
      "ledger_entry",
      [
        .integer("id"), .text("booking", 40), .text("book", 20), .text("party", 40), .integer("amount"),
        .text("currency", 3), .integer("payment_id"), .integer("booked_at"),
      ],
      // A booking is made once, whatever happens above it.
      unique: [["booking", "book", "party"]]),
  ]
}
