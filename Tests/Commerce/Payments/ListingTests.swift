import PartKit
import Payments
import Storage
import TestKit
import Testing
import Values

/// Lists of payments and refunds, of the platform and of one merchant.
@Suite struct ListingTests {
  private let kiln = MerchantID(raw: 7)
  private let reed = MerchantID(raw: 9)

  private func open(_ desk: PaymentDesk, _ shares: [(MerchantID?, Int64)]) async throws -> Payment {
    var request = desk.request([])
    request.shares = shares.map { merchant, minor in
      OpenPayment.Share(
        order: desk.store.ids.next(), amount: Money(minor: minor, currency: .cny), merchant: merchant)
    }
    return try await desk.payments.open(request).payment
  }

  private func listed(
    _ desk: PaymentDesk, _ scope: PaymentScope, _ filter: PaymentFilter = PaymentFilter()
  ) async throws -> [PaymentID] {
    var (ids, next): ([PaymentID], Cursor?) = ([], nil)
    repeat {
      let page = try await desk.payments.payments(scope, matching: filter, PageRequest(limit: 2, after: next))
      ids += page.items.map(\.id)
      next = page.next
    } while next != nil
    return ids
  }

  // req: 3.1.2-1
  @Test(arguments: Way.allCases) func `a merchant's list has the payments with a share of its own, each once`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    var (all, own): ([PaymentID], [PaymentID]) = ([], [])
    for round in 0..<5 {
      let both = try await open(desk, [(kiln, 100), (kiln, 200), (reed, 300)])
      let other = try await open(desk, [(reed, Int64(400 + round))])
      all += [both.id, other.id]
      own.append(both.id)
    }
    #expect(try await listed(desk, .platform) == all.reversed())
    #expect(try await listed(desk, .merchant(kiln)) == own.reversed())
    #expect(try await listed(desk, .merchant(reed)) == all.reversed())
    #expect(try await listed(desk, .merchant(MerchantID(raw: 11))).isEmpty)
    let dear = PaymentFilter(amountFrom: Money(minor: 402, currency: .cny))
    #expect(try await listed(desk, .merchant(reed), dear).count == 3)
    #expect(try await listed(desk, .merchant(kiln), PaymentFilter(payment: all[1])).isEmpty)
    await #expect(throws: FieldFaults.self) {
      try await desk.payments.payments(
        .platform, matching: PaymentFilter(), PageRequest(after: Cursor(["not", "mine"])))
    }
  }

  @Test(arguments: Way.allCases) func `payments are found by number, order, state, method and day`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let first = try await open(desk, [(kiln, 100)])
    try await desk.tell(desk.notice(first))
    desk.store.clock.advance(by: .days(2))
    let second = try await open(desk, [(kiln, 200)])
    #expect(try await listed(desk, .platform, PaymentFilter(providerNumber: "T-\(first.id)")) == [first.id])
    #expect(try await listed(desk, .platform, PaymentFilter(order: second.shares[0].order)) == [second.id])
    for scope in [PaymentScope.platform, .merchant(kiln)] {
      #expect(try await listed(desk, scope, PaymentFilter(state: .captured)) == [first.id])
      #expect(try await listed(desk, scope, PaymentFilter(method: desk.other.method)).isEmpty)
      let later = PaymentFilter(openedFrom: first.openedAt.adding(.days(1)))
      #expect(try await listed(desk, scope, later) == [second.id])
      let earlier = PaymentFilter(openedBefore: first.openedAt.adding(.days(1)))
      #expect(try await listed(desk, scope, earlier) == [first.id])
    }
  }

  @Test(arguments: Way.allCases) func `refunds are listed for whom they concern, with when they settled`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await open(desk, [(kiln, 500), (reed, 700)])
    try await desk.tell(desk.notice(payment))
    for (index, share) in payment.shares.enumerated() {
      _ = try await desk.payments.refund(
        RefundRequest(
          key: "r-\(index)", payment: payment.id, order: share.order, amount: Money(minor: 100, currency: .cny),
          reason: "goodwill"))
    }
    let own = try await desk.payments.refunds(.merchant(kiln), matching: RefundFilter(), PageRequest()).items
    #expect(own.map(\.order) == payment.shares.filter { $0.merchant == kiln }.map(\.order))
    #expect(own.first?.settledAt == desk.store.clock.now)
    let all = try await desk.payments.refunds(.platform, matching: RefundFilter(state: .settled), PageRequest()).items
    #expect(all.map(\.key) == ["r-1", "r-0"])
    #expect(try await desk.payments.refunds(of: [payment.id]).map(\.key) == ["r-0", "r-1"])
    #expect(try await desk.payments.refund(all[0].id) == all[0])
    let notices = try await desk.payments.notices(of: payment.id)
    #expect(notices.map(\.effect) == ["moved"])
    #expect(notices.first?.body.contains("\(payment.id)") == true)
  }

  @Test(arguments: Way.allCases) func `shares of which nobody said whose they are get to their merchant later`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await open(desk, [(nil, 500)])
    #expect(try await listed(desk, .merchant(kiln)).isEmpty)
    let order = payment.shares[0].order
    #expect(try await desk.payments.unplaced(limit: 10) == [order])
    try await desk.payments.place([PlacedOrder(order: order, merchant: kiln)])
    try await desk.payments.place([PlacedOrder(order: order, merchant: reed)])
    #expect(try await listed(desk, .merchant(kiln)) == [payment.id])
    #expect(try await desk.payments.unplaced(limit: 10).isEmpty)
  }

  @Test(arguments: Way.allCases) func `a refund that was stored while its share was placed is placed as well`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await open(desk, [(kiln, 500)])
    try await desk.tell(desk.notice(payment))
    let refund = try await desk.payments.refund(
      RefundRequest(
        key: "r-late", payment: payment.id, order: payment.shares[0].order, amount: Money(minor: 100, currency: .cny),
        reason: "goodwill"))
    try await desk.store.database.write {
      _ = try $0.execute("UPDATE refund SET merchant_id = NULL WHERE id = \(refund.id)")
    }
    #expect(try await desk.payments.unplaced(limit: 10) == [refund.order])
    try await desk.payments.place([PlacedOrder(order: refund.order, merchant: kiln)])
    let own = try await desk.payments.refunds(.merchant(kiln), matching: RefundFilter(), PageRequest()).items
    #expect(own.map(\.id) == [refund.id])
    #expect(try await desk.payments.unplaced(limit: 10).isEmpty)
  }
}
