import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Inventory
import Merchants
import NIOHTTP1
import Orders
import Pages
import Payments
import Pricing
import Reviews
import Testing
import Values

@testable import API
@testable import App

/// The order centre: whose orders, which of them, and what each of them keeps.
@Suite struct OrderCentreTests {
  /// A paid order of a teapot (94 yuan with freight) and an unpaid one of a cup (26 yuan).
  private struct Two: Sendable {
    let browser: Browser
    let paid: Order
    let open: Order
  }

  private func two(_ test: TestShop) async throws -> Two {
    let merchant = try await test.merchant()
    let teapot = try await test.product(of: merchant)
    let cup = try await test.product(
      of: merchant, "cup", title: LocalizedText(en: "Tea cup", zhHans: "茶杯"), price: "20.00")
    let (browser, account, address) = try await test.buyer()
    let first = try await test.placedOrder(teapot, by: browser, account: account, address: address)
    let paid = try await test.shop.contexts.orders.markPaid(
      first.id, by: PaymentID(raw: 7), amount: first.amounts.due, at: test.shop.clock.now)
    _ = try await test.placedOrder(cup, by: browser, account: account, address: address)
    let open = try #require(try await test.orders(of: account).first { $0.id != paid.id })
    return Two(browser: browser, paid: paid, open: open)
  }

  // req: 4.2.1-1
  @Test func `another's orders aren't there, and nobody is sent to the log-in`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let path = "/orders/\(order.number)"
      _ = try await browser.post("\(path)/pay", [("method", "sandbox")])
      let payment = try #require(try await test.shop.contexts.payments.payments(of: order.id).first)
      let line = try #require(order.lines.first).id
      let other = try await test.buyer("mei").browser
      let (guest, pages) = (
        test.browser(), [path, "\(path)/pay", "/checkout/result/\(payment.id)", "\(path)/review/\(line)"]
      )
      for page in pages {
        #expect(try await other.get(page).status == 404)
        #expect(try await guest.get(page).location == "/login?to=\(page)")
      }
      for deed in ["\(path)/cancel", "\(path)/receipt", "\(path)/pay"] {
        #expect(try await other.post(deed, [("method", "sandbox")]).status == 404)
        let sent = try await guest.post(deed, [("method", "sandbox")])
        #expect(sent.status == 303)
        #expect(sent.location?.hasPrefix("/login") == true)
      }
      #expect(try await guest.get("/orders").location == "/login?to=/orders")
      #expect(!(try await other.get("/orders").body.contains(order.number.rawValue)))
      #expect(!(try await other.get("/orders?number=\(order.number)").body.contains("href=\"\(path)\"")))
      for nonsense in ["0", "-1", "'; DROP TABLE x", "🫖", "\u{202E}", String(repeating: "9", count: 3000)] {
        #expect(try await browser.get("/orders/\(Browser.escaped(nonsense))").status == 404)
      }
      #expect(try await test.shop.contexts.orders.order(order.id)?.state == .awaitingPayment)
      #expect(try await test.shop.contexts.payments.payments(of: order.id).count == 1)
    }
  }

  // req: 4.2.1-2 4.2.1-4
  @Test func `the list shows every column and opens the detail`() async throws {
    try await TestShop.run { test in
      let two = try await two(test)
      let list = try await two.browser.get("/orders").body
      let rows = list.matches(of: /<li class="panel">[\s\S]*?<\/li>/).map { String($0.0) }
      #expect(rows.count == 2)
      let paid = try #require(rows.first { $0.contains(two.paid.number.rawValue) })
      let open = try #require(rows.first { $0.contains(two.open.number.rawValue) })
      let year = try #require(two.paid.placedAt.description.split(separator: "-").first)
      for text in ["Clay teapot", "¥94.00", String(year)] { #expect(paid.contains(text)) }
      #expect(paid.matches(of: /¥94\.00/).count == 2)
      for text in ["Tea cup", "¥26.00", "¥0.00", "/orders/\(two.open.number)/pay"] { #expect(open.contains(text)) }
      let states = [paid, open].compactMap { $0.firstMatch(of: /<\/svg>([^<]+)</).map { String($0.1) } }
      #expect(Set(states).count == 2)
      let link = try #require(paid.firstMatch(of: /class="number" href="([^"]+)"/)).1
      let detail = try await two.browser.get(String(link))
      #expect(detail.status == 200)
      for text in [two.paid.number.rawValue, "Clay teapot", "¥94.00", "1 Century Avenue"] {
        #expect(detail.body.contains(text))
      }
      let chinese = try await two.browser.get("/orders?lang=zh-Hans").body
      #expect(chinese.contains("紫砂茶壶"))
      #expect(chinese.contains("茶杯"))
    }
  }

  // req: 4.2.1-4
  @Test func `what staff noted for one another, and the books' own numbers, are not the buyer's to read`() async throws
  {
    try await TestShop.run { test in
      let two = try await two(test)
      let orders = test.shop.contexts.orders
      _ = try await orders.pass(two.paid.id, by: StaffID(raw: 1), note: "Looks like a reseller")
      _ = try await orders.ship(
        two.paid.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345678"), by: StaffID(raw: 1))
      _ = try await two.browser.post("/orders/\(two.open.number)/cancel")
      let payment = PaymentID(raw: 7).description
      let paid = try await two.browser.get("/orders/\(two.paid.number)").body
      let timeline = try #require(paid.firstMatch(of: /<ol class="timeline">[\s\S]*?<\/ol>/)).0
      #expect(!paid.contains("reseller"))
      #expect(!timeline.contains(payment))
      #expect(timeline.contains("SF SF12345678"))
      let cancelled = try await two.browser.get("/orders/\(two.open.number)").body
      #expect(cancelled.contains(test.shop.theme.words(.en)["cancelReason.byBuyer"] ?? "no word"))
      let token = try #require(
        try await test.program.post(
          "/sessions", ["email": "lin@example.com", "password": .text(TestShop.password)])["token"]?.text)
      let answer = try await test.program.with(token: token).get("/orders/\(two.paid.number)")
      let notes = (answer["timeline"]?.items ?? []).compactMap { $0["note"]?.text }.filter { !$0.isEmpty }
      #expect(notes == ["SF SF12345678"])
      let open = try await test.program.with(token: token).get("/orders/\(two.open.number)")
      let reasons = (open["timeline"]?.items ?? []).compactMap { $0["note"]?.text }
      #expect(reasons.contains("byBuyer"))
    }
  }

  // req: 4.2.1-3
  @Test func `each filter finds its orders, alone and together`() async throws {
    try await TestShop.run { test in
      let two = try await two(test)
      let (paid, open) = (two.paid.number.rawValue, two.open.number.rawValue)
      func found(_ query: String) async throws -> Set<String> {
        let answer = try await two.browser.get("/orders?\(query)")
        #expect(answer.status == 200)
        return Set(answer.body.matches(of: /class="number" href="\/orders\/([^"]+)"/).map { String($0.1) })
      }
      let cases: [(String, Set<String>)] = [
        ("", [paid, open]), ("number=\(paid)", [paid]), ("number=\(open)", [open]), ("number=none", []),
        ("product=teapot", [paid]), ("product=\(Browser.escaped("茶杯"))", [open]), ("product=%25", []),
        ("product=_", []),
        ("dateFrom=2000-01-01", [paid, open]), ("dateFrom=2999-01-01", []), ("dateTo=2000-01-01", []),
        ("dateTo=2999-01-01", [paid, open]), ("dueFrom=94", [paid]), ("dueTo=26.00", [open]),
        ("dueFrom=26.01&dueTo=93.99", []),
        ("paidFrom=0.01", [paid]), ("paidTo=0", [open]), ("paidFrom=94.00&paidTo=94.00", [paid]),
        (
          "number=\(paid)&product=teapot&dateFrom=2000-01-01&dateTo=2999-01-01&dueFrom=90&dueTo=100&paidFrom=94&paidTo=94",
          [paid]
        ),
        ("number=\(paid)&product=cup", []), ("product=tea&paidTo=0", [open]),
        ("state=awaitingPayment&dueFrom=20", [open]),
        ("state=awaitingReview", [paid]),
      ]
      for (query, expected) in cases {
        let numbers = try await found(query)
        #expect(numbers == expected, "\(query)")
      }
    }
  }

  // req: 4.2.1-3 3.1.3-1
  @Test func `a filter that can't be read says so beside its field and keeps what was typed`() async throws {
    try await TestShop.run { test in
      let browser = try await test.buyer().browser
      for name in ["dateFrom", "dateTo", "dueFrom", "dueTo", "paidFrom", "paidTo"] {
        for text in ["abc", "<script>alert(1)</script>", "🫖", "\u{202E}1", "99999999999999999999999999", "2026-13-40"] {
          let answer = try await browser.get("/orders?\(name)=\(Browser.escaped(text))")
          #expect(answer.status == 422, "\(name)=\(text)")
          #expect(answer.body.contains("class=\"fault\""))
          #expect(!answer.body.contains("<script>alert"))
        }
      }
      for query in ["number=\(String(repeating: "9", count: 33))", "product=\(String(repeating: "x", count: 101))"] {
        let answer = try await browser.get("/orders?\(query)")
        #expect(answer.status == 422)
        #expect(answer.body.contains("class=\"fault\""))
      }
      #expect(try await browser.get("/orders?state=nonsense").status == 422)
      #expect(try await browser.get("/orders?dueFrom=abc").body.contains("value=\"abc\""))
      #expect(try await browser.get("/orders?product=%3Cscript%3Ealert(1)").body.contains("<script>alert") == false)
    }
  }

  @Test(arguments: [(Language.en, "must not be above"), (.zhHans, "起始值不能大于结束值")])
  func `a range that runs backwards is said beside its field, to buyers and to staff`(
    language: Language, sentence: String
  ) async throws {
    try await TestShop.run { test in
      let (_, account, _) = try await test.buyer()
      let browser = test.browser(language: language)
      _ = try await browser.post("/login", [("email", account.email), ("password", TestShop.password)])
      _ = try await test.shop.contexts.staff.hire(
        StaffHire(
          email: "mei@staff.example", password: TestShop.password, name: "mei", merchant: nil,
          rights: Set(StaffRight.allCases)))
      _ = try await browser.post("/admin/login", [("email", "mei@staff.example"), ("password", TestShop.password)])
      for page in ["/orders", "/admin/orders"] {
        for range in ["dueFrom=10&dueTo=9.99", "paidFrom=1&paidTo=0", "dateFrom=2026-11-25&dateTo=2026-11-24"] {
          let answer = try await browser.get("\(page)?\(range)&lang=\(language.rawValue)")
          #expect(answer.status == 422, "\(page)?\(range)")
          #expect(answer.body.components(separatedBy: sentence).count == 2, "\(page)?\(range)")
        }
        for range in ["dueFrom=10&dueTo=10", "dateFrom=2026-11-24&dateTo=2026-11-24", "paidFrom=1"] {
          #expect(try await browser.get("\(page)?\(range)").status == 200, "\(page)?\(range)")
        }
      }
    }
  }

  // req: 4.1.3-3
  @Test func `an order keeps name and price as they were when the product changes`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let renamed = LocalizedText(en: "Gold kettle", zhHans: "金壶")
      let changed = try await test.product(of: merchant, title: renamed, price: "999.00")
      #expect(changed.id == product.id)
      #expect(try await test.browser().get("/products/\(product.id)").body.contains("Gold kettle"))
      try await test.shop.contexts.catalog.setPublished(product.id, false)
      try await test.settle()
      for page in ["/orders", "/orders/\(order.number)"] {
        let body = try await browser.get(page).body
        for text in ["Clay teapot", "¥94.00"] { #expect(body.contains(text)) }
        for text in ["Gold kettle", "¥999.00"] { #expect(!body.contains(text)) }
      }
      let detail = try await browser.get("/orders/\(order.number)").body
      #expect(detail.contains("¥88.00"))
      #expect(detail.contains("Red"))
    }
  }

  // req: 4.1.3-5
  @Test func `the amount that is really due is shown and payment offered`() async throws {
    try await TestShop.run { test in
      let two = try await two(test)
      let path = "/orders/\(two.open.number)"
      #expect(try await two.browser.get(path).body.contains("href=\"\(path)/pay\""))
      let page = try await two.browser.get("\(path)/pay").body
      #expect(page.contains("¥26.00"))
      #expect(page.contains("value=\"sandbox\""))
      for method in ["", "gold", "<script>alert(1)</script>"] {
        let refused = try await two.browser.post("\(path)/pay", [("method", method)])
        #expect((400..<500).contains(refused.status))
        #expect(!refused.body.contains("<script>alert"))
      }
      #expect(try await two.browser.get("/orders/\(two.paid.number)/pay").location == "/orders/\(two.paid.number)")
      #expect(!(try await two.browser.get("/orders/\(two.paid.number)").body.contains("/pay\"")))
    }
  }

  // req: 4.1.2-3 4.1.2-5 4.1.2-6
  @Test func `the cart lists today's price, follows quantities and deletes one line only`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, _) = try await test.buyer()
      for variant in product.variants {
        _ = try await browser.post("/cart", [("variant", "\(variant.id)"), ("quantity", "2")])
      }
      let lines = try await test.cart(of: account).lines
      let (first, last) = (try #require(lines.first), try #require(lines.last))
      #expect(try await browser.get("/cart").body.contains("¥352.00"))
      try await test.shop.contexts.pricing.setPrices([
        PriceChange(variant: first.variant, price: Price(sale: try test.yuan("10.00")))
      ])
      try await test.settle()
      let repriced = try await browser.get("/cart").body
      for text in ["¥10.00", "¥88.00", "¥196.00"] { #expect(repriced.contains(text)) }
      _ = try await browser.post("/cart", [("quantity.\(first.id)", "5"), ("update", "1")])
      #expect(try await browser.get("/cart").body.contains("¥226.00"))
      _ = try await browser.post("/cart", [("remove", "\(first.id)")])
      let left = try await test.cart(of: account).lines
      #expect(left.map(\.id) == [last.id])
      #expect(try await browser.get("/cart").body.contains("¥176.00"))
    }
  }
}
