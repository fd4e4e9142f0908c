import Pricing
import Values

/// What is said of coupons and points on pages, with amounts and times as people write them.
public struct DiscountWords: Sendable {
  private let words: Words
  private let format: Format

  public init(_ words: Words) {
    self.words = words
    format = Format(words.language)
  }

  public func said(_ refusal: any Refusal) -> String {
    switch refusal {
    case CouponRefusal.couponNotYet(let start):
      words.phrase("refusal.couponNotYet", ["from": format.dateTime(start)])
    case CouponRefusal.couponBelowMinimum(let minimum):
      words.phrase("refusal.couponBelowMinimum", ["minimum": format.money(minimum)])
    default: words.refusal(refusal)
    }
  }

  /// What an offer is called beside what it takes off.
  public func name(_ share: DiscountShare) -> String {
    if let code = share.couponCode { return words.phrase("discounts.couponRow", ["code": code]) }
    return words.phrase(share.offer == DiscountShare.points ? "discounts.pointsRow" : "cart.discount")
  }

  /// What a coupon gives, in words.
  public func benefit(_ coupon: Coupon) -> String {
    var text: String
    switch coupon.benefit {
    case .amountOff(let amount): text = words.phrase("discounts.amountOff", ["amount": format.money(amount)])
    case .percentOff(let percent, let most):
      text = words.phrase("discounts.percentOff", ["percent": String(percent), "rest": Self.rest(percent)])
      if let most { text += words.phrase("discounts.most", ["amount": format.money(most)]) }
    case .freeFreight: text = words.phrase("discounts.freeFreight")
    }
    guard coupon.minimum.isPositive else { return text }
    return text + words.phrase("discounts.from", ["amount": format.money(coupon.minimum)])
  }

  /// Tenths that are still paid, as Chinese says it: 8.5 for 15 % off.
  private static func rest(_ percent: Int) -> String {
    let rest = 100 - percent
    return rest % 10 == 0 ? String(rest / 10) : "\(rest / 10).\(rest % 10)"
  }
}
