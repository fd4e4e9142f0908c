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

/// What the payment centre makes of notices that are repeated, late or false.
@Suite struct PaymentNoticeTests {
  // req: 4.1.4-3
  @Test func `notices that are repeated or false have no effect beyond the first true one`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let cashier = try #require(
        try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")]).location)
      let payments = test.shop.contexts.payments
      let payment = try #require(try await payments.payments(of: order.id).first)

      let forged =
        #"{"merchant":"martlet-demo","number":"\#(payment.id)","tradeNumber":"T1","amount":9400,"currency":"CNY","state":"paid","at":1}"#
      let refused = try await test.browser().send(.POST, "/payments/notices/sandbox", json: forged)
      #expect(refused.status == 400)
      #expect(try await payments.payment(payment.id)?.state == .pending)

      _ = try await test.browser().post(cashier + "/pay")
      #expect(try await payments.refresh(payment.id).state == .captured)
      for _ in 1...3 {
        _ = try await test.browser().send(
          .POST, "\(test.settings.sandbox.url)/control/payments/\(payment.id)/notify", json: "{}",
          headers: ["sandbox-control": TestShop.controlKey])
      }
      try await test.settle()
      #expect(try await payments.ledger(of: payment.id).count == 2)
      let now = try #require(try await test.shop.contexts.orders.order(order.id))
      #expect(now.state == .awaitingReview)
      let entries = try await test.shop.contexts.orders.timeline(of: order.id)
      #expect(entries.filter { $0.kind == .paid }.count == 1)
      #expect(try await test.shop.contexts.orders.sales(of: [product.id])[product.id] == 1)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.1.4-4
  @Test func `a payment is told to the buyer and to the merchant`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let cashier = try #require(
        try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")]).location)
      let result = try #require(try await test.browser().post(cashier + "/pay").location)
      _ = try await browser.get(result)
      try await test.settle()
      let folder = test.settings.dataFolder.appending(path: "mail")
      let letters = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .map { try String(contentsOf: $0, encoding: .utf8) }
      #expect(letters.contains { $0.contains(account.email) })
      #expect(letters.contains { $0.contains("kiln@example.com") })
    }
  }
}
