import Storage

extension StoredContent {
  public static let migrations: [Migration] = [
    Migration("content", 1, "001_CreateContent") { transaction in
      for table in [entry, revision, banner, menu, menuLine, picture] { try transaction.create(table) }
      try transaction.createIndex("content_entry_by_change", on: "content_entry", ["kind", "changed_at", "id"])
      try transaction.createIndex("content_entry_by_time", on: "content_entry", ["kind", "state", "shown_from", "id"])
      try transaction.createIndex("banner_by_place", on: "banner", ["place", "position", "id"])
      try transaction.createIndex("content_picture_by_time", on: "content_picture", ["added_at", "file"])
    },
    Migration("content", 2, "002_SignPreviews") { transaction in
      try transaction.create(previewSecret)
    },
  ]

  /// What links to previews are signed with: one row, which the first link makes.
  private static let previewSecret = TableDefinition(
    "preview_secret", [.text("name", 20), .text("secret", 64)], primaryKey: ["name"])

  private static let entry = TableDefinition(
    "content_entry",
    [
      .integer("id"), .text("kind", 20), .text("slug", 200), .text("state", 20), .integer("version"),
      .integer("shown_version", nullable: true), .integer("shown_from", nullable: true),
      .integer("shown_until", nullable: true), .integer("changed_at"), .text("changed_by", 40),
      // The titles of the latest version in small letters, for the search of the desk.
      .text("search_text", 500),
    ],
    unique: [["kind", "slug"]])

  private static let revision = TableDefinition(
    "content_revision",
    [
      .integer("entry_id"), .integer("number"), .text("title_en", EntryCheck.title),
      .text("title_zh", EntryCheck.title),
      .text("summary_en", EntryCheck.summary), .text("summary_zh", EntryCheck.summary),
      .text("body_en", EntryCheck.body), .text("body_zh", EntryCheck.body), .text("picture", 80, nullable: true),
      .integer("begins_at", nullable: true), .integer("ends_at", nullable: true), .integer("saved_at"),
      .text("saved_by", 40),
    ],
    primaryKey: ["entry_id", "number"])

  private static let banner = TableDefinition(
    "banner",
    [
      .integer("id"), .text("place", 20), .integer("position"), .text("title_en", 80), .text("title_zh", 80),
      .text("words_en", 160), .text("words_zh", 160), .text("action_en", 40), .text("action_zh", 40),
      .text("link", 500), .text("picture", 80), .text("picture_phone", 80, nullable: true),
      .integer("begins_at", nullable: true), .integer("ends_at", nullable: true), .integer("is_on"),
      .integer("version"), .integer("changed_at"), .text("changed_by", 40),
    ])

  private static let menu = TableDefinition(
    "menu", [.text("place", 20), .integer("version"), .integer("changed_at"), .text("changed_by", 40)],
    primaryKey: ["place"])

  private static let menuLine = TableDefinition(
    "menu_line",
    [
      .text("place", 20), .integer("position"), .integer("is_nested"), .text("title_en", 60), .text("title_zh", 60),
      .text("address", 500),
    ],
    primaryKey: ["place", "position"])

  private static let picture = TableDefinition(
    "content_picture",
    [
      .text("file", 80), .text("alternative_en", 200), .text("alternative_zh", 200), .integer("added_at"),
      .text("added_by", 40),
    ],
    primaryKey: ["file"])
}
