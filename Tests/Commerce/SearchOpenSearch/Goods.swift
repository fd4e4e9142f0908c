import Logging
import Search
import SearchOpenSearch
import TestKit
import Values

typealias Want = QueryTree.Want
typealias Way = QueryTree.Way

/// An engine that waits for nothing between attempts.
func engine(
  _ nodes: [String], login: OpenSearchAddress.Login? = nil, clock: TestClock = TestClock()
) throws -> OpenSearchEngine {
  let address = OpenSearchAddress(nodes: nodes, login: login, patience: .seconds(30))
  return try OpenSearchEngine(address, clock: clock.clock, logger: Logger(label: "test")) { _ in }
}

func engine(_ cluster: RecordedCluster) throws -> OpenSearchEngine { try engine([cluster.url]) }

/// `wireless headphones`, of which `bluetooth` is a synonym.
let headphones = QueryTree([
  Want([Way(["wireless"]), Way(["bluetooth"], worth: 0.8)]), Want([Way(["headphone"])]),
])

func figures(_ id: Int64, price: Int64? = 1999) -> ProductFigures {
  ProductFigures(
    product: ProductID(raw: id), price: price.map { Money(minor: $0, currency: .cny) }, listPrice: nil,
    hasPriceRange: false, inStock: true, sold: 99, ratingTenths: 45, reviewCount: 5)
}

func document(_ id: Int64) throws -> SearchDocument {
  let black = AttributeChoice(
    name: LocalizedText(en: "Color", zhHans: "颜色"), label: LocalizedText(en: "Black", zhHans: "黑色"))
  guard let handle = Slug(rawValue: "p-\(id)"), let black else { throw MissingWords() }
  return SearchDocument(
    card: ProductCard(
      product: ProductID(raw: id), handle: handle, merchant: MerchantID(raw: 2),
      title: LocalizedText(en: "Wireless Headphones", zhHans: "无线耳机"), picture: nil, category: CategoryID(raw: 3),
      brand: BrandID(raw: 5), figures: figures(id)),
    brand: "Sony", categoryNames: LocalizedText(en: "Audio", zhHans: "音频"),
    words: LocalizedText(en: "black", zhHans: "黑色"), body: LocalizedText(en: "Long battery life"), choices: [black],
    createdAt: TestClock.start)
}

struct MissingWords: Error {}

extension EngineAnswer {
  var ids: [Int64] { products.map(\.raw) }
}
