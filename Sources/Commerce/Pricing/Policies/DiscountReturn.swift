import Values

/// What becomes of a coupon and of points once orders that they were used for are over.
public protocol DiscountReturn: Sendable {
  /// Whether the coupon can be used again.
  /// - Parameter outcomes: of the orders that it took something off; never empty.
  func returns(_ coupon: Coupon, after outcomes: [OrderOutcome], now: Timestamp) -> Bool

  /// How many of the points that a checkout spent are to be back.
  /// - Parameter standing: minor units of what they took off, on goods that stay.
  func returned(of use: PointUse, standing: Int64) -> Int
}

/// How an order that took part in an offer stands.
public enum OrderOutcome: Hashable, Sendable {
  /// Also one of which a part went back.
  case stands
  case cancelled
  /// All of it went back.
  case refunded
}

/// A coupon comes back when all of its orders were cancelled, or were refunded whole before it ends; one of which a part
/// was refunded doesn't. Points come back in proportion to the goods that were.
public struct StandardDiscountReturn: DiscountReturn {
  public init() {}

  public func returns(_ coupon: Coupon, after outcomes: [OrderOutcome], now: Timestamp) -> Bool {
    outcomes.allSatisfy { outcome in
      switch outcome {
      case .stands: false
      case .cancelled: true
      case .refunded: now < coupon.endsAt
      }
    }
  }

  public func returned(of use: PointUse, standing: Int64) -> Int {
    PointTerms.returned(of: use.points, worth: use.worth.minor, standing: standing)
  }
}
