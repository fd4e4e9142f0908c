import Accounts
import AuditLog
import Catalog
import Files
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Pages
import Pricing
import Testing
import Values

@testable import App

/// The desk of goods over HTTP: publication and its moderation, many at once, the list.
@Suite struct GoodsPublishingTests {
  private static let base = "/admin/products"

  @Test func `where the platform looks first, a merchant asks, is refused with a reason, and let in`() async throws {
    try await TestShop.run(["--catalog-moderates", "first"]) { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, isPublished: false)
      let owner = try await test.staff(of: merchant)
      let judge = try await test.staff(of: nil, [.catalogPublish])
      let address = "\(Self.base)/\(product.id)"
      #expect(try await owner.get(address).body.contains("Ask to be let in"))
      #expect(try await owner.post("\(address)/publication", [("do", "publish")]).location == address)
      #expect(try await test.now(product.id).publication.state == .waiting)
      #expect(try await owner.post("\(address)/publication", [("do", "letIn")]).status == 403)
      let queue = try await judge.get("\(Self.base)?part=waiting").body
      #expect(queue.contains("href=\"\(address)\"") && queue.contains("<b class=\"count inline\">1</b>"))
      let bare = try await judge.post("\(address)/publication", [("do", "refuse"), ("reason", " ")])
      #expect(bare.status == 422 && bare.body.contains("id=\"reason-fault\""))
      let refused = [("do", "refuse"), ("reason", "The picture is blurred")]
      #expect(try await judge.post("\(address)/publication", refused).status == 303)
      try await test.settle()
      #expect(try await owner.get(address).body.contains("The picture is blurred"))
      let letters = try test.letters("merchant-product")
      #expect(letters.count == 1 && letters[0].contains("The picture is blurred") && letters[0].contains(address))
      #expect(try await owner.post("\(address)/publication", [("do", "publish")]).status == 303)
      #expect(try await judge.post("\(address)/publication", [("do", "letIn")]).status == 303)
      #expect(try await test.now(product.id).isPublished)
      let sent = GoodsForm.changed(try GoodsForm.fields(try await owner.get(address).body), ["titleEn": "At once"])
      #expect(try await owner.post(address, sent).status == 303)
      #expect(try await test.now(product.id).isPublished)
      #expect(try await judge.post(address, sent).status == 403)
    }
  }

  // req: 2.2-1
  @Test func `goods of a merchant that isn't open aren't put on sale, one by one or many at once`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, isPublished: false)
      let owner = try await test.staff(of: merchant)
      _ = try await test.shop.contexts.merchants.move(merchant.id, to: .suspended, reason: "unpaid", by: .system)
      let refused = try await owner.post("\(Self.base)/\(product.id)/publication", [("do", "publish")])
      #expect(refused.status == 409 && refused.body.contains("nothing can be put on sale"))
      let ticked = [("select", "\(product.id)"), ("back", Self.base), ("act", "publish")]
      _ = try await owner.post("\(Self.base)/act", ticked)
      #expect(try await owner.get(Self.base).body.contains("Changed: 0. Not changed: 1"))
      #expect(try await test.now(product.id).publication.state == .draft)
    }
  }

  // req: 2.2-1
  @Test func `where it looks at every change, a changed product goes off the shelves until it is let in`()
    async throws
  {
    try await TestShop.run(["--catalog-moderates", "always"]) { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let owner = try await test.staff(of: merchant)
      let address = "\(Self.base)/\(product.id)"
      let sent = try GoodsForm.fields(try await owner.get(address).body)
      #expect(try await owner.post(address, GoodsForm.changed(sent, ["variants.0.price": "77.00"])).status == 303)
      #expect(try await test.now(product.id).isPublished)
      #expect(try await test.sale(product.variants[0].id) == "77.00")
      #expect(try await owner.post(address, GoodsForm.changed(sent, ["titleEn": "Another"])).status == 303)
      #expect(try await test.now(product.id).publication.state == .waiting)
      #expect(try await test.browser().get("/products/\(product.id)").status == 404)
    }
  }

  // req: 2.2-1
  @Test func `times are set, kept where they are wrong, and the shop follows them`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, isPublished: false)
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      let address = "\(Self.base)/\(product.id)"
      func publish(_ from: String, _ until: String) async throws -> Browser.Answer {
        try await desk.post("\(address)/publication", [("do", "publish"), ("from", from), ("until", until)])
      }
      #expect(try await publish("2999-13-01T08:00", "").status == 422)
      let reversed = try await publish("2999-01-02T08:00", "2999-01-01T08:00")
      #expect(reversed.status == 422 && reversed.body.contains("value=\"2999-01-02T08:00\""))
      #expect(try await publish("2999-01-02T08:00", "").status == 303)
      #expect(try await desk.get(address).body.contains("Comes later"))
      #expect(try await test.browser().get("/products/\(product.id)").status == 404)
      let moment = try #require(Format(.en).moment("2999-01-02T08:00"))
      #expect(try await test.shop.contexts.catalog.turnPublications(now: moment, limit: 10) == 1)
      try await test.settle()
      #expect(try await test.browser().visit("/products/\(product.id)").status == 200)
    }
  }

  // req: 2.2-1
  @Test func `many are published, moved, tagged and priced at once, with a look at prices before`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let one = try await test.product(of: merchant, "one", isPublished: false)
      let two = try await test.product(of: merchant, "two", price: "0.99", isPublished: false)
      let foreign = try await test.product(of: try await test.merchant("other"), "three", isPublished: false)
      let desk = try await test.staff(of: merchant, [.catalogEdit])
      let ticked = [one, two, foreign].map { ("select", "\($0.id)") } + [("back", Self.base)]
      #expect(try await desk.post("\(Self.base)/act", ticked + [("act", "publish")]).location == Self.base)
      #expect(try await desk.get(Self.base).body.contains("Changed: 2. Not changed: 1"))
      #expect(try await test.now(one.id).isPublished)
      #expect(try await !test.now(foreign.id).isPublished)
      let chosen = try #require(try await desk.post("\(Self.base)/act", ticked + [("act", "change")]).location)
      let page = try await desk.get(chosen).body
      #expect(page.contains("2 products") && !page.contains("value=\"\(foreign.id)\""))
      let lower = ticked + [("do", "prices"), ("direction", "lower"), ("unit", "amount"), ("shift", "1.00")]
      let look = try await desk.post(
        "\(Self.base)/bulk", lower.map { $0.0 == "do" ? ("do", "lookPrices") : $0 })
      #expect(look.status == 200 && look.body.contains("¥87.00") && look.body.contains("Not possible"))
      #expect(try await test.sale(one.variants[0].id) == "88.00")
      let sent = lower + GoodsForm.seen(look.body)
      #expect(try await desk.post("\(Self.base)/bulk", sent).status == 303)
      #expect(try await test.sale(one.variants[0].id) == "87.00")
      for again in [sent, lower] {
        let moved = try await desk.post("\(Self.base)/bulk", again)
        #expect(moved.status == 422 && moved.body.contains("id=\"shift-fault\""))
        #expect(moved.body.contains("value=\"\(one.id)\"") && moved.body.contains("¥86.00"))
        #expect(try await test.sale(one.variants[0].id) == "87.00", "sent twice, it is changed once")
      }
      #expect(try await test.sale(two.variants[0].id) == "0.99")
      let percent = ticked + [("do", "prices"), ("direction", "raise"), ("unit", "percent"), ("shift", "12.5")]
      let marks = GoodsForm.seen(try await desk.get(chosen).body)
      #expect(try await desk.post("\(Self.base)/bulk", percent + marks).status == 303)
      #expect(try await test.sale(one.variants[0].id) == "97.88")
      #expect(try await test.sale(two.variants[0].id) == "1.11")
      for wrong in ["", "x", "1e3", "100.01"] {
        let form = ticked + [("do", "prices"), ("direction", "lower"), ("unit", "percent"), ("shift", wrong)]
        let answer = try await desk.post("\(Self.base)/bulk", form)
        #expect(answer.status == 422 && answer.body.contains("id=\"shift-fault\""), "\(wrong)")
      }
      let tags = ticked + [("do", "tags"), ("addTags", "sale, gift"), ("removeTags", "")]
      #expect(try await desk.post("\(Self.base)/bulk", tags).status == 303)
      #expect(try await test.now(two.id).content.tags == ["sale", "gift"])
      let move = ticked + [("do", "category"), ("category", "none")]
      #expect(try await desk.post("\(Self.base)/bulk", move).status == 303)
      #expect(try await test.now(two.id).content.category == nil)
      #expect(try await test.sale(foreign.variants[0].id) == "88.00")
    }
  }

  // req: 2.2-1
  @Test func `the list finds by title, SKU, brand, category and state, for a merchant's staff its own alone`()
    async throws
  {
    try await TestShop.run { test in
      let (mine, other) = (try await test.merchant(), try await test.merchant("other"))
      let pot = try await test.product(of: mine, "pot")
      let cup = try await test.product(
        of: mine, "cup", title: LocalizedText(en: "=Cup", zhHans: "杯"), price: "9.00", isPublished: false)
      let theirs = try await test.product(of: other, "theirs")
      let (desk, platform) = (
        try await test.staff(of: mine, [.catalogEdit]), try await test.staff(of: nil, [.catalogEdit])
      )
      func found(_ query: String, by browser: Browser) async throws -> Set<String> {
        let answer = try await browser.get("\(Self.base)?\(query)")
        #expect(answer.status == 200, "\(query)")
        return Set(answer.body.matches(of: /class="number" href="\/admin\/products\/([^"]+)"/).map { String($0.1) })
      }
      let (first, second, third) = ("\(pot.id)", "\(cup.id)", "\(theirs.id)")
      let category = try #require(pot.content.category)
      let cases: [(String, Set<String>)] = [
        ("", [first, second]), ("text=teapot", [first]), ("text=cup-r", [second]), ("text=CUP", [second]),
        ("brand=riverlight", [first, second]), ("brand=nobody", []), ("category=\(category)", [first, second]),
        ("part=draft", [second]), ("part=published&text=cup", []), ("sort=changed", [first, second]),
      ]
      for (query, expected) in cases { #expect(try await found(query, by: desk) == expected, "\(query)") }
      #expect(try await found("", by: platform) == [first, second, third])
      #expect(try await found("merchant=\(other.id)", by: platform) == [third])
      #expect(try await desk.get("\(Self.base)?merchant=\(other.id)").body.contains(first))
      let file = try await desk.get("\(Self.base)/export?column=price&column=skus&text=cup").body
      #expect(file.contains("'=Cup,2,9.00"), "\(file)")
      #expect(try await desk.get("\(Self.base)/\(theirs.id)").status == 404)
      #expect(try await test.staff(of: mine, [.ordersShip]).get(Self.base).status == 403)
    }
  }
}
