import Storage

extension StoredSettlement {
  public static let migrations = [
    Migration("settlement", 1, "001_CreateSettlement") { transaction in
      for table in orderTables + statementTables { try transaction.create(table) }
      try transaction.createIndex(
        "settlement_order_open", on: "settlement_order", ["is_open", "merchant_id", "ended_at"])
      try transaction.createIndex("settlement_fact_order", on: "settlement_fact", ["order_id"])
      try transaction.createIndex("settlement_fact_payment", on: "settlement_fact", ["payment_id"])
      try transaction.createIndex("book_entry_order", on: "book_entry", ["order_id", "id"])
      try transaction.createIndex("settlement_line_order", on: "settlement_line", ["order_id"])
      // One index per scope, in the order of the list.
      try transaction.createIndex("settlement_statement_merchant", on: "settlement_statement", ["merchant_id", "id"])
      try transaction.createIndex("settlement_statement_state", on: "settlement_statement", ["state", "id"])
    },
    Migration("settlement", 2, "002_KeepBalances") { transaction in
      // What each account has of each merchant's orders, so that nobody adds up all books to see it.
      try transaction.create(
        TableDefinition(
          "book_balance",
          [.integer("merchant_id"), .text("account", 24), .text("currency", 3), .integer("amount")],
          primaryKey: ["merchant_id", "account", "currency"]))
      // Begun and cut off, it is begun again.
      try transaction.execute("DELETE FROM book_balance")
      try transaction.execute(
        """
        INSERT INTO book_balance (merchant_id, account, currency, amount)
        SELECT merchant_id, account, currency, SUM(amount) FROM book_entry GROUP BY merchant_id, account, currency
        """)
      // A merchant's rules, and those for all, as many as there are.
      try transaction.createIndex("commission_rule_reach", on: "commission_rule", ["merchant_id", "category_id"])
    },
    Migration("settlement", 3, "003_KeepCredits") { transaction in
      try transaction.create(
        TableDefinition(
          "settlement_credit",
          [
            .text("fact_key", 80), .integer("account_id"), .integer("amount"), .text("currency", 3),
            .integer("happened_at"), .integer("noted_at"),
          ],
          primaryKey: ["fact_key"], checks: ["amount > 0"]))
      try transaction.createIndex("settlement_credit_account", on: "settlement_credit", ["account_id", "fact_key"])
      // What was given before is brought in buyer by buyer (`KeepBooks.catchUpBuyers`).
      try transaction.addColumn(.text("next_buyer", 200, nullable: true), to: "settlement_walk")
      try transaction.addColumn(.integer("is_through_buyers", default: 0), to: "settlement_walk")
    },
  ]

  /// What an order comes to, and with `stated_` before it what of that statements have.
  private static func sums(_ prefix: String = "") -> [ColumnDefinition] {
    ["paid", "borne", "refunded", "commission", "fee"].map { .integer(prefix + $0, default: 0) }
  }

  private static let orderHead: [ColumnDefinition] = [
    .integer("order_id"), .text("number", 32), .integer("merchant_id"), .text("currency", 3), .integer("placed_at"),
    .integer("ended_at", nullable: true),
    // Nil before the order ended.
    .integer("merchant_bears_fees", nullable: true), .integer("goodwill", default: 0), .integer("owed", default: 0),
    .integer("stated_net", default: 0), .integer("is_open", default: 0),
  ]

  private static let orderTables = [
    // What facts add up to, and how much of it statements have, so that what is open is found without adding up.
    TableDefinition("settlement_order", orderHead + sums() + sums("stated_"), primaryKey: ["order_id"]),
    TableDefinition(
      "settlement_term",
      [
        .integer("order_id"), .integer("position"), .integer("weight"), .integer("rate"),
        .integer("rule_id", nullable: true),
      ],
      primaryKey: ["order_id", "position"], checks: ["weight >= 0", "rate >= 0", "rate <= 10000"]),
    TableDefinition(
      "settlement_fact",
      [
        .text("fact_key", 80), .integer("order_id"), .text("kind", 20), .text("method", 20),
        .integer("payment_id", nullable: true), .integer("amount"), .text("currency", 3), .integer("is_platforms"),
        .integer("happened_at"), .integer("noted_at"),
      ],
      primaryKey: ["fact_key"], checks: ["amount >= 0"]),
    TableDefinition(
      "book_entry",
      [
        .integer("id"), .text("booking", 80), .text("account", 24), .text("party", 40),
        .integer("order_id", nullable: true), .integer("merchant_id"), .integer("amount"), .text("currency", 3),
        .integer("booked_at"),
      ],
      // A booking is made once, whatever happens above it.
      unique: [["booking", "account", "party"]]),
  ]

  private static let statementTables = [
    TableDefinition(
      "commission_rule",
      [
        .integer("id"), .integer("merchant_id", nullable: true), .integer("category_id", nullable: true),
        .integer("rate", nullable: true), .integer("from_day"), .integer("made_at"),
      ],
      checks: ["rate IS NULL OR (rate >= 0 AND rate <= 10000)"]),
    TableDefinition(
      "settlement_statement",
      [
        .integer("id"), .integer("merchant_id"), .text("currency", 3), .text("rhythm", 10), .integer("through_day"),
        // The period, and once cancelled the statement as well, which makes room for another.
        .text("slot", 60), .text("state", 20), .integer("orders", default: 0), .integer("paid", default: 0),
        .integer("borne", default: 0), .integer("refunds", default: 0), .integer("commission", default: 0),
        .integer("fee", default: 0),
        .integer("net", default: 0), .integer("drawn_at"), .text("drawn_by", 32),
        .integer("approved_at", nullable: true), .text("approved_by", 32, nullable: true),
        .integer("paid_at", nullable: true), .text("reference", 80), .integer("cancelled_at", nullable: true),
      ],
      unique: [["merchant_id", "currency", "slot"]]),
    TableDefinition(
      "settlement_line",
      [
        .integer("statement_id"), .integer("order_id"), .text("number", 32), .integer("ended_at"), .integer("paid"),
        .integer("borne"), .integer("refunds"), .integer("commission"), .integer("fee"), .integer("net"),
      ],
      primaryKey: ["statement_id", "order_id"]),
    TableDefinition(
      "settlement_walk",
      [.integer("id"), .text("next", 200, nullable: true), .integer("is_through")], checks: ["id = 1"]),
  ]
}
