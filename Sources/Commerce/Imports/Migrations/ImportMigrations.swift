import Storage

extension StoredImports {
  public static let migrations: [Migration] = [
    Migration("imports", 1, "001_CreateImportRun") { transaction in
      for table in [run, piece, note] { try transaction.create(table) }
      try transaction.createIndex("import_run_by_merchant", on: "import_run", ["merchant_id", "id"])
      try transaction.createIndex("import_run_by_state", on: "import_run", ["state", "worked_at"])
      try transaction.createIndex("import_run_by_change", on: "import_run", ["has_file", "changed_at"])
    }
  ]

  /// `claim` names who works on it until `claim_until`; `attempts` counts who did since it last came on.
  private static let run = TableDefinition(
    "import_run",
    [
      .integer("id"), .integer("merchant_id", nullable: true), .integer("staff_id"), .text("file_name", 200),
      .integer("size"), .text("stock", 10), .text("encoding", 40, nullable: true), .text("state", 20),
      .integer("is_checked"), .integer("has_file"), .text("claim", 40, nullable: true), .integer("claim_until"),
      .integer("worked_at"), .text("figures", 1000), .text("preview", 100_000, nullable: true),
      .text("fault", 4000, nullable: true), .integer("note_count"), .integer("created_at"), .integer("changed_at"),
      .integer("started_at", nullable: true), .integer("finished_at", nullable: true),
      .integer("attempts", default: 0),
    ])

  private static let piece = TableDefinition(
    "import_piece", [.integer("run_id"), .integer("number"), .blob("bytes", ImportRun.pieceSize)],
    primaryKey: ["run_id", "number"])

  private static let note = TableDefinition(
    "import_note",
    [
      .integer("run_id"), .integer("number"), .integer("is_warning"), .integer("line"), .text("handle", 200),
      .text("code", 60), .text("about", 60, nullable: true), .text("reason", 500),
    ],
    primaryKey: ["run_id", "number"])
}
