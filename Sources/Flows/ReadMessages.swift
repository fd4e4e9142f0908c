import Accounts
import Merchants
import Messages
import Values

/// Reading what the shop wrote: a buyer what it wrote to them, the people of a merchant what it wrote to their merchant, and
/// staff of the platform what it wrote to any. One of a merchant's people reads for all of them; what the platform's staff
/// look at stays unread.
public struct ReadMessages: Sendable {
  /// How long messages are kept.
  public static let keptDays = 400

  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  // MARK: Buyers

  public func messages(of account: AccountID, _ page: PageRequest) async throws -> Page<Message> {
    try await contexts.messages.messages(in: .account(account), page)
  }

  /// Counted up to 100.
  public func unreadCount(of account: AccountID) async throws -> Int {
    try await contexts.messages.unreadCount(in: .account(account))
  }

  /// Opens it, so that it is read from now on. Throws `MessageRefusal.unknownMessage`, also for somebody else's.
  public func open(_ id: MessageID, of account: AccountID) async throws -> Message {
    try await contexts.messages.read(id, in: .account(account))
  }

  /// Shows it without opening it: whatever it was, it stays. Throws the same.
  public func look(at id: MessageID, of account: AccountID) async throws -> Message {
    guard let message = try await contexts.messages.message(id), message.box == .account(account) else {
      throw MessageRefusal.unknownMessage
    }
    return message
  }

  public func readAll(of account: AccountID) async throws {
    try await contexts.messages.readAll(in: .account(account))
  }

  // MARK: Staff

  /// Whether there is a box that is theirs.
  public static func hasBox(_ staff: Staff) -> Bool { staff.merchant != nil }
  /// Whoever belongs to a merchant, and staff of the platform who look after merchants.
  public static func opens(to staff: Staff) -> Bool { hasBox(staff) || WorkMerchants.opens(to: staff) }

  /// Throws `StaffRefusal.notAllowed`, as all below do.
  public func messages(_ page: PageRequest, for staff: Staff) async throws -> Page<Message> {
    guard let merchant = try Self.merchant(of: staff) else {
      return try await contexts.messages.messagesToMerchants(page)
    }
    return try await contexts.messages.messages(in: .merchant(merchant), page)
  }

  /// Counted up to 100; nothing for those without a box of theirs.
  public func unreadCount(for staff: Staff) async throws -> Int {
    guard let merchant = try Self.merchant(of: staff) else { return 0 }
    return try await contexts.messages.unreadCount(in: .merchant(merchant))
  }

  /// Throws `MessageRefusal.unknownMessage`, also for a buyer's or another merchant's.
  public func open(_ id: MessageID, by staff: Staff) async throws -> Message {
    guard let merchant = try Self.merchant(of: staff) else { return try await look(at: id, by: staff) }
    return try await contexts.messages.read(id, in: .merchant(merchant))
  }

  /// Shows it without opening it: whatever it was, it stays. Throws the same.
  public func look(at id: MessageID, by staff: Staff) async throws -> Message {
    let merchant = try Self.merchant(of: staff)
    guard let message = try await contexts.messages.message(id), let receiver = message.merchant,
      merchant == nil || receiver == merchant
    else { throw MessageRefusal.unknownMessage }
    return message
  }

  /// Nothing for those without a box of theirs.
  public func readAll(by staff: Staff) async throws {
    guard let merchant = try Self.merchant(of: staff) else { return }
    try await contexts.messages.readAll(in: .merchant(merchant))
  }

  /// Nil of the platform's.
  private static func merchant(of staff: Staff) throws -> MerchantID? {
    guard opens(to: staff) else { throw StaffRefusal.notAllowed(.merchantsEdit) }
    return staff.merchant
  }
}

extension Message {
  /// To whose people it went; nil of a buyer's.
  public var merchant: MerchantID? {
    switch box {
    case .account: nil
    case .merchant(let id): id
    }
  }
}
