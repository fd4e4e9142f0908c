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
