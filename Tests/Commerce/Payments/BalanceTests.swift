import PartKit
import Payments
import Storage
import TestKit
import Testing
import Values

/// Store credit, alone and as a part of payments.
@Suite struct BalanceTests {
  private func back(_ payment: Payment, _ key: String, _ minor: Int64, toBalance: Bool = false) -> RefundRequest {
    RefundRequest(
      key: key, payment: payment.id, order: payment.shares[0].order, amount: Money(minor: minor, currency: .cny),
      reason: "changed mind", toBalance: toBalance)
  }

  @Test(arguments: Way.allCases) func `a credit is given once, however often it is sent`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    for _ in 1...3 { try await desk.credit(500) }
    #expect(try await desk.balance == 500)
    let moves = try await desk.payments.movements(of: desk.buyer, PageRequest())
    #expect(moves.items.map(\.kind) == [.goodwill])
    #expect(moves.items.first?.after.minor == 500)
    #expect(try await desk.told(BalanceCredited.name) == 1)
    #expect(try await desk.payments.holders(PageRequest()).items == [desk.buyer])
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `a key that was used gives nobody anything else`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    try await desk.credit(500)
    await #expect(throws: FieldFaults.self) { try await desk.credit(600) }
    let other = BalanceCredit(
      key: "gift", account: desk.store.ids.next(), amount: Money(minor: 500, currency: .cny), reason: "a gift")
    await #expect(throws: FieldFaults.self) { try await desk.payments.credit(other, by: StaffID(raw: 1)) }
    #expect(try await desk.balance == 500)
  }

  @Test(arguments: Way.allCases) func `a balance that is enough pays at once and without a provider`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    try await desk.credit(9000)
    let opened = try await desk.payments.open(desk.request(method: .balance, fromBalance: 8800))
    #expect(opened.handover == .settled)
    #expect(opened.payment.state == .captured)
    #expect(opened.payment.atProvider.isZero)
    // The same again is the same payment.
    #expect(try await desk.payments.open(desk.request(method: .balance)).payment.id == opened.payment.id)
    #expect(try await desk.balance == 200)
    #expect(desk.provider.calls.isEmpty)
    #expect(try await desk.told(PaymentCaptured.name) == 1)
    #expect(try await desk.payments.refund(back(opened.payment, "r-1", 800)).state == .settled)
    #expect(try await desk.balance == 1000)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `what isn't there can't be spent`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    try await desk.credit(100)
    await #expect(throws: PaymentRefusal.balanceTooLow(left: Money(minor: 100, currency: .cny))) {
      try await desk.payments.open(desk.request(method: .balance))
    }
    await #expect(throws: PaymentRefusal.balanceTooLow(left: Money(minor: 100, currency: .cny))) {
      try await desk.payments.open(desk.request(fromBalance: 101))
    }
    #expect(try await desk.payments.payments(of: desk.order).isEmpty)
    #expect(try await desk.balance == 100)
  }

  @Test(arguments: Way.allCases) func `a balance that is spent in many places at once is spent as far as it goes`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    try await desk.credit(2500)
    let orders: [OrderID] = (0..<20).map { _ in desk.store.ids.next() }
    let paid = await withTaskGroup(of: Int.self) { group in
      for order in orders {
        group.addTask {
          let request = desk.request([(order, 1000)], method: .balance, fromBalance: 1000)
          return (try? await desk.payments.open(request)) == nil ? 0 : 1
        }
      }
      return await group.reduce(0, +)
    }
    #expect(paid == 2)
    #expect(try await desk.balance == 500)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `a part comes from the balance, and the provider is asked for the rest`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    try await desk.credit(3000)
    let payment = try await desk.payments.open(desk.request(fromBalance: 3000)).payment
    #expect(payment.amount.minor == 8800)
    #expect(payment.atProvider.minor == 5800)
    #expect(try await desk.balance == 0)
    // The whole amount isn't what was asked for.
    try await desk.tell(desk.notice(payment, amount: 8800))
    #expect(try await desk.state(payment) == .pending)
    #expect(try await desk.payments.cases(of: payment.id).map(\.kind) == [.amountMismatch])
    try await desk.tell(desk.notice(payment, amount: 5800))
    #expect(try await desk.state(payment) == .captured)
    #expect(try await desk.payments.openCases(.platform) == 0)
    let clearing = try await desk.payments.ledger(of: payment.id).filter { $0.book == .providerClearing }
    #expect(
      Dictionary(uniqueKeysWithValues: clearing.map { ($0.party, $0.amount.minor) }) == [
        "sandbox": 5800, "balance": 3000,
      ])
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `what was paid last goes back first, and the balance gets the rest`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    try await desk.credit(3000)
    let payment = try await desk.payments.open(desk.request(fromBalance: 3000)).payment
    try await desk.tell(desk.notice(payment, amount: 5800))
    let first = try await desk.payments.refund(back(payment, "r-1", 5000))
    #expect([first.atProvider.minor, first.toBalance.minor] == [5000, 0])
    let second = try await desk.payments.refund(back(payment, "r-2", 1000))
    #expect([second.atProvider.minor, second.toBalance.minor] == [800, 200])
    #expect(try await desk.balance == 200)
    let third = try await desk.payments.refund(back(payment, "r-3", 2800))
    #expect([third.atProvider.minor, third.toBalance.minor] == [0, 2800])
    #expect(third.state == .settled)
    #expect(try await desk.balance == 3000)
    #expect(try await desk.state(payment) == .refunded)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `a refund can go to the balance instead`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    let refund = try await desk.payments.refund(back(payment, "r-1", 800, toBalance: true))
    #expect(refund.state == .settled)
    #expect(try await desk.balance == 800)
    #expect(!desk.provider.calls.contains("refund"))
    // The provider has all of it still, and can send back by itself what the buyer hasn't yet.
    #expect(try await desk.tell(desk.notice(payment, refund: "R1", 8800)).status == 400)
    #expect(try await desk.tell(desk.notice(payment, refund: "R2", 8000)).status == 200)
    #expect(try await desk.state(payment) == .refunded)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `a payment that ends unpaid gives the balance its part back`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    try await desk.credit(3000)
    let payment = try await desk.payments.open(desk.request(fromBalance: 3000)).payment
    #expect(try await desk.payments.close(payment.id).state == .closed)
    #expect(try await desk.balance == 3000)
    // With another method, and another part.
    let second = try await desk.payments.open(desk.request(by: desk.other, fromBalance: 1000)).payment
    #expect(second.atProvider.minor == 7800)
    #expect(try await desk.balance == 2000)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `money that comes late is what the provider took, and the balance keeps its own`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    try await desk.credit(3000)
    let payment = try await desk.payments.open(desk.request(fromBalance: 3000)).payment
    _ = try await desk.payments.close(payment.id)
    try await desk.tell(desk.notice(payment, amount: 5800))
    let late = try #require(try await desk.payments.payment(payment.id))
    #expect(late.state == .captured)
    #expect(late.amount.minor == 5800)
    #expect(late.fromBalance.isZero)
    #expect(try await desk.balance == 3000)
    #expect(try await desk.payments.refund(back(late, "late", 5800)).state == .settled)
    #expect(try await desk.payments.audit().isEmpty)
  }
}
