import Accounts
import Catalog
import Flows
import Inventory
import Merchants
import Pricing
import Testing
import Values

@testable import API
@testable import App

/// The number beside a category is how many goods are there when it is chosen, those of the shelves below it with them.
@Suite struct CategoryFacetTests {
  /// A shelf with a good of its own and two shelves below it, and one apart. Goods cost 10, 20, 30, …
  private struct Shelves {
    let test: TestShop
    /// By the categories on which they are found.
    private var onCategory: [String: [Product]] = [:]
    private(set) var all: [Product] = []

    init(_ test: TestShop) async throws {
      self.test = test
      let merchant = try await test.merchant()
      let pots = try await shelf("pots", below: nil)
      let clay = try await shelf("clay", below: pots)
      let glass = try await shelf("glass", below: pots)
      let cups = try await shelf("cups", below: nil)
      for (category, found) in [
        (pots, ["pots"]), (clay, ["pots", "clay"]), (glass, ["pots", "glass"]), (clay, ["pots", "clay"]),
        (cups, ["cups"]), (clay, ["pots", "clay"]), (glass, ["pots", "glass"]),
      ] {
        let product = try await good(of: merchant, on: category)
        all.append(product)
        for name in found { onCategory[name, default: []].append(product) }
      }
      try await test.settle()
    }

    private func shelf(_ slug: String, below parent: CategoryID?) async throws -> CategoryID {
      try await test.shop.contexts.catalog.saveCategory(
        CategoryDraft(slug: try #require(Slug(rawValue: slug)), name: LocalizedText(en: slug), parent: parent)
      ).id
    }

    private func good(of merchant: Merchant, on category: CategoryID) async throws -> Product {
      let number = all.count + 1
      let contexts = test.shop.contexts
      let product = try await contexts.catalog.save(
        ProductDraft(
          merchant: merchant.id, handle: try #require(Slug(rawValue: "good-\(number)")),
          content: ProductContent(title: LocalizedText(en: "Tea good \(number)"), category: category),
          variants: [VariantDraft(sku: "good-\(number)", choice: [], weightGrams: 400)], isPublished: true)
      ).product
      let location = try await contexts.inventory.location(named: "Main", of: merchant.id)
      let price = Price(sale: try test.yuan("\(number * 10).00"))
      try await contexts.pricing.setPrices(product.variants.map { PriceChange(variant: $0.id, price: price) })
      try await contexts.inventory.count(
        product.variants.map { StockCount(variant: $0.id, location: location.id, onHand: 5) },
        key: "first/\(product.id)", by: .system)
      return product
    }

    /// Those on the category that cost no more than so many times ten.
    func goods(on category: String, upTo tens: Int) -> Set<ProductID> {
      let affordable = Set(all.prefix(tens).map(\.id))
      return Set(onCategory[category, default: []].map(\.id)).intersection(affordable)
    }

    func shown(_ page: String) -> Set<ProductID> {
      Set(all.map(\.id).filter { page.contains("/products/\($0)") })
    }
  }

  /// Nothing, words, and a price that leaves some of them.
  private static let narrowings: [(query: String, tens: Int)] = [("", 7), ("q=tea", 7), ("priceTo=50.00", 5)]

  // req: 3.1.1-1
  @Test func `on pages each category counts what choosing it shows, and goes on doing so once one is chosen`()
    async throws
  {
    try await TestShop.run { test in
      let shelves = try await Shelves(test)
      let browser = test.browser()
      let places = [("/search", ["pots", "clay", "glass", "cups"]), ("/c/pots", ["clay", "glass"])]
      for (place, offered) in places {
        for (query, tens) in Self.narrowings {
          let choices: [String?] = [nil] + offered.map { Optional($0) }
          for chosen in choices {
            let choice = chosen.map { "&category=\($0)" } ?? ""
            let address = "\(place)?\(query)\(choice)"
            let page = try await browser.get(address)
            #expect(page.status == 200, "\(address)")
            if let chosen { #expect(shelves.shown(page.body) == shelves.goods(on: chosen, upTo: tens), "\(address)") }
            for category in offered {
              let row = FilterRow(page.body, "category", category)
              #expect(row?.count == "\(shelves.goods(on: category, upTo: tens).count)", "\(category) of \(address)")
              #expect(row?.isChosen == (category == chosen), "\(category) of \(address)")
            }
          }
        }
      }
      // A shelf's own page doesn't offer what one is on, nor its neighbours.
      let page = try await browser.get("/c/pots").body
      #expect(FilterRow(page, "category", "pots") == nil && FilterRow(page, "category", "cups") == nil)
      #expect(shelves.shown(page) == shelves.goods(on: "pots", upTo: 7))
    }
  }

  // req: 3.1.1-1
  @Test func `for programs each category counts what choosing it lists`() async throws {
    try await TestShop.run { test in
      let shelves = try await Shelves(test)
      for (query, tens) in Self.narrowings {
        let all = try await test.program.get("/products?limit=100&\(query)")
        guard case .list(let facets)? = all["categories"] else {
          Issue.record("no categories: \(all.text)")
          continue
        }
        #expect(Set(facets.compactMap { $0["slug"]?.text }) == ["pots", "clay", "glass", "cups"], "\(query)")
        for facet in facets {
          let category = try #require(facet["slug"]?.text)
          let listed = try await test.program.get("/products?limit=100&category=\(category)&\(query)")
          #expect(listed["total"] == facet["count"], "\(category) with \(query)")
          var ids: Set<String> = []
          if case .list(let items)? = listed["items"] { ids = Set(items.compactMap { $0["id"]?.text }) }
          #expect(ids == Set(shelves.goods(on: category, upTo: tens).map { "\($0)" }), "\(category) with \(query)")
          // What is chosen takes nothing from the others.
          #expect(listed["categories"] == all["categories"], "\(category) with \(query)")
        }
      }
    }
  }
}
