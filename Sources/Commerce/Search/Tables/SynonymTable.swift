import Storage
import Values

enum SynonymTable {
  static let wordsLimit = SynonymGroup.mostWords * (SynonymGroup.longestWord + 1)
  /// Folding can make two characters of one; what is longer is found by its beginning alone.
  static let foldedLimit = 2600

  /// The latest first.
  static func groups(
    _ condition: SQL, limit: Int, in transaction: any ReadTransaction
  ) throws -> [SynonymGroup] {
    try transaction.rows(
      "SELECT id, source, words, version FROM search_synonym WHERE \(condition) ORDER BY id DESC LIMIT \(limit)"
    ).map(group)
  }

  static func group(_ id: SynonymID, in transaction: any ReadTransaction) throws -> SynonymGroup? {
    try groups("id = \(id)", limit: 1, in: transaction).first
  }

  static func write(
    _ group: SynonymGroup, at now: Timestamp, by actor: Actor, in transaction: any Transaction
  ) throws {
    let texts = ([group.from].compactMap(\.self) + group.words)
    let folded = texts.map { SpacedText.folded($0, limit: 200) }.joined(separator: "\n")
    try transaction.execute(
      transaction.dialect.upsert(
        into: "search_synonym",
        [
          ("id", group.id.sqlValue), ("source", group.from.sqlValue),
          ("words", group.words.joined(separator: "\n").sqlValue),
          ("search_text", StoredText.cut(folded, foldedLimit).sqlValue), ("version", group.version.sqlValue),
          ("changed_at", now.sqlValue), ("changed_by", actor.text.sqlValue),
        ], key: ["id"], update: ["source", "words", "search_text", "version", "changed_at", "changed_by"]))
  }

  static func delete(_ id: SynonymID, in transaction: any Transaction) throws {
    try transaction.execute("DELETE FROM search_synonym WHERE id = \(id)")
  }

  static func count(in transaction: any ReadTransaction) throws -> Int {
    try transaction.value("SELECT COUNT(*) FROM search_synonym") ?? 0
  }

  private static func group(_ row: Row) throws -> SynonymGroup {
    let words: String = try row["words"]
    return SynonymGroup(
      id: try row["id"], from: try row["source"], words: words.split(separator: "\n").map(String.init),
      version: try row["version"])
  }
}

enum StoredText {
  static func cut(_ text: String, _ limit: Int) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
  }
}
