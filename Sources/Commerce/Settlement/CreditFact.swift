import Values

/// Store credit that staff gave a buyer: what the shop owes from then on, and no order has to do with it.
public struct CreditFact: Hashable, Codable, Sendable {
  /// Names the fact for good, and its booking: `credit:bmv_…`, 80 characters at most.
  public let key: String
  public let account: AccountID
  /// Positive.
  public let amount: Money
  public let at: Timestamp

  public init(key: String, account: AccountID, amount: Money, at: Timestamp) {
    self.key = key
    self.account = account
    self.amount = amount
    self.at = at
  }

  /// - Parameter movement: the name of the movement of the balance, `bmv_…`.
  public static func key(_ movement: String) -> String { "credit:\(movement)" }
}
