import Catalog
import Flows
import Values

/// A product as a program sends it.
struct SentProduct: Decodable, Sendable {
  struct Option: Decodable, Sendable {
    let name: SentWords
    let values: [SentWords]
  }

  struct Attribute: Decodable, Sendable {
    let name: SentWords
    let text: SentWords?
    let number: String?
    let flag: Bool?
    let unit: String?
  }

  struct Variant: Decodable, Sendable {
    private enum CodingKeys: String, CodingKey {
      case sku, barcode, choice, weightGrams, requiresShipping, picture
    }

    let sku: String?
    let barcode: String?
    let choice: [Int]?
    let weightGrams: Int?
    let requiresShipping: Bool?
    /// The place of its picture among those that are sent.
    let picture: Int?
    /// Whether anything is said of its picture, if only that there is none: else it keeps the one that it has.
    let saysPicture: Bool

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      sku = try container.decodeIfPresent(String.self, forKey: .sku)
      barcode = try container.decodeIfPresent(String.self, forKey: .barcode)
      choice = try container.decodeIfPresent([Int].self, forKey: .choice)
      weightGrams = try container.decodeIfPresent(Int.self, forKey: .weightGrams)
      requiresShipping = try container.decodeIfPresent(Bool.self, forKey: .requiresShipping)
      picture = try container.decodeIfPresent(Int.self, forKey: .picture)
      saysPicture = container.contains(.picture)
    }
  }

  struct Picture: Decodable, Sendable {
    /// Of a picture that the product has.
    let url: String?
    /// Where it can be fetched.
    let source: String?
    let alternative: SentWords?
  }

  let title: SentWords
  let subtitle: SentWords?
  let introduction: SentWords?
  let category: String?
  let brand: String?
  let options: [Option]?
  let attributes: [Attribute]?
  let tags: [String]?
  let variants: [Variant]
  let pictures: [Picture]?

  /// What it is. Throws `FieldFaults`.
  private func content() throws -> ProductContent {
    var faults = FieldFaults()
    var place: CategoryID?
    if let category, !category.isEmpty {
      place = CategoryID(category)
      if place == nil { faults.add("category", "unknown") }
    }
    let attributes = (attributes ?? []).enumerated().compactMap { index, sent -> ProductAttribute? in
      let value: AttributeValue
      switch (sent.text, sent.number, sent.flag) {
      case (let text?, nil, nil): value = .text(text.text)
      case (nil, let number?, nil): value = .number(number, unit: sent.unit ?? "")
      case (nil, nil, let flag?): value = .flag(flag)
      default:
        faults.add("attributes.\(index)", "oneOf")
        return nil
      }
      return ProductAttribute(name: sent.name.text, value: value)
    }
    try faults.throwIfAny()
    return ProductContent(
      title: title.text, subtitle: subtitle?.text ?? LocalizedText(),
      introduction: introduction?.text ?? LocalizedText(), category: place,
      options: (options ?? []).map { ProductOption(name: $0.name.text, values: $0.values.map(\.text)) },
      attributes: attributes, tags: tags ?? [])
  }

  /// What a desk's form would say of it; prices are set by themselves.
  /// - Parameters:
  ///   - handle: counts for new products alone.
  ///   - known: the pictures that the product has; bytes of others can't be named.
  func draft(handle: String = "", known: [Values.Picture] = []) throws -> GoodsDraft {
    GoodsDraft(
      handle: handle, content: try content(), brand: brand ?? "", variants: variantDrafts, prices: [],
      pictures: try pictureDrafts(known: known))
  }

  private var variantDrafts: [VariantDraft] {
    variants.map { sent in
      var draft = VariantDraft(
        sku: sent.sku ?? "", barcode: sent.barcode ?? "", choice: sent.choice ?? [],
        weightGrams: sent.weightGrams ?? 0, picture: sent.picture, requiresShipping: sent.requiresShipping ?? true)
      draft.keepsPicture = !sent.saysPicture
      return draft
    }
  }

  private func pictureDrafts(known: [Values.Picture]) throws -> [PictureDraft] {
    var faults = FieldFaults()
    let drafts = (pictures ?? []).enumerated().map { index, sent -> PictureDraft in
      var draft = PictureDraft(source: sent.source, alternative: sent.alternative?.text ?? LocalizedText())
      if let url = sent.url, !url.isEmpty {
        let file = known.compactMap(\.file).first { "/media/\($0)" == url }
        if file == nil { faults.add("pictures.\(index).url", "unknown") }
        draft.file = file
      }
      return draft
    }
    try faults.throwIfAny()
    return drafts
  }
}
