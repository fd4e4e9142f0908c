import Storage

extension StoredPayments {
  public static let migrations = [
    Migration("payments", 1, "001_CreatePayment") { transaction in
      try transaction.create(
        TableDefinition(
          "payment",
          [
            .integer("id"), .text("number", 32), .text("method", 20), .integer("payer_id"), .text("currency", 3),
            .integer("amount"), .integer("refunded"), .text("state", 20), .text("provider_number", 64, nullable: true),
            .text("open_key", 80, nullable: true), .text("subject", 120), .text("language", 8), .text("handover", 8000),
            .integer("opened_at"), .integer("expires_at"), .integer("captured_at", nullable: true),
            .integer("next_query_at", nullable: true), .integer("queries"),
          ],
          unique: [["number"], ["open_key"], ["method", "provider_number"]],
          checks: ["amount > 0", "refunded BETWEEN 0 AND amount"]))
      try transaction.createIndex("payment_by_query", on: "payment", ["next_query_at"])
      try transaction.create(
        TableDefinition(
          "payment_share", [.integer("payment_id"), .integer("order_id"), .integer("amount")],
          primaryKey: ["payment_id", "order_id"]))
      try transaction.createIndex("payment_share_by_order", on: "payment_share", ["order_id", "payment_id"])
      try transaction.create(
        TableDefinition(
          "provider_notice",
          [
            .integer("id"), .text("method", 20), .text("number", 64), .text("verdict", 80), .text("body", 16_384),
            .integer("at"),
          ]))
      try transaction.create(
        TableDefinition(
          "payment_refund",
          [
            .integer("id"), .text("refund_key", 64), .text("number", 32), .integer("payment_id"), .integer("amount"),
            .text("state", 12), .text("reason", 200), .integer("requested_at"),
            .integer("next_query_at", nullable: true),
            .integer("queries"),
          ],
          unique: [["refund_key"], ["number"]], checks: ["amount > 0"]))
      try transaction.createIndex("payment_refund_by_payment", on: "payment_refund", ["payment_id", "id"])
      try transaction.createIndex("payment_refund_by_query", on: "payment_refund", ["next_query_at"])
      try transaction.create(
        TableDefinition(
          "ledger_entry",
          [
            .integer("id"), .text("booking", 60), .text("book", 20), .text("party", 60), .text("currency", 3),
            .integer("amount"), .integer("payment_id"), .integer("at"),
          ],
          unique: [["booking", "book", "party"]]))
      try transaction.createIndex("ledger_entry_by_payment", on: "ledger_entry", ["payment_id", "id"])
    }
  ]
}
