import Values

/// On what terms an order is settled: found once, when it ends, and kept with it, so that later rules change nothing.
public struct SettlementTerms: Hashable, Codable, Sendable {
  /// A part of what was sold, with its commission.
  public struct Part: Hashable, Codable, Sendable {
    /// What the part was sold for; never negative. What came of the order in all is spread over parts by this.
    public let weight: Int64
    public let rate: BasisPoints
    /// Nil where no rule was there.
    public let rule: CommissionRuleID?

    public init(weight: Int64, rate: BasisPoints, rule: CommissionRuleID?) {
      self.weight = weight
      self.rate = rate
      self.rule = rule
    }
  }

  public let parts: [Part]
  /// Whether what providers keep is taken off what the merchant gets.
  public let merchantBearsFees: Bool

  public init(parts: [Part], merchantBearsFees: Bool) {
    self.parts = parts
    self.merchantBearsFees = merchantBearsFees
  }

  /// The platform's share of what the buyer paid and didn't get back, and of what the platform bears. The amount is spread over the parts, and of each its
  /// rate is taken, so that what goes back takes its share of the commission along.
  func commission(on amount: Money) throws -> Money {
    guard amount.isPositive, !parts.isEmpty else { return .zero(amount.currency) }
    let shares = try amount.spread(over: parts.map(\.weight))
    return try Money.sum(try zip(parts, shares).map { try $0.rate.of($1) }, currency: amount.currency)
  }
}
