import Values

/// A promise to take something off when conditions are met. Offers apply in the order given; each sees the amounts that
/// the ones before it left.
public struct Offer: Hashable, Codable, Sendable {
  /// Up to 40 characters; named by every share of discount that it makes.
  public let code: String
  public let bearer: DiscountShare.Bearer
  /// Nil for the whole checkout, else for the lines of one merchant.
  public let merchant: MerchantID?
  /// All must hold.
  public let conditions: [OfferCondition]
  public let benefits: [OfferBenefit]
  /// Spent as money is: whether goods travel free goes by what they cost without it.
  public let isMoney: Bool

  public init(
    code: String, bearer: DiscountShare.Bearer, merchant: MerchantID?, conditions: [OfferCondition],
    benefits: [OfferBenefit], isMoney: Bool = false
  ) {
    self.isMoney = isMoney
    self.code = code
    self.bearer = bearer
    self.merchant = merchant
    self.conditions = conditions
    self.benefits = benefits
  }
}

public enum OfferCondition: Hashable, Codable, Sendable {
  /// The goods in the offer's reach are worth this much or more, before discounts.
  case goodsFrom(Money)
  /// So many units or more.
  case unitsFrom(Int)

  func holds(goods: Money, units: Int) -> Bool {
    switch self {
    case .goodsFrom(let least): goods.currency == least.currency && goods >= least
    case .unitsFrom(let least): units >= least
    }
  }
}

public enum OfferBenefit: Hashable, Codable, Sendable {
  /// 1…100 per cent off the goods, rounded down to the minor unit, and at most so much where that is said.
  case percentOff(Int, most: Money? = nil)
  /// At most what the goods still cost.
  case amountOff(Money)
  case freeFreight

  /// What is taken off goods that still cost `rest`.
  func discount(on rest: Money) throws -> Money {
    switch self {
    case .percentOff(let percent, let most):
      let share = min(max(percent, 0), 100)
      let (whole, part) = rest.minor.quotientAndRemainder(dividingBy: 100)
      let discount = Money(minor: whole * Int64(share) + part * Int64(share) / 100, currency: rest.currency)
      guard let most, most.currency == rest.currency else { return discount }
      return min(discount, most)
    case .amountOff(let amount):
      guard amount.currency == rest.currency else { return .zero(rest.currency) }
      return min(amount, rest)
    case .freeFreight:
      return .zero(rest.currency)
    }
  }
}
