import Accounts
import Flows
import Foundation
import Inventory
import Merchants
import NIOHTTP1
import Orders
import Payments
import TestKit
import Testing
import Values

@testable import API
@testable import App

/// Paying without a provider, and with the balance: on pages, by the API, and at the desks.
@Suite struct OwnMethodPageTests {
  private static let transfer = [
    "--payments-transfer-holder", "Martlet Ltd", "--payments-transfer-bank", "Bank of Tea",
    "--payments-transfer-account", "6222 0000 1234",
  ]

  private struct Bought: Sendable {
    let browser: Browser
    let account: Account
    let order: Order
  }

  private func bought(_ test: TestShop) async throws -> Bought {
    let product = try await test.product(of: try await test.merchant())
    let (browser, account, address) = try await test.buyer()
    let order = try await test.placedOrder(product, by: browser, account: account, address: address)
    return Bought(browser: browser, account: account, order: order)
  }

  private func order(_ bought: Bought, _ test: TestShop) async throws -> Order {
    try #require(try await test.shop.contexts.orders.order(bought.order.id))
  }

  private func credit(_ minor: Int64, _ bought: Bought, _ test: TestShop) async throws {
    let staff = try await test.staff(of: nil, [.balanceCredit])
    let amount = Money(minor: minor, currency: .cny).decimalText
    let answer = try await staff.post(
      "/admin/customers/\(bought.account.id)/balance",
      [("key", "gift-\(minor)"), ("amount", amount), ("reason", "Sorry for the wait")])
    #expect(answer.status == 303)
  }

  // req: 2.2-4 4.1.4-4
  @Test func `a transfer waits with the shop's account on its page until staff find the money`() async throws {
    try await TestShop.run(Self.transfer) { test in
      let bought = try await bought(test)
      let pay = "/orders/\(bought.order.number)/pay"
      #expect(try await bought.browser.get(pay).body.contains("value=\"transfer\""))
      let result = try #require(try await bought.browser.post(pay, [("method", "transfer")]).location)
      let page = try await bought.browser.get(result).body
      let payment = try #require(try await test.shop.contexts.payments.payments(of: bought.order.id).first)
      for text in ["6222 0000 1234", "Bank of Tea", "Martlet Ltd", "\(payment.id)"] { #expect(page.contains(text)) }
      #expect(try await order(bought, test).payBefore > bought.order.payBefore)

      let staff = try await test.staff(of: nil, [.paymentsView, .paymentsConfirm])
      let desk = "/admin/transactions/\(payment.id)/receipt"
      #expect(try await staff.get(desk).body.contains("Confirm money"))
      let amount = payment.amount.decimalText
      let fields = [("key", "statement-1"), ("amount", amount), ("receivedAt", "2026-01-02T03:04")]
      for _ in 1...2 { #expect(try await staff.post(desk, fields).status == 303) }
      try await test.settle()
      let paid = try await order(bought, test)
      #expect(paid.state == .awaitingReview)
      #expect(paid.amounts.paid == paid.amounts.due)
      #expect(try test.letters("order-paid").count == 1)
      #expect(try await bought.browser.get(result).body.contains("Paid, thank you"))
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  @Test func `a method that isn't offered gives an order no time and moves nothing`() async throws {
    try await TestShop.run(Self.transfer) { test in
      let bought = try await bought(test)
      let staff = try await test.staff(of: nil, [.paymentsSetUp])
      for method in ["transfer", "cash"] {
        #expect(try await staff.post("/admin/payments/methods/\(method)/turn", [("turn", "off")]).status == 303)
        let answer = try await bought.browser.post("/orders/\(bought.order.number)/pay", [("method", method)])
        #expect(answer.status == 422)
      }
      #expect(try await order(bought, test) == bought.order)
      #expect(try await test.shop.contexts.payments.payments(of: bought.order.id).isEmpty)
    }
  }

  // req: 2.2-4
  @Test func `above its highest sum a way isn't offered, and with the balance what is left counts`() async throws {
    let bounds = ["--payments-cash-most", "50", "--payments-transfer-most", "5000.00"]
    try await TestShop.run(Self.transfer + bounds) { test in
      let bought = try await bought(test)
      let pay = "/orders/\(bought.order.number)/pay"
      let page = try await bought.browser.get(pay).body
      #expect(page.contains("value=\"transfer\"") && !page.contains("value=\"cash\""))
      let refused = try await bought.browser.post(pay, [("method", "cash")])
      #expect(refused.status == 422 && refused.body.contains("With this method at most 50.00 can be paid."))
      #expect(try await order(bought, test) == bought.order)
      let list = try await test.staff(of: nil, [.paymentsSetUp]).get("/admin/payments/methods").body
      #expect(list.contains("up to ¥50.00") && list.contains("up to ¥5,000.00"))
      try await credit(bought.order.amounts.due.minor - 4000, bought, test)
      #expect(try await bought.browser.get(pay).body.contains("value=\"cash\""))
      #expect(try await bought.browser.post(pay, [("method", "cash"), ("balance", "1")]).status == 303)
      #expect(try await order(bought, test).paysAtDoor)
    }
  }

  @Test func `an order that is paid at the door goes on at once, and takes its money later`() async throws {
    try await TestShop.run { test in
      let bought = try await bought(test)
      let pay = "/orders/\(bought.order.number)/pay"
      let result = try #require(try await bought.browser.post(pay, [("method", "cash")]).location)
      #expect(try await bought.browser.get(result).body.contains("You pay at the door"))
      try await test.settle()
      let promised = try await order(bought, test)
      #expect(promised.paysAtDoor)
      #expect(promised.state != .awaitingPayment)
      #expect(promised.amounts.paid.isZero)
      #expect(try test.letters("order-promised").count == 1)
      #expect(try await test.shop.audit().isEmpty)
      let payment = try #require(try await test.shop.contexts.payments.payments(of: bought.order.id).first)
      let merchant = try #require(try await test.shop.contexts.merchants.merchant(bought.order.merchant))
      let own = try await test.staff(of: merchant, [.paymentsView, .paymentsConfirm, .ordersReview])
      let seen = try await own.get("/admin/transactions/\(payment.id)").body
      #expect(seen.contains("confirmed by the platform") && !seen.contains("Confirm money"))
      #expect(try await own.get("/admin/orders/\(bought.order.number)").body.contains("owed to you from then on"))
      #expect(try await own.get("/admin/transactions/\(payment.id)/receipt").status == 403)
      let staff = try await test.staff(of: nil, [.paymentsView, .paymentsConfirm])
      let answer = try await staff.post(
        "/admin/transactions/\(payment.id)/receipt",
        [("key", "door-1"), ("amount", payment.amount.decimalText), ("receivedAt", "2026-01-02T03:04")])
      #expect(answer.status == 303)
      try await test.settle()
      let paid = try await order(bought, test)
      #expect(!paid.paysAtDoor)
      #expect(paid.payment == payment.id)
      #expect(paid.amounts.paid == paid.amounts.due)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 2.2-4
  @Test func `a method is offered for what its provider would be asked for, with the balance or without`() async throws
  {
    try await TestShop.run { test in
      let bought = try await bought(test)
      let due = bought.order.amounts.due
      let most = Money(minor: due.minor - 500, currency: due.currency)
      let desk = try await test.staff(of: nil, [.paymentsSetUp])
      let stripe = [
        ("accountID", "acct_1TESTONLY"), ("secretKey", "sk_test_ABCDEFGHIJ0123456789"),
        ("webhookSecret", "whsec_ABCDEFGHIJ0123456789"), ("gateway", "http://127.0.0.1:9"), ("isOn", "1"),
        ("feePercent", "0.5"), ("most", most.decimalText), ("version", ""),
      ]
      #expect(try await desk.post("/admin/payments/methods/stripe", stripe).status == 303)
      let pay = "/orders/\(bought.order.number)/pay"
      #expect(try await !bought.browser.get(pay).body.contains("value=\"stripe\""))
      try await credit(1000, bought, test)
      let page = try await bought.browser.get(pay).body
      #expect(page.contains("value=\"stripe\"") && page.contains("Only together with your balance"))
      #expect(try await bought.browser.post(pay, [("method", "stripe")]).status == 422)
      // Within its bounds it is asked, which nobody is there to answer.
      #expect(try await bought.browser.post(pay, [("method", "stripe"), ("balance", "1")]).status == 503)
    }
  }

  @Test func `what is refused at the door is cancelled, and its goods are on the shelf again`() async throws {
    try await TestShop.run { test in
      let bought = try await bought(test)
      _ = try await bought.browser.post("/orders/\(bought.order.number)/pay", [("method", "cash")])
      try await test.settle()
      let (orders, staff) = (test.shop.contexts.orders, StaffID(raw: 1))
      if try await order(bought, test).state == .awaitingReview {
        _ = try await orders.pass(bought.order.id, by: staff, note: "")
      }
      _ = try await orders.ship(
        bought.order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345678"), by: staff)
      let desk = try await test.staff(of: nil)
      #expect(try await desk.post("/admin/orders/\(bought.order.number)/refused").status == 303)
      try await test.settle()
      #expect(try await order(bought, test).state == .cancelled)
      let payments = try await test.shop.contexts.payments.payments(of: bought.order.id)
      #expect(payments.map(\.state) == [.closed])
      let variant = bought.order.lines[0].variant
      #expect(try await test.shop.contexts.inventory.stock(of: [variant])[variant]?.onHand == 50)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  @Test func `a balance that is enough pays without a choice, and its page tells what became of it`() async throws {
    try await TestShop.run { test in
      let bought = try await bought(test)
      try await credit(100_000, bought, test)
      let pay = "/orders/\(bought.order.number)/pay"
      #expect(try await bought.browser.get(pay).body.contains("Use my balance"))
      let result = try #require(try await bought.browser.post(pay, [("balance", "1")]).location)
      #expect(try await bought.browser.get(result).body.contains("Paid, thank you"))
      try await test.settle()
      let paid = try await order(bought, test)
      #expect(paid.amounts.paid == paid.amounts.due)
      let page = try await bought.browser.get("/account/balance").body
      #expect(page.contains("Sorry for the wait"))
      #expect(page.contains("Paid with it"))
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  @Test func `a part from the balance leaves the rest to the cashier`() async throws {
    try await TestShop.run { test in
      let bought = try await bought(test)
      try await credit(1000, bought, test)
      let cashier = try #require(
        try await bought.browser.post(
          "/orders/\(bought.order.number)/pay", [("method", "sandbox"), ("balance", "1")]
        ).location)
      let payment = try #require(try await test.shop.contexts.payments.payments(of: bought.order.id).first)
      #expect(payment.fromBalance.minor == 1000)
      let result = try #require(try await test.browser().post(cashier + "/pay").location)
      #expect(try await bought.browser.get(result).body.contains("Paid, thank you"))
      try await test.settle()
      let paid = try await order(bought, test)
      #expect(paid.amounts.paid == paid.amounts.due)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.1.4-3
  @Test func `who chose the door and pays the first payment after all has paid, and nothing is taken at the door`()
    async throws
  {
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      _ = try await bought.browser.post("/orders/\(bought.order.number)/pay", [("method", "cash")])
      try await test.settle()
      #expect(try await test.shop.contexts.payments.payment(bought.payment)?.state == .closed)
      try await test.control("payments/\(bought.payment)/pay", #"{"evenIfClosed":true}"#)
      try await test.control("payments/\(bought.payment)/notify")
      try await eventually("the order takes the money") {
        try await test.shop.contexts.orders.order(bought.order.id)?.payment == bought.payment
      }
      try await test.settle()
      let payments = try await test.shop.contexts.payments.payments(of: bought.order.id)
      #expect(Set(payments.map(\.state)) == [.captured, .closed])
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.1.4-3
  @Test func `money for an order that was cancelled goes back by itself, and staff read of it`() async throws {
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      _ = try await bought.browser.post("/orders/\(bought.order.number)/cancel")
      try await test.settle()
      try await test.control("payments/\(bought.payment)/pay", #"{"evenIfClosed":true}"#)
      try await test.control("payments/\(bought.payment)/notify")
      try await eventually("the money goes back") {
        try await test.shop.contexts.payments.payment(bought.payment)?.state == .refunded
      }
      try await test.settle()
      let staff = try await test.staff(of: nil, [.paymentsView, .paymentsConfirm])
      #expect(try await staff.get("/admin/payments/cases").body.contains("No money has gone astray."))
      let handled = try await staff.get("/admin/payments/cases?part=handled").body
      #expect(handled.contains("Paid after it was closed"))
      #expect(handled.contains("Handled by itself"))
      #expect(try test.letters("stray-back").count == 1)
      #expect(try await bought.browser.get("/checkout/result/\(bought.payment)").body.contains("Your money goes back"))
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 3.3.4-3
  @Test func `a case's button says what it moves in the books, and so does the answer`() async throws {
    try await TestShop.run(Self.transfer) { test in
      let bought = try await bought(test)
      _ = try await bought.browser.post("/orders/\(bought.order.number)/pay", [("method", "transfer")])
      let payment = try #require(try await test.shop.contexts.payments.payments(of: bought.order.id).first)
      let staff = try await test.staff(of: nil, [.paymentsView, .paymentsConfirm])
      let fields = [("key", "part-1"), ("amount", "1.00"), ("receivedAt", "2026-01-02T03:04")]
      #expect(try await staff.post("/admin/transactions/\(payment.id)/receipt", fields).status == 303)
      let page = try await staff.get("/admin/payments/cases").body
      #expect(page.contains("It was paid back") && !page.contains("Mark as handled"))
      #expect(page.contains("until you decide"))
      let known = try #require(try await test.shop.contexts.payments.cases(of: payment.id).first)
      let decided = try await staff.post(
        "/admin/payments/cases/\(known.id)", [("decision", "handled"), ("reason", "Sent back")])
      #expect(decided.status == 303)
      #expect(try await staff.get("/admin/payments/cases").body.contains("Noted: it was paid back."))
      try await test.settle()
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.1.4-5
  @Test func `who has paid twice reads that the second money goes back, also while it hasn't`() async throws {
    try await TestShop.run(Self.transfer) { test in
      let bought = try await bought(test)
      let pay = "/orders/\(bought.order.number)/pay"
      let late = try #require(try await bought.browser.post(pay, [("method", "transfer")]).location)
      let first = try #require(try await test.shop.contexts.payments.payments(of: bought.order.id).first)
      try await credit(bought.order.amounts.due.minor, bought, test)
      let result = try #require(try await bought.browser.post(pay, [("balance", "1")]).location)
      try await test.settle()
      #expect(try await bought.browser.get(result).body.contains("Paid, thank you"))
      let staff = try await test.staff(of: nil, [.paymentsView, .paymentsConfirm])
      let answer = try await staff.post(
        "/admin/transactions/\(first.id)/receipt",
        [("key", "late-1"), ("amount", first.amount.decimalText), ("receivedAt", "2026-01-02T03:04")])
      #expect(answer.status == 303)
      try await test.settle()
      #expect(try await test.shop.contexts.payments.payment(first.id)?.state == .captured)
      let page = try await bought.browser.get(late).body
      #expect(page.contains("Your money goes back") && !page.contains("Paid, thank you"))
      #expect(try await bought.browser.get(result).body.contains("Paid, thank you"))
    }
  }

  @Test func `programs read methods with their ways, and pay from the balance`() async throws {
    try await TestShop.run { test in
      let program = APIClient(shop: test)
      let methods = try await program.get("/payment-methods")
      #expect(methods["items"]?.items.compactMap(\.text) == ["sandbox", "cash"])
      #expect(methods["ways"]?["sandbox"]?.items.isEmpty == false)
    }
  }
}
