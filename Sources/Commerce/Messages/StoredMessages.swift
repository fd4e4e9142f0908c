import Storage
import Values

/// Messages over a database. What one box has is read off an index; identifiers are sorted by time.
public struct StoredMessages: MessageService {
  private static let mostCounted = 100

  private let database: any Database
  private let ids: IDGenerator
  private let clock: WallClock

  public init(database: any Database, ids: IDGenerator, clock: WallClock) {
    self.database = database
    self.ids = ids
    self.clock = clock
  }

  public func keep(_ draft: MessageDraft, in box: MessageBox) async throws {
    let message = Message(
      id: ids.next(), box: box, title: draft.title.cut(to: 300), text: draft.text.cut(to: 4000),
      address: draft.address.cut(to: 500), writtenAt: clock.now, readAt: nil)
    try await database.write { transaction in
      _ = try transaction.execute(MessageRows.insertion(of: message, key: draft.key, transaction.dialect))
    }
  }

  public func messages(in box: MessageBox, _ page: PageRequest) async throws -> Page<Message> {
    try await messages(MessageRows.condition(box), page)
  }

  public func messagesToMerchants(_ page: PageRequest) async throws -> Page<Message> {
    try await messages("account_id = 0", page)
  }

  private func messages(_ condition: SQL, _ page: PageRequest) async throws -> Page<Message> {
    let after = page.after?.parts.first.flatMap { MessageID($0) }
    let older: SQL = if let after { "AND id < \(after)" } else { "" }
    let found = try await database.read { transaction in
      try transaction.rows(
        "SELECT * FROM message WHERE \(condition) \(older) ORDER BY id DESC LIMIT \(page.limit + 1)"
      ).map { try Message($0) }
    }
    return Page(fetched: found, limit: page.limit) { Cursor([$0.id.description]) }
  }

  public func message(_ id: MessageID) async throws -> Message? {
    try await database.read { try MessageRows.message(id, in: $0) }
  }

  public func unreadCount(in box: MessageBox) async throws -> Int {
    let query: SQL = """
      SELECT COUNT(*) FROM (
        SELECT id FROM message WHERE \(MessageRows.condition(box)) AND is_read = 0 LIMIT \(Self.mostCounted)
      ) AS unread
      """
    return try await database.read { try $0.value(query, as: Int.self) ?? 0 }
  }

  public func read(_ id: MessageID, in box: MessageBox) async throws -> Message {
    guard let known = try await message(id), known.box == box else { throw MessageRefusal.unknownMessage }
    // Most pages of messages show one that was read before: nobody waits for the writer then.
    guard known.isUnread else { return known }
    let now = clock.now
    return try await database.write { transaction in
      try transaction.execute(
        "UPDATE message SET is_read = 1, read_at = \(now) WHERE id = \(id) AND is_read = 0")
      guard let message = try MessageRows.message(id, in: transaction) else { throw MessageRefusal.unknownMessage }
      return message
    }
  }

  public func readAll(in box: MessageBox) async throws {
    let now = clock.now
    try await database.write { transaction in
      try transaction.execute(
        """
        UPDATE message SET is_read = 1, read_at = \(now)
        WHERE \(MessageRows.condition(box)) AND is_read = 0
        """)
    }
  }

  public func forget(_ account: AccountID) async throws {
    try await database.write { transaction in
      try transaction.execute("DELETE FROM message WHERE \(MessageRows.condition(.account(account)))")
    }
  }

  public func prune(writtenBefore: Timestamp, limit: Int) async throws -> Int {
    try await database.write { transaction in
      let old: [MessageID] = try transaction.rows(
        "SELECT id FROM message WHERE written_at < \(writtenBefore) ORDER BY written_at, id LIMIT \(limit)"
      ).map { try $0["id"] }
      if !old.isEmpty { try transaction.execute("DELETE FROM message WHERE id IN \(list: old)") }
      return old.count
    }
  }
}

extension LocalizedText {
  fileprivate func cut(to limit: Int) -> LocalizedText {
    LocalizedText(en: en.cut(to: limit), zhHans: zhHans.cut(to: limit))
  }
}

extension String {
  /// Columns count code points, of which one visible character may have many.
  fileprivate func cut(to limit: Int) -> String { String(UnicodeScalarView(unicodeScalars.prefix(limit))) }
}
