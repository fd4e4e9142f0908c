import Accounts
import Catalog
import Flows
import Foundation
import Inventory
import NIOHTTP1
import Orders
import Payments
import Storage
import TestKit
import Testing
import Values
@testable import App

/// The payment platform at its worst: notices that get lost, come twice, lie or come too late.
@Suite struct PaymentOrderTests {
  // req: 4.1.4-3 4.1.4-5
  @Test func `a lost notice is made up for by the result page, and the notice that comes after it changes nothing`()
    async throws
  {
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      try await test.setFaults(#"{"loseNotices":1000}"#)
      let result = try #require(try await test.browser().post(bought.cashier + "/pay").location)
      #expect(try await test.shop.contexts.payments.payment(bought.payment)?.state == .pending)
      let page = try await bought.browser.get(result)
      #expect(page.body.contains("Paid, thank you"))
      #expect(page.body.contains(bought.order.number.rawValue))
      try await test.settle()
      #expect(try await test.noticeEffects().isEmpty)
      try await test.expectPaidOnce(bought)

      try await test.setFaults("{}")
      try await test.control("payments/\(bought.payment)/notify")
      try await eventually("the late notice is known") { try await test.noticeEffects().contains("repeated") }
      try await test.settle()
      try await test.expectPaidOnce(bought)
    }
  }

  // req: 4.1.4-3 4.1.4-5
  @Test func `a notice that comes before the browser does captures, and the return changes nothing`() async throws {
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      let result = try #require(try await test.browser().post(bought.cashier + "/pay").location)
      try await eventually("the notice captures") {
        try await test.shop.contexts.payments.payment(bought.payment)?.state == .captured
      }
      #expect(try await test.noticeEffects().contains("moved"))
      for _ in 1...2 { #expect(try await bought.browser.get(result).body.contains("Paid, thank you")) }
      try await test.settle()
      try await test.expectPaidOnce(bought)
    }
  }

  // req: 4.1.4-3
  @Test func `a notice that is sent twice has one effect`() async throws {
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      try await test.setFaults(#"{"duplicateNotices":1}"#)
      try await test.control("payments/\(bought.payment)/pay")
      try await eventually("both are stored") { try await test.noticeEffects().count >= 2 }
      #expect(try await test.noticeEffects().filter { $0 == "moved" }.count == 1)
      try await test.settle()
      try await test.expectPaidOnce(bought)
    }
  }

  // req: 4.1.4-2 4.1.4-3
  @Test(arguments: [
    ("wrongAmount", "amountMismatch"), ("wrongCurrency", "amountMismatch"), ("wrongNumber", "unknownNumber"),
    ("foreignMerchant", "foreignMerchant"), ("tamper", "none"),
  ])
  func `a notice that lies captures nothing, and the true one after it does`(fault: String, effect: String) async throws
  {
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      try await test.setFaults(#"{"\#(fault)":1000}"#)
      try await test.control("payments/\(bought.payment)/pay")
      try await eventually("the shop has refused two") { try await test.noticeEffects().count >= 2 }
      #expect(Set(try await test.noticeEffects()) == [effect])
      try await test.settle()
      #expect(try await test.shop.contexts.payments.payment(bought.payment)?.state == .pending)
      #expect(try await test.shop.contexts.payments.ledger(of: bought.payment).isEmpty)
      #expect(try await test.shop.contexts.orders.order(bought.order.id)?.state == .awaitingPayment)

      try await test.setFaults("{}")
      try await test.control("payments/\(bought.payment)/notify")
      try await eventually("the true notice captures") {
        try await test.shop.contexts.payments.payment(bought.payment)?.state == .captured
      }
      try await test.settle()
      try await test.expectPaidOnce(bought)
    }
  }

  // req: 4.1.4-3
  @Test func `money that comes after the order was cancelled for lateness goes back by itself`() async throws {
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      let later = test.shop.clock.now.adding(.hours(1))
      #expect(try await test.shop.flows.cancelOrder.runOverdue(now: later, limit: 10) == 1)
      try await test.settle()
      #expect(try await test.shop.contexts.orders.order(bought.order.id)?.state == .cancelled)
      #expect(try await test.shop.contexts.payments.payment(bought.payment)?.state == .closed)

      try await test.control("payments/\(bought.payment)/pay", #"{"evenIfClosed":true}"#)
      try await test.control("payments/\(bought.payment)/notify")
      try await eventually("the money goes back") {
        try await test.shop.contexts.payments.payment(bought.payment)?.state == .refunded
      }
      try await test.settle()
      let refunds = try await test.shop.contexts.payments.refunds(of: bought.payment)
      #expect(refunds.map(\.amount) == [bought.order.amounts.due])
      #expect(refunds.map(\.state) == [.settled])
      let order = try #require(try await test.shop.contexts.orders.order(bought.order.id))
      #expect(order.state == .cancelled)
      let stock = try #require(try await test.shop.contexts.inventory.stock(of: [bought.variant])[bought.variant])
      #expect(stock.onHand == 50)
      #expect(stock.held == 0)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.1.4-4
  @Test func `the letters about a payment go to its buyer and to its merchant`() async throws {
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      let folder = test.settings.dataFolder.appending(path: "mail")
      let buyers = folder.appending(path: "order-paid-\(bought.order.id).eml")
      let merchants = folder.appending(path: "merchant-order-paid-\(bought.order.id).eml")
      try await test.settle()
      #expect(!FileManager.default.fileExists(atPath: buyers.path))
      #expect(!FileManager.default.fileExists(atPath: merchants.path))
      try await test.control("payments/\(bought.payment)/pay")
      try await eventually("the order is paid") {
        try await test.shop.contexts.orders.order(bought.order.id)?.state == .awaitingReview
      }
      try await test.settle()
      #expect(try String(contentsOf: buyers, encoding: .utf8).contains("lin@example.com"))
      #expect(try String(contentsOf: merchants, encoding: .utf8).contains("kiln@example.com"))
    }
  }
}

/// An order of one unit whose buyer stands at the platform's cashier.
struct HandedOver: Sendable {
  let browser: Browser
  let order: Order
  let variant: VariantID
  let payment: PaymentID
  let cashier: String
}

extension TestShop {
  func handedOver() async throws -> HandedOver {
    let product = try await product(of: try await merchant())
    let (browser, account, address) = try await buyer()
    let order = try await placedOrder(product, by: browser, account: account, address: address)
    let cashier = try #require(
      try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")]).location)
    let payment = try #require(try await shop.contexts.payments.payments(of: order.id).first)
    return HandedOver(
      browser: browser, order: order, variant: product.variants[0].id, payment: payment.id, cashier: cashier)
  }

  func setFaults(_ json: String) async throws { try await control("faults", json) }

  func control(_ path: String, _ json: String = "{}") async throws {
    let answer = try await browser().send(
      .POST, "\(settings.sandbox.url)/control/\(path)", json: json, headers: ["sandbox-control": Self.controlKey])
    try #require(answer.status == 200, "\(path): \(answer.body)")
  }

  /// What each notice that reached the shop did.
  func noticeEffects() async throws -> [String] {
    try await shop.database.read { transaction in
      try transaction.rows("SELECT effect FROM provider_notice ORDER BY id").map { try $0["effect"] }
    }
  }

  /// One capture, one sale, one entry, and books that agree.
  fileprivate func expectPaidOnce(_ bought: HandedOver) async throws {
    let order = try #require(try await shop.contexts.orders.order(bought.order.id))
    #expect(order.state == .awaitingReview)
    #expect(order.amounts.paid == order.amounts.due)
    #expect(try await shop.contexts.payments.ledger(of: bought.payment).count == 2)
    #expect(try await shop.contexts.payments.refunds(of: bought.payment).isEmpty)
    let entries = try await shop.contexts.orders.timeline(of: bought.order.id)
    #expect(entries.filter { $0.kind == .paid }.count == 1)
    let stock = try #require(try await shop.contexts.inventory.stock(of: [bought.variant])[bought.variant])
    #expect(stock.onHand == 49)
    #expect(stock.held == 0)
    #expect(try await shop.audit().isEmpty)
  }
}
