import Catalog
import Pricing
import Values

/// A product as a file states it, before its category, brand and merchant are looked up.
struct ImportedProduct {
  var line: Int
  var handle: Slug
  var merchant: String
  /// From the root down.
  var categoryPath: [LocalizedText]
  var vendor: String
  /// Without category and brand.
  var content: ProductContent
  var variants: [ImportedVariant]
  var pictures: [PictureDraft]
  var isPublished: Bool
  /// Bytes of text, for the size of batches.
  var size: Int
}

struct ImportedVariant {
  enum Stock: Hashable { case counted(Int), unlimited, unsaid }

  var line: Int
  var draft: VariantDraft
  /// Nil when the file has no prices.
  var price: Price?
  var stock: Stock
}

/// Why a product of a file is refused, and where.
struct RowFault: Error {
  let line: Int
  let code: String
  let reason: String
}
