import Catalog
import Content
import Flows
import Merchants
import Testing
import Values

@testable import API
@testable import App

extension Owner {
  /// A product that nobody buys, published and without pictures again, whatever became of it.
  mutating func keepGoods() async throws {
    let saved = try await test.shop.contexts.catalog.save(
      ProductDraft(
        merchant: merchant.id, handle: try #require(Slug(rawValue: "spare-kettle")),
        content: ProductContent(title: LocalizedText(en: "Spare kettle", zhHans: "备用壶")),
        variants: [VariantDraft(sku: "SPARE")], isPublished: true))
    names["goods"] = .text("\(saved.product.id)")
    names["goodsPass"] = .text(
      try await test.shop.contexts.content.previewPass(
        for: .product(saved.product.id), until: test.shop.clock.now.adding(.days(7))))
    names["goodsVersion"] = .integer(Int64(saved.product.version))
  }

  func goods() async throws -> Any {
    guard let id = ProductID(self["goods"]) else { return "none" }
    return try await test.shop.contexts.catalog.product(id) as Any
  }
}
