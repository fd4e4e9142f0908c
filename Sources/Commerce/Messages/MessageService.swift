import Values

/// What the shop wrote to an account or to the people of a merchant, kept for them to read here, whatever became of the
/// letter. An account has one box for all merchants; the people of a merchant share theirs.
public protocol MessageService: Sendable {
  /// Keeps one, once for each key of a box: a repeat is harmless and changes nothing.
  func keep(_ draft: MessageDraft, in box: MessageBox) async throws
  /// The newest first.
  func messages(in box: MessageBox, _ page: PageRequest) async throws -> Page<Message>
  /// What went to any merchant, the newest first.
  func messagesToMerchants(_ page: PageRequest) async throws -> Page<Message>
  func message(_ id: MessageID) async throws -> Message?
  /// How many nobody has read, counted up to 100.
  func unreadCount(in box: MessageBox) async throws -> Int
  /// Answers it as it is then; harmless when it was read before. Throws `MessageRefusal.unknownMessage`, also for one of
  /// another box.
  func read(_ id: MessageID, in box: MessageBox) async throws -> Message
  /// Everything that is in the box now counts as read.
  func readAll(in box: MessageBox) async throws
  /// Empties the box of an account that is erased.
  func forget(_ account: AccountID) async throws
  /// Removes what was written before, up to `limit` of them. Answers how many: fewer than the limit once all are gone.
  func prune(writtenBefore: Timestamp, limit: Int) async throws -> Int
}

/// Whose messages they are.
public enum MessageBox: Hashable, Codable, Sendable {
  case account(AccountID)
  case merchant(MerchantID)
}

/// A message before it is kept, in the words of both languages: its reader may change theirs.
public struct MessageDraft: Hashable, Sendable {
  /// The key of the letter that says the same: one per fact, up to 120 bytes.
  public let key: String
  /// Up to 300 characters; what is longer is cut.
  public let title: LocalizedText
  /// Plain text with line breaks, up to 4000 characters; what is longer is cut.
  public let text: LocalizedText
  /// The page that it is about, an address within the shop; up to 500 characters.
  public let address: String

  public init(key: String, title: LocalizedText, text: LocalizedText, address: String) {
    self.key = key
    self.title = title
    self.text = text
    self.address = address
  }
}

public struct Message: Hashable, Codable, Sendable {
  public let id: MessageID
  public let box: MessageBox
  public let title: LocalizedText
  public let text: LocalizedText
  /// The page that it is about, within the shop.
  public let address: String
  public let writtenAt: Timestamp
  /// Nil while nobody has.
  public let readAt: Timestamp?

  public init(
    id: MessageID, box: MessageBox, title: LocalizedText, text: LocalizedText, address: String, writtenAt: Timestamp,
    readAt: Timestamp?
  ) {
    self.id = id
    self.box = box
    self.title = title
    self.text = text
    self.address = address
    self.writtenAt = writtenAt
    self.readAt = readAt
  }

  public var isUnread: Bool { readAt == nil }
}
