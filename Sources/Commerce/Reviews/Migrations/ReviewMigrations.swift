import Storage

extension StoredReviews {
  public static let migrations = [
    Migration("reviews", 1, "001_CreateReview") { transaction in
      try transaction.create(
        TableDefinition(
          "review",
          [
            .integer("id"), .integer("line_id"), .integer("product_id"), .integer("author_id"),
            .text("author_name", 60),
            .integer("stars"), .text("words", 2000), .text("pictures", 500), .text("choice_en", 300),
            .text("choice_zh", 300), .integer("written_at"),
          ],
          unique: [["line_id"]], checks: ["stars BETWEEN 1 AND 5"]))
      try transaction.createIndex("review_by_product", on: "review", ["product_id", "written_at", "id"])
      try transaction.createIndex("review_by_stars", on: "review", ["product_id", "stars", "written_at"])
      try transaction.create(
        TableDefinition(
          "review_count", [.integer("product_id"), .integer("stars"), .integer("number")],
          primaryKey: ["product_id", "stars"], checks: ["number >= 0"]))
    },
    Migration("reviews", 2, "002_ModerateReviews") { transaction in
      for column: ColumnDefinition in [
        .integer("merchant_id", default: 0), .text("state", 12, default: "shown"), .text("reason", 500, default: ""),
        .text("reply", 1000, default: ""), .integer("replied_at", nullable: true), .integer("wants_look", default: 0),
      ] {
        try transaction.addColumn(column, to: "review")
      }
      try transaction.create(
        TableDefinition(
          "review_report",
          [
            .integer("review_id"), .text("reporter", 32), .text("cause", 12), .text("words", 500),
            .integer("reported_at"),
          ],
          primaryKey: ["review_id", "reporter"]))
      // For each scope the whole list and those that staff work on, in the order of the list.
      let indexes: [(String, [String])] = [
        ("time", []), ("look", ["wants_look"]), ("state", ["state"]), ("author", ["author_id"]),
        ("merchant", ["merchant_id"]), ("merchant_look", ["merchant_id", "wants_look"]),
        ("merchant_state", ["merchant_id", "state"]), ("merchant_reply", ["merchant_id", "replied_at"]),
      ]
      for (name, columns) in indexes {
        try transaction.createIndex("review_by_\(name)", on: "review", columns + ["written_at", "id"])
      }
    },
  ]
}
