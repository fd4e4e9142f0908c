import Accounts
import Catalog
import Flows
import Foundation
import Insight
import Inventory
import Merchants
import NIOHTTP1
import Orders
import Testing
import Values

@testable import App

/// What staff see first, over HTTP: visitors and channels, what runs low, and what to do in a shop without orders.
@Suite struct TodayDeskTests {
  private static let firefox = [
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
  ]

  /// An order of one of the goods in a channel.
  private func place(_ test: TestShop, _ product: Product, of merchant: Merchant, in channel: Channel) async throws {
    let (_, account, _) = try await test.buyer("b\(UUID().uuidString.lowercased().prefix(8))")
    let region = try #require(RegionCode(rawValue: "310115"))
    _ = try await test.shop.contexts.orders.place(
      CheckoutOrders(
        key: "t-\(account.id)", buyer: account.id, channel: channel, currency: .cny,
        destination: Destination(
          recipient: "Lin", phone: "13800138000", region: region,
          regionName: LocalizedText(en: "Pudong, Shanghai", zhHans: "上海市浦东新区"), street: "1", postcode: ""),
        payBefore: test.shop.clock.now.adding(.days(1)),
        orders: [
          CheckoutOrders.NewOrder(
            id: test.shop.ids.next(), merchant: merchant.id,
            lines: [
              CheckoutOrders.NewLine(
                variant: product.variants[0].id, product: product.id, title: product.content.title,
                choice: LocalizedText(), sku: "T", picture: nil, unit: Money(minor: 8800, currency: .cny),
                quantity: .one,
                discount: .zero(.cny))
            ], freight: .zero(.cny), note: "")
        ]))
    try await test.settle()
  }

  // req: 3.2.3-1
  @Test func `a merchant's visitors are those who saw its goods or its shop, each once a day`() async throws {
    try await TestShop.run { test in
      let (kiln, reed) = (try await test.merchant(), try await test.merchant("reed"))
      let teapot = try await test.product(of: kiln)
      let insight = test.shop.contexts.insight
      func visitors(of merchant: Merchant?) async throws -> Int {
        try await insight.flush()
        let day = ShopDay(test.shop.clock.now)
        let figures = try await insight.figures(of: merchant?.id, from: day, through: day)
        return figures.first { $0.kind == .visitors }?.count ?? 0
      }
      let other = ["user-agent": "Mozilla/5.0 (Macintosh) Version/26.0 Safari/605.1.15"]
      for path in ["/products/\(teapot.id)", "/m/kiln", "/products/\(teapot.id)"] {
        #expect(try await test.browser().get(path, headers: Self.firefox).status == 200)
      }
      _ = try await test.browser().get("/m/kiln", headers: other)
      for path in ["/", "/search?q=teapot", "/m/nobody", "/products/prd_0"] {
        _ = try await test.browser().get(path, headers: Self.firefox.merging(other) { $1 })
      }
      _ = try await test.browser().get("/m/kiln", headers: ["user-agent": "Googlebot/2.1"])
      #expect(try await visitors(of: kiln) == 2)
      #expect(try await visitors(of: reed) == 0)
      #expect(try await visitors(of: nil) == 2)
      try await place(test, teapot, of: kiln, in: .main)
      let page = try await (try await test.staff(of: kiln, [.reportsView])).get("/admin").body
      // One order of two visitors.
      #expect(page.contains("50%") && page.contains("Visitors"))
    }
  }

  @Test func `channels are chosen from where there are several, and figures follow`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      let teapot = try await test.product(of: kiln)
      let staff = try await test.staff(of: kiln, [.reportsView])
      try await place(test, teapot, of: kiln, in: .main)
      #expect(!(try await staff.get("/admin").body.contains("channel=")))
      let fair = try #require(Channel(rawValue: "fair"))
      for _ in 1...2 { try await place(test, teapot, of: kiln, in: fair) }
      // A process knows of new channels within a minute; another merchant's staff ask anew.
      let insight = test.shop.contexts.insight
      let day = ShopDay(test.shop.clock.now)
      func placed(in channel: Channel?) async throws -> Int? {
        try await insight.figures(of: kiln.id, in: channel, from: day, through: day).first { $0.kind == .placed }?.count
      }
      #expect(try await placed(in: nil) == 3)
      #expect(try await placed(in: .main) == 1)
      #expect(try await placed(in: fair) == 2)
      let platform = try await test.staff(of: nil)
      let all = try await platform.get("/admin").body
      #expect(all.contains("href=\"/admin?channel=fair\"") && all.contains("All channels") && all.contains("Visitors"))
      let one = try await platform.get("/admin?channel=fair").body
      #expect(one.contains("href=\"/admin?channel=fair\" aria-current=\"page\""))
      #expect(!one.contains("Visitors"))
      #expect(try await platform.get("/admin?channel=nowhere").status == 200)
      // Ways to pay are switched in each of them, by its name.
      let methods = "/admin/payments/methods"
      let ways = try await platform.get(methods).body
      #expect(ways.contains("Take out of Main shop") && ways.contains("Take out of fair"))
      let off = try await platform.post("\(methods)/sandbox/turn", [("turn", "off"), ("channel", "fair")])
      #expect(off.status == 303)
      #expect(try await platform.get(methods).body.contains("Offer in fair"))
      try await RebuildFigures(test.shop.contexts).run()
      #expect(try await placed(in: fair) == 2)
      #expect(try await insight.audit().isEmpty)
    }
  }

  @Test func `what runs low stands as bars that lead to the item, for those who look after stock`() async throws {
    try await TestShop.run { test in
      let (kiln, reed) = (try await test.merchant(), try await test.merchant("reed"))
      let low = try await test.product(of: kiln, "teapot", stock: 3)
      let gone = try await test.product(of: kiln, "cup", title: LocalizedText(en: "Ash cup", zhHans: "灰杯"), stock: 0)
      let foreign = try await test.product(of: reed, "basket", stock: 1)
      let plenty = try await test.product(of: kiln, "tray", stock: 500)
      let clerk = try await test.staff(of: kiln, [.stockAdjust])
      let page = try await clerk.get("/admin").body
      let places = [gone, low].flatMap(\.variants).compactMap { page.range(of: "/admin/stock/\($0.id)\"")?.lowerBound }
      #expect(places.count == 4 && places.prefix(2).allSatisfy { $0 < places[2] && $0 < places[3] })
      #expect(page.contains("3 left, low at 5") && page.contains("None left, low at 5"))
      #expect(page.contains("width=\"60\"") && page.contains("width=\"0\""))
      for product in [foreign, plenty] { #expect(!page.contains("/admin/stock/\(product.variants[0].id)\"")) }
      let platform = try await test.staff(of: nil)
      #expect(try await platform.get("/admin").body.contains("/admin/stock/\(foreign.variants[0].id)\""))
      let packer = try await test.staff(of: kiln, [.ordersShip])
      #expect(!(try await packer.get("/admin").body.contains("Running low")))
      let other = try await test.staff(of: try await test.merchant("glass"), [.stockAdjust])
      #expect(try await other.get("/admin").body.contains("Nothing runs low."))
    }
  }

  @Test func `a shop without orders says what to do first`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      let staff = try await test.staff(of: kiln)
      let page = try await staff.get("/admin").body
      for text in ["First steps", "Add a first product", "href=\"/admin/freight\"", "No orders yet"] {
        #expect(page.contains(text), "\(text)")
      }
      #expect(!page.contains("As a table"))
      let platform = try await test.staff(of: nil)
      #expect(try await platform.get("/admin").body.contains("Put goods on sale"))
      // Who counts may open one of them, and who reviews none.
      let counting = try await (try await test.staff(of: kiln, [.ordersReview, .stockAdjust])).get("/admin").body
      #expect(counting.contains("Count your stock") && counting.contains("First steps"))
      for step in ["Introduce your shop", "Add a first product", "Look at your freight"] {
        #expect(!counting.contains(step), "\(step)")
      }
      for reviewer in [try await test.staff(of: kiln, [.ordersReview]), try await test.staff(of: nil, [.ordersReview])]
      {
        #expect(!(try await reviewer.get("/admin").body.contains("First steps")))
      }
      let chinese = try await platform.get("/admin?lang=zh-Hans").body
      #expect(chinese.contains("上架商品") && !chinese.contains("firstSteps."))
      #expect(!(try await staff.get("/admin").body.contains("figure-cards")))
      let insight = test.shop.contexts.insight
      for visitor in ["one", "two"] { insight.countPage(seenBy: visitor, of: kiln.id, at: test.shop.clock.now) }
      try await insight.flush()
      let seen = try await staff.get("/admin").body
      #expect(seen.contains("<h3>Visitors</h3><p class=\"figure number\">2</p>") && !seen.contains("<h3>Orders</h3>"))
      #expect(seen.contains("First steps") && !seen.contains("As a table"))
      try await place(test, try await test.product(of: kiln), of: kiln, in: .main)
      let later = try await staff.get("/admin").body
      #expect(!later.contains("First steps") && later.contains("As a table") && later.contains("Yesterday by now"))
    }
  }
  @Test func `the platform's first steps are done one after another, and then the shop is ready`() async throws {
    try await TestShop.run { test in
      let platform = try await test.staff(of: nil)
      func done() async throws -> Int {
        try await platform.get("/admin").body.components(separatedBy: "<li class=\"done\">").count - 1
      }
      #expect(try await done() == 0)
      let kiln = try await test.merchant()
      #expect(try await done() == 1)
      _ = try await test.product(of: kiln)
      #expect(try await done() == 2)
      let merchants = try await (try await test.staff(of: nil, [.merchantsEdit, .ordersReview])).get("/admin").body
      #expect(!merchants.contains("First steps") && !merchants.contains("Everything is ready"), "the rest is others'")
      let saved = try await platform.post(
        "/admin/content/entries/new?kind=article",
        [("kind", "article"), ("titleEn", "Baskets"), ("bodyEn", "<p>Woven</p>"), ("then", "publish")])
      #expect(saved.status == 303)
      let page = try await platform.get("/admin").body
      #expect(page.contains("Everything is ready to sell") && !page.contains("First steps"))
    }
  }
}
