import Storage

extension Outbox {
  /// The tables of events: outbox, inbox and dead letters.
  public static let migrations = [
    Migration("events", 1, "001_CreateEvents") { transaction in
      let envelope: [ColumnDefinition] = [
        .text("name", 80), .integer("version"), .text("subject", 120), .integer("occurred_at"),
        .text("payload", 65_536),
      ]
      try transaction.create(TableDefinition("outbox", [.integer("id")] + envelope))
      // The event comes first in the key: rows are added at the end, and old ones are pruned by a range.
      try transaction.create(
        TableDefinition(
          "inbox", [.integer("event_id"), .text("subscriber", 80), .integer("handled_at")],
          primaryKey: ["event_id", "subscriber"]))
      try transaction.create(
        TableDefinition(
          "dead_letter",
          [.integer("event_id"), .text("subscriber", 80)] + envelope + [
            .text("error_text", DeadLetter.errorLimit), .integer("attempts"), .integer("failed_at"),
          ],
          primaryKey: ["event_id", "subscriber"]))
    },
    Migration("events", 2, "002_AddTrace") { transaction in
      for table in ["outbox", "dead_letter"] {
        try transaction.addColumn(.text("trace", 55, nullable: true), to: table)
      }
    },
  ]
}
