import Catalog
import Flows
import Foundation
import Inventory
import Logging
import NIOHTTP1
import Pricing
import Storage
import TestKit
import Testing
import Values
@testable import App

/// A command that works on the data of a shop that serves: what it changes must reach the pages within a moment.
@Suite struct SecondProgramTests {
  @Test func `what another program revises is shown by the shop that serves`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let variant = product.variants[0].id
      let browser = test.browser()
      let address = "/products/\(product.id)"
      #expect(try await browser.get(address).body.contains("Clay teapot"))
      #expect(try await browser.get("/c/tea").body.contains("Riverlight"))
      let program = test.browser()
      #expect(try await program.get("/api/v1\(address)").body.contains("88.00"))

      let other = try await Shop.build(
        test.settings, theme: test.shop.theme, logger: Logger(label: "other"))
      let catalog = other.contexts.catalog
      _ = try await catalog.saveCategory(
        CategoryDraft(slug: try #require(Slug(rawValue: "lamps")), name: LocalizedText(en: "Lamps", zhHans: "灯具")))
      let brand = try await catalog.brand(named: "Northpine")
      var content = product.content
      content.title = LocalizedText(en: "Iron kettle", zhHans: "铁壶")
      content.brand = brand.id
      _ = try await catalog.save(
        ProductDraft(
          merchant: product.merchant, handle: product.handle, content: content,
          variants: product.variants.map {
            VariantDraft(sku: $0.sku, choice: $0.choice, weightGrams: $0.weightGrams)
          }, isPublished: true))
      try await other.contexts.pricing.setPrices([
        PriceChange(variant: variant, price: Price(sale: try test.yuan("77.00")))
      ])
      let location = try #require(try await other.contexts.inventory.locations(of: product.merchant).first)
      try await other.contexts.inventory.count(
        [StockCount(variant: variant, location: location.id, onHand: 3)], key: "again", by: .system)
      try await other.close()
      try await test.settle()

      let page = try await browser.get("\(address)?variant=\(variant)").body
      #expect(page.contains("Iron kettle"))
      #expect(page.contains("¥77.00"))
      #expect(page.contains("Only 3 left"))
      #expect(page.contains("Northpine"))
      let answer = try await program.get("/api/v1\(address)").body
      #expect(answer.contains("Iron kettle"))
      #expect(answer.contains("77.00"))
      #expect(try await browser.get("/").body.contains("Lamps"))
      _ = try await browser.post("/cart", [("variant", "\(variant)"), ("quantity", "1")])
      #expect(try await browser.get("/cart").body.contains("Iron kettle"))
    }
  }

  @Test func `a request from another site is refused, by the pages and as a problem by the API`() async throws {
    try await TestShop.run { test in
      let headers = ["origin": "https://elsewhere.example"]
      let page = try await test.browser().send(
        .POST, "/login", body: Array("email=a".utf8),
        headers: headers.merging(["content-type": "application/x-www-form-urlencoded"]) { own, _ in own })
      #expect(page.status == 403)
      let visitor = test.browser()
      _ = try await visitor.get("/")
      let answer = try await visitor.send(.POST, "/api/v1/sessions", json: "{}", headers: headers)
      #expect(answer.status == 403)
      #expect(answer.headers.first(name: "content-type") == "application/problem+json")
      #expect(answer.body.contains("crossSite"))
    }
  }
}
