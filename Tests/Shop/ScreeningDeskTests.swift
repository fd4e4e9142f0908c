import Accounts
import Flows
import Orders
import Pages
import Payments
import Testing
import Values

@testable import App

/// What keeps a paid order from passing by itself, as the reviewer reads it in the list and on the order.
@Suite struct ScreeningDeskTests {
  /// Orders up to ¥1000.00 pass, but for the one rule that is on.
  private static let off = [
    "--orders-auto-pass-up-to", "1000.00", "--review-new-account-hours", "0", "--review-odd-quantity", "0",
    "--review-failed-payments", "0", "--review-holds-new-places", "false",
  ]

  private static func only(_ rule: String, _ bound: String) -> [String] {
    var arguments = off
    if let place = arguments.firstIndex(of: rule) { arguments[place + 1] = bound }
    return arguments
  }

  private func expectHeld(_ trade: Trade, _ order: Order, _ reason: HoldReason) async throws {
    let sentence = try #require(trade.test.shop.theme.words(.en)["holdReason.\(reason.rawValue)"])
    #expect(try await trade.now(order).heldFor == [reason])
    let label = try #require(trade.test.shop.theme.words(.en)["review.mark"])
    let rows = DeskRows(try await trade.mei.get("/admin/review?part=waiting").body).rows
    #expect(rows.map { $0[label] } == [sentence])
    let detail = try await trade.mei.get("/admin/orders/\(order.number)").body
    #expect(detail.contains("Look at this order closely") && detail.contains("<li>\(sentence)</li>"))
    #expect(!(try await trade.buyer.get("/orders/\(order.number)").body.contains(sentence)))
    try await trade.pass(order)
    #expect(try await trade.now(order).state == .awaitingShipment)
  }

  // req: 4.2.2-0 4.2.2-1
  @Test func `an order of a new account waits`() async throws {
    try await TestShop.run(Self.only("--review-new-account-hours", "24")) { test in
      let trade = try await test.trade()
      try await expectHeld(trade, try await trade.paid(), .newAccount)
    }
  }

  // req: 4.2.2-0 4.2.2-1
  @Test func `an order of many of one thing waits, and one of fewer passes`() async throws {
    try await TestShop.run(Self.only("--review-odd-quantity", "3")) { test in
      let trade = try await test.trade()
      #expect(try await trade.paid(2).state == .awaitingShipment)
      try await expectHeld(trade, try await trade.paid(3), .oddQuantity)
    }
  }

  // req: 4.2.2-0 4.2.2-1
  @Test func `an order to a city that its buyer never ordered to waits`() async throws {
    try await TestShop.run(Self.only("--review-holds-new-places", "true")) { test in
      let trade = try await test.trade()
      #expect(try await trade.paid().state == .awaitingShipment)
      let far = try await test.shop.contexts.accounts.addAddress(
        AddressDraft(recipient: "lin", phone: "13800138000", region: "440305", street: "1 Keyuan Road"),
        to: trade.account.id)
      let there = Trade(
        test: test, merchant: trade.merchant, product: trade.product, buyer: trade.buyer, account: trade.account,
        address: far, mei: trade.mei)
      try await expectHeld(there, try await there.paid(), .newPlace)
    }
  }

  // req: 4.2.2-0 4.2.2-1
  @Test func `an order whose payments failed again and again waits`() async throws {
    try await TestShop.run(Self.only("--review-failed-payments", "2")) { test in
      let trade = try await test.trade()
      let order = try await trade.ordered([(trade.red, 1)])
      for _ in 1...2 {
        let handed = try await trade.buyer.post("/orders/\(order.number)/pay", [("method", "sandbox")])
        let cashier = try #require(handed.location)
        _ = try await test.browser().post(cashier + "/refuse")
        let open = try #require(try await test.shop.contexts.payments.payments(of: order.id).first)
        #expect(try await test.shop.contexts.payments.refresh(open.id).state == .failed)
      }
      try await test.pay(order)
      try await expectHeld(trade, try await trade.now(order), .failedPayments)
    }
  }

  // req: 4.2.2-0 4.2.2-1
  @Test func `an order above what passes by itself waits`() async throws {
    try await TestShop.run(Self.only("--orders-auto-pass-up-to", "94.00")) { test in
      let trade = try await test.trade()
      #expect(try await trade.paid().state == .awaitingShipment)
      try await expectHeld(trade, try await trade.paid(2), .aboveLimit)
    }
  }
}
