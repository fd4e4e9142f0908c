import PartKit
import Search
import TestKit
import Testing
import Values

/// Many random documents, changed at random, against a plain walk over them all.
@Suite struct ConsistencyTests {
  private static let english = [
    "lamp", "chair", "rug", "table", "cup", "pot", "iron", "red", "blue", "oak", "desk", "shelf",
  ]
  private static let chinese = ["手机", "茶壶", "台灯", "椅子", "智能", "支架", "红色", "铸铁"]

  private static func random(_ id: Int64, _ random: inout SplitMix) -> SearchDocument {
    let words = (0..<3).map { _ in english[Int(random.next() % 12)] }.joined(separator: " ")
    let han = (0..<2).map { _ in chinese[Int(random.next() % 8)] }.joined()
    return document(
      id, words, han, category: random.next() % 10 == 0 ? nil : Int64(random.next() % 12),
      brand: random.next() % 4 == 0 ? nil : Int64(random.next() % 9), merchant: Int64(random.next() % 3 + 1),
      figures: Self.figures(id, &random))
  }

  private static func figures(_ id: Int64, _ random: inout SplitMix) -> ProductFigures {
    SearchTests.figures(
      id, price: random.next() % 20 == 0 ? nil : Int64(random.next() % 500), inStock: random.next() % 3 > 0,
      sold: Int(random.next() % 50), rating: Int(random.next() % 50), reviews: Int(random.next() % 9))
  }

  @Test func `20,000 random documents are found exactly as by a plain walk`() async throws {
    let shop = try await SearchFixture(.stored)
    var random = SplitMix(state: 11)
    var all: [Int64: SearchDocument] = [:]
    for batch in 0..<20 {
      let documents = (0..<1000).map { Self.random(Int64(batch * 1000 + $0), &random) }
      for one in documents { all[one.card.product.raw] = one }
      _ = try await shop.search.index(documents)
    }
    // Some are replaced, removed and given other figures.
    let replaced = (0..<4000).map { Self.random(Int64($0 * 3), &random) }
    for one in replaced { all[one.card.product.raw] = one }
    _ = try await shop.search.index(replaced)
    let removed = (0..<6000).map { Int64($0 * 2 + 1) }
    for id in removed { all[id] = nil }
    _ = try await shop.search.remove(removed.map { ProductID(raw: $0) })
    var moved: [ProductFigures] = []
    for id in 0..<2000 {
      guard let old = all[Int64(id * 7)] else { continue }
      let new = Self.figures(Int64(id * 7), &random)
      moved.append(new)
      let card = old.card
      all[Int64(id * 7)] = SearchDocument(
        card: ProductCard(
          product: card.product, handle: card.handle, merchant: card.merchant, title: card.title, picture: nil,
          category: card.category, brand: card.brand, figures: new), words: old.words, body: old.body,
        choices: old.choices, createdAt: old.createdAt)
    }
    _ = try await shop.search.update(moved)
    let later = try await shop.beside()
    for round in 0..<60 {
      let query = Self.query(&random)
      let wanted = Self.walk(query, Array(all.values))
      for search in [shop.search, later] {
        let found = try await search.search(query)
        #expect(found.total == wanted.total, "\(round) \(query)")
        #expect(found.brandFacet == wanted.brands, "\(round)")
        #expect(found.categoryFacet == wanted.categories, "\(round)")
        #expect(found.ids == wanted.ids, "\(round) \(query)")
      }
    }
  }

  private static func query(_ random: inout SplitMix) -> SearchQuery {
    let texts = [
      "", "", english[Int(random.next() % 12)], chinese[Int(random.next() % 8)], "red lamp", "铸铁茶壶", "iron 手机",
    ]
    var query = SearchQuery(text: texts[Int(random.next() % 7)], language: .en, limit: 50)
    let sorts: [SearchQuery.Sort] = [.newest, .bestSelling, .priceUp, .priceDown, .rating]
    query.sort = sorts[Int(random.next() % 5)]
    if random.next() % 2 == 0 {
      query.categories = Set((0..<3).map { _ in CategoryID(raw: Int64(random.next() % 14)) })
    }
    if random.next() % 3 == 0 {
      query.brands = [BrandID(raw: Int64(random.next() % 9)), BrandID(raw: Int64(random.next() % 9))]
    }
    if random.next() % 4 == 0 { query.merchant = MerchantID(raw: Int64(random.next() % 4)) }
    if random.next() % 3 == 0 { query.priceFrom = Money(minor: Int64(random.next() % 300), currency: .cny) }
    if random.next() % 3 == 0 { query.priceTo = Money(minor: 200 + Int64(random.next() % 300), currency: .cny) }
    query.inStockOnly = random.next() % 3 == 0
    return query
  }

  private struct Walked {
    var total = 0
    var ids: [Int64] = []
    var brands: [FacetCount<BrandID>] = []
    var categories: [FacetCount<CategoryID>] = []
  }

  private static func walk(_ query: SearchQuery, _ documents: [SearchDocument]) -> Walked {
    var hits: [ProductCard] = []
    var brands: [BrandID: Int] = [:]
    var categories: [CategoryID: Int] = [:]
    for document in documents {
      let card = document.card
      guard let price = card.figures.price, matches(query.text, card.title),
        query.merchant.map({ $0 == card.merchant }) ?? true,
        query.priceFrom.map({ price.minor >= $0.minor }) ?? true,
        query.priceTo.map({ price.minor <= $0.minor }) ?? true,
        !query.inStockOnly || card.figures.inStock
      else { continue }
      let isOfCategory = query.categories.isEmpty || card.category.map { query.categories.contains($0) } ?? false
      let isOfBrand = query.brands.isEmpty || card.brand.map { query.brands.contains($0) } ?? false
      if isOfCategory, let brand = card.brand { brands[brand, default: 0] += 1 }
      if isOfBrand, let category = card.category { categories[category, default: 0] += 1 }
      if isOfCategory && isOfBrand { hits.append(card) }
    }
    func value(_ card: ProductCard) -> (Int64, Int64, Int64) {
      let (figures, id) = (card.figures, card.product.raw)
      return switch query.sort {
      case .newest, .relevance: (id, 0, id)
      case .bestSelling: (Int64(figures.sold), id, id)
      case .priceUp: (-(figures.price?.minor ?? 0), 0, id)
      case .priceDown: (figures.price?.minor ?? 0, 0, id)
      case .rating: (Int64(figures.ratingTenths), Int64(figures.reviewCount), id)
      }
    }
    let sorted = hits.sorted { value($0) > value($1) }
    return Walked(
      total: hits.count, ids: sorted.prefix(query.limit).map(\.product.raw),
      brands: brands.map { FacetCount(value: $0, count: $1) }.sorted { ($1.count, $0.value) < ($0.count, $1.value) },
      categories: categories.map { FacetCount(value: $0, count: $1) }.sorted {
        ($1.count, $0.value) < ($0.count, $1.value)
      })
  }

  private static func matches(_ text: String, _ title: LocalizedText) -> Bool {
    text.isEmpty
      || text.split(separator: " ").allSatisfy { word in
        if word.first?.isASCII == true { return title.en.split(separator: " ").contains(word) }
        // Words of two characters that stand together may be found apart.
        return title.zhHans.contains(word.prefix(2)) && title.zhHans.contains(word.suffix(2))
      }
  }
}
