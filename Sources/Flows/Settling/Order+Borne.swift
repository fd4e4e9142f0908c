import Orders
import Values

/// What the platform bears of what coupons and points spared the buyer. The rest of what is off the goods the merchant bears,
/// which simply gets less.
extension Order {
  /// Whether its money is its merchant's: it was completed, or all of it was taken back.
  var hasEnded: Bool { state == .completed || state == .refunded }

  var hasPlatformDiscount: Bool {
    (waived + lines.flatMap(\.shares)).contains { $0.bearer == .platform && $0.amount.isPositive }
  }

  /// Units that were taken back, of all lines.
  var unitsBack: Int { lines.reduce(0) { $0 + $1.returned } }

  /// Freight that the platform bears for the buyer.
  var freightBorne: Money {
    Money(
      minor: waived.filter { $0.bearer == .platform }.reduce(0) { $0 + $1.amount.minor },
      currency: amounts.due.currency)
  }

  /// As the order stands now: of units that were taken back nothing, as points for them are given back as well; of the
  /// freight all until the last of them is back, with which the freight of others goes back, too.
  func borneByPlatform() throws -> Money {
    guard state != .cancelled else { return .zero(amounts.due.currency) }
    let goods = Money(minor: try standing(borneBy: .platform), currency: amounts.due.currency)
    return lines.contains { $0.kept > 0 } ? try goods.adding(freightBorne) : goods
  }
}
