import PartKit
import Remote
import Search
import Storage
import TestKit
import Values

/// Search on a database of its own, reached in one way or the other.
struct SearchFixture {
  let store: TestStore
  let search: any SearchService
  private let part: ServedPart?

  init(_ way: Way) async throws {
    store = try await TestStore(StoredSearch.migrations)
    let stored = StoredSearch(database: store.database, clock: store.clock.clock)
    try await stored.load()
    switch way {
    case .stored:
      (part, search) = (nil, stored)
    case .remote:
      let part = try await ServedPart.start(SearchVerbs.served(by: stored))
      search = RemoteSearch(caller(of: "search", at: LiveList(part), clock: store.clock.clock))
      self.part = part
    }
  }

  /// What a process started later would see.
  func restarted() async throws -> StoredSearch {
    let search = StoredSearch(database: store.database, clock: store.clock.clock)
    try await search.load()
    return search
  }

  func find(_ text: String) async throws -> [Int64] {
    try await search.search(SearchQuery(text: text, language: .en)).ids
  }
}

extension SearchResult {
  var ids: [Int64] { cards.map(\.product.raw) }
}

func figures(
  _ id: Int64, price: Int64? = 1000, inStock: Bool = true, sold: Int = 0, rating: Int = 0, reviews: Int = 0
) -> ProductFigures {
  ProductFigures(
    product: ProductID(raw: id), price: price.map { Money(minor: $0, currency: .cny) }, listPrice: nil,
    hasPriceRange: false,
    inStock: inStock, sold: sold, ratingTenths: rating, reviewCount: reviews)
}

func document(
  _ id: Int64, _ en: String = "", _ zh: String = "", words: String = "", body: String = "", category: Int64? = nil,
  brand: Int64? = nil, merchant: Int64 = 1, figures given: ProductFigures? = nil
) -> SearchDocument {
  let handle = Slug(rawValue: "p-\(id)") ?? Slug(from: "p")
  guard let handle else { fatalError("a slug of letters and digits") }
  return SearchDocument(
    card: ProductCard(
      product: ProductID(raw: id), handle: handle, merchant: MerchantID(raw: merchant),
      title: LocalizedText(en: en, zhHans: zh), picture: nil, category: category.map { CategoryID(raw: $0) },
      brand: brand.map { BrandID(raw: $0) }, figures: given ?? figures(id)),
    words: LocalizedText(words), body: LocalizedText(body), createdAt: Timestamp(milliseconds: 1_000_000 + id))
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
