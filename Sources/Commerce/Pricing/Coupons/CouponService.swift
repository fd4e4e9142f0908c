import Values

/// Coupons and each use that was made of them. Counts change by one guarded statement with the use's row beside it.
public protocol CouponService: Sendable {
  func coupon(_ id: CouponID) async throws -> Coupon?
  /// The one of a code, if it can be used now. Throws `couponUnknown`, `couponNotYet`, `couponExpired`.
  func running(_ code: CouponCode) async throws -> Coupon
  /// The newest first.
  func coupons(_ filter: CouponFilter, _ page: PageRequest) async throws -> Page<Coupon>
  /// The newest first.
  func uses(of coupon: CouponID, _ page: PageRequest) async throws -> Page<CouponUse>
  func uses(checkout key: String) async throws -> [CouponUse]
  /// How often a buyer uses it or has used it, that checkout's own use left out.
  func count(of coupon: CouponID, by buyer: AccountID, besides checkout: String?) async throws -> Int

  /// Throws `FieldFaults` (`code` taken or no code, `name.en`, `name.zh`, `amount`, `percent`, `most`, `minimum`, `ends`,
  /// `mostUses`, `mostUsesEach`).
  func add(_ draft: CouponDraft, for merchant: MerchantID?, by actor: Actor) async throws -> Coupon
  /// The code stays. What was taken of it before stays as it was. Throws as `add`, `unknownCoupon`, `couponChanged`.
  func change(_ id: CouponID, to draft: CouponDraft, version: Int, by actor: Actor) async throws -> Coupon
  /// Harmless when it is so already.
  func turn(_ id: CouponID, on isOn: Bool, by actor: Actor) async throws -> Coupon

  /// Sets one use apart for a checkout. A repeat of its key prolongs what stands; what was given back is taken anew.
  /// Throws `couponUnknown`, `couponNotYet`, `couponExpired`, `couponSpent`, `couponUsedByYou`.
  func take(_ taking: CouponTaking) async throws
  /// Its orders are placed. Harmless otherwise.
  /// - Returns: false where it isn't held or settled any more.
  func settle(_ coupon: CouponID, checkout: String) async throws -> Bool
  /// It can be used again. Harmless when it was given back.
  func giveBack(_ coupon: CouponID, checkout: String) async throws
  /// Uses that were set apart until before the moment, the oldest first.
  func overdue(now: Timestamp, limit: Int) async throws -> [CouponUse]

  /// Checks counts against the rows of uses.
  func audit() async throws -> [Discrepancy]
}
