import Storage

extension StoredPayments {
  static let createBills = Migration("payments", 8, "008_CreateBills") { transaction in
    for table in billTables { try transaction.create(table) }
    try transaction.createIndex("bill_day_due", on: "bill_day", ["next_try_at", "method", "day"])
    try transaction.createIndex("bill_day_state", on: "bill_day", ["state", "method", "day"])
    try transaction.createIndex("bill_day_take", on: "bill_day", ["take_id"])
    try transaction.createIndex("bill_row_subject", on: "bill_row", ["subject_id", "take_id"])
    try transaction.createIndex("bill_difference_state", on: "bill_difference", ["state", "id"])
    try transaction.createIndex("bill_difference_day", on: "bill_difference", ["day", "id"])
    try transaction.createIndex("bill_difference_number", on: "bill_difference", ["payment_number"])
    // Days are read and added up from the index alone.
    try transaction.createIndex(
      "payment_captured", on: "payment", ["method", "captured_at", "currency", "amount", "from_balance"])
    try transaction.createIndex("refund_settled", on: "refund", ["settled_at", "payment_id"])
  }

  private static let billTables = [
    TableDefinition(
      "bill_day",
      [
        .text("method", 20), .text("day", 10), .text("state", 10), .integer("take_id", nullable: true),
        // Who works on it, told by the take that is being made.
        .integer("working_take", nullable: true), .integer("row_count", default: 0),
        .text("source", 10, nullable: true), .integer("fetched_at", nullable: true),
        .integer("matched_at", nullable: true), .integer("next_try_at", nullable: true),
        .integer("tries", default: 0), .text("fault", 200, default: ""),
        // How far the fees of which take were told.
        .integer("told_take", nullable: true), .integer("told_lines", default: 0),
      ],
      primaryKey: ["method", "day"]),
    TableDefinition(
      "bill_row",
      [
        .integer("take_id"), .integer("line"), .integer("is_refund"),
        // The payment or refund that it is about, as far as that is known.
        .integer("subject_id", nullable: true), .text("payment_number", 64), .text("refund_number", 64),
        // Of refunds that were begun at the provider: their key here.
        .text("refund_key", 64, nullable: true), .text("provider_number", 64), .integer("amount"), .integer("fee"),
        .text("currency", 3), .integer("happened_at"),
        // What the books have, where that is more than one refund.
        .integer("here_amount", nullable: true),
      ],
      primaryKey: ["take_id", "line"]),
    TableDefinition(
      "bill_movement",
      [
        .integer("take_id"), .integer("line"), .text("provider_number", 64), .integer("amount"), .integer("fee"),
        .text("currency", 3), .integer("happened_at"),
      ],
      primaryKey: ["take_id", "line"]),
    TableDefinition(
      "bill_total",
      [
        .text("method", 20), .text("day", 10), .text("currency", 3), .integer("payments", default: 0),
        .integer("paid", default: 0), .integer("refunds", default: 0), .integer("refunded", default: 0),
        .integer("fees", default: 0), .integer("others", default: 0), .integer("others_in", default: 0),
        .integer("others_out", default: 0), .integer("here_payments", default: 0), .integer("here_paid", default: 0),
        .integer("here_refunds", default: 0), .integer("here_refunded", default: 0),
      ],
      primaryKey: ["method", "day", "currency"]),
    // Takes that nothing points to any more, whose rows are still there.
    TableDefinition("bill_leftover", [.integer("take_id")], primaryKey: ["take_id"]),
    TableDefinition(
      "bill_difference",
      [
        .integer("id"), .text("method", 20), .text("day", 10), .text("kind", 20), .text("subject", 80),
        .integer("is_refund"), .integer("subject_id", nullable: true), .text("payment_number", 64),
        .text("refund_number", 64), .text("refund_key", 64, nullable: true), .text("provider_number", 64),
        .text("currency", 3), .integer("there_amount", nullable: true), .integer("there_fee", nullable: true),
        .integer("here_amount", nullable: true), .integer("here_fee", nullable: true),
        .text("here_state", 20, nullable: true), .integer("happened_at"), .text("state", 12),
        .text("cause", 12, nullable: true), .text("reason", 500, default: ""), .integer("staff_id", nullable: true),
        .integer("take_id"), .integer("found_at"), .integer("changed_at"),
      ],
      unique: [["method", "day", "kind", "subject"]]),
    TableDefinition(
      "bill_fee_rule", [.text("method", 20), .integer("parts"), .integer("fixed")], primaryKey: ["method"]),
  ]
}
