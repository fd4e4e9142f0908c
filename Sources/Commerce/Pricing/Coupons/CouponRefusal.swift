import Values

/// Every way in which a coupon says no.
public enum CouponRefusal: Refusal, Hashable {
  /// There is no such row, or it is another's.
  case unknownCoupon
  /// There is none of the code, or it is switched off.
  case couponUnknown
  case couponNotYet(Timestamp)
  case couponExpired
  /// All uses there are have been made.
  case couponSpent
  /// The buyer has used it as often as one may.
  case couponUsedByYou
  /// The goods in its reach must cost so much.
  case couponBelowMinimum(Money)
  case couponNotForTheseGoods
  /// The goods travel free anyway, or cost nothing.
  case couponBringsNothing
  /// Somebody else has changed it since staff looked at it.
  case couponChanged

  public var code: String {
    switch self {
    case .unknownCoupon: "unknownCoupon"
    case .couponUnknown: "couponUnknown"
    case .couponNotYet: "couponNotYet"
    case .couponExpired: "couponExpired"
    case .couponSpent: "couponSpent"
    case .couponUsedByYou: "couponUsedByYou"
    case .couponBelowMinimum: "couponBelowMinimum"
    case .couponNotForTheseGoods: "couponNotForTheseGoods"
    case .couponBringsNothing: "couponBringsNothing"
    case .couponChanged: "couponChanged"
    }
  }

  public var details: [String: String] {
    switch self {
    case .couponNotYet(let start): ["from": start.description]
    case .couponBelowMinimum(let minimum): ["minimum": minimum.decimalText]
    default: [:]
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownCoupon: .notFound
    case .couponUnknown, .couponBelowMinimum, .couponNotForTheseGoods, .couponBringsNothing: .invalid
    default: .conflict
    }
  }
}
