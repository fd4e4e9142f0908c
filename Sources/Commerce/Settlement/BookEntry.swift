import Values

/// The accounts of the merchants' books. Debit is positive, credit negative; every booking adds up to zero.
public enum BookAccount: String, CaseIterable, Codable, Sendable {
  /// Held for a buyer: until the order ends, and what the order doesn't take until it is back. Party: the order.
  case buyer
  /// What lies at a provider. Party: its method.
  case providerClearing
  /// What is owed to a merchant. Party: the merchant.
  case merchantPayable
  /// What the platform earned.
  case platformCommission
  /// What went back to buyers, both sides of it: of each order, and by each provider.
  case refunds
  /// What providers kept and the platform bears.
  case fees
  /// What is owed to buyers as their balances: credit where it was given or went back there, debit where it paid. A method
  /// of its own without a provider.
  case storeCredit
  /// What went back out of the platform's own pocket, and what it gave to balances.
  case goodwill
  /// What buyers were spared by coupons and points, and the platform bears.
  case discounts
  /// Money of which nobody knows yet whose it is. Party: the order under which it came or left.
  case unclear
  /// What won't come, or won't come back, and the platform bears.
  case losses
  /// What was paid out. Party: the merchant.
  case payout

  /// The method by which buyers pay with what the shop owes them.
  static let storeCreditMethod = "balance"

  /// Where money that came by the method lies.
  static func holding(_ method: String) -> BookAccount {
    method == storeCreditMethod ? .storeCredit : .providerClearing
  }
}

/// One side of a booking.
public struct BookEntry: Hashable, Codable, Sendable {
  /// The fact that it follows from, by its key, or `payout:stm_…`.
  public let booking: String
  public let account: BookAccount
  /// Whose part of the account; empty where it has no parts.
  public let party: String
  public let amount: Money
  public let at: Timestamp

  public init(booking: String, account: BookAccount, party: String, amount: Money, at: Timestamp) {
    self.booking = booking
    self.account = account
    self.party = party
    self.amount = amount
    self.at = at
  }
}

/// What an account has in all.
public struct BookBalance: Hashable, Codable, Sendable {
  public let account: BookAccount
  /// Positive where debit outweighs.
  public let amount: Money

  public init(account: BookAccount, amount: Money) {
    self.account = account
    self.amount = amount
  }
}
