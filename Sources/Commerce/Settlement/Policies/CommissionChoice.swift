import Values

/// Which rule counts: the most particular that had begun on the day. A merchant's rule for a category (the nearest first)
/// comes before the merchant's own for all goods, that before a category's for all merchants, and that before the one for
/// everything. Of several with the same reach the one that began last counts, and of those the one that was made last.
struct CommissionChoice: Sendable {
  private struct Reach: Hashable {
    let merchant: MerchantID?
    let category: CategoryID?
  }

  private let day: ShopDay
  /// Of each reach the one that counts; one without a rate ends those before it.
  private var latest: [Reach: CommissionRule] = [:]

  init(on day: ShopDay) { self.day = day }

  mutating func consider(_ rule: CommissionRule) {
    guard rule.from <= day else { return }
    let reach = Reach(merchant: rule.merchant, category: rule.category)
    if let known = latest[reach], (known.from, known.id) > (rule.from, rule.id) { return }
    latest[reach] = rule
  }

  /// - Parameter categories: the nearest first.
  func rule(for merchant: MerchantID, _ categories: [CategoryID]) -> CommissionRule? {
    for merchant in [merchant, nil] {
      for category in categories.map(Optional.some) + [nil] {
        if let rule = latest[Reach(merchant: merchant, category: category)], rule.rate != nil { return rule }
      }
    }
    return nil
  }
}
