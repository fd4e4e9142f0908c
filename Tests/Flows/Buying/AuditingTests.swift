import Events
import Flows
import Inventory
import Orders
import Payments
import Storage
import TestKit
import Testing
import Values

@Suite struct AuditingTests {
  private func audit(_ shop: BuyingFixture) async throws -> [Discrepancy] {
    try await AuditBooks(shop.contexts, clock: shop.store.clock.clock).run()
  }

  // req: 3.3.4-3
  @Test func `money that nobody has heard of is named, once a reaction had its time`() async throws {
    let shop = try await BuyingFixture()
    let orders = try await shop.place(shop.variants)
    let captured = try await shop.paid(orders)
    #expect(try await audit(shop).isEmpty)
    shop.store.clock.advance(by: .minutes(2))
    let found = try await audit(shop)
    #expect(found.map(\.row) == Array(repeating: "\(captured.payment)", count: 2))
    #expect(found.map(\.found) == ["neither", "neither"])
    try await shop.settle()
    #expect(try await audit(shop).isEmpty)
  }

  // req: 3.3.4-3
  @Test func `an order is named when its payment or its hold says otherwise, with what was found there`() async throws {
    let shop = try await BuyingFixture()
    let orders = try await shop.place(shop.variants)
    let captured = try await shop.paid(orders)
    try await shop.settle()
    #expect(try await audit(shop).isEmpty)
    let (first, second) = (try #require(orders.first), try #require(orders.last))
    let hold = try #require(try await shop.contexts.inventory.hold(HoldKey(second)))

    try await shop.store.database.write { transaction in
      _ = try transaction.execute(
        """
        UPDATE payment_share SET amount = amount - 1 WHERE payment_id = \(captured.payment) AND order_id = \(first.id)
        """)
    }
    let unpaid = try await audit(shop)
    #expect(unpaid.map(\.book) == ["orders"] && unpaid.map(\.row) == ["\(first.id)"], "\(unpaid)")
    #expect(unpaid.first?.expected == "paid \(first.amounts.due) by \(captured.payment)")
    #expect(unpaid.first?.found.hasPrefix("captured, share ") == true)

    try await shop.store.database.write { transaction in
      _ = try transaction.execute(
        "UPDATE stock_hold_line SET quantity = quantity + 1 WHERE hold_id = \(hold.id)")
    }
    let unlike = try await audit(shop).filter { $0.book == "stock" }
    #expect(unlike.map(\.row) == ["\(second.id)"])
    #expect(unlike.map(\.found) == ["other units"])

    try await shop.store.database.write { transaction in
      _ = try transaction.execute("UPDATE stock_hold SET state = 'released' WHERE id = \(hold.id)")
    }
    let released = try await audit(shop).filter { $0.book == "stock" }
    #expect(released.map(\.row) == ["\(second.id)"])
    #expect(released.map(\.found) == ["released"])
  }

  @Test func `money that the provider didn't take back is named, until it is given back by a replay`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let captured = try await shop.paid([order])
    _ = try await shop.contexts.orders.cancel(order.id, by: .system, reason: .unpaidInTime)
    shop.provider.set { $0.refundState = .failed }
    try await shop.settle()
    #expect(try await shop.letters.letters().items.map(\.subscriber) == ["orders.whenPaymentCaptured"])
    shop.store.clock.advance(by: .minutes(2))
    let found = try #require(try await audit(shop).first)
    #expect(found.row == "\(captured.payment)")
    #expect(found.found.hasSuffix("failed"))

    shop.provider.set { $0.refundState = .settled }
    #expect(try await shop.letters.replayDue() == 1)
    #expect(try await shop.letters.count() == 0)
    #expect(try await shop.contexts.payments.payment(captured.payment)?.state == .refunded)
    #expect(try await audit(shop).isEmpty)
  }

  @Test func `money whose way back broke off later is given back anew`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let captured = try await shop.paid([order])
    _ = try await shop.contexts.orders.cancel(order.id, by: .system, reason: .unpaidInTime)
    shop.provider.set { $0.refundState = .pending }
    try await shop.settle()
    let sent = try #require(try await shop.contexts.payments.refunds(of: captured.payment).first)
    #expect(sent.state == .sent)
    shop.provider.set { book in
      book.refunds[sent.id.description] = .failed
      book.refundState = .settled
    }
    shop.store.clock.advance(by: .minutes(2))
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    #expect(try await shop.contexts.payments.refunds(of: captured.payment).map(\.state) == [.failed, .settled])
    #expect(try await audit(shop).isEmpty)
  }
}
