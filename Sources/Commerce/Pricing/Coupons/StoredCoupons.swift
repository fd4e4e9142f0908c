import AuditLog
import Storage
import Values

/// Coupons over Storage. Whoever changes the uses of a coupon locks its row first.
public struct StoredCoupons: CouponService {
  let database: any Database
  let ids: IDGenerator
  let clock: WallClock

  public init(database: any Database, ids: IDGenerator, clock: WallClock) {
    self.database = database
    self.ids = ids
    self.clock = clock
  }

  public func coupon(_ id: CouponID) async throws -> Coupon? {
    try await database.read { try CouponTable.coupon(id, in: $0) }
  }

  public func running(_ code: CouponCode) async throws -> Coupon {
    let found = try await database.read { transaction in
      try transaction.row("SELECT * FROM coupon WHERE code = \(code)").map(CouponTable.coupon)
    }
    guard let found else { throw CouponRefusal.couponUnknown }
    try found.expectRunning(at: clock.now)
    return found
  }

  public func coupons(_ filter: CouponFilter, _ page: PageRequest) async throws -> Page<Coupon> {
    let now = clock.now
    var conditions: [SQL] = []
    if let merchant = filter.merchant { conditions.append("merchant_id = \(merchant)") }
    if let code = filter.code { conditions.append("INSTR(code, \(code.uppercased())) > 0") }
    if let phase = filter.phase { conditions.append(CouponTable.condition(phase, now)) }
    if let after = page.after?.parts.first.flatMap({ Int64($0) }) { conditions.append("id < \(after)") }
    let found = SQL.all(conditions)
    let coupons = try await database.read { transaction in
      try transaction.rows("SELECT * FROM coupon WHERE \(found) ORDER BY id DESC LIMIT \(page.limit + 1)")
        .map(CouponTable.coupon)
    }
    return Page(fetched: coupons, limit: page.limit) { Cursor([String($0.id.raw)]) }
  }

  public func uses(of coupon: CouponID, _ page: PageRequest) async throws -> Page<CouponUse> {
    let parts = page.after?.parts ?? []
    var conditions: [SQL] = ["u.coupon_id = \(coupon)"]
    if parts.count == 2, let at = Int64(parts[0]) {
      conditions.append("u.taken_at < \(at) OR (u.taken_at = \(at) AND u.checkout < \(parts[1]))")
    }
    let found = SQL.all(conditions)
    let uses = try await database.read { transaction in
      try transaction.rows(
        "\(CouponTable.uses) WHERE \(found) ORDER BY u.taken_at DESC, u.checkout DESC LIMIT \(page.limit + 1)"
      ).map(CouponTable.use)
    }
    return Page(fetched: uses, limit: page.limit) { Cursor([String($0.takenAt.milliseconds), $0.checkout]) }
  }

  public func uses(checkout key: String) async throws -> [CouponUse] {
    try await database.read { transaction in
      try transaction.rows("\(CouponTable.uses) WHERE u.checkout = \(key) ORDER BY u.coupon_id LIMIT 10")
        .map(CouponTable.use)
    }
  }

  public func count(of coupon: CouponID, by buyer: AccountID, besides checkout: String?) async throws -> Int {
    try await database.read { transaction in
      try transaction.value(
        """
        SELECT COUNT(*) FROM coupon_use WHERE coupon_id = \(coupon) AND buyer_id = \(buyer)
          AND state <> \(CouponUse.State.givenBack) AND checkout <> \(checkout ?? "")
        """) ?? 0
    }
  }

  public func overdue(now: Timestamp, limit: Int) async throws -> [CouponUse] {
    try await database.read { transaction in
      try transaction.rows(
        """
        \(CouponTable.uses) WHERE u.state = \(CouponUse.State.held) AND u.held_until < \(now)
        ORDER BY u.held_until, u.checkout LIMIT \(min(limit, 500))
        """
      ).map(CouponTable.use)
    }
  }

  public func audit() async throws -> [Discrepancy] {
    try await database.read { transaction in
      let rows = try transaction.rows(
        """
        SELECT c.id, c.used, (SELECT COUNT(*) FROM coupon_use u WHERE u.coupon_id = c.id AND u.state <> 'givenBack')
          AS counted FROM coupon c
        WHERE c.used <> (SELECT COUNT(*) FROM coupon_use u WHERE u.coupon_id = c.id AND u.state <> 'givenBack')
        ORDER BY c.id LIMIT 10
        """
      ).map { row in
        Discrepancy(
          book: "pricing", row: "\(try row["id"] as CouponID)", expected: "\(try row["counted"] as Int) uses of it",
          found: "\(try row["used"] as Int)")
      }
      let buyers = try transaction.rows(
        """
        SELECT b.coupon_id, b.used, b.buyer_id FROM coupon_buyer b WHERE b.used <> (
          SELECT COUNT(*) FROM coupon_use u
          WHERE u.coupon_id = b.coupon_id AND u.buyer_id = b.buyer_id AND u.state <> 'givenBack')
        ORDER BY b.coupon_id, b.buyer_id LIMIT 10
        """
      ).map { row in
        Discrepancy(
          book: "pricing", row: "\(try row["coupon_id"] as CouponID)",
          expected: "as many uses of \(try row["buyer_id"] as AccountID) as there are rows",
          found: "\(try row["used"] as Int)")
      }
      return rows + buyers
    }
  }
}
