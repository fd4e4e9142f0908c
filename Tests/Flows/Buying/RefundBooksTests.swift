import Accounts
import Events
import Flows
import Inventory
import Orders
import Payments
import Refunds
import Storage
import TestKit
import Testing
import Values

/// The books of refunds under any order of what buyers, merchants and the provider do.
@Suite struct RefundBooksTests {
  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    /// Steele and Vigna's SplitMix64.
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private static let staff = Staff(
    id: StaffID(raw: 1), email: "mei@staff.example", name: "Mei", merchant: nil, rights: [.refundsApprove])

  private func shipped(_ shop: BuyingFixture, _ count: Int) async throws -> Order {
    for _ in 1..<count { _ = try await shop.filledCart() }
    let order = try #require(try await shop.place().first)
    _ = try await shop.paid([order])
    try await shop.settle()
    _ = try await shop.contexts.orders.pass(order.id, by: Self.staff.id, note: "")
    return try await shop.contexts.orders.ship(
      order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: Self.staff.id)
  }

  /// One step of somebody's; a refusal is an answer like another.
  private func step(_ shop: BuyingFixture, _ order: Order, _ dice: inout Dice) async throws {
    let line = try #require(order.lines.first).id
    let cases = try await shop.contexts.refunds.cases(of: order.id)
    let any = cases.randomElement(using: &dice)
    let units = Int.random(in: 1...3, using: &dice)
    let minor = Int64.random(in: 1...9000, using: &dice)
    let kind: RefundCase.Kind = Bool.random(using: &dice) ? .moneyOnly : .goodsBack
    let state: ProviderRefundReport.State = Bool.random(using: &dice) ? .settled : .failed
    let work = shop.workRefund
    do {
      switch Int.random(in: 0...8, using: &dice) {
      case 0, 1:
        _ = try await shop.refundOrder.request(
          RefundOrder.Input(
            account: shop.buyer, order: order.id, kind: kind, reason: .damaged, explanation: "",
            lines: [RefundDraft.Line(line: line, quantity: try #require(Quantity(units)))]))
      case 2:
        _ = try await work.giveGoodwill(
          Money(minor: minor, currency: .cny), for: order.id, words: "Sorry", key: "\(minor)", by: Self.staff)
      case 3: shop.provider.set { $0.refundState = state }
      case 4: if let any { _ = try await shop.refundOrder.withdraw(any.id, by: shop.buyer) }
      case 5: if let any { _ = try await work.reject(any.id, reason: "No", by: Self.staff) }
      case 6:
        if let any {
          let restocked = any.units.mapValues { min($0, units - 1) }
          _ = try await work.receive(any.id, restocked: restocked, note: "", by: Self.staff)
        }
      case 7: if let any { _ = try await work.retry(any.id, by: Self.staff) }
      default:
        if let any {
          _ = try await work.approve(any.id, .init(needsGoods: any.kind.bringsGoods), by: Self.staff)
        }
      }
    } catch is any Refusal {
      return
    }
  }

  // req: 4.2.4-6
  // part of req: 4.2.4-7
  @Test(arguments: [1, 7, 42, 1009] as [UInt64]) func `the books of refunds agree after any steps`(seed: UInt64)
    async throws
  {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop, 6)
    var dice = Dice(state: seed)
    for _ in 1...60 { try await step(shop, order, &dice) }
    try await shop.settle()
    let contexts = shop.contexts
    #expect(try await contexts.refunds.audit().isEmpty)
    #expect(try await AuditBooks(contexts, clock: shop.store.clock.clock).run().isEmpty)
    #expect(try await contexts.orders.audit().isEmpty)
    #expect(try await contexts.payments.audit().isEmpty)
    #expect(try await contexts.inventory.audit().isEmpty)
    let cases = try await contexts.refunds.cases(of: order.id)
    let settled = cases.filter { $0.state == .settled }.reduce(Int64(0)) { $0 + ($1.granted?.minor ?? 0) }
    let payment = try #require(try await contexts.payments.payments(of: order.id).first)
    #expect(payment.refunded.minor == settled)
    #expect(settled <= order.amounts.due.minor)
    #expect(cases.count > 5)
  }
}
