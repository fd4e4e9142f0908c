import Flows
import Inventory
import Orders
import Payments
import Refunds
import Storage
import TestKit
import Values

extension World {
  /// How long the shop is left to itself between two looks: four days at most, since a transfer has three of them. The first
  /// look that finds nothing open is the last.
  private static let pauses: [Duration] = [
    .seconds(6), .seconds(55), .minutes(2), .minutes(6), .minutes(15), .minutes(12), .minutes(10), .minutes(30),
    .hours(1), .hours(1), .hours(6), .hours(25), .hours(25), .hours(12), .minutes(1), .hours(25), .minutes(6),
    .minutes(1),
  ]
  /// A bound on what one round does of a kind.
  private static let most = 40

  /// Nobody buys any more, nothing fails, and the shop does what is left by itself.
  /// - Returns: whether nothing is left.
  func comeToRest(_ shop: SimulatedShop) async throws -> Bool {
    for house in houses { house.comeToRest() }
    for (index, pause) in Self.pauses.enumerated() {
      if try index == 0 || isDue() { await attempt("a round") { [self] in try await goRound(shop) }() }
      if try rest() == nil, try isHeardOf() { return true }
      stage.clock.advance(by: pause)
    }
    return false
  }

  private func goRound(_ shop: SimulatedShop) async throws {
    for house in houses { house.endRefunds() }
    for _ in 0..<post.count {
      guard let notice = post.takeFirst() else { break }
      try await deliver(notice, in: shop)
    }
    try await shop.courier.deliverAll()
    if try count("SELECT COUNT(*) FROM refund_request") > 0 { try await decideAll(in: shop) }
    if stage.hasErrors { try await lookIntoAmounts(in: shop) }
    if stage.habits.paysAtDoor { try await answerDoors(in: shop) }
    if stage.habits.hasOwnMethods { try await countMoney(in: shop) }
    let now = stage.clock.now
    try await untilDone { try await shop.contexts.payments.sweep(now: now, limit: 1) }
    try await untilDone { try await shop.settlePayments.run(now: now, limit: 1) }
    try await untilDone { try await shop.cancelOrder.runOverdue(now: now, limit: 1) }
    if stage.habits.givesUp { try await bringLate(in: shop) }
    _ = try await shop.contexts.inventory.expireHolds(now: now, limit: 200)
    try await shop.run("refunds.settle")
    try await shop.run("carts.finish")
    if stage.habits.usesDiscounts { try await shop.run("pricing.endHolds") }
    try await shop.courier.deliverAll()
  }

  private func untilDone(_ work: () async throws -> Int) async throws {
    for _ in 1...Self.most where try await work() == 0 { return }
  }

  func allOrders(in shop: SimulatedShop) async throws -> [Order] {
    try await shop.contexts.orders.orders(.platform, matching: OrderFilter(), PageRequest(limit: 100)).items
      .sorted { $0.id < $1.id }
  }

  private func decideAll(in shop: SimulatedShop) async throws {
    for order in try await allOrders(in: shop) where order.payment != nil || order.wasWrittenOff {
      for refund in try await shop.contexts.refunds.cases(of: order.id).sorted(by: { $0.id < $1.id }) {
        await attempt("decide \(refund.id)") { [self] in
          do {
            try await decide(refund, in: shop)
          } catch  where refund.state == .requested {
            _ = try await shop.workRefund.reject(refund.id, reason: "It can't be", by: town.staff)
          }
        }()
      }
    }
  }

  /// What is to be paid at the door goes there. Some buyers don't open it.
  private func answerDoors(in shop: SimulatedShop) async throws {
    for order in try await allOrders(in: shop) where order.paysAtDoor && !order.wasWrittenOff {
      await attempt("door of \(order.id)") { [self] in
        switch order.state {
        case .awaitingReview, .awaitingShipment: try await passAndShip(order.id, in: shop)
        case .awaitingReceipt, .completed: try await answerDoor(of: order, in: shop)
        case .awaitingPayment, .cancelled, .refunded: break
        }
      }()
    }
  }

  private func answerDoor(of order: Order, in shop: SimulatedShop) async throws {
    let all = try await shop.contexts.payments.payments(of: order.id)
    let unpaid = all.filter { $0.method == .cash && !$0.state.hasMoney }
    let open = unpaid.first(where: \.state.isOpen)
    if order.state == .awaitingReceipt, open == nil || order.id.raw % 3 == 0 {
      _ = try await WorkPayments(shop.contexts).refuseAtDoor(order.id, by: town.staff)
    } else if stage.habits.givesUp, let open, all.count == 1 {
      // No other payment can bring all of it later.
      try await giveUp(order, open, in: shop)
    } else if let payment = open ?? unpaid.first {
      try await confirm(payment, isPart: false, in: shop)
    }
  }

  /// Most of those who were to transfer money do it; whoever began with a part brings the rest, also when it's too late.
  private func countMoney(in shop: SimulatedShop) async throws {
    let givenUp = try await givenUp(in: shop)
    for payment in try await ownPayments(in: shop) where !payment.state.hasMoney {
      if payment.shares.contains(where: { givenUp.contains($0.order) }) { continue }
      let comes = payment.method == .transfer && payment.state.isOpen && payment.id.raw % 3 != 0
      let hasBegun = try await !shop.contexts.payments.receipts(of: payment.id).isEmpty
      let isPaidBack = paidBack(of: payment.id) > 0
      if hasBegun, !isPaidBack, isToPayBack(payment) {
        await attempt("\(payment.id) is paid back") { [self] in try await payBack(payment, in: shop) }()
        continue
      }
      guard comes || (hasBegun && !isPaidBack) else { continue }
      await attempt("money for \(payment.id)") { [self] in try await confirm(payment, isPart: false, in: shop) }()
    }
    await attempt("pay out") { [self] in try await payOut(in: shop) }()
  }
}

// MARK: What the tables say

extension World {
  private func count(_ query: SQL) throws -> Int { try town.storage.read { try $0.value(query) ?? 0 } }

  /// Whether a round would find anything to do: most of the time waits for its moment.
  private func isDue() throws -> Bool {
    let now = stage.clock.now
    let isUnderWay = houses.contains { house in
      house.trades.contains { $0.refunds.contains { $0.state == .pending || $0.state == .stuck } }
    }
    guard post.count == 0, !isUnderWay else { return true }
    return try count(
      """
      SELECT (SELECT COUNT(*) FROM outbox)
        + (SELECT COUNT(*) FROM refund_request WHERE state IN ('requested', 'approved', 'sent'))
        + (SELECT COUNT(*) FROM order_head
          WHERE pays_at_door = 1 AND payment_id IS NULL AND state <> 'cancelled' AND written_off_at IS NULL)
        + (SELECT COUNT(*) FROM payment WHERE next_query_at <= \(now))
        + (SELECT COUNT(*) FROM refund WHERE next_query_at <= \(now))
        + (SELECT COUNT(*) FROM payment_case WHERE is_open = 1)
        + (SELECT COUNT(*) FROM order_head WHERE state = 'awaitingPayment' AND pay_before <= \(now))
        + (SELECT COUNT(*) FROM stock_hold WHERE state = 'standing' AND until_at <= \(now))
        + (SELECT COUNT(*) FROM coupon_use WHERE state = 'held' AND held_until <= \(now))
        + (SELECT COUNT(*) FROM point_use WHERE state = 'held' AND held_until <= \(now)) AS due
      """) > 0
  }

  /// What is left to be done.
  func rest() throws -> String? {
    let names = [
      "facts", "open payments", "refunds without an answer", "unpaid orders", "standing holds", "undecided cases",
      "cases of money", "coupons set apart", "points set apart", "unpaid doors",
    ]
    return try town.storage.read { transaction in
      let found = try transaction.row(
        """
        SELECT (SELECT COUNT(*) FROM outbox) AS n0,
          (SELECT COUNT(*) FROM payment WHERE state IN ('created', 'pending')) AS n1,
          (SELECT COUNT(*) FROM refund WHERE state = 'sent') AS n2,
          (SELECT COUNT(*) FROM order_head WHERE state = 'awaitingPayment') AS n3,
          (SELECT COUNT(*) FROM stock_hold WHERE state = 'standing') AS n4,
          (SELECT COUNT(*) FROM refund_request WHERE state IN ('requested', 'approved', 'sent')) AS n5,
          (SELECT COUNT(*) FROM payment_case WHERE is_open = 1) AS n6,
          (SELECT COUNT(*) FROM coupon_use WHERE state = 'held') AS n7,
          (SELECT COUNT(*) FROM point_use WHERE state = 'held') AS n8,
          (SELECT COUNT(*) FROM order_head
            WHERE pays_at_door = 1 AND payment_id IS NULL AND state <> 'cancelled' AND written_off_at IS NULL) AS n9
        """)
      guard let row = found else { return nil }
      for (index, name) in names.enumerated() {
        let count: Int = try row["n\(index)"]
        if count > 0 { return "\(count) \(name)" }
      }
      return nil
    }
  }

  /// Whether the shop knows of all the money that providers hold and have sent back.
  private func isHeardOf() throws -> Bool {
    let trades = houses.flatMap(\.trades).filter { $0.state == .captured }
    let methods = houses.map(\.method.rawValue)
    let (held, returned): (Int, Int64) = try town.storage.read { transaction in
      let held: Int? = try transaction.value(
        """
        SELECT COUNT(*) FROM payment WHERE state IN ('captured', 'partlyRefunded', 'refunded')
          AND amount > from_balance AND method IN \(list: methods)
        """)
      let returned: Int64? = try transaction.value(
        """
        SELECT COALESCE(SUM(r.amount - r.to_balance), 0) FROM refund r JOIN payment p ON p.id = r.payment_id
        WHERE r.state = 'settled' AND p.method IN \(list: methods)
        """)
      return (held ?? 0, returned ?? 0)
    }
    return held == trades.count && returned == trades.reduce(0) { $0 + $1.returned }
  }
}
