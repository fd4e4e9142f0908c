import Foundation
import PartKit
import Remote
import Search
import Storage
import StorageSQLite
import TestKit
import Values

/// Search on a database of its own, reached in one way or the other.
struct SearchFixture {
  let store: TestStore
  let stored: StoredSearch
  let search: any SearchService
  private let part: ServedPart?

  init(_ way: Way, rules: StoredSearchRules? = nil) async throws {
    store = try await TestStore(StoredSearch.migrations)
    stored = Self.search(store, engine: Self.engine(store), rules: rules)
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

  /// - Parameter folder: of its indexes, within the store's.
  static func engine(_ store: TestStore, folder: String = "search") -> LocalEngine {
    LocalEngine(folder: store.folder.appending(path: folder).path, clock: store.clock.clock) {
      try SQLiteDatabase(path: $0, isDerived: true)
    }
  }

  static func search(
    _ store: TestStore, engine: any SearchEngine, rules: StoredSearchRules? = nil
  ) -> StoredSearch {
    StoredSearch(database: store.database, engine: engine, rules: rules, clock: store.clock.clock)
  }

  /// What a process started beside it would see.
  func beside() async throws -> StoredSearch {
    let search = Self.search(store, engine: Self.engine(store))
    try await search.load()
    return search
  }

  /// What a process started after it has ended would see.
  func restarted() async throws -> StoredSearch {
    try await stored.close()
    return try await beside()
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
  brand: Int64? = nil, brandName: String = "", categoryNames: LocalizedText = LocalizedText(), merchant: Int64 = 1,
  choices: [String: String] = [:], figures given: ProductFigures? = nil, createdAt: Timestamp? = nil
) -> SearchDocument {
  let handle = Slug(rawValue: "p-\(id)") ?? Slug(from: "p")
  guard let handle else { fatalError("a slug of letters and digits") }
  return SearchDocument(
    card: ProductCard(
      product: ProductID(raw: id), handle: handle, merchant: MerchantID(raw: merchant),
      title: LocalizedText(en: en, zhHans: zh), picture: nil, category: category.map { CategoryID(raw: $0) },
      brand: brand.map { BrandID(raw: $0) }, figures: given ?? figures(id)),
    brand: brandName, categoryNames: categoryNames, words: LocalizedText(words), body: LocalizedText(body),
    choices: choices.sorted { $0.key < $1.key }.compactMap {
      AttributeChoice(name: LocalizedText($0.key), label: LocalizedText($0.value))
    },
    createdAt: createdAt ?? Timestamp(milliseconds: (1_000_000 + id) * 1000))
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
