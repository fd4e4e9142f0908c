import Values

/// What stands on a coupon: 3…24 capital letters A–Z, digits and dashes. Small letters are read as capitals.
public struct CouponCode: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
  public static let lengths = 3...24
  public let rawValue: String

  /// Nil for a text that can't be a code.
  public init?(rawValue: String) {
    let bytes = rawValue.utf8.map { (97...122).contains($0) ? $0 - 32 : $0 }
    guard Self.lengths.contains(bytes.count),
      bytes.allSatisfy({ (65...90).contains($0) || (48...57).contains($0) || $0 == 45 })
    else { return nil }
    self.rawValue = String(decoding: bytes, as: UTF8.self)
  }

  public var description: String { rawValue }
}

/// A promise that whoever names its code pays less, so often and for so long.
public struct Coupon: Hashable, Codable, Sendable {
  public let id: CouponID
  public let code: CouponCode
  public let name: LocalizedText
  public let benefit: OfferBenefit
  /// What the goods in its reach must cost, before discounts; zero asks for nothing.
  public let minimum: Money
  /// Whose goods it is for, and who bears it; nil is the platform, for all goods.
  public let merchant: MerchantID?
  public let startsAt: Timestamp
  /// Exclusive.
  public let endsAt: Timestamp
  /// How often it can be used in all, and by one buyer; nil for as often as they like.
  public let mostUses: Int?
  public let mostUsesEach: Int?
  public let isOn: Bool
  /// How often it is in use or used.
  public let used: Int
  /// Grows by one with every change of staff.
  public let version: Int

  public init(
    id: CouponID, code: CouponCode, name: LocalizedText, benefit: OfferBenefit, minimum: Money, merchant: MerchantID?,
    startsAt: Timestamp, endsAt: Timestamp, mostUses: Int?, mostUsesEach: Int?, isOn: Bool, used: Int, version: Int
  ) {
    self.id = id
    self.code = code
    self.name = name
    self.benefit = benefit
    self.minimum = minimum
    self.merchant = merchant
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.mostUses = mostUses
    self.mostUsesEach = mostUsesEach
    self.isOn = isOn
    self.used = used
    self.version = version
  }

  public var currency: Currency { minimum.currency }

  /// What it is in a quote. A merchant bears their own.
  public var offer: Offer {
    Offer(
      code: DiscountShare.coupon(code.rawValue), bearer: merchant == nil ? .platform : .merchant, merchant: merchant,
      conditions: minimum.isPositive ? [.goodsFrom(minimum)] : [], benefits: [benefit])
  }

  /// What staff see of it at a moment.
  public enum Phase: String, CaseIterable, Codable, Sendable { case off, planned, running, spent, ended }

  public func phase(at now: Timestamp) -> Phase {
    if now >= endsAt { return .ended }
    if !isOn { return .off }
    if let mostUses, used >= mostUses { return .spent }
    return now < startsAt ? .planned : .running
  }

  /// Throws `CouponRefusal` where it isn't to be used now, however often it was.
  public func expectRunning(at now: Timestamp) throws {
    guard isOn else { throw CouponRefusal.couponUnknown }
    guard now >= startsAt else { throw CouponRefusal.couponNotYet(startsAt) }
    guard now < endsAt else { throw CouponRefusal.couponExpired }
  }

  /// Throws `CouponRefusal` where it isn't for these goods.
  /// - Parameter quote: of the goods without it.
  public func expectFits(_ quote: Quote) throws {
    let reach = quote.merchants.filter { merchant == nil || $0.merchant == merchant }
    guard currency == quote.due.currency, !reach.isEmpty else { throw CouponRefusal.couponNotForTheseGoods }
    guard try Money.sum(reach.map(\.goods), currency: currency) >= minimum else {
      throw CouponRefusal.couponBelowMinimum(minimum)
    }
  }

  /// Throws `CouponRefusal.couponBringsNothing` where a quote that was made with it is the same as without it.
  public func expectEffect(on quote: Quote) throws {
    let code = offer.code
    guard
      quote.merchants.contains(where: { part in
        part.waived.contains { $0.offer == code }
          || part.lines.contains { $0.discounts.contains { $0.offer == code } }
      })
    else { throw CouponRefusal.couponBringsNothing }
  }
}

/// A coupon as staff write it.
public struct CouponDraft: Hashable, Sendable {
  /// As it was typed.
  public var code: String
  /// Up to 80 characters in each language.
  public var name: LocalizedText
  public var benefit: OfferBenefit
  public var minimum: Money
  public var startsAt: Timestamp
  public var endsAt: Timestamp
  /// 1…1,000,000 each; nil for no limit.
  public var mostUses: Int?
  public var mostUsesEach: Int?
  public var isOn: Bool

  public init(
    code: String, name: LocalizedText, benefit: OfferBenefit, minimum: Money, startsAt: Timestamp, endsAt: Timestamp,
    mostUses: Int? = nil, mostUsesEach: Int? = 1, isOn: Bool = true
  ) {
    self.code = code
    self.name = name
    self.benefit = benefit
    self.minimum = minimum
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.mostUses = mostUses
    self.mostUsesEach = mostUsesEach
    self.isOn = isOn
  }
}

/// One use of a coupon by a checkout: a row of its ledger.
public struct CouponUse: Hashable, Codable, Sendable {
  public enum State: String, Codable, Sendable {
    /// Set apart for orders that aren't placed yet.
    case held
    /// Its orders are placed.
    case settled
    /// It can be used again.
    case givenBack
  }

  public let coupon: CouponID
  public let code: CouponCode
  public let buyer: AccountID
  /// The checkout's key.
  public let checkout: String
  /// What it took off, freight included.
  public let amount: Money
  public let state: State
  public let takenAt: Timestamp
  public let changedAt: Timestamp
}

/// What a checkout takes a coupon for.
public struct CouponTaking: Hashable, Sendable {
  public var coupon: CouponID
  public var buyer: AccountID
  /// Up to 120 characters; a repeat is the same use.
  public var checkout: String
  public var amount: Money
  /// From then on it is looked whether anything came of it.
  public var until: Timestamp

  public init(coupon: CouponID, buyer: AccountID, checkout: String, amount: Money, until: Timestamp) {
    self.coupon = coupon
    self.buyer = buyer
    self.checkout = checkout
    self.amount = amount
    self.until = until
  }
}

/// Which coupons staff look at.
public struct CouponFilter: Hashable, Sendable {
  /// Nil for all.
  public var merchant: MerchantID?
  /// Part of its code.
  public var code: String?
  public var phase: Coupon.Phase?

  public init(merchant: MerchantID? = nil, code: String? = nil, phase: Coupon.Phase? = nil) {
    self.merchant = merchant
    self.code = code
    self.phase = phase
  }
}
