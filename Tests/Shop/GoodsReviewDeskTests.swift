import Accounts
import Catalog
import Flows
import Foundation
import Merchants
import Messages
import NIOHTTP1
import Orders
import Reviews
import Testing
import Values

@testable import App

/// What buyers say of goods, in the back office and on pages, over HTTP.
@Suite struct GoodsReviewDeskTests {
  private func written(
    _ test: TestShop, _ product: Product, by author: AccountID = AccountID(raw: 1), _ text: String, stars: Int = 2
  ) async throws -> Review {
    try await test.shop.contexts.reviews.write(
      ReviewDraft(
        line: test.shop.ids.next(), product: product.id, merchant: product.merchant, author: author,
        authorName: "Lin Yue", stars: stars, text: text))
  }

  // req: 3.1.2-1
  @Test func `the platform hides a review from page and stars, and shows it again`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (one, two) = (
        try await written(test, product, "The lid chipped"), try await written(test, product, "Fine", stars: 5)
      )
      try await test.settle()
      let shopper = test.browser()
      let address = "/products/\(product.id)"
      #expect(try await shopper.visit(address).body.contains("The lid chipped"))
      let platform = try await test.staff(of: nil, [.reviewsModerate])
      let here = "/admin/reviews/\(one.id)"
      #expect(try await platform.get("/admin/reviews?part=all").body.contains(here))
      let unsaid = try await platform.post("\(here)/hide", [("reason", "")])
      #expect(unsaid.status == 422 && unsaid.body.contains("id=\"reason-fault\""))
      #expect(try await platform.post("\(here)/hide", [("reason", "Names a person")]).location == here)
      try await test.settle()
      let without = try await shopper.visit(address).body
      #expect(!without.contains("The lid chipped") && without.contains("1 review"))
      #expect(try await platform.get("/admin/reviews?part=hidden").body.contains(here))
      #expect(try await platform.get(here).body.contains("Names a person"))
      #expect(try await test.shop.contexts.reviews.audit().isEmpty)
      let form = [
        ("act", "show"), ("select", "\(one.id)"), ("select", "rev_0000000000001"), ("back", "/admin/reviews"),
      ]
      #expect(try await platform.post("/admin/reviews/act", form).location == "/admin/reviews")
      #expect(try await platform.get("/admin/reviews").body.contains("Shown: 1."))
      try await test.settle()
      #expect(try await shopper.visit(address).body.contains("The lid chipped"))
      #expect(try await platform.post("/admin/reviews/act", [("act", "nonsense")]).status == 400)
      #expect(try await platform.post("/admin/reviews/rev_0000000000001/hide", [("reason", "x")]).status == 404)
      let csv = try await platform.get("/admin/reviews/export?part=all&stars=5").body
      #expect(csv.contains("Fine") && !csv.contains("chipped"))
      #expect(try await platform.get("/admin/reviews?part=all&product=\(product.id)").body.contains("\(two.id)"))
    }
  }

  // req: 3.1.2-1
  @Test func `the platform hides many reviews for one reason, and none without`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let spam = [
        try await written(test, product, "Buy at evil.example"), try await written(test, product, "Cheaper at evil"),
      ]
      _ = try await written(test, product, "Pours well")
      let platform = try await test.staff(of: nil, [.reviewsModerate])
      let list = "/admin/reviews?part=all"
      #expect(try await platform.get(list).body.contains("value=\"hide\""))
      let ticked = spam.map { ("select", "\($0.id)") } + [("select", "rev_0000000000001"), ("back", list)]
      let asked = try await platform.post("/admin/reviews/act", [("act", "hide")] + ticked)
      #expect(asked.status == 200)
      for text in ["Buy at evil.example", "Cheaper at evil", "Reviews to hide: 2.", "name=\"reason\""] {
        #expect(asked.body.contains(text), "\(text)")
      }
      let unsaid = try await platform.post("/admin/reviews/hide", ticked + [("reason", " ")])
      #expect(unsaid.status == 422 && unsaid.body.contains("id=\"reason-fault\""))
      let reviews = test.shop.contexts.reviews
      #expect(try await reviews.reviews(spam.map(\.id)).map(\.state) == [.shown, .shown])
      let done = try await platform.post("/admin/reviews/hide", ticked + [("reason", "Advertising")])
      #expect(done.location == list)
      #expect(try await platform.get(list).body.contains("Hidden: 2."))
      let hidden = try await reviews.reviews(spam.map(\.id))
      #expect(hidden.map(\.state) == [.hidden, .hidden] && Set(hidden.map(\.reason)) == ["Advertising"])
      try await test.settle()
      let page = try await test.browser().visit("/products/\(product.id)").body
      #expect(page.contains("Pours well") && !page.contains("evil"))
      #expect(try await reviews.audit().isEmpty)
      let own = try await test.staff(of: merchant, [.reviewsModerate])
      #expect(!(try await own.get(list).body.contains("value=\"hide\"")))
      #expect(try await own.post("/admin/reviews/act", [("act", "hide")] + ticked).status == 403)
      _ = try await platform.post("/admin/reviews/act", [("act", "show")] + ticked)
      #expect(try await reviews.reviews(spam.map(\.id)).map(\.state) == [.shown, .shown])
    }
  }

  // req: 3.1.2-1 3.3.2-3
  @Test func `a merchant answers what is said of its goods, and the author reads it on the page and in a letter`()
    async throws
  {
    try await TestShop.run { test in
      let (kiln, mill) = (try await test.merchant(), try await test.merchant("mill"))
      let product = try await test.product(of: kiln)
      let account = try await test.buyer("lin").account
      let review = try await written(test, product, by: account.id, "The lid chipped")
      let (own, other) = (
        try await test.staff(of: kiln, [.reviewsModerate]), try await test.staff(of: mill, [.reviewsModerate])
      )
      let here = "/admin/reviews/\(review.id)"
      #expect(try await own.get("/admin/reviews").body.contains(here))
      #expect(!(try await other.get("/admin/reviews?part=all").body.contains(here)))
      for path in ["reply", "look"] {
        #expect(try await other.post("\(here)/\(path)", [("text", "x"), ("note", "x")]).status == 404)
      }
      let page = try await own.get(here).body
      #expect(page.contains("\(here)/reply") && page.contains("\(here)/look"))
      #expect(!page.contains("\(here)/hide") && !page.contains("\(here)/show"))
      for path in ["hide", "show"] { #expect(try await own.post("\(here)/\(path)", [("reason", "x")]).status == 403) }
      #expect(try await own.post("/admin/reviews/act", [("act", "show"), ("select", "\(review.id)")]).status == 403)
      let unsaid = try await own.post("\(here)/reply", [("text", " ")])
      #expect(unsaid.status == 422 && unsaid.body.contains("id=\"text-fault\""))
      _ = try await own.post("\(here)/reply", [("text", "A <new> lid is on its way.")])
      _ = try await own.post("\(here)/reply", [("text", "A new lid\r\nis on its way.")])
      try await test.settle()
      let shown = try await test.browser().visit("/products/\(product.id)").body
      #expect(shown.contains("Kiln kiln replied") && shown.contains("A new lid\nis on its way."))
      let program = try await test.browser().get("/api/v1/products/\(product.id)/reviews").body
      #expect(program.contains("A new lid"))
      let letter = try test.plainLetter("review-answered-\(review.id)")
      for words in ["Kiln kiln replied", "The lid chipped", "/products/\(product.id)/"] {
        #expect(letter.contains(words), "\(words)")
      }
      // Either can be taken back, so the box leads to them and has neither.
      let box = try await test.shop.contexts.messages.messages(in: .account(review.author), PageRequest()).items
      let kept = try #require(box.first { $0.title.en.contains("Kiln kiln replied") }).text.en
      #expect(kept.contains("replied to what you wrote"))
      #expect(!kept.contains("The lid chipped") && !kept.contains("A new lid"))
      #expect(!(try await own.get("/admin/reviews").body.contains(here)))
      _ = try await own.post("\(here)/reply/remove")
      try await test.settle()
      #expect(!(try await test.browser().visit("/products/\(product.id)").body.contains("A new lid")))
      let idle = try await test.staff(of: kiln, [.ordersShip])
      #expect(try await idle.get("/admin/reviews").status == 403)
    }
  }

  // req: 2.3.2.4-4
  @Test func `readers report a review, and it waits for the platform until somebody looked`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let review = try await written(test, product, "Buy at evil.example")
      try await test.settle()
      let reader = try await test.buyer("wu").browser
      let report = "/reviews/\(review.id)/report"
      #expect(try await test.browser().visit("/products/\(product.id)").body.contains("href=\"\(report)\""))
      #expect(try await test.browser().get(report).location?.hasPrefix("/login") == true)
      #expect(try await reader.get(report).body.contains("Buy at evil.example"))
      for (fields, field) in [
        ([("reason", "")], "reason"), ([("reason", "nonsense")], "reason"),
        ([("reason", "other"), ("explanation", String(repeating: "x", count: 501))], "explanation"),
      ] {
        let answer = try await reader.post(report, fields)
        #expect(answer.status == 422 && answer.body.contains("id=\"\(field)-fault\""))
      }
      let platform = try await test.staff(of: nil, [.reviewsModerate])
      let here = "/admin/reviews/\(review.id)"
      #expect(!(try await platform.get("/admin/reviews").body.contains(here)))
      for _ in 1...2 {
        let sent = try await reader.post(report, [("reason", "advertising"), ("explanation", "Look at the address")])
        #expect(sent.location?.hasPrefix("/products/\(product.id)") == true)
      }
      #expect(try await platform.get("/admin/reviews").body.contains(here))
      let page = try await platform.get(here).body
      #expect(
        page.contains("Advertising") && page.contains("Look at the address") && page.contains("Leave it as it is"))
      // Staff aren't told who it was.
      #expect(!page.contains("wu@example.com"))
      #expect(try await platform.post("\(here)/show").location == here)
      #expect(!(try await platform.get("/admin/reviews").body.contains(here)))
      try await test.shop.contexts.catalog.setPublished(product.id, false)
      let unread = try await reader.post(report, [("reason", "advertising")])
      #expect(try await reader.get(report).status == 404 && unread.status == 404)
      try await test.shop.contexts.catalog.setPublished(product.id, true)
      #expect(try await reader.get(report).status == 200)
      _ = try await platform.post("\(here)/hide", [("reason", "advertising")])
      #expect(try await reader.get(report).status == 404)
    }
  }

  @Test func `where the shop lets reviews in by hand, nobody sees one before that`() async throws {
    try await TestShop.run(["--reviews-moderates", "true"]) { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.completedOrder(product, by: browser, account: account, address: address)
      let line = try #require(order.lines.first)
      let path = "/orders/\(order.number)/review/\(line.id)"
      _ = try await browser.review(path, [("stars", "4"), ("text", "Pours well.")], pictures: [])
      #expect(try await browser.get("/orders/\(order.number)").body.contains("shown after a look"))
      try await test.settle()
      #expect(!(try await test.browser().visit("/products/\(product.id)").body.contains("Pours well.")))
      let platform = try await test.staff(of: nil, [.reviewsModerate])
      let list = try await platform.get("/admin/reviews").body
      let id = try #require(list.firstMatch(of: /\/admin\/reviews\/(rev_[0-9a-z]+)/)).1
      #expect(list.contains("Pours well."))
      _ = try await platform.post("/admin/reviews/\(id)/show")
      try await test.settle()
      #expect(try await test.browser().visit("/products/\(product.id)").body.contains("Pours well."))
      #expect(try await test.shop.audit().isEmpty)
      let chinese = try await platform.get("/admin/reviews?part=all&lang=zh-Hans").body
      for words in ["商品评价", "待处理", "未回复", "显示中"] { #expect(chinese.contains(words), "\(words)") }
    }
  }
}
