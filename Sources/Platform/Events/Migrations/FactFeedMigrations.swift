import Storage

extension FactFeed {
  public static let migrations = [
    Migration("facts", 1, "001_CreateToldFact") { transaction in
      try transaction.create(
        TableDefinition(
          "told_fact",
          [
            .integer("number"), .integer("event_id"), .integer("owner"), .text("name", 80), .integer("version"),
            .text("subject", 120), .integer("occurred_at"), .integer("kept_at"), .text("payload", 65_536),
          ],
          primaryKey: ["number"], unique: [["event_id", "owner"]]))
      try transaction.createIndex("told_fact_by_owner", on: "told_fact", ["owner", "number"])
      // Its row comes with the first fact: restored facts bring their own.
      try transaction.create(
        TableDefinition("told_fact_head", [.integer("id"), .integer("number"), .integer("forgotten")]))
    }
  ]
}
