import Storage
import Values

extension CouponUse.State: SQLConvertible {}
extension CouponCode: SQLConvertible {}

/// Coupons and their uses, row ↔ value.
enum CouponTable {
  /// How `kind` names what a coupon gives.
  private enum Kind: String { case amountOff, percentOff, freeFreight }

  static func coupon(_ id: CouponID, in transaction: any ReadTransaction) throws -> Coupon? {
    try transaction.row("SELECT * FROM coupon WHERE id = \(id)").map(coupon)
  }

  /// Until the transaction ends nobody else changes it or its uses.
  static func locked(_ id: CouponID, in transaction: any Transaction) throws -> Coupon? {
    try transaction.row("SELECT * FROM coupon WHERE id = \(id) \(transaction.dialect.forUpdate)").map(coupon)
  }

  static func coupon(_ row: Row) throws -> Coupon {
    let currency: Currency = try row["currency"]
    let (amount, most): (Int64?, Int64?) = (try row["amount"], try row["most"])
    let benefit: OfferBenefit =
      switch Kind(rawValue: try row["kind"]) {
      case .amountOff: .amountOff(Money(minor: amount ?? 0, currency: currency))
      case .percentOff: .percentOff(try row["percent"], most: most.map { Money(minor: $0, currency: currency) })
      case .freeFreight: .freeFreight
      case nil: throw RowFault.misfit(column: "kind", type: "OfferBenefit")
      }
    return Coupon(
      id: try row["id"], code: try row["code"],
      name: LocalizedText(en: try row["name_en"], zhHans: try row["name_zh"]), benefit: benefit,
      minimum: Money(minor: try row["minimum"], currency: currency), merchant: try row["merchant_id"],
      startsAt: try row["starts_at"], endsAt: try row["ends_at"], mostUses: try row["most_uses"],
      mostUsesEach: try row["most_uses_each"], isOn: try row["is_on"], used: try row["used"],
      version: try row["version"])
  }

  private static func columns(_ benefit: OfferBenefit) -> (kind: Kind, amount: Int64?, percent: Int, most: Int64?) {
    switch benefit {
    case .amountOff(let amount): (.amountOff, amount.minor, 0, nil)
    case .percentOff(let percent, let most): (.percentOff, nil, percent, most?.minor)
    case .freeFreight: (.freeFreight, nil, 0, nil)
    }
  }

  static func insert(_ coupon: Coupon, at now: Timestamp, in transaction: any Transaction) throws {
    let benefit = columns(coupon.benefit)
    try transaction.execute(
      """
      INSERT INTO coupon (id, code, name_en, name_zh, kind, amount, percent, most, currency, minimum, merchant_id,
        starts_at, ends_at, most_uses, most_uses_each, is_on, used, version, added_at)
      VALUES (\(coupon.id), \(coupon.code), \(coupon.name.en), \(coupon.name.zhHans), \(benefit.kind.rawValue),
        \(benefit.amount), \(benefit.percent), \(benefit.most), \(coupon.currency), \(coupon.minimum.minor),
        \(coupon.merchant), \(coupon.startsAt), \(coupon.endsAt), \(coupon.mostUses), \(coupon.mostUsesEach),
        \(coupon.isOn), 0, \(coupon.version), \(now))
      """)
  }

  static func update(_ coupon: Coupon, in transaction: any Transaction) throws {
    let benefit = columns(coupon.benefit)
    try transaction.execute(
      """
      UPDATE coupon SET name_en = \(coupon.name.en), name_zh = \(coupon.name.zhHans), kind = \(benefit.kind.rawValue),
        amount = \(benefit.amount), percent = \(benefit.percent), most = \(benefit.most),
        minimum = \(coupon.minimum.minor), starts_at = \(coupon.startsAt), ends_at = \(coupon.endsAt),
        most_uses = \(coupon.mostUses), most_uses_each = \(coupon.mostUsesEach), is_on = \(coupon.isOn),
        version = \(coupon.version)
      WHERE id = \(coupon.id)
      """)
  }

  static func condition(_ phase: Coupon.Phase, _ now: Timestamp) -> SQL {
    let runs: SQL = "is_on = 1 AND ends_at > \(now)"
    let isSpent: SQL = "most_uses IS NOT NULL AND used >= most_uses"
    return switch phase {
    case .ended: "ends_at <= \(now)"
    case .off: "is_on = 0 AND ends_at > \(now)"
    case .spent: "\(runs) AND \(isSpent)"
    case .planned: "\(runs) AND NOT (\(isSpent)) AND starts_at > \(now)"
    case .running: "\(runs) AND NOT (\(isSpent)) AND starts_at <= \(now)"
    }
  }

  // MARK: Uses

  static let uses: SQL = "SELECT u.*, c.code, c.currency FROM coupon_use u JOIN coupon c ON c.id = u.coupon_id"

  static func use(_ row: Row) throws -> CouponUse {
    CouponUse(
      coupon: try row["coupon_id"], code: try row["code"], buyer: try row["buyer_id"],
      checkout: try row["checkout"], amount: Money(minor: try row["amount"], currency: try row["currency"]),
      state: try row["state"], takenAt: try row["taken_at"], changedAt: try row["changed_at"])
  }

  static func state(
    of coupon: CouponID, _ checkout: String, in transaction: any ReadTransaction
  ) throws -> CouponUse.State? {
    try transaction.value("SELECT state FROM coupon_use WHERE coupon_id = \(coupon) AND checkout = \(checkout)")
  }
}
