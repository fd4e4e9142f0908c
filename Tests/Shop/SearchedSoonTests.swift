import Accounts
import Catalog
import Flows
import Foundation
import Governance
import Logging
import Merchants
import NIOHTTP1
import Orders
import Reviews
import ServiceLifecycle
import TestKit
import Testing
import Values

@testable import API
@testable import App

/// What is changed in the contexts that goods are made of reaches what shoppers search in.
@Suite(.serialized) struct SearchedSoonTests {
  private static let deadline = Duration.seconds(1)

  // req: 3.1.4-1
  @Test func `a title that staff change is found within a second of the answer`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let api = test.program.with(token: try await test.issued(of: merchant).secret.rawValue)
      let browser = test.browser()
      for name in ["Samovar", "Percolator", "Caddy", "Infuser", "Strainer"] {
        let draft: JSONValue = [
          "title": ["en": .text(name), "zh-Hans": "紫砂壶"], "variants": [["sku": "teapot-red"]],
        ]
        let answer = try await api.put("/admin/products/\(product.id)", draft)
        let said = ContinuousClock.now
        try #require(answer.status == 200)
        // Longer than it may take, so that it can be told how long it took.
        try await eventually("\(name) is found at all") {
          let page = try await browser.get("/search?q=\(name)")
          return page.body.contains("/products/\(product.id)") && !page.body.contains("class=\"empty\"")
        }
        let waited = ContinuousClock.now - said
        #expect(waited <= Self.deadline, "\(name) was found after \(waited)")
      }
    }
  }

  // req: 3.1.4-1
  @Test func `titles, prices, stock, sales and reviews reach words, filters and sorts as they are told`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let pot = trade.product
      let cup = try await test.product(of: trade.merchant, "cup", title: LocalizedText(en: "Porcelain cup"))
      let api = test.program.with(token: try await test.issued(of: trade.merchant).secret.rawValue)
      func found(_ question: String) async throws -> [String] {
        try await test.settle()
        return try await test.program.get("/products?\(question)")["items"]?.items.compactMap { $0["id"]?.text } ?? []
      }
      let (first, second) = ("\(pot.id)", "\(cup.id)")
      // Orders.
      _ = try await trade.paid(2)
      #expect(try await found("sort=bestSelling") == [first, second])
      _ = try await trade.paid([(cup.variants[0].id, 5)])
      #expect(try await found("sort=bestSelling") == [second, first])
      // Catalogue.
      let draft: JSONValue = ["title": ["en": "Bone china cup"], "variants": [["sku": "cup-red"]]]
      #expect(try await api.put("/admin/products/\(cup.id)", draft).status == 200)
      #expect(try await found("q=china&exact=true") == [second])
      #expect(try await found("q=porcelain&exact=true") == [])
      // Prices.
      #expect(try await found("priceTo=10") == [])
      let price: JSONValue = ["items": [["variant": .text("\(cup.variants[0].id)"), "price": "7.00"]]]
      #expect(try await api.put("/admin/prices", price).status == 204)
      #expect(try await found("priceTo=10") == [second])
      #expect(try await found("sort=priceDown") == [first, second])
      try await sellOut(pot, api)
      #expect(try await found("inStock=true") == [second])
      // Reviews.
      #expect(try await found("rating=4") == [])
      _ = try await test.shop.contexts.reviews.write(
        ReviewDraft(
          line: test.shop.ids.next(), product: pot.id, merchant: trade.merchant.id, author: trade.account.id,
          authorName: "Lin", stars: 5, text: "Pours in a fine arc"))
      #expect(try await found("rating=4") == [first])
      #expect(try await found("sort=rating") == [first, second])
    }
  }

  private func sellOut(_ product: Product, _ api: APIClient) async throws {
    let location = try #require(try await api.get("/admin/locations")["items"]?[0]?["id"]?.text)
    let counts = product.variants.map { variant -> JSONValue in
      ["variant": .text("\(variant.id)"), "location": .text(location), "onHand": 0]
    }
    let answer = try await api.post("/admin/stock/counts", ["key": "gone", "items": .list(counts)])
    #expect(answer.status == 204)
  }

  // req: 3.1.4-1
  @Test func `prices, stock and goods taken off sale are found so by another process within a second`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let pot = try await test.product(of: merchant)
      let api = test.program.with(token: try await test.issued(of: merchant).secret.rawValue)
      try await test.servingBeside { base in
        let other = OtherShopper(browser: Browser(base: base, http: TestShop.client, language: .en))
        for question in ["q=teapot&exact=true", "q=teapot&inStock=true", "q=teapot&priceTo=90"] {
          #expect(try await other.found(question) == ["\(pot.id)"], "\(question)")
        }
        #expect(try await other.found("q=teapot&priceTo=10") == [])

        let prices = pot.variants.map { variant -> JSONValue in ["variant": .text("\(variant.id)"), "price": "7.00"] }
        #expect(try await api.put("/admin/prices", ["items": .list(prices)]).status == 204)
        try await other.expect("q=teapot&priceTo=10", ["\(pot.id)"], within: Self.deadline)
        let page = try await other.browser.get("/search?q=teapot&priceTo=10").body
        #expect(page.contains("/products/\(pot.id)") && page.contains("¥7.00"))

        try await sellOut(pot, api)
        try await other.expect("q=teapot&inStock=true", [], within: Self.deadline)
        #expect(try await other.found("q=teapot&exact=true") == ["\(pot.id)"])

        let gone = try await api.put("/admin/products/\(pot.id)/publication", ["isPublished": false])
        #expect(gone.status == 200, "\(gone.text)")
        try await other.expect("q=teapot&exact=true", [], within: Self.deadline)
        #expect(!(try await other.browser.get("/search?q=teapot&exact=1").body.contains("/products/\(pot.id)")))
      }
    }
  }

  @Test func `how far search is behind is among the figures of the process`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      let figures = try await test.browser().get("/metrics").body
      let line = figures.split(separator: "\n").first { $0.hasPrefix("martlet_search_lag_seconds") }
      #expect(line?.split(separator: " ").last.flatMap { Double($0) } == 0, "\(line ?? "there is none")")
    }
  }
}

/// Asks a process that others work beside.
private struct OtherShopper: Sendable {
  let browser: Browser

  func found(_ question: String) async throws -> [String] {
    let answer = try await browser.get("\(ShopAPI.root)/products?\(question)")
    try #require(answer.status == 200, "\(question): \(answer.body)")
    let list = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body.utf8))
    return list["items"]?.items.compactMap { $0["id"]?.text } ?? []
  }

  /// Asks until the answer is so, from when the change was acknowledged.
  func expect(_ question: String, _ wanted: [String], within deadline: Duration) async throws {
    let said = ContinuousClock.now
    try await eventually("\(question) is answered anew") { try await found(question) == wanted }
    let waited = ContinuousClock.now - said
    #expect(waited <= deadline, "\(question) was answered anew after \(waited)")
  }
}

extension TestShop {
  /// Serves the same goods by a second program's worth of parts, on a port of its own. No fact reaches it: what it
  /// finds otherwise than before it has learned by following.
  fileprivate func servingBeside(_ body: @escaping @Sendable (_ base: String) async throws -> Void) async throws {
    var settings = self.settings
    settings.port = 0
    let beside = try await Shop.build(
      settings, theme: shop.theme, logger: Logger(label: "beside") { _ in SwiftLogNoOpLogHandler() })
    try await beside.load()
    let (ready, becoming) = AsyncStream.makeStream(of: PartAddress.self)
    let server = try ShopServer(beside).application { becoming.yield($0) }
    let services: [ServiceGroupConfiguration.ServiceConfiguration] = [.init(service: server)]
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: beside.logger))
    let following = Task { await beside.followSearch() }
    async let running: Void = group.run()
    let outcome = await Result {
      let address = try #require(await ready.first { _ in true })
      try await body("http://\(address)")
    }
    following.cancel()
    await following.value
    await group.triggerGracefulShutdown()
    try await running
    try await beside.close()
    try outcome.get()
  }
}
