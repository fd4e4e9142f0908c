import Storage
import Values

/// A document as it is stored: its texts cut, its figures within what the columns keep, so that what is stored and what
/// is in memory are the same.
struct DocumentRow: Sendable {
  let document: SearchDocument
  /// Its texts beside the title, as one.
  let texts: String
  /// Of all but the figures.
  let digest: Int64

  var product: ProductID { document.card.product }
  var figures: ProductFigures { document.card.figures }

  init(_ given: SearchDocument) {
    let card = given.card
    let picture = card.picture.map { picture in
      Picture(
        id: picture.id, file: picture.file,
        source: picture.source.flatMap { $0.unicodeScalars.count > 2000 ? nil : $0 },
        alternative: Self.cut(picture.alternative, 400))
    }
    document = SearchDocument(
      card: ProductCard(
        product: card.product, handle: card.handle, merchant: card.merchant, title: Self.cut(card.title, 400),
        picture: picture, category: card.category, brand: card.brand,
        figures: Self.clamped(card.figures, of: card.product)),
      brand: Self.cut(given.brand, 200), categoryNames: Self.cut(given.categoryNames, 400),
      words: Self.cut(given.words, 4000), body: Self.cut(given.body, 2000),
      choices: given.choices.prefix(32).compactMap {
        AttributeChoice(name: Self.cut($0.name, 100), label: Self.cut($0.label, 100))
      },
      createdAt: given.createdAt)
    texts = Self.texts(document)
    digest = Self.digest(document, texts)
  }

  static func clamped(_ figures: ProductFigures, of product: ProductID) -> ProductFigures {
    // One currency per document; a list price in another says nothing beside the price.
    let isComparable = figures.price == nil || figures.listPrice?.currency == figures.price?.currency
    return ProductFigures(
      product: product, price: figures.price, listPrice: isComparable ? figures.listPrice : nil,
      hasPriceRange: figures.hasPriceRange, inStock: figures.inStock, sold: Int(Int32(clamping: figures.sold)),
      ratingTenths: min(max(figures.ratingTenths, 0), 50),
      reviewCount: min(max(figures.reviewCount, 0), Int(Int32.max)))
  }

  private static func cut(_ text: LocalizedText, _ limit: Int) -> LocalizedText {
    LocalizedText(en: cut(text.en, limit), zhHans: cut(text.zhHans, limit))
  }

  private static func cut(_ text: String, _ limit: Int) -> String {
    // A text of so many bytes at most has so many scalars at most.
    var text = text.utf8.count <= limit ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    // The parts of `texts` are joined by it, and zeros are more than some engines take.
    if text.utf8.contains(where: { $0 == separatorByte || $0 == 0 }) {
      text = String(
        String.UnicodeScalarView(text.unicodeScalars.map { $0.value == 0x1F || $0.value == 0 ? " " : $0 }))
    }
    return text
  }
}

// MARK: Texts as one

extension DocumentRow {
  private static let separator = "\u{1F}"
  private static let separatorByte: UInt8 = 0x1F

  private static func texts(_ document: SearchDocument) -> String {
    var parts = [
      document.brand, document.categoryNames.en, document.categoryNames.zhHans, document.words.en,
      document.words.zhHans, document.body.en, document.body.zhHans,
    ]
    for choice in document.choices {
      parts += [choice.name.en, choice.name.zhHans, choice.label.en, choice.label.zhHans]
    }
    return parts.joined(separator: separator)
  }

  /// The document of which these are the texts.
  static func document(_ card: ProductCard, texts: String, createdAt: Timestamp) -> SearchDocument {
    var parts = texts.utf8.split(separator: separatorByte, omittingEmptySubsequences: false).map { String($0) ?? "" }
    while parts.count < 7 { parts.append("") }
    let choices = stride(from: 7, to: parts.count - 3, by: 4).compactMap { place in
      AttributeChoice(
        name: LocalizedText(en: parts[place], zhHans: parts[place + 1]),
        label: LocalizedText(en: parts[place + 2], zhHans: parts[place + 3]))
    }
    return SearchDocument(
      card: card, brand: parts[0], categoryNames: LocalizedText(en: parts[1], zhHans: parts[2]),
      words: LocalizedText(en: parts[3], zhHans: parts[4]), body: LocalizedText(en: parts[5], zhHans: parts[6]),
      choices: choices, createdAt: createdAt)
  }

  /// The same on every machine and in every run, as a hash of the standard library is not.
  private static func digest(_ document: SearchDocument, _ texts: String) -> Int64 {
    let card = document.card
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ text: String) {
      var text = text
      text.withUTF8 { bytes in for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 } }
      hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }
    func add(number: Int64?) {
      hash = (hash ^ UInt64(bitPattern: number ?? .min)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    add(number: card.merchant.raw)
    add(number: card.category?.raw)
    add(number: card.brand?.raw)
    add(number: document.createdAt.milliseconds)
    add(number: card.picture?.id.raw)
    for text in [
      card.handle.rawValue, card.title.en, card.title.zhHans, card.picture?.file?.rawValue ?? "",
      card.picture?.source ?? "", card.picture?.alternative.en ?? "", card.picture?.alternative.zhHans ?? "", texts,
    ] {
      add(text)
    }
    return Int64(bitPattern: hash)
  }
}
