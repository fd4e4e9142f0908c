import Storage
import Values

extension EntryKind: SQLConvertible {}
extension EntryState: SQLConvertible {}

enum EntryTable {
  /// Entries each beside its latest version.
  private static let latest: SQL = """
    FROM content_entry JOIN content_revision
      ON content_revision.entry_id = content_entry.id AND content_revision.number = content_entry.version
    """
  /// Entries each beside the version that visitors see.
  private static let shown: SQL = """
    FROM content_entry JOIN content_revision
      ON content_revision.entry_id = content_entry.id AND content_revision.number = content_entry.shown_version
    """
  private static let head: SQL = """
    content_entry.id AS id, kind, slug, state, version, shown_version, shown_from, shown_until, changed_at, changed_by
    """

  static func entry(_ condition: SQL, in transaction: any ReadTransaction, lock: SQL = "") throws -> Entry? {
    try transaction.row("SELECT \(head), \(RevisionTable.text) \(latest) WHERE \(condition) \(lock)").map(entry)
  }

  /// Without bodies.
  static func entries(_ condition: SQL, limit: Int, in transaction: any ReadTransaction) throws -> [Entry] {
    try transaction.rows(
      """
      SELECT \(head), \(RevisionTable.textWithoutBody) \(latest) WHERE \(condition)
      ORDER BY changed_at DESC, content_entry.id DESC LIMIT \(limit)
      """
    ).map(entry)
  }

  static func published(
    _ condition: SQL, limit: Int, withBodies: Bool, in transaction: any ReadTransaction
  ) throws -> [PublishedEntry] {
    let text = withBodies ? RevisionTable.text : RevisionTable.textWithoutBody
    return try transaction.rows(
      """
      SELECT \(head), \(text) \(shown) WHERE state = \(EntryState.published) AND \(condition)
      ORDER BY shown_from DESC, content_entry.id DESC LIMIT \(limit)
      """
    ).map { row in
      PublishedEntry(
        id: try row["id"], kind: try row["kind"], slug: try slug(row), version: try row["shown_version"],
        text: try RevisionTable.text(row), shownFrom: try row["shown_from"], shownUntil: try row["shown_until"],
        changedAt: try row["changed_at"])
    }
  }

  static func count(in transaction: any ReadTransaction) throws -> Int {
    try transaction.value("SELECT COUNT(*) AS entries FROM content_entry") ?? 0
  }

  static func isTaken(_ slug: Slug, _ kind: EntryKind, in transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT id FROM content_entry WHERE kind = \(kind) AND slug = \(slug.rawValue)") != nil
  }

  static func insert(_ entry: Entry, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO content_entry (id, kind, slug, state, version, shown_version, shown_from, shown_until, changed_at,
        changed_by, search_text)
      VALUES (\(entry.id), \(entry.kind), \(entry.slug.rawValue), \(entry.state), \(entry.version),
        \(entry.shownVersion), \(entry.shownFrom), \(entry.shownUntil), \(entry.changedAt), \(entry.changedBy.text),
        \(searchText(entry.text.title)))
      """)
  }

  static func update(_ entry: Entry, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE content_entry SET slug = \(entry.slug.rawValue), state = \(entry.state), version = \(entry.version),
        shown_version = \(entry.shownVersion), shown_from = \(entry.shownFrom), shown_until = \(entry.shownUntil),
        changed_at = \(entry.changedAt), changed_by = \(entry.changedBy.text),
        search_text = \(searchText(entry.text.title))
      WHERE id = \(entry.id)
      """)
  }

  static func delete(_ id: EntryID, in transaction: any Transaction) throws {
    try transaction.execute("DELETE FROM content_revision WHERE entry_id = \(id)")
    try transaction.execute("DELETE FROM content_entry WHERE id = \(id)")
  }

  /// Finds a part of a title in either language.
  static func titleHas(_ text: String) -> SQL {
    var pattern = "%"
    for scalar in text.lowercased().unicodeScalars {
      if scalar == "!" || scalar == "%" || scalar == "_" { pattern.append("!") }
      pattern.unicodeScalars.append(scalar)
    }
    return "search_text LIKE \(pattern + "%") ESCAPE '!'"
  }

  /// Small letters of some capitals are longer than they.
  private static func searchText(_ title: LocalizedText) -> String {
    String(String.UnicodeScalarView("\(title.en)\n\(title.zhHans)".lowercased().unicodeScalars.prefix(500)))
  }

  private static func entry(_ row: Row) throws -> Entry {
    Entry(
      id: try row["id"], kind: try row["kind"], slug: try slug(row), state: try row["state"],
      version: try row["version"], shownVersion: try row["shown_version"], shownFrom: try row["shown_from"],
      shownUntil: try row["shown_until"], changedAt: try row["changed_at"],
      changedBy: try RevisionTable.actor(row, "changed_by"), text: try RevisionTable.text(row))
  }

  private static func slug(_ row: Row) throws -> Slug {
    guard let slug = Slug(rawValue: try row["slug"]) else { throw RowFault.misfit(column: "slug", type: "Slug") }
    return slug
  }
}

enum RevisionTable {
  static let text: SQL = """
    title_en, title_zh, summary_en, summary_zh, body_en, body_zh, picture, begins_at, ends_at
    """
  static let textWithoutBody: SQL = """
    title_en, title_zh, summary_en, summary_zh, '' AS body_en, '' AS body_zh, picture, begins_at, ends_at
    """

  static func insert(_ revision: EntryRevision, of entry: EntryID, in transaction: any Transaction) throws {
    let text = revision.text
    try transaction.execute(
      """
      INSERT INTO content_revision (entry_id, number, title_en, title_zh, summary_en, summary_zh, body_en, body_zh,
        picture, begins_at, ends_at, saved_at, saved_by)
      VALUES (\(entry), \(revision.number), \(text.title.en), \(text.title.zhHans), \(text.summary.en),
        \(text.summary.zhHans), \(text.body.en), \(text.body.zhHans), \(text.picture?.rawValue), \(text.from),
        \(text.until), \(revision.savedAt), \(revision.savedBy.text))
      """)
  }

  /// Without bodies.
  static func revisions(of entry: EntryID, limit: Int, in transaction: any ReadTransaction) throws -> [EntryRevision] {
    try transaction.rows(
      """
      SELECT number, saved_at, saved_by, \(textWithoutBody) FROM content_revision WHERE entry_id = \(entry)
      ORDER BY number DESC LIMIT \(limit)
      """
    ).map(revision)
  }

  static func revision(
    _ number: Int, of entry: EntryID, in transaction: any ReadTransaction
  ) throws -> EntryRevision? {
    try transaction.row(
      """
      SELECT number, saved_at, saved_by, \(text) FROM content_revision
      WHERE entry_id = \(entry) AND number = \(number)
      """
    ).map(revision)
  }

  /// Drops those that are older than the last ones, but for the one that visitors see.
  static func prune(_ entry: Entry, keeping count: Int, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      DELETE FROM content_revision WHERE entry_id = \(entry.id) AND number <= \(entry.version - count)
        AND number <> \(entry.shownVersion ?? 0)
      """)
  }

  static func text(_ row: Row) throws -> EntryText {
    let picture: String? = try row["picture"]
    return EntryText(
      title: LocalizedText(en: try row["title_en"], zhHans: try row["title_zh"]),
      summary: LocalizedText(en: try row["summary_en"], zhHans: try row["summary_zh"]),
      body: LocalizedText(en: try row["body_en"], zhHans: try row["body_zh"]),
      picture: picture.flatMap(FileKey.init(rawValue:)), from: try row["begins_at"], until: try row["ends_at"])
  }

  static func actor(_ row: Row, _ column: String) throws -> Actor {
    guard let actor = Actor(try row[column] as String) else { throw RowFault.misfit(column: column, type: "Actor") }
    return actor
  }

  private static func revision(_ row: Row) throws -> EntryRevision {
    EntryRevision(
      number: try row["number"], text: try text(row), savedAt: try row["saved_at"],
      savedBy: try actor(row, "saved_by"))
  }
}
