import Flows
import Pages
import Pricing
import Values

/// What an offer takes off, and who bears it.
struct DiscountAnswer: Encodable, Sendable {
  let offer: String
  let bearer: String
  let amount: MoneyAnswer

  init(_ share: DiscountShare) {
    offer = share.offer
    bearer = share.bearer.rawValue
    amount = MoneyAnswer(share.amount)
  }
}

/// What coupon and points do to a checkout.
struct CheckoutDiscountsAnswer: Encodable, Sendable {
  struct Points: Encodable, Sendable {
    let balance: Int
    let most: Int
    let spent: Int
    let worth: MoneyAnswer
  }

  /// Why the coupon of the cart takes nothing off; the checkout is refused with it.
  @OrNull var couponRefusal: JSONValue?
  @OrNull var points: Points?

  init(_ quoted: DiscountedQuote?, publicURL: String) {
    _couponRefusal = OrNull(wrappedValue: quoted?.refusal.map { Problem($0).json(publicURL: publicURL) })
    _points = OrNull(
      wrappedValue: quoted?.points.map {
        Points(balance: $0.balance, most: $0.most, spent: $0.spent, worth: MoneyAnswer($0.worth))
      })
  }
}

struct PointListAnswer: Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    let kind: String
    let points: Int
    let balance: Int
    let note: String
    let at: String

    init(_ entry: PointEntry) {
      kind = entry.kind.rawValue
      points = entry.points
      balance = entry.balance
      note = entry.note
      at = entry.at.description
    }
  }

  let balance: Int
  let items: [Entry]
  @OrNull var next: String?
}

struct CouponAnswer: Encodable, Sendable {
  let id: String
  let code: String
  let name: LocalizedText
  let kind: String
  @OrNull var amount: MoneyAnswer?
  @OrNull var percent: Int?
  @OrNull var most: MoneyAnswer?
  let minimum: MoneyAnswer
  @OrNull var merchant: String?
  let startsAt: String
  let endsAt: String
  @OrNull var mostUses: Int?
  @OrNull var mostUsesEach: Int?
  let isOn: Bool
  let used: Int
  let phase: String
  let version: Int

  init(_ coupon: Coupon, at now: Timestamp) {
    var off: MoneyAnswer?
    var share: Int?
    var limit: MoneyAnswer?
    switch coupon.benefit {
    case .amountOff(let money):
      kind = "amountOff"
      off = MoneyAnswer(money)
    case .percentOff(let percent, let most):
      kind = "percentOff"
      share = percent
      limit = most.map(MoneyAnswer.init)
    case .freeFreight: kind = "freeFreight"
    }
    _amount = OrNull(wrappedValue: off)
    _percent = OrNull(wrappedValue: share)
    _most = OrNull(wrappedValue: limit)
    id = coupon.id.description
    code = coupon.code.rawValue
    name = coupon.name
    minimum = MoneyAnswer(coupon.minimum)
    _merchant = OrNull(wrappedValue: coupon.merchant?.description)
    startsAt = coupon.startsAt.description
    endsAt = coupon.endsAt.description
    _mostUses = OrNull(wrappedValue: coupon.mostUses)
    _mostUsesEach = OrNull(wrappedValue: coupon.mostUsesEach)
    isOn = coupon.isOn
    used = coupon.used
    phase = coupon.phase(at: now).rawValue
    version = coupon.version
  }
}
