import Storage
import Values

extension StoredCoupons {
  public func take(_ taking: CouponTaking) async throws {
    let now = clock.now
    try await database.write { transaction in
      guard let coupon = try CouponTable.locked(taking.coupon, in: transaction) else {
        throw CouponRefusal.couponUnknown
      }
      let state = try CouponTable.state(of: taking.coupon, taking.checkout, in: transaction)
      if let state, state != .givenBack {
        try transaction.execute(
          """
          UPDATE coupon_use SET held_until = \(taking.until)
          WHERE coupon_id = \(taking.coupon) AND checkout = \(taking.checkout)
          """)
        return
      }
      try coupon.expectRunning(at: now)
      try Self.count(coupon, taking.buyer, in: transaction)
      guard state == nil else {
        try transaction.execute(
          """
          UPDATE coupon_use SET state = \(CouponUse.State.held), amount = \(taking.amount.minor),
            held_until = \(taking.until), changed_at = \(now)
          WHERE coupon_id = \(taking.coupon) AND checkout = \(taking.checkout)
          """)
        return
      }
      try transaction.execute(
        """
        INSERT INTO coupon_use (coupon_id, checkout, buyer_id, amount, state, held_until, taken_at, changed_at)
        VALUES (\(taking.coupon), \(taking.checkout), \(taking.buyer), \(taking.amount.minor),
          \(CouponUse.State.held), \(taking.until), \(now), \(now))
        """)
    }
  }

  /// One more use, if there is one left in all and for the buyer.
  private static func count(_ coupon: Coupon, _ buyer: AccountID, in transaction: any Transaction) throws {
    let counted = try transaction.execute(
      "UPDATE coupon SET used = used + 1 WHERE id = \(coupon.id) AND (most_uses IS NULL OR used < most_uses)")
    guard counted == 1 else { throw CouponRefusal.couponSpent }
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "coupon_buyer",
        [("coupon_id", coupon.id.sqlValue), ("buyer_id", buyer.sqlValue), ("used", 0.sqlValue)]))
    let most = coupon.mostUsesEach ?? .max
    let own = try transaction.execute(
      """
      UPDATE coupon_buyer SET used = used + 1
      WHERE coupon_id = \(coupon.id) AND buyer_id = \(buyer) AND used < \(most)
      """)
    guard own == 1 else { throw CouponRefusal.couponUsedByYou }
  }

  public func settle(_ coupon: CouponID, checkout: String) async throws -> Bool {
    let now = clock.now
    return try await database.write { transaction in
      let settled = try transaction.execute(
        """
        UPDATE coupon_use SET state = \(CouponUse.State.settled), changed_at = \(now)
        WHERE coupon_id = \(coupon) AND checkout = \(checkout) AND state = \(CouponUse.State.held)
        """)
      if settled == 1 { return true }
      return try CouponTable.state(of: coupon, checkout, in: transaction) == .settled
    }
  }

  public func giveBack(_ coupon: CouponID, checkout: String) async throws {
    let now = clock.now
    try await database.write { transaction in
      guard try CouponTable.locked(coupon, in: transaction) != nil,
        let buyer: AccountID = try transaction.value(
          "SELECT buyer_id FROM coupon_use WHERE coupon_id = \(coupon) AND checkout = \(checkout)")
      else { return }
      let returned = try transaction.execute(
        """
        UPDATE coupon_use SET state = \(CouponUse.State.givenBack), changed_at = \(now)
        WHERE coupon_id = \(coupon) AND checkout = \(checkout) AND state <> \(CouponUse.State.givenBack)
        """)
      guard returned == 1 else { return }
      try transaction.execute("UPDATE coupon SET used = used - 1 WHERE id = \(coupon)")
      try transaction.execute(
        "UPDATE coupon_buyer SET used = used - 1 WHERE coupon_id = \(coupon) AND buyer_id = \(buyer)")
    }
  }
}
