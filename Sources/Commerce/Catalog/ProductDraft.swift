import Values

/// A product as a form, an import or the demo states it. Saving gives ids to what is new.
public struct ProductDraft: Sendable {
  public var merchant: MerchantID
  public var handle: Slug
  public var content: ProductContent
  public var variants: [VariantDraft]
  public var pictures: [PictureDraft]
  /// Whether shoppers are to see it. Equal to what stands, it leaves state and schedule alone.
  public var isPublished: Bool
  /// One that isn't published yet waits for the platform's word then, in place of being published.
  public var needsAdmission = false
  /// One that is published waits for it again where its words, pictures or variants change.
  public var asksAgain = false

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
  /// The variant that it is, where that is known; nil finds it by its values and its SKU.
  public var id: VariantID?
  public var sku: String
  public var barcode: String
  public var choice: [Int]
  public var weightGrams: Int
  /// Index into the draft's pictures.
  public var picture: Int?
  /// A variant that is there keeps its picture, as long as the product does; `picture` doesn't count then.
  public var keepsPicture = false
  public var requiresShipping: Bool

  public init(
    id: VariantID? = nil, sku: String = "", barcode: String = "", choice: [Int] = [], weightGrams: Int = 0,
    picture: Int? = nil, requiresShipping: Bool = true
  ) {
    self.id = id
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

extension ProductDraft {
  /// What would leave the product as it is.
  public init(keeping product: Product) {
    let positions = Dictionary(
      product.pictures.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    self.init(
      merchant: product.merchant, handle: product.handle, content: product.content,
      variants: product.variants.map { variant in
        VariantDraft(
          id: variant.id, sku: variant.sku, barcode: variant.barcode, choice: variant.choice,
          weightGrams: variant.weightGrams, picture: variant.picture.flatMap { positions[$0] },
          requiresShipping: variant.requiresShipping)
      },
      pictures: product.pictures.map {
        PictureDraft(file: $0.file, source: $0.source, alternative: $0.alternative)
      }, isPublished: product.isPublished)
  }
}
