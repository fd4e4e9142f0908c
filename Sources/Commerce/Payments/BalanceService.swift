import Values

/// Store credit: what the shop owes its buyers, one balance for each account and currency. It never falls below zero, and
/// is at all times what its movements add up to.
public protocol BalanceService: Sendable {
  /// Zero for an account that never had one.
  func balance(of account: AccountID, in currency: Currency) async throws -> Money
  /// In all currencies, the newest first.
  func movements(of account: AccountID, _ page: PageRequest) async throws -> Page<BalanceMovement>
  /// Whoever has or had a balance.
  func holders(_ page: PageRequest) async throws -> Page<AccountID>
  /// Adds to a balance out of goodwill. Repeating a key answers the same movement. Throws `FieldFaults`.
  func credit(_ credit: BalanceCredit, by staff: StaffID) async throws -> BalanceMovement
}

public struct BalanceCredit: Hashable, Codable, Sendable {
  /// 1…60 of `A-Z a-z 0-9 _ -`; one credit has one key for ever.
  public var key: String
  public var account: AccountID
  /// Positive; at most `BalanceCredit.most` in minor units.
  public var amount: Money
  /// 1…200 characters. The buyer reads it.
  public var reason: String

  public static let most: Int64 = 100_000_000

  public init(key: String, account: AccountID, amount: Money, reason: String) {
    self.key = key
    self.account = account
    self.amount = amount
    self.reason = reason
  }
}

public struct BalanceMovement: Hashable, Codable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// Given by staff.
    case goodwill
    /// Taken for a payment.
    case spent
    /// Back from a payment that ended unpaid.
    case returned
    /// Back from orders that were paid.
    case refunded
  }

  public let id: ID<BalanceMovementTag>
  public let account: AccountID
  public let kind: Kind
  /// Negative where it was taken.
  public let amount: Money
  /// What the balance was then.
  public let after: Money
  /// Nil for goodwill.
  public let payment: PaymentID?
  /// Empty but for goodwill and refunds.
  public let reason: String
  public let at: Timestamp
}

public enum BalanceMovementTag: Identified { public static let prefix = "bmv" }
