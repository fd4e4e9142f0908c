import Storage
import Values

enum PictureTable {
  /// The newest first.
  static func pictures(_ condition: SQL, limit: Int, in transaction: any ReadTransaction) throws -> [ContentPicture] {
    try transaction.rows(
      """
      SELECT file, alternative_en, alternative_zh, added_at, added_by FROM content_picture WHERE \(condition)
      ORDER BY added_at DESC, file DESC LIMIT \(limit)
      """
    ).map { row in
      guard let file = FileKey(rawValue: try row["file"]) else {
        throw RowFault.misfit(column: "file", type: "FileKey")
      }
      return ContentPicture(
        file: file, alternative: LocalizedText(en: try row["alternative_en"], zhHans: try row["alternative_zh"]),
        addedAt: try row["added_at"], addedBy: try RevisionTable.actor(row, "added_by"))
    }
  }

  static func count(in transaction: any ReadTransaction) throws -> Int {
    try transaction.value("SELECT COUNT(*) AS pictures FROM content_picture") ?? 0
  }

  /// The same file again changes what is said of it alone.
  static func write(_ picture: ContentPicture, in transaction: any Transaction) throws {
    try transaction.execute(
      transaction.dialect.upsert(
        into: "content_picture",
        [
          ("file", picture.file.rawValue.sqlValue), ("alternative_en", picture.alternative.en.sqlValue),
          ("alternative_zh", picture.alternative.zhHans.sqlValue), ("added_at", picture.addedAt.sqlValue),
          ("added_by", picture.addedBy.text.sqlValue),
        ],
        key: ["file"], update: ["alternative_en", "alternative_zh"]))
  }
}
