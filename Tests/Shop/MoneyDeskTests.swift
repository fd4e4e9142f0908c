import ArgumentParser
import Accounts
import Carts
import Catalog
import Content
import Flows
import Foundation
import Insight
import Merchants
import NIOHTTP1
import Orders
import Payments
import Testing
import Values

@testable import App

/// Today, transactions and ledgers over HTTP: what staff of the platform and of a merchant see of money.
@Suite struct MoneyDeskTests {
  private struct Sale: Sendable {
    let kiln: Merchant
    let reed: Merchant
    /// One of each, paid by one payment.
    let orders: [Order]
    let payment: Payment
    let buyer: Browser

    func order(of merchant: Merchant) throws -> Order { try #require(orders.first { $0.merchant == merchant.id }) }
  }

  private func sale(_ test: TestShop) async throws -> Sale {
    let (kiln, reed) = (try await test.merchant(), try await test.merchant("reed"))
    let (browser, account, address) = try await test.buyer()
    var version = 0
    for (merchant, handle) in [(kiln, "teapot"), (reed, "basket")] {
      let product = try await test.product(of: merchant, handle)
      version = try await test.shop.flows.addToCart.run(
        product.variants[0].id, .one, to: .account(account.id)
      ).version
    }
    let orders = try await test.shop.flows.placeOrder.run(
      PlaceOrder.Input(account: account.id, cartVersion: version, address: address.id, note: "", dueSeen: nil))
    try await test.pay(try #require(orders.first))
    let payment = try #require(try await test.shop.contexts.payments.payments(of: orders[0].id).first)
    return Sale(kiln: kiln, reed: reed, orders: orders, payment: payment, buyer: browser)
  }

  private func refund(_ test: TestShop, _ sale: Sale, _ merchant: Merchant, _ minor: Int64) async throws -> Refund {
    let refund = try await test.shop.contexts.payments.refund(
      RefundRequest(
        key: "t-\(minor)", payment: sale.payment.id, order: try sale.order(of: merchant).id,
        amount: Money(minor: minor, currency: .cny), reason: "goodwill"))
    try await test.settle()
    return refund
  }

  // req: 3.1.2-1
  @Test func `the platform sees whole payments, a merchant the shares of its own orders`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test)
      let refund = try await refund(test, sale, sale.reed, 800)
      let (kiln, reed) = (try sale.order(of: sale.kiln), try sale.order(of: sale.reed))
      let platform = try await test.staff(of: nil, [.paymentsView])
      let list = try await platform.get("/admin/transactions").body
      #expect(list.contains("¥188.00") && list.contains("¥8.00"))
      let whole = try await platform.get("/admin/transactions/\(sale.payment.id)").body
      for text in [kiln.number.rawValue, reed.number.rawValue, "Debit and credit are equal.", "\(refund.id)"] {
        #expect(whole.contains(text), "\(text)")
      }
      #expect(whole.contains("class=\"box current\""))
      #expect(whole.contains("As it came"))
      let staff = try await test.staff(of: sale.kiln, [.paymentsView])
      let own = try await staff.get("/admin/transactions").body
      #expect(own.contains("¥94.00") && !own.contains("¥188.00") && !own.contains(reed.number.rawValue))
      let part = try await staff.get("/admin/transactions/\(sale.payment.id)").body
      #expect(part.contains(kiln.number.rawValue) && part.contains("Debit and credit are equal."))
      #expect(part.contains("You see your part of it"))
      for text in [reed.number.rawValue, "\(refund.id)", "¥188.00", "As it came"] {
        #expect(!part.contains(text), "\(text)")
      }
      #expect(!(try await staff.get("/admin/transactions?part=refunds").body.contains("\(refund.id)")))
      #expect(try await staff.get("/admin/orders/\(reed.number)/ledger").status == 404)
    }
  }

  // req: 3.1.2-1
  @Test func `payments open to those with the right to see them alone`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test)
      let order = try sale.order(of: sale.kiln)
      let paths = [
        "/admin/transactions", "/admin/transactions/export", "/admin/transactions/\(sale.payment.id)",
        "/admin/orders/\(order.number)/ledger",
      ]
      let idle = try await test.staff(of: sale.kiln, [.ordersReview, .reportsView])
      for path in paths { #expect(try await idle.get(path).status == 403, "\(path)") }
      #expect(!(try await idle.get("/admin/orders/\(order.number)").body.contains("/ledger\"")))
      #expect(!(try await idle.get("/admin").body.contains("\"/admin/transactions\"")))
      let stranger = try await test.staff(of: try await test.merchant("glass"), [.paymentsView])
      #expect(try await stranger.get(paths[0]).body.contains("No payments yet"))
      #expect(try await stranger.get(paths[2]).status == 404)
      #expect(try await stranger.get(paths[3]).status == 404)
      #expect(try await stranger.get("/admin/transactions/nonsense").status == 404)
    }
  }

  @Test func `transactions are found by any number, by state, method, day and amount, and exported as shown`()
    async throws
  {
    try await TestShop.run { test in
      let sale = try await sale(test)
      let refund = try await refund(test, sale, sale.kiln, 500)
      let order = try sale.order(of: sale.kiln)
      let staff = try await test.staff(of: nil, [.paymentsView])
      let (id, number) = (sale.payment.id.description, try #require(sale.payment.providerNumber))
      for query in [
        "number=\(id)", "number=\(order.number)", "number=\(number)", "state=partlyRefunded", "method=sandbox",
        "amountFrom=188&amountTo=188", "dateFrom=2020-01-01",
      ] {
        #expect(try await staff.get("/admin/transactions?\(query)").body.contains(id), "\(query)")
      }
      for query in ["number=nothing", "state=closed", "method=free", "amountTo=5", "dateTo=2020-01-01"] {
        let page = try await staff.get("/admin/transactions?\(query)")
        #expect(page.status == 200 && !page.body.contains("\"/admin/transactions/\(id)\""), "\(query)")
      }
      for query in ["state=nonsense", "amountFrom=abc", "dateFrom=yesterday"] {
        #expect(try await staff.get("/admin/transactions?\(query)").status == 422, "\(query)")
      }
      for query in ["number=\(refund.id)", "number=\(order.number)", "number=\(id)", "state=settled"] {
        let page = try await staff.get("/admin/transactions?part=refunds&\(query)").body
        #expect(page.contains("\(refund.id)"), "\(query)")
      }
      let file = try await staff.get("/admin/transactions/export?state=partlyRefunded")
      #expect(file.headers.first(name: "content-type")?.hasPrefix("text/csv") == true)
      #expect(file.body.contains(id) && file.body.contains("188.00"))
      #expect(try await staff.get("/admin/transactions/export?part=refunds").body.contains("\(refund.id)"))
    }
  }

  @Test func `the ledger of an order has what came, what went back, and what is held after each`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test)
      _ = try await refund(test, sale, sale.kiln, 800)
      let order = try sale.order(of: sale.kiln)
      let staff = try await test.staff(of: sale.kiln, [.paymentsView])
      let page = try await staff.get("/admin/orders/\(order.number)/ledger").body
      for text in ["Money came", "Money went back", "¥94.00", "¥8.00", "¥86.00", "Debit and credit are equal."] {
        #expect(page.contains(text), "\(text)")
      }
      #expect(!page.contains("href=\"/admin/orders/\(order.number)\""))
      #expect(try await staff.get("/admin/orders/\(order.number)").status == 403)
      let reader = try await test.staff(of: sale.kiln, [.paymentsView, .ordersReview])
      #expect(try await reader.get("/admin/orders/\(order.number)").body.contains("/ledger\""))
      let chinese = try await staff.get("/admin/orders/\(order.number)/ledger?lang=zh-Hans").body
      #expect(chinese.contains("借贷相等") && !chinese.contains("transactions."))
    }
  }

  // req: 3.2.3-1
  @Test func `today shows the day's figures, plots with tables, what waits and what came in`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test)
      let order = try sale.order(of: sale.kiln)
      let platform = try await test.staff(of: nil)
      let page = try await platform.get("/admin")
      #expect(page.status == 200)
      for text in ["Money in", "¥188.00", "Visitors", "<polyline class=\"line\"", "<rect class=\"column", "As a table"]
      {
        #expect(page.body.contains(text), "\(text)")
      }
      for path in ["/admin/review", "/admin/parts", "/admin/orders/\(order.number)"] {
        #expect(page.body.contains("href=\"\(path)\""), "\(path)")
      }
      let merchant = try await test.staff(of: sale.kiln, [.reportsView, .ordersReview])
      let own = try await merchant.get("/admin").body
      #expect(own.contains("¥94.00") && !own.contains("¥188.00") && own.contains("Visitors"))
      let other = try sale.order(of: sale.reed).number.rawValue
      #expect(!own.contains(other))
      let packer = try await test.staff(of: sale.kiln, [.ordersShip])
      let without = try await packer.get("/admin").body
      #expect(
        without.contains(order.number.rawValue) && !without.contains("¥188.00") && !without.contains("As a table"))
      let chinese = try await platform.get("/admin?lang=zh-Hans").body
      #expect(chinese.contains("今日") && !chinese.contains("today."))
    }
  }

  @Test func `people who look at pages are visitors, programs, staff and refused requests aren't`() async throws {
    try await TestShop.run { test in
      let insight = test.shop.contexts.insight
      func counted() async throws -> [FigureKind: Int] {
        try await insight.flush()
        let day = ShopDay(test.shop.clock.now)
        let figures = try await insight.figures(of: nil, from: day, through: day).filter { $0.kind.isSeen }
        return Dictionary(figures.map { ($0.kind, $0.count) }, uniquingKeysWith: { $1 })
      }
      let firefox = ["user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"]
      let safari = ["user-agent": "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15"]
      for headers in [firefox, firefox, safari] { _ = try await test.browser().get("/", headers: headers) }
      #expect(try await counted() == [.visitors: 2, .pages: 3])
      for agent in ["Googlebot/2.1", "curl/8.5", ""] {
        _ = try await test.browser().get("/", headers: ["user-agent": agent])
      }
      _ = try await test.browser().get("/nowhere", headers: firefox)
      _ = try await test.browser().get("/static/css/tokens.css", headers: firefox)
      _ = try await test.browser().get("/api/v1/products", headers: firefox)
      let merchant = try await test.merchant()
      let goods = try await test.product(of: merchant)
      let pass = try await test.shop.contexts.content.previewPass(
        for: .product(goods.id), until: test.shop.clock.now.adding(.days(1)))
      try #require(
        try await test.browser().get("/preview/products/\(goods.id)/\(pass)", headers: firefox).status == 200)
      _ = try await test.browser().get("/", headers: firefox.merging(["sec-fetch-dest": "empty"]) { $1 })
      _ = try await (try await test.staff(of: nil)).get("/admin", headers: firefox)
      #expect(try await counted() == [.visitors: 2, .pages: 3])
    }
  }

  @Test func `the figures are made again from the books, and the audit agrees`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test)
      _ = try await refund(test, sale, sale.kiln, 800)
      try await RebuildFigures(test.shop.contexts).run()
      #expect(try await test.shop.audit() == [])
    }
  }
}
