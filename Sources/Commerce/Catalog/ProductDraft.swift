import Values

/// A product as a form, an import or the demo states it. Saving gives ids to what is new.
public struct ProductDraft: Sendable {
  public var merchant: MerchantID
  public var handle: Slug
  public var content: ProductContent
  public var variants: [VariantDraft]
  public var pictures: [PictureDraft]
  public var isPublished: Bool

  public init(
    merchant: MerchantID, handle: Slug, content: ProductContent, variants: [VariantDraft],
    pictures: [PictureDraft] = [],
    isPublished: Bool
  ) {
    self.merchant = merchant
    self.handle = handle
    self.content = content
    self.variants = variants
    self.pictures = pictures
    self.isPublished = isPublished
  }
}

public struct VariantDraft: Sendable {
  public var sku: String
  public var barcode: String
  public var choice: [Int]
  public var weightGrams: Int
  /// Index into the draft's pictures.
  public var picture: Int?
  public var requiresShipping: Bool

  public init(
    sku: String = "", barcode: String = "", choice: [Int] = [], weightGrams: Int = 0, picture: Int? = nil,
    requiresShipping: Bool = true
  ) {
    self.sku = sku
    self.barcode = barcode
    self.choice = choice
    self.weightGrams = weightGrams
    self.picture = picture
    self.requiresShipping = requiresShipping
  }
}

public struct PictureDraft: Hashable, Sendable {
  public var file: FileKey?
  public var source: String?
  public var alternative: LocalizedText

  public init(file: FileKey? = nil, source: String? = nil, alternative: LocalizedText = LocalizedText()) {
    self.file = file
    self.source = source
    self.alternative = alternative
  }
}
