import Catalog
import Events
import Storage
import TestKit
import Values

/// A catalogue on a database of its own.
struct CatalogFixture {
  let store: TestStore
  let catalog: StoredCatalog
  let merchant = MerchantID(raw: 1)

  init() async throws {
    store = try await TestStore(StoredCatalog.migrations)
    catalog = StoredCatalog(database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
  }

  /// A second view of the same tables, with nothing in memory.
  var fresh: StoredCatalog {
    StoredCatalog(database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
  }

  static func slug(_ text: String) throws -> Slug {
    guard let slug = Slug(rawValue: text) else { throw FieldFaults(field: "slug", code: "unprintable") }
    return slug
  }

  func draft(_ handle: String, title: String = "Teapot", sku: String = "", merchant: MerchantID? = nil) throws
    -> ProductDraft
  {
    ProductDraft(
      merchant: merchant ?? self.merchant, handle: try Self.slug(handle),
      content: ProductContent(title: LocalizedText(en: title, zhHans: "茶壶")), variants: [VariantDraft(sku: sku)],
      isPublished: true)
  }

  /// A shirt in the given colours, a variant each with a SKU made of the colour.
  func shirt(_ colours: [String], skus: [String]? = nil) throws -> ProductDraft {
    var draft = try draft("shirt", title: "Shirt")
    draft.content.options = [ProductOption(name: LocalizedText("Colour"), values: colours.map { LocalizedText($0) })]
    draft.variants = colours.indices.map {
      VariantDraft(sku: skus?[$0] ?? "S-\(colours[$0])", choice: [$0], weightGrams: 200)
    }
    return draft
  }

  func told() async throws -> [String] { try await store.toldEvents().map(\.name) }
}

func fileKey(_ digit: Character) throws -> FileKey {
  guard let key = FileKey(rawValue: String(repeating: digit, count: 64) + ".png") else {
    throw FieldFaults(field: "file", code: "unknown")
  }
  return key
}
