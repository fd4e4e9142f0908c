import Storage
import Values

extension StoredPoints {
  public func take(_ taking: PointTaking) async throws {
    try await database.write { transaction in
      try PointTable.lock(taking.buyer, in: transaction)
      let standing = try PointTable.use(taking.checkout, in: transaction)
      if let standing, standing.state != .givenBack {
        try transaction.execute(
          "UPDATE point_use SET held_until = \(taking.until) WHERE checkout = \(taking.checkout)")
        return
      }
      let tries = try Self.count(taking, isNew: standing == nil, in: transaction)
      let balance = try PointTable.balance(of: taking.buyer, in: transaction)
      guard taking.points > 0, balance >= taking.points else { throw PointRefusal.notEnoughPoints(balance: balance) }
      try move(
        -taking.points, of: taking.buyer, .spent, key: "spent/\(taking.checkout)/\(tries)",
        checkout: taking.checkout, by: .buyer(taking.buyer), in: transaction)
    }
  }

  /// - Returns: how often points were taken for it.
  private static func count(_ taking: PointTaking, isNew: Bool, in transaction: any Transaction) throws -> Int {
    if isNew {
      try transaction.execute(
        """
        INSERT INTO point_use (checkout, buyer_id, points, worth, currency, returned, state, tries, held_until)
        VALUES (\(taking.checkout), \(taking.buyer), \(taking.points), \(taking.worth.minor),
          \(taking.worth.currency), 0, \(PointUse.State.held), 1, \(taking.until))
        """)
      return 1
    }
    try transaction.execute(
      """
      UPDATE point_use SET points = \(taking.points), worth = \(taking.worth.minor), returned = 0,
        state = \(PointUse.State.held), tries = tries + 1, held_until = \(taking.until)
      WHERE checkout = \(taking.checkout)
      """)
    return try transaction.value("SELECT tries FROM point_use WHERE checkout = \(taking.checkout)") ?? 1
  }

  public func settle(checkout: String) async throws -> Bool {
    try await database.write { transaction in
      let settled = try transaction.execute(
        """
        UPDATE point_use SET state = \(PointUse.State.settled)
        WHERE checkout = \(checkout) AND state = \(PointUse.State.held)
        """)
      if settled == 1 { return true }
      return try PointTable.use(checkout, in: transaction)?.state == .settled
    }
  }

  public func giveBack(checkout: String) async throws {
    try await bring(.max, checkout: checkout, ending: true)
  }

  public func bringBack(_ returned: Int, checkout: String) async throws {
    try await bring(returned, checkout: checkout, ending: false)
  }

  private func bring(_ returned: Int, checkout: String, ending: Bool) async throws {
    guard let buyer = try await use(checkout: checkout)?.buyer else { return }
    try await database.write { transaction in
      try PointTable.lock(buyer, in: transaction)
      guard let use = try PointTable.use(checkout, in: transaction), use.state != .givenBack else { return }
      let target = min(returned, use.points)
      let state = ending ? PointUse.State.givenBack : use.state
      guard target > use.returned || state != use.state else { return }
      let tries: Int = try transaction.value("SELECT tries FROM point_use WHERE checkout = \(checkout)") ?? 1
      try transaction.execute(
        "UPDATE point_use SET returned = \(max(target, use.returned)), state = \(state) WHERE checkout = \(checkout)")
      try move(
        max(0, target - use.returned), of: buyer, .returned, key: "returned/\(checkout)/\(tries)/\(target)",
        checkout: checkout, in: transaction)
    }
  }
}
