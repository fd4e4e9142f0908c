import Pricing
import Values

/// A line of `coupons.json`.
struct DemoCoupon: Decodable {
  let code: String
  /// Nil for the platform's.
  let merchant: String?
  let name: LocalizedText
  let amount: String?
  let percent: Int?
  let most: String?
  let minimum: String?
  let uses: Int?
  let each: Int?

  func draft(now: Timestamp, currency: Currency) throws -> CouponDraft {
    func money(_ text: String?) throws -> Money? {
      guard let text else { return nil }
      guard let amount = Money(decimalText: text, currency: currency) else {
        throw DemoFault.unusable("coupon \(code)")
      }
      return amount
    }
    let benefit: OfferBenefit =
      if let amount = try money(amount) { .amountOff(amount) } else {
        .percentOff(percent ?? 0, most: try money(most))
      }
    return CouponDraft(
      code: code, name: name, benefit: benefit, minimum: try money(minimum) ?? .zero(currency),
      startsAt: now.adding(.days(-40)), endsAt: now.adding(.days(365)), mostUses: uses, mostUsesEach: each)
  }
}
