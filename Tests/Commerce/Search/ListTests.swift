import PartKit
import Search
import TestKit
import Testing
import Values

@Suite struct ListTests {
  private func shop(_ way: Way) async throws -> SearchFixture {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([
      document(1, "Red lamp", category: 10, brand: 1, figures: figures(1, price: 500, sold: 1, rating: 45, reviews: 2)),
      document(2, "Blue lamp", category: 10, brand: 2, figures: figures(2, price: 300, inStock: false, sold: 9)),
      document(
        3, "Green lamp", category: 11, brand: 1, merchant: 2,
        figures: figures(3, price: 900, sold: 4, rating: 45, reviews: 7)),
      document(4, "Red chair", category: 12, brand: 2, figures: figures(4, price: 700)),
      document(5, "Bare chair", figures: figures(5, price: 700, sold: 2)),
      document(6, "Not priced", category: 10, figures: figures(6, price: nil)),
    ])
    return shop
  }

  private func ids(_ shop: SearchFixture, _ change: (inout SearchQuery) -> Void) async throws -> [Int64] {
    var query = SearchQuery(language: .en)
    change(&query)
    return try await shop.search.search(query).ids
  }

  private func yuan(_ minor: Int64) -> Money { Money(minor: minor, currency: .cny) }

  @Test(arguments: Way.allCases) func `lists are sorted in every way, and what has no price is left out`(_ way: Way)
    async throws
  {
    let shop = try await shop(way)
    #expect(try await ids(shop) { $0.sort = .newest } == [5, 4, 3, 2, 1])
    #expect(try await ids(shop) { $0.sort = .bestSelling } == [2, 3, 5, 1, 4])
    #expect(try await ids(shop) { $0.sort = .relevance } == [2, 3, 5, 1, 4])
    #expect(try await ids(shop) { $0.sort = .priceUp } == [2, 1, 5, 4, 3])
    #expect(try await ids(shop) { $0.sort = .priceDown } == [3, 5, 4, 1, 2])
    #expect(try await ids(shop) { $0.sort = .rating } == [3, 1, 5, 4, 2])
  }

  // req: 3.3.4-2
  @Test(arguments: Way.allCases) func `filters narrow alone and together`(_ way: Way) async throws {
    let shop = try await shop(way)
    #expect(
      try await ids(shop) {
        $0.categories = [CategoryID(raw: 10), CategoryID(raw: 11)]; $0.sort = .newest
      } == [3, 2, 1])
    #expect(
      try await ids(shop) {
        $0.brands = [BrandID(raw: 2)]; $0.sort = .newest
      } == [4, 2])
    #expect(try await ids(shop) { $0.merchant = MerchantID(raw: 2) } == [3])
    #expect(try await ids(shop) { $0.merchant = MerchantID(raw: 99) }.isEmpty)
    #expect(try await ids(shop) { $0.categories = [CategoryID(raw: 99)] }.isEmpty)
    #expect(
      try await ids(shop) {
        $0.inStockOnly = true; $0.categories = [CategoryID(raw: 10)]
      } == [1])
    #expect(
      try await ids(shop) {
        $0.priceFrom = yuan(500); $0.priceTo = yuan(700); $0.sort = .priceUp
      } == [1, 5, 4])
    #expect(try await ids(shop) { $0.priceFrom = yuan(701) } == [3])
    #expect(
      try await ids(shop) {
        $0.priceFrom = yuan(800); $0.priceTo = yuan(100)
      }.isEmpty)
    #expect(try await ids(shop) { $0.priceTo = Money(minor: 900, currency: .usd) }.isEmpty)
    #expect(
      try await ids(shop) {
        $0.text = "lamp"; $0.brands = [BrandID(raw: 1)]; $0.priceTo = yuan(600)
      } == [1])
  }

  @Test(arguments: Way.allCases) func `each facet counts as if its own filter weren't set`(_ way: Way) async throws {
    let shop = try await shop(way)
    var query = SearchQuery(language: .en)
    query.categories = [CategoryID(raw: 10)]
    query.brands = [BrandID(raw: 1)]
    for text in ["", "lamp"] {
      query.text = text
      let result = try await shop.search.search(query)
      #expect(result.ids == [1])
      #expect(result.total == 1)
      #expect(
        result.brandFacet == [
          FacetCount(value: BrandID(raw: 1), count: 1), FacetCount(value: BrandID(raw: 2), count: 1),
        ])
      #expect(
        result.categoryFacet == [
          FacetCount(value: CategoryID(raw: 10), count: 1), FacetCount(value: CategoryID(raw: 11), count: 1),
        ])
    }
    query = SearchQuery(language: .en, categories: [CategoryID(raw: 12)])
    #expect(try await shop.search.search(query).categoryFacet.map(\.count) == [2, 1, 1])
    query.inStockOnly = true
    #expect(try await shop.search.search(query).categoryFacet.map(\.count) == [1, 1, 1])
  }

  @Test(arguments: Way.allCases) func `pages by number and by cursor show everything once`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index(
      (1...95).map { document($0, "Lamp", figures: figures($0, price: $0 % 7 * 100 + 100, sold: Int($0 % 5))) })
    for sort in SearchQuery.Sort.allCases {
      for text in ["", "lamp"] {
        var numbered: [Int64] = []
        for page in 1...4 {
          let result = try await shop.search.search(
            SearchQuery(text: text, language: .en, sort: sort, limit: 30, start: .page(page)))
          #expect(result.total == 95)
          #expect((result.next != nil) == (page < 4))
          numbered += result.ids
        }
        var walked: [Int64] = []
        var start = SearchQuery.Start.page(1)
        while true {
          let result = try await shop.search.search(
            SearchQuery(text: text, language: .en, sort: sort, limit: 30, start: start))
          walked += result.ids
          guard let next = result.next else { break }
          start = .after(try #require(Cursor(next.description)))
        }
        #expect(numbered.count == 95)
        #expect(Set(numbered).count == 95)
        #expect(walked == numbered)
      }
    }
    for page in [5, 1_000_000_000, Int.max] {
      let beyond = try await shop.search.search(SearchQuery(language: .en, limit: 30, start: .page(page)))
      #expect(beyond.ids.isEmpty && beyond.total == 95 && beyond.next == nil)
    }
    let odd = try await shop.search.search(SearchQuery(language: .en, limit: -5, start: .page(-3)))
    #expect(odd.ids.count == 1)
    let foreign = try await shop.search.search(
      SearchQuery(language: .en, limit: 5, start: .after(Cursor(["x", "'", "9", ""]))))
    #expect(foreign.ids.count == 5)
  }

  @Test(arguments: Way.allCases) func `a walk by cursor neither repeats nor skips while goods come and change`(
    _ way: Way
  ) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index(
      (1...100).map { document($0 * 10, "Lamp", figures: figures($0 * 10, price: $0 * 100)) })
    var seen: [Int64] = []
    var start = SearchQuery.Start.page(1)
    var round: Int64 = 0
    while true {
      let result = try await shop.search.search(SearchQuery(language: .en, sort: .priceUp, limit: 9, start: start))
      seen += result.ids
      guard let next = result.next else { break }
      start = .after(next)
      round += 1
      // Cheaper ones come in before the place that the walk has reached.
      _ = try await shop.search.index([document(round, "Lamp", figures: figures(round, price: 1))])
      _ = try await shop.search.update([figures(1000 - round * 10, price: (100 - round) * 100, sold: Int(round))])
    }
    #expect(seen == (1...100).map { $0 * 10 })
  }

  @Test(arguments: Way.allCases) func `cards come in the order asked for, related goods from the category first`(
    _ way: Way
  ) async throws {
    let shop = try await shop(way)
    let cards = try await shop.search.cards([4, 6, 99, 1].map { ProductID(raw: $0) })
    #expect(cards.map(\.product.raw) == [4, 1])
    #expect(cards.last?.figures == figures(1, price: 500, sold: 1, rating: 45, reviews: 2))
    #expect(try await shop.search.related(to: ProductID(raw: 1), limit: 5).map(\.product.raw) == [2, 3])
    #expect(try await shop.search.related(to: ProductID(raw: 5), limit: 5).isEmpty)
    #expect(try await shop.search.related(to: ProductID(raw: 77), limit: 5).isEmpty)
  }
}
