/// A line's part of an offer, kept so that refunds, commission and settlement can follow it to the minor unit.
public struct DiscountShare: Hashable, Codable, Sendable {
  public enum Bearer: String, Codable, Sendable { case merchant, platform }

  /// What points take off.
  public static let points = "points"
  private static let couponMark = "coupon/"

  /// The offer's code, up to 40 characters without blanks.
  public let offer: String
  public let bearer: Bearer
  /// Positive.
  public let amount: Money

  public init(offer: String, bearer: Bearer, amount: Money) {
    self.offer = offer
    self.bearer = bearer
    self.amount = amount
  }

  /// The offer that a coupon makes.
  public static func coupon(_ code: String) -> String { couponMark + code }

  /// The code on the coupon, where it is one's.
  public var couponCode: String? {
    offer.hasPrefix(Self.couponMark) ? String(offer.dropFirst(Self.couponMark.count)) : nil
  }
}

extension [DiscountShare] {
  /// Shares of one offer added up, in the order in which the offers first appear. All are of one currency.
  public var byOffer: [DiscountShare] {
    var sums: [DiscountShare] = []
    for share in self {
      guard let index = sums.firstIndex(where: { $0.offer == share.offer && $0.bearer == share.bearer }) else {
        sums.append(share)
        continue
      }
      let sum = Money(minor: sums[index].amount.minor + share.amount.minor, currency: share.amount.currency)
      sums[index] = DiscountShare(offer: share.offer, bearer: share.bearer, amount: sum)
    }
    return sums
  }

  /// Minor units of one offer.
  public func minor(of offer: String) -> Int64 { reduce(0) { $1.offer == offer ? $0 + $1.amount.minor : $0 } }
}
