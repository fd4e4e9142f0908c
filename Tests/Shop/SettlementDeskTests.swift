import Accounts
import Carts
import Catalog
import Flows
import Merchants
import NIOHTTP1
import Orders
import Settlement
import Testing
import Values

@testable import App

/// Settlements over HTTP: what a merchant's staff and the platform's see and do.
@Suite struct SettlementDeskTests {
  private func yesterday(_ test: TestShop) -> String { ShopDay(test.shop.clock.now).adding(-1).description }

  // req: 2.3.2.1-1
  @Test func `the platform draws, approves and pays statements, and a merchant reads its own`() async throws {
    try await TestShop.run { test in
      let (kiln, reed) = (try await test.merchant(), try await test.merchant("reed"))
      try await test.endedSale(of: kiln, 8800, number: "20260105-1")
      try await test.endedSale(of: reed, 4200, number: "20260105-2")
      let platform = try await test.staff(of: nil, [.settlementsView, .settlementsRun])
      let run = try await platform.post("/admin/settlements/run", [("through", yesterday(test))])
      #expect(run.status == 303)
      let list = try await platform.get("/admin/settlements").body
      #expect(list.contains("¥88.00") && list.contains("¥42.00") && list.contains("Drafted"))
      let own = try await test.shop.contexts.settlement.statements(
        matching: StatementFilter(merchant: kiln.id), PageRequest()
      ).items
      let id = try #require(own.first).id
      #expect(try await platform.post("/admin/settlements/\(id)/approve", []).status == 303)
      #expect(try await platform.post("/admin/settlements/\(id)/approve", []).status == 409)
      #expect(try await platform.post("/admin/settlements/\(id)/pay", [("reference", "")]).status == 422)
      #expect(try await platform.post("/admin/settlements/\(id)/pay", [("reference", "BANK-7")]).status == 303)
      let staff = try await test.staff(of: kiln, [.settlementsView])
      let seen = try await staff.get("/admin/settlements").body
      #expect(seen.contains("¥88.00") && !seen.contains("¥42.00") && seen.contains("BANK-7"))
      let page = try await staff.get("/admin/settlements/\(id)").body
      #expect(page.contains("20260105-1") && page.contains("Paid out") && page.contains("data-print"))
      #expect(try await staff.get("/admin/settlements/\(id)?all=1").status == 200)
      let stranger = try await test.staff(of: reed, [.settlementsView])
      #expect(try await stranger.get("/admin/settlements/\(id)").status == 404)
      #expect(try await stranger.get("/admin/settlements/\(id)/file").status == 404)
      #expect(try await test.shop.audit().filter { $0.book == "settlement" }.isEmpty)
    }
  }

  @Test func `a statement is had as a file whose words no spreadsheet runs, with amounts as numbers`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      try await test.endedSale(of: kiln, 8800, number: "=1+1")
      let platform = try await test.staff(of: nil, [.settlementsView, .settlementsRun])
      _ = try await platform.post("/admin/settlements/run", [("through", yesterday(test))])
      let statement = try #require(
        try await test.shop.contexts.settlement.statements(matching: StatementFilter(), PageRequest()).items.first)
      let file = try await platform.get("/admin/settlements/\(statement.id)/file").body
      #expect(file.contains("'=1+1,"))
      #expect(file.contains(",88.00,0.00,0.00,0.00,0.00,88.00,CNY\r\n"))
      let payouts = try await platform.get("/admin/settlements/export?state=drafted&column=net&column=currency").body
      #expect(payouts.contains("\(statement.id),88.00,CNY"))
    }
  }

  @Test func `rules of commission are made and taken back by the platform's staff alone`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      let platform = try await test.staff(of: nil, [.settlementsRun])
      let desk = "/admin/settlements/commissions"
      let tomorrow = ShopDay(test.shop.clock.now).adding(1).description
      let made = try await platform.post(
        desk, [("merchant", "\(kiln.id)"), ("category", ""), ("percent", "5.5"), ("from", tomorrow)])
      #expect(made.status == 303)
      let page = try await platform.get(desk).body
      #expect(page.contains("5.5 %") && page.contains("/remove"))
      let rule = try #require(try await test.shop.contexts.settlement.rules(PageRequest()).items.first)
      #expect(rule.merchant == kiln.id && rule.rate?.rawValue == 550)
      for (field, value) in [("percent", "101"), ("percent", ""), ("from", "2020-01-01"), ("merchant", "mer_x")] {
        var form = ["merchant": "", "category": "", "percent": "5", "from": tomorrow]
        form[field] = value
        #expect(try await platform.post(desk, form.map { ($0.key, $0.value) }).status == 422, "\(field)")
      }
      #expect(try await platform.post("\(desk)/\(rule.id)/remove", []).status == 303)
      #expect(try await test.shop.contexts.settlement.rules(PageRequest()).items.isEmpty)
      let staff = try await test.staff(of: kiln)
      #expect(try await staff.get(desk).status == 403)
      #expect(try await staff.post("/admin/settlements/run", [("through", yesterday(test))]).status == 403)
    }
  }

  // req: 2.3.2.1-1
  @Test func `what is owed stands on the order's ledger and on the merchant's day`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      let product = try await test.product(of: kiln)
      let (_, account, address) = try await test.buyer()
      let version = try await test.shop.flows.addToCart.run(
        product.variants[0].id, .one, to: .account(account.id)
      ).version
      let order = try #require(
        try await test.shop.flows.placeOrder.run(
          .init(account: account.id, cartVersion: version, address: address.id, note: "", dueSeen: nil)
        ).first)
      try await test.pay(order)
      try await test.settle()
      let staff = try await test.staff(of: kiln, [.paymentsView, .settlementsView])
      let ledger = try await staff.get("/admin/orders/\(order.number)/ledger").body
      #expect(ledger.contains("Between platform and merchant"))
      #expect(ledger.contains("What is owed is known once the order is completed."))
      let payments = try await test.staff(of: kiln, [.paymentsView])
      let plain = try await payments.get("/admin/orders/\(order.number)/ledger").body
      #expect(!plain.contains("Between platform and merchant"))
      try await test.endedSale(of: kiln, 8800, number: "20260105-1")
      let today = try await staff.get("/admin").body
      #expect(today.contains("Owed to you") && today.contains("¥88.00"))
    }
  }
}

extension TestShop {
  /// An order that was completed ten days ago.
  func endedSale(of merchant: Merchant, _ minor: Int64, number: String) async throws {
    let (order, payment): (OrderID, PaymentID) = (shop.ids.next(), shop.ids.next())
    let at = shop.clock.now.adding(.days(-10))
    try await shop.contexts.settlement.note(
      OrderNote(
        order: order, number: number, merchant: merchant.id, currency: .cny, placedAt: at,
        facts: [
          OrderFact(
            key: OrderFact.captureKey(payment, order), kind: .captured, method: "sandbox", payment: payment,
            amount: Money(minor: minor, currency: .cny), at: at),
          OrderFact(key: OrderFact.endKey(order), kind: .ended, amount: .zero(.cny), at: at),
        ], parts: [OrderNote.Part(amount: Money(minor: minor, currency: .cny), categories: [])], freight: .zero(.cny)))
  }
}
