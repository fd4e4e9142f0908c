import Storage

extension DeedLog {
  public static let migrations = [
    Migration("log", 1, "001_CreateDeed") { transaction in
      try transaction.create(
        TableDefinition(
          "deed",
          [
            .integer("number"), .text("previous", 64), .integer("happened_at"), .text("who", 32),
            .text("who_name", DeedRows.longestName), .text("origin", DeedRows.longestOrigin),
            .text("trace", DeedRows.longestTrace), .text("verb", DeedRows.longestVerb),
            .text("subject", DeedRows.longestSubject), .text("subject_name", DeedRows.longestSubjectName),
            .integer("merchant_id", nullable: true), .text("before_json", DeedRows.longestFields, nullable: true),
            .text("after_json", DeedRows.longestFields, nullable: true), .text("note", DeedRows.longestNote),
            .text("hash", 64),
          ],
          primaryKey: ["number"]))
      // One for each filter, in the order of the list.
      for column in ["merchant_id", "who", "who_name", "verb", "subject", "subject_name"] {
        try transaction.createIndex("deed_by_\(column)", on: "deed", [column, "happened_at", "number"])
      }
      try transaction.createIndex("deed_by_time", on: "deed", ["happened_at", "number"])
      // Its row comes with the first deed: a restored log brings its own.
      try transaction.create(
        TableDefinition("deed_head", [.integer("id"), .integer("number"), .text("hash", 64)]))
    }
  ]
}
