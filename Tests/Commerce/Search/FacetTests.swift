import PartKit
import Search
import TestKit
import Testing
import Values

/// Facets against a plain walk over all documents: each is counted without its own filter.
@Suite struct FacetTests {
  private static let colours = ["red", "blue", "green", "black"]
  private static let sizes = ["S", "M", "L"]
  private static let words = ["lamp", "chair", "rug"]

  private static func documents(_ random: inout SplitMix) -> [SearchDocument] {
    (1...400).map { id in
      var choices: [String: String] = [:]
      if random.next() % 4 > 0 { choices["Colour"] = colours[Int(random.next() % 4)] }
      if random.next() % 2 > 0 { choices["Size"] = sizes[Int(random.next() % 3)] }
      return document(
        Int64(id), words[Int(random.next() % 3)], category: Int64(random.next() % 6),
        brand: random.next() % 3 == 0 ? nil : Int64(random.next() % 5), choices: choices,
        figures: figures(
          Int64(id), price: Int64(random.next() % 300), inStock: random.next() % 3 > 0,
          rating: Int(random.next() % 51), reviews: 3))
    }
  }

  private static func query(_ random: inout SplitMix) -> SearchQuery {
    var query = SearchQuery(
      text: ["", "lamp", "chair"][Int(random.next() % 3)], language: .en, sort: .newest, limit: 100)
    if random.next() % 3 == 0 { query.categories = [CategoryID(raw: Int64(random.next() % 7))] }
    if random.next() % 3 == 0 { query.brands = [BrandID(raw: Int64(random.next() % 6))] }
    if random.next() % 3 == 0 { query.ratingFrom = Int(random.next() % 45) }
    if random.next() % 3 == 0 { query.priceTo = Money(minor: Int64(random.next() % 300), currency: .cny) }
    query.inStockOnly = random.next() % 4 == 0
    if random.next() % 3 == 0 {
      query.attributes["colour"] = Set((0..<2).map { _ in colours[Int(random.next() % 4)] })
    }
    if random.next() % 4 == 0 { query.attributes["size"] = [["s", "m", "l", "xxl"][Int(random.next() % 4)]] }
    if random.next() % 20 == 0 { query.attributes["weight"] = ["heavy"] }
    if random.next() % 2 == 0 { query.sort = .relevance }
    return query
  }

  /// What passes all conditions but the named one.
  private static func passing(
    _ query: SearchQuery, _ all: [SearchDocument], without facet: String = ""
  ) -> [SearchDocument] {
    all.filter { one in
      let card = one.card
      guard query.text.isEmpty || card.title.en == query.text, let price = card.figures.price,
        query.priceTo.map({ price.minor <= $0.minor }) ?? true, !query.inStockOnly || card.figures.inStock
      else { return false }
      if facet != "category", !query.categories.isEmpty {
        guard let category = card.category, query.categories.contains(category) else { return false }
      }
      if facet != "brand", !query.brands.isEmpty {
        guard let brand = card.brand, query.brands.contains(brand) else { return false }
      }
      if facet != "rating", card.figures.ratingTenths < query.ratingFrom ?? 0 { return false }
      return query.attributes.allSatisfy { attribute, values in
        facet == attribute || one.choices.contains { $0.attribute == attribute && values.contains($0.value) }
      }
    }
  }

  private static func counts<Value: Hashable & Comparable>(_ values: [Value]) -> [FacetCount<Value>] {
    Dictionary(grouping: values) { $0 }.map { FacetCount(value: $0.key, count: $0.value.count) }
      .sorted { ($1.count, $0.value) < ($0.count, $1.value) }
  }

  // req: 3.3.4-2
  @Test func `every facet counts what each value would leave, in 200 random questions`() async throws {
    let shop = try await SearchFixture(.stored)
    var random = SplitMix(state: 5)
    let all = Self.documents(&random)
    _ = try await shop.search.index(all)
    for round in 0..<200 {
      let query = Self.query(&random)
      let found = try await shop.search.search(query)
      let wanted = Self.passing(query, all)
      #expect(found.total == wanted.count, "\(round) \(query)")
      let ids = wanted.map(\.card.product.raw).sorted(by: >)
      if query.sort == .newest {
        #expect(found.ids == Array(ids.prefix(100)), "\(round)")
      } else {
        // Which of them stand first is a matter of weights.
        #expect(found.ids.count == min(ids.count, 100) && Set(found.ids).isSubset(of: ids), "\(round)")
      }
      #expect(
        found.brandFacet == Self.counts(Self.passing(query, all, without: "brand").compactMap(\.card.brand)),
        "\(round) \(query)")
      #expect(
        found.categoryFacet == Self.counts(Self.passing(query, all, without: "category").compactMap(\.card.category)),
        "\(round) \(query)")
      let ratings = Self.passing(query, all, without: "rating").map(\.card.figures.ratingTenths)
      for least in [40, 30, 20, 10] {
        let count = found.ratingFacet.first { $0.value == least }?.count ?? 0
        #expect(count == ratings.count { $0 >= least }, "\(round) \(query)")
      }
      for attribute in ["colour", "size"] {
        let values = Self.passing(query, all, without: attribute).flatMap(\.choices)
          .filter { $0.attribute == attribute }.map(\.value)
        let facet = found.attributeFacets.first { $0.attribute == attribute }
        let counted = (facet?.values ?? []).map { FacetCount(value: $0.value, count: $0.count) }
        #expect(counted == Self.counts(values), "\(round) \(query)")
      }
    }
  }

  @Test(arguments: Way.allCases) func `attributes carry their names, and go with the goods`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([
      document(1, "Lamp", choices: ["Colour": "Deep red"]), document(2, "Lamp", choices: ["Colour": "Blue"]),
    ])
    let facet = try await shop.search.search(SearchQuery(text: "lamp", language: .en)).attributeFacets.first
    #expect(facet?.attribute == "colour" && facet?.name.en == "Colour")
    #expect(facet?.values.map(\.value) == ["blue", "deep-red"])
    #expect(facet?.values.map(\.label.en) == ["Blue", "Deep red"])
    _ = try await shop.search.remove([ProductID(raw: 2)])
    let later = try await shop.search.search(SearchQuery(text: "lamp", language: .en))
    #expect(later.attributeFacets.first?.values.map(\.value) == ["deep-red"])
  }
}
