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
@testable import Sandbox

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

  // req: 4.1.4-2
  @Test(arguments: ["EUR", "USD", "CNH", "¥", "", "CNY'; DROP TABLE payment;--"])
  func `a notice of the right number in another currency never marks the order paid`(currency: String) async throws {
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      let payments = test.shop.contexts.payments
      let notice: [String: Any] = [
        "merchant": test.settings.sandbox.merchant, "number": "\(bought.payment)", "tradeNumber": "T1",
        "amount": bought.order.amounts.due.minor, "currency": currency, "state": "paid",
        "at": test.shop.clock.now.milliseconds,
      ]
      for _ in 1...2 {
        let answer = try await test.sendNotice(try JSONSerialization.data(withJSONObject: notice))
        #expect(answer.status == 400, "\(answer.body)")
        #expect(answer.body != "success")
      }
      try await test.settle()
      #expect(try await payments.payment(bought.payment)?.state == .pending)
      #expect(try await payments.ledger(of: bought.payment).isEmpty)
      let order = try #require(try await test.shop.contexts.orders.order(bought.order.id))
      #expect(order.state == .awaitingPayment)
      #expect(order.amounts.paid.isZero)
      #expect(try await test.shop.audit().isEmpty)
      // The same notice in the right currency is believed: nothing but the currency was wrong.
      let answer = try await test.sendNotice(
        try JSONSerialization.data(withJSONObject: notice.merging(["currency": "CNY"]) { _, right in right }))
      #expect(answer.body == "success")
      try await test.settle()
      #expect(try await test.shop.contexts.orders.order(bought.order.id)?.state == .awaitingReview)
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
      try await test.settle()
      #expect(try test.letters("order-paid").isEmpty)
      #expect(try test.letters("merchant-order-paid").isEmpty)
      let result = try #require(try await test.browser().post(cashier + "/pay").location)
      _ = try await browser.get(result)
      try await test.settle()
      let (buyers, merchants) = (try test.letters("order-paid"), try test.letters("merchant-order-paid"))
      #expect(buyers.count == 1 && buyers.allSatisfy { $0.contains(account.email) })
      #expect(merchants.count == 1 && merchants.allSatisfy { $0.contains("kiln@example.com") })
      let letter = try test.plainLetter("order-paid", of: order)
      #expect(letter.contains("We have your payment") && letter.contains(order.number.rawValue))
      let task = try test.plainLetter("merchant-order-paid", of: order)
      #expect(task.contains("This order is paid") && task.contains(order.number.rawValue))
    }
  }
}

extension TestShop {
  /// Sends a notice that the payment platform has signed.
  /// - Parameter trace: a `traceparent` that it brings.
  func sendNotice(_ body: Data, trace: String? = nil) async throws -> Browser.Answer {
    let signing = Signing(merchant: settings.sandbox.merchant, secret: try settings.sandbox.secret)
    let signed = signing.headers(purpose: "notice", body: Array(body), now: shop.clock.now)
    var headers = Dictionary(signed.map { ($0.name, $0.value) }) { first, _ in first }
    headers["traceparent"] = trace
    return try await browser().send(
      .POST, "/payments/notices/sandbox", json: String(decoding: body, as: UTF8.self), headers: headers)
  }
}
