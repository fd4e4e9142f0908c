import Storage

extension StoredMerchants {
  public static let migrations: [Migration] = [
    Migration("merchants", 1, "001_CreateMerchant") { transaction in
      try transaction.create(
        TableDefinition(
          "merchant",
          [
            .integer("id"), .text("slug", 200), .text("name_en", 100), .text("name_zh", 100),
            .text("introduction_en", 1000),
            .text("introduction_zh", 1000), .text("email", 254), .integer("opened_at"),
          ],
          unique: [["slug"]]))
    },
    Migration("merchants", 2, "002_AddApplications") { transaction in
      for column: ColumnDefinition in [
        .text("contact", 200, default: ""), .text("logo", 80, nullable: true), .text("language", 10, default: "en"),
        .text("state", 20, default: "open"), .text("reason", 500, default: ""), .integer("moved_at", nullable: true),
        .integer("application_id", nullable: true), .integer("version", default: 1),
      ] {
        try transaction.addColumn(column, to: "merchant")
      }
      try transaction.createIndex("merchant_by_application", on: "merchant", ["application_id"], unique: true)
      try transaction.create(application)
      try transaction.createIndex("merchant_application_by_state", on: "merchant_application", ["state", "id"])
    },
  ]

  /// `open_email` is the address while nobody has decided, and NULL afterwards, so that the unique key binds open
  /// applications alone.
  private static let application = TableDefinition(
    "merchant_application",
    [
      .integer("id"), .text("secret", 40), .text("name_en", 100), .text("name_zh", 100), .text("slug", 60),
      .text("contact", 60), .text("phone", 20), .text("email", 254), .text("open_email", 254, nullable: true),
      .text("goods", 1000), .text("licence", 40), .text("licence_picture", 80, nullable: true), .text("language", 10),
      .text("state", 20), .text("answer", 1000), .integer("applied_at"), .integer("moved_at"), .integer("revision"),
      .integer("merchant_id", nullable: true),
    ],
    unique: [["open_email"]])
}
