import Accounts
import Catalog
import Flows
import Foundation
import Inventory
import NIOHTTP1
import Orders
import Payments
import Testing
import Values

@testable import App

/// Orders with nothing due are paid without a payment platform, and otherwise like every order.
@Suite struct FreeOrderTests {
  private struct Gift: Sendable {
    let browser: Browser
    let product: Product
    let order: Order
  }

  private func gift(_ test: TestShop, language: Language = .en) async throws -> Gift {
    let product = try await test.product(of: try await test.merchant(freight: "0.00"), price: "0.00")
    let (_, account, address) = try await test.buyer(language: language)
    let browser = test.browser(language: language)
    _ = try await browser.post("/login", [("email", account.email), ("password", TestShop.password)])
    let order = try await test.placedOrder(product, by: browser, account: account, address: address)
    try #require(order.amounts.due.isZero)
    return Gift(browser: browser, product: product, order: order)
  }

  private func expectPaidOnce(_ gift: Gift, _ test: TestShop) async throws {
    let contexts = test.shop.contexts
    let order = try #require(try await contexts.orders.order(gift.order.id))
    #expect(order.state == .awaitingReview)
    #expect(order.amounts.paid.isZero)
    let payments = try await contexts.payments.payments(of: order.id)
    #expect(payments.map(\.state) == [.captured])
    #expect(payments.map(\.method) == [.free])
    #expect(order.payment == payments.first?.id)
    let ledger = try await contexts.payments.ledger(of: try #require(order.payment))
    #expect(ledger.map(\.book) == [.providerClearing, .order])
    #expect(ledger.map(\.amount.minor) == [0, 0])
    #expect(try await contexts.orders.timeline(of: order.id).filter { $0.kind == .paid }.count == 1)
    #expect(try await contexts.orders.sales(of: [gift.product.id])[gift.product.id] == 1)
    let variant = gift.product.variants[0].id
    #expect(try await contexts.inventory.stock(of: [variant])[variant]?.onHand == 49)
    #expect(try test.letters("order-paid").count == 1)
    #expect(try await test.shop.audit().isEmpty)
  }

  @Test(arguments: [(Language.en, "Confirm the order", "Paid, thank you"), (.zhHans, "确认订单", "付款成功")])
  func `an order with nothing due is confirmed on the page where others are paid`(
    language: Language, button: String, thanks: String
  ) async throws {
    try await TestShop.run { test in
      let gift = try await gift(test, language: language)
      let page = try await gift.browser.get("/orders/\(gift.order.number)/pay").body
      #expect(page.contains("value=\"free\""))
      #expect(page.contains(button))
      #expect(!page.contains("value=\"sandbox\""))
      let result = try #require(
        try await gift.browser.post("/orders/\(gift.order.number)/pay", [("method", "free")]).location)
      #expect(result.hasPrefix("/checkout/result/"))
      #expect(try await gift.browser.get(result).body.contains(thanks))
      try await test.settle()
      try await expectPaidOnce(gift, test)
    }
  }

  @Test func `programs and browsers that confirm at once pay once`() async throws {
    try await TestShop.run { test in
      let gift = try await gift(test)
      let places = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 1...20 {
          group.addTask {
            try await gift.browser.post("/orders/\(gift.order.number)/pay", [("method", "sandbox")]).location
          }
        }
        return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
      }
      // Those who come after the order has moved on are led to it.
      #expect(places.subtracting(["/orders/\(gift.order.number)"]).count == 1)
      try await test.settle()
      try await expectPaidOnce(gift, test)
    }
  }

  @Test func `an order that costs something isn't free, whoever says so`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      #expect(try await browser.post("/orders/\(order.number)/pay", [("method", "free")]).status == 422)
      let share = OpenPayment.Share(order: order.id, amount: order.amounts.due)
      await #expect(throws: PaymentRefusal.unknownMethod) {
        try await test.shop.contexts.payments.settleFree(
          OpenPayment(
            method: .free, payer: account.id, shares: [share], subject: "", language: .en, expiresAt: order.payBefore))
      }
      try await test.settle()
      #expect(try await test.shop.contexts.orders.order(order.id)?.state == .awaitingPayment)
      #expect(try await test.shop.contexts.payments.payments(of: order.id).isEmpty)
    }
  }

  @Test func `a free order that was cancelled in the same moment gives its goods back and asks for no refund`()
    async throws
  {
    try await TestShop.run { test in
      let gift = try await gift(test)
      let contexts = test.shop.contexts
      let payment = try await contexts.payments.settleFree(
        OpenPayment(
          method: .free, payer: gift.order.buyer, shares: [.init(order: gift.order.id, amount: gift.order.amounts.due)],
          subject: "Gift", language: .en, expiresAt: gift.order.payBefore))
      _ = try? await contexts.orders.cancel(gift.order.id, by: .system, reason: .byBuyer)
      try await test.settle()
      let order = try #require(try await contexts.orders.order(gift.order.id))
      let variant = gift.product.variants[0].id
      #expect(
        try await contexts.inventory.stock(of: [variant])[variant]?.onHand == (order.state == .cancelled ? 50 : 49))
      #expect(try await contexts.payments.refunds(of: payment.id).isEmpty)
      #expect(try await test.shop.audit().isEmpty)
    }
  }
}
