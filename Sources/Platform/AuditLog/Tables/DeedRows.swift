import Storage
import Values

/// Entries as rows of `deed`, and the end of the chain as the one row of `deed_head`.
enum DeedRows {
  static let longestVerb = 60
  static let longestSubject = 80
  static let longestSubjectName = 254
  static let longestName = 80
  static let longestOrigin = 80
  static let longestTrace = 32
  static let longestNote = 500
  /// Escaped, each character of a value may take six.
  static let longestFields = 65_536

  static func insert(_ entry: DeedEntry) -> SQL {
    """
    INSERT INTO deed (number, previous, happened_at, who, who_name, origin, trace, verb, subject, subject_name,
      merchant_id, before_json, after_json, note, hash)
    VALUES (\(entry.number), \(entry.previous), \(entry.at), \(entry.who), \(entry.whoName), \(entry.origin),
      \(entry.trace), \(entry.verb), \(entry.subject), \(entry.subjectName), \(entry.merchant), \(entry.before),
      \(entry.after), \(entry.note), \(entry.hash))
    """
  }

  static func entry(_ row: Row) throws -> DeedEntry {
    DeedEntry(
      number: try row["number"], previous: try row["previous"], at: try row["happened_at"], who: try row["who"],
      whoName: try row["who_name"], origin: try row["origin"], trace: try row["trace"], verb: try row["verb"],
      subject: try row["subject"], subjectName: try row["subject_name"], merchant: try row["merchant_id"],
      before: try row["before_json"], after: try row["after_json"], note: try row["note"], hash: try row["hash"])
  }

  /// - Parameter suffix: what locks the row.
  static func head(_ suffix: SQL = "", in transaction: any ReadTransaction) throws -> DeedMark? {
    try transaction.row("SELECT number, hash FROM deed_head WHERE id = 1\(suffix)").map {
      DeedMark(number: try $0["number"], hash: try $0["hash"])
    }
  }
}
