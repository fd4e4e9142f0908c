import Catalog
import Foundation
import Search
import Testing
import Values

@testable import Flows

/// The goods of the demo shop as search knows them, without a shop around them.
struct DemoGoods {
  let documents: [SearchDocument]
  /// Several merchants sell some of them under one handle.
  let products: [String: [ProductID]]

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  init() throws {
    let shelves = try JSONDecoder().decode(
      [Shelf].self, from: Data(contentsOf: Self.root.appending(path: "Demo/categories.json")))
    let tree = try Self.tree(shelves)
    let folder = Self.root.appending(path: "Demo/products")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    var entries: [Entry] = []
    for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "json" {
      entries += try JSONDecoder().decode([Entry].self, from: Data(contentsOf: file)).filter(\.published)
    }
    let names = Set(entries.map(\.brand)).sorted()
    let merchants = Set(entries.map(\.merchant)).sorted()
    var (documents, products) = ([SearchDocument](), [String: [ProductID]]())
    for (number, entry) in entries.enumerated() {
      let product = try entry.product(
        Int64(number) + 1, brand: names.firstIndex(of: entry.brand) ?? 0,
        merchant: merchants.firstIndex(of: entry.merchant) ?? 0, tree: tree)
      let brands = Dictionary(uniqueKeysWithValues: names.enumerated().map { (BrandID(raw: Int64($0) + 1), $1) })
      documents.append(SearchDocument(product, figures: entry.figures(product.id), tree: tree, brands: brands))
      products[entry.handle, default: []].append(product.id)
    }
    (self.documents, self.products) = (documents, products)
  }

  private static func tree(_ shelves: [Shelf]) throws -> CategoryTree {
    let places = Dictionary(
      uniqueKeysWithValues: shelves.enumerated().map { ($1.slug, CategoryID(raw: Int64($0) + 1)) })
    return CategoryTree(
      try shelves.enumerated().map { number, shelf in
        Category(
          id: CategoryID(raw: Int64(number) + 1), slug: try #require(Slug(rawValue: shelf.slug)), name: shelf.name,
          parent: shelf.parent.flatMap { places[$0] }, position: shelf.position, picture: nil)
      })
  }

  /// Words of English titles of five letters and more.
  var titleWords: [String] {
    Set(documents.flatMap { Self.words($0.card.title.en) }).filter { $0.count >= 5 }.sorted()
  }

  /// All English words that goods have anywhere.
  var knownWords: Set<String> {
    Set(
      documents.flatMap { document in
        [document.card.title.en, document.brand, document.categoryNames.en, document.words.en, document.body.en]
          .flatMap(Self.words)
      })
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !($0.isLetter || $0.isNumber) }.filter { word in
      word.allSatisfy { $0.isASCII && $0.isLetter }
    }.map(String.init)
  }
}

extension DemoGoods {
  private struct Shelf: Decodable {
    let slug: String
    let name: LocalizedText
    let parent: String?
    let position: Int
  }

  private struct Entry: Decodable {
    struct Option: Decodable {
      let name: LocalizedText
      let values: [LocalizedText]
    }

    struct Attribute: Decodable {
      struct Value: Decodable {
        let text: LocalizedText?
        let number: String?
        let unit: String?
        let flag: Bool?

        var value: AttributeValue {
          if let text { return .text(text) }
          return number.map { .number($0, unit: unit ?? "") } ?? .flag(flag ?? false)
        }
      }
      let name: LocalizedText
      let value: Value
    }

    struct Variant: Decodable {
      let sku: String
      let choice: [Int]
      let price: String
      let stock: [Int]
    }

    let merchant: String
    let handle: String
    let title: LocalizedText
    let subtitle: LocalizedText
    let introduction: LocalizedText
    let category: String
    let brand: String
    let options: [Option]
    let attributes: [Attribute]
    let tags: [String]
    let variants: [Variant]
    let published: Bool

    func product(_ id: Int64, brand: Int, merchant: Int, tree: CategoryTree) throws -> Product {
      let content = ProductContent(
        title: title, subtitle: subtitle, introduction: introduction,
        category: Slug(rawValue: category).flatMap { tree[$0]?.id }, brand: BrandID(raw: Int64(brand) + 1),
        options: options.map { ProductOption(name: $0.name, values: $0.values) },
        attributes: attributes.map { ProductAttribute(name: $0.name, value: $0.value.value) }, tags: tags)
      let moment = Timestamp(milliseconds: 1_700_000_000_000 + id * 1000)
      return Product(
        id: ProductID(raw: id), merchant: MerchantID(raw: Int64(merchant) + 1),
        handle: try #require(Slug(rawValue: handle)), content: content,
        variants: variants.enumerated().map {
          Catalog.Variant(id: VariantID(raw: id * 1000 + Int64($0)), sku: $1.sku, choice: $1.choice)
        }, pictures: [], isPublished: true, version: 1, createdAt: moment, changedAt: moment)
    }

    func figures(_ product: ProductID) -> ProductFigures {
      let prices = variants.compactMap { Money(decimalText: $0.price, currency: .cny) }
      return ProductFigures(
        product: product, price: prices.min(), listPrice: nil, hasPriceRange: Set(prices).count > 1,
        inStock: variants.contains { variant in variant.stock.contains { $0 > 0 } }, sold: 0, ratingTenths: 0,
        reviewCount: 0)
    }
  }
}
