import Catalog
import Flows
import Pages
import Pricing
import Values

/// A product as its form shows and sends it. Rows of options, variants, attributes and pictures are added, moved and taken
/// away by buttons, which send the whole form and get it back changed, so that nothing needs scripts.
struct ProductForm: Sendable {
  /// Bytes of the longest product, as a form sends it.
  static let longest = 6 << 20
  /// Fields of a product with as many variants as there may be.
  static let mostFields = 15_000
  static let texts = [
    "titleEn", "titleZh", "subtitleEn", "subtitleZh", "introductionEn", "introductionZh", "category", "brand", "tags",
    "handle", "merchant", "version",
  ]

  struct Value: Hashable, Sendable {
    var en = ""
    var zh = ""
    /// It wasn't there before, so that variants with it are made by themselves.
    var isNew = true
    var isEmpty: Bool { en.isBlank && zh.isBlank }
  }

  struct Option: Hashable, Sendable {
    var en = ""
    var zh = ""
    var values = [Value()]
    var isEmpty: Bool { en.isBlank && zh.isBlank && values.allSatisfy(\.isEmpty) }
  }

  struct Attribute: Hashable, Sendable {
    enum Kind: String, CaseIterable, Sendable { case text, number, yes, no }

    var en = ""
    var zh = ""
    var kind = Kind.text
    /// The number stands in the first.
    var valueEn = ""
    var valueZh = ""
    var unit = ""
    var isEmpty: Bool { en.isBlank && zh.isBlank && valueEn.isBlank && valueZh.isBlank }
  }

  struct Variant: Hashable, Sendable {
    /// Empty for one that is new.
    var id = ""
    /// A value of each option, as the rows above stand.
    var choice: [Int] = []
    var sku = ""
    var barcode = ""
    var price = ""
    var list = ""
    var weight = "0"
    /// The place of its own picture among those of the form.
    var picture: Int?
    /// What was sent for it names none.
    var hasUnknownPicture = false
    var ships = true
    /// Is taken off sale when the form is saved.
    var isDropped = false
  }

  struct Picture: Hashable, Sendable {
    var file = ""
    var source = ""
    var en = ""
    var zh = ""
  }

  var text: [String: String] = [:]
  var options: [Option] = []
  var attributes: [Attribute] = []
  var variants: [Variant] = [Variant()]
  var pictures: [Picture] = []

  /// An empty one.
  init() {}

  /// What stands.
  init(_ row: GoodsRow, brand: String) {
    let product = row.product
    let content = product.content
    text = [
      "titleEn": content.title.en, "titleZh": content.title.zhHans, "subtitleEn": content.subtitle.en,
      "subtitleZh": content.subtitle.zhHans, "introductionEn": content.introduction.en,
      "introductionZh": content.introduction.zhHans, "category": content.category?.description ?? "", "brand": brand,
      "tags": content.tags.joined(separator: ", "), "handle": product.handle.rawValue,
      "version": String(product.version),
    ]
    options = content.options.map { option in
      Option(
        en: option.name.en, zh: option.name.zhHans,
        values: option.values.map { Value(en: $0.en, zh: $0.zhHans, isNew: false) })
    }
    attributes = content.attributes.map(Attribute.init)
    pictures = product.pictures.map { picture in
      Picture(
        file: picture.file?.rawValue ?? "", source: picture.source ?? "", en: picture.alternative.en,
        zh: picture.alternative.zhHans)
    }
    variants = product.variants.map { variant in
      let price = row.prices[variant.id]
      return Variant(
        id: variant.id.description, choice: variant.choice, sku: variant.sku, barcode: variant.barcode,
        price: price?.sale.decimalText ?? "", list: price?.list?.decimalText ?? "",
        weight: String(variant.weightGrams),
        picture: variant.picture.flatMap { id in product.pictures.firstIndex { $0.id == id } },
        ships: variant.requiresShipping)
    }
  }

  /// What was sent. What lies past the limits is left out, and then missed.
  init(_ form: Form) {
    let limits = DraftLimits.standard
    for name in Self.texts { text[name] = form[name] ?? "" }
    func rows<Row>(_ name: String, _ key: String, most: Int, _ row: (String) -> Row) -> [Row] {
      (0..<most).prefix { form["\(name).\($0).\(key)"] != nil }.map { row("\(name).\($0)") }
    }
    func sent(_ name: String) -> String { form[name] ?? "" }
    options = rows("options", "nameEn", most: limits.options) { name in
      Option(
        en: sent("\(name).nameEn"), zh: sent("\(name).nameZh"),
        values: rows("\(name).values", "en", most: limits.optionValues) { value in
          Value(en: sent("\(value).en"), zh: sent("\(value).zh"), isNew: form["\(value).kept"] == nil)
        })
    }
    attributes = rows("attributes", "nameEn", most: limits.attributes) { name in
      Attribute(
        en: sent("\(name).nameEn"), zh: sent("\(name).nameZh"),
        kind: Attribute.Kind(rawValue: sent("\(name).kind")) ?? .text, valueEn: sent("\(name).valueEn"),
        valueZh: sent("\(name).valueZh"), unit: sent("\(name).unit"))
    }
    pictures = rows("pictures", "file", most: limits.pictures) { name in
      Picture(
        file: sent("\(name).file"), source: sent("\(name).source"), en: sent("\(name).altEn"),
        zh: sent("\(name).altZh"))
    }
    variants = rows("variants", "choice", most: limits.variants) { name in
      let picture = Int(sent("\(name).picture"))
      return Variant(
        id: sent("\(name).id"), choice: sent("\(name).choice").split(separator: "-").compactMap { Int($0) },
        sku: sent("\(name).sku"), barcode: sent("\(name).barcode"), price: sent("\(name).price"),
        list: sent("\(name).list"), weight: sent("\(name).weight"), picture: picture,
        hasUnknownPicture: !sent("\(name).picture").isEmpty && !pictures.indices.contains(picture ?? -1),
        ships: form["\(name).ships"] != nil, isDropped: form["\(name).drop"] != nil)
    }
    arrangePictures(form)
  }

  /// The positions that were dragged or typed, those that are alike in the order in which they stood.
  private mutating func arrangePictures(_ form: Form) {
    let places = pictures.indices.map { index in
      (index, form["pictures.\(index).position"].flatMap { Int($0) } ?? index + 1)
    }
    let order = places.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    guard order != Array(pictures.indices) else { return }
    rearrangePictures(order)
  }

  /// - Parameter order: where each picture stood; those that aren't named go.
  mutating func rearrangePictures(_ order: [Int]) {
    pictures = order.map { pictures[$0] }
    for index in variants.indices {
      variants[index].picture = variants[index].picture.flatMap { order.firstIndex(of: $0) }
    }
  }

  /// Tags as they are typed: with commas between.
  static func tags(in text: String) -> [String] {
    var seen: Set<String> = []
    return text.split { $0 == "," || $0 == "，" || $0.isNewline }
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      .filter { !$0.isEmpty && seen.insert($0).inserted }
  }
}

extension ProductForm.Attribute {
  fileprivate init(_ attribute: ProductAttribute) {
    (en, zh) = (attribute.name.en, attribute.name.zhHans)
    switch attribute.value {
    case .text(let text): (kind, valueEn, valueZh) = (.text, text.en, text.zhHans)
    case .number(let number, let unit): (kind, valueEn, self.unit) = (.number, number, unit)
    case .flag(let isTrue): kind = isTrue ? .yes : .no
    }
  }
}

extension String {
  var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
