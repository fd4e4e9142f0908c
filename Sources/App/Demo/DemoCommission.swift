import Merchants
import Settlement
import Values

/// A line of `commissions.json`.
struct DemoCommission: Decodable {
  /// Nil for all of them.
  let merchant: String?
  /// Nil for all goods.
  let category: String?
  let percent: String
  /// From when on, after the first day; nil is at once.
  let inDays: Int?

  func draft(
    _ merchants: [String: Merchant], _ categories: [String: CategoryID], today: ShopDay
  ) throws -> CommissionDraft {
    let (seller, shelf) = (merchant.flatMap { merchants[$0]?.id }, category.flatMap { categories[$0] })
    guard let rate = BasisPoints(percentText: percent), (seller == nil) == (merchant == nil),
      (shelf == nil) == (category == nil)
    else { throw DemoFault.unusable("commission \(percent)") }
    return CommissionDraft(merchant: seller, category: shelf, rate: rate, from: today.adding(inDays ?? 0))
  }
}
