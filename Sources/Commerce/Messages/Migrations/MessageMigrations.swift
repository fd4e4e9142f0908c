import Storage

extension StoredMessages {
  public static let migrations = [
    Migration("messages", 1, "001_CreateMessage") { transaction in
      try transaction.create(
        TableDefinition(
          "message",
          [
            .integer("id"), .integer("account_id"), .integer("merchant_id"), .text("letter_key", 120),
            .text("title_en", 300), .text("title_zh", 300), .text("words_en", 4000), .text("words_zh", 4000),
            .text("address", 500), .integer("written_at"), .integer("is_read"), .integer("read_at", nullable: true),
          ],
          unique: [["account_id", "merchant_id", "letter_key"]]))
      try transaction.createIndex("message_by_box", on: "message", ["account_id", "merchant_id", "id"])
      // What went to all merchants, whoever they are.
      try transaction.createIndex("message_by_kind", on: "message", ["account_id", "id"])
      try transaction.createIndex(
        "message_by_unread", on: "message", ["account_id", "merchant_id", "is_read", "id"])
      try transaction.createIndex("message_by_time", on: "message", ["written_at", "id"])
    }
  ]
}
