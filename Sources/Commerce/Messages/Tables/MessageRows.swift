import Storage
import Values

enum MessageRows {
  /// The column of whom a message isn't for is 0.
  static func condition(_ box: MessageBox) -> SQL {
    switch box {
    case .account(let account): "account_id = \(account) AND merchant_id = 0"
    case .merchant(let merchant): "account_id = 0 AND merchant_id = \(merchant)"
    }
  }

  static func message(_ id: MessageID, in transaction: any ReadTransaction) throws -> Message? {
    try transaction.row("SELECT * FROM message WHERE id = \(id)").map { try Message($0) }
  }

  /// Leaves one that the box has under this key as it is.
  static func insertion(of message: Message, key: String, _ dialect: any Dialect) -> SQL {
    let owner: (account: SQLValue, merchant: SQLValue) =
      switch message.box {
      case .account(let id): (account: id.sqlValue, merchant: .integer(0))
      case .merchant(let id): (account: .integer(0), merchant: id.sqlValue)
      }
    return dialect.insertIfAbsent(
      into: "message",
      [
        ("id", message.id.sqlValue), ("account_id", owner.account), ("merchant_id", owner.merchant),
        ("letter_key", key.sqlValue),
        ("title_en", message.title.en.sqlValue), ("title_zh", message.title.zhHans.sqlValue),
        ("words_en", message.text.en.sqlValue), ("words_zh", message.text.zhHans.sqlValue),
        ("address", message.address.sqlValue), ("written_at", message.writtenAt.sqlValue), ("is_read", .integer(0)),
      ])
  }
}

extension Message {
  init(_ row: Row) throws {
    let account: AccountID = try row["account_id"]
    self.init(
      id: try row["id"], box: account.raw == 0 ? .merchant(try row["merchant_id"]) : .account(account),
      title: LocalizedText(en: try row["title_en"], zhHans: try row["title_zh"]),
      text: LocalizedText(en: try row["words_en"], zhHans: try row["words_zh"]), address: try row["address"],
      writtenAt: try row["written_at"], readAt: try row["read_at"])
  }
}
