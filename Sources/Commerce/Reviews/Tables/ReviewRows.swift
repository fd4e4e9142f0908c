import Storage
import Values

extension Review {
  init(_ row: Row) throws {
    let pictures: String = try row["pictures"]
    let (reply, repliedAt): (String, Timestamp?) = (try row["reply"], try row["replied_at"])
    self.init(
      id: try row["id"], product: try row["product_id"], merchant: try row["merchant_id"],
      author: try row["author_id"], authorName: try row["author_name"], stars: try row["stars"],
      text: try row["words"],
      pictures: pictures.split(separator: " ").compactMap { FileKey(rawValue: String($0)) },
      choice: LocalizedText(en: try row["choice_en"], zhHans: try row["choice_zh"]), writtenAt: try row["written_at"],
      state: try row["state"], reason: try row["reason"],
      reply: repliedAt.map { ReviewReply(text: reply, at: $0) }, wantsLook: try row["wants_look"])
  }
}

extension ReviewReport {
  init(_ row: Row) throws {
    let (reporter, cause): (String, String) = (try row["reporter"], try row["cause"])
    self.init(
      reporter: Actor(reporter) ?? .system, cause: Cause(rawValue: cause), text: try row["words"],
      at: try row["reported_at"])
  }
}

extension ReviewState: SQLConvertible {}

extension String {
  /// Columns count code points, of which one visible character may have many.
  func cut(to limit: Int) -> String { String(UnicodeScalarView(unicodeScalars.prefix(limit))) }
}
