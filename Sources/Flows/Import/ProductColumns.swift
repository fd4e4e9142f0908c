import Values

/// The columns that mean something to the shop. The raw value is the name that an export writes.
public enum ProductColumn: String, CaseIterable, Sendable {
  case handle = "Handle"
  case title = "Title"
  case subtitle = "Subtitle"
  case body = "Body (HTML)"
  case vendor = "Vendor"
  case productCategory = "Product Category"
  case type = "Type"
  case tags = "Tags"
  case published = "Published"
  case option1Name = "Option1 Name"
  case option1Value = "Option1 Value"
  case option2Name = "Option2 Name"
  case option2Value = "Option2 Value"
  case option3Name = "Option3 Name"
  case option3Value = "Option3 Value"
  case sku = "Variant SKU"
  case grams = "Variant Grams"
  case weight = "Variant Weight"
  case weightUnit = "Variant Weight Unit"
  case inventoryTracker = "Variant Inventory Tracker"
  case inventoryQuantity = "Variant Inventory Qty"
  case inventoryPolicy = "Variant Inventory Policy"
  case price = "Variant Price"
  case compareAtPrice = "Variant Compare At Price"
  case requiresShipping = "Variant Requires Shipping"
  case barcode = "Variant Barcode"
  case imageSource = "Image Src"
  case imagePosition = "Image Position"
  case imageAlt = "Image Alt Text"
  case variantImage = "Variant Image"
  case status = "Status"
  case attributes = "Attributes"
  case merchant = "Merchant"

  /// Names that other exports, and newer templates, have for the same thing; lower case.
  var otherNames: [String] {
    switch self {
    case .handle: ["url handle", "product handle", "slug"]
    case .title: ["product title"]
    case .body: ["body html", "body", "description", "body (html) "]
    case .vendor: ["brand"]
    case .productCategory: ["standard product type", "standardized product type"]
    case .type: ["product type", "custom product type", "category"]
    case .published: ["published on online store"]
    case .sku: ["sku"]
    case .grams: ["weight value (grams)"]
    case .weightUnit: ["weight unit for display", "weight unit"]
    case .weight: ["weight"]
    case .inventoryTracker: ["inventory tracker"]
    case .inventoryQuantity: ["inventory quantity", "variant inventory quantity", "inventory qty", "stock"]
    case .inventoryPolicy: ["continue selling when out of stock", "inventory policy"]
    case .price: ["price"]
    case .compareAtPrice: ["compare-at price", "compare at price"]
    case .requiresShipping: ["requires shipping"]
    case .barcode: ["barcode"]
    case .imageSource: ["product image url", "image url", "image"]
    case .imageAlt: ["image alt", "alt text"]
    case .variantImage: ["variant image url"]
    default: []
    }
  }

  /// Columns that can also stand once per language, as in `Title (zh-Hans)`.
  var isLocalized: Bool {
    switch self {
    case .title, .subtitle, .body, .type, .imageAlt, .option1Name, .option1Value, .option2Name, .option2Value,
      .option3Name, .option3Value:
      true
    default: false
    }
  }

  func name(in language: Language) -> String { "\(rawValue) (\(language.rawValue))" }

  static let optionNames: [ProductColumn] = [.option1Name, .option2Name, .option3Name]
  static let optionValues: [ProductColumn] = [.option1Value, .option2Value, .option3Value]
}

/// Which field of a record is which: names are compared without case and surrounding blanks, in any order.
public struct ProductColumns: Sendable {
  struct Extra: Sendable {
    let name: String
    let index: Int
    let isPerVariant: Bool
  }

  struct Heading: Sendable {
    let name: String
    /// As an export would write it; nil for what the shop has no place for.
    var meaning: String?
    var isRepeated = false
  }

  /// What the file has that the shop has no place for.
  let extras: [Extra]
  /// Names that stand for something an earlier column has said already.
  let repeated: [String]
  /// Every name of the first record, with what it is taken for.
  let headings: [Heading]
  /// How many fields the first record has.
  let count: Int
  private let places: [ProductColumn: Int]
  private let localized: [Language: [ProductColumn: Int]]

  /// Throws `ImportFault.noHeader` without a column for titles: handles can be made out of them, not the reverse.
  init(header: CSVRecord) throws {
    let known = Self.meanings
    var places: [ProductColumn: Int] = [:]
    var localized: [Language: [ProductColumn: Int]] = [:]
    var extras: [String: Extra] = [:]
    var found: [String] = []
    var repeated: [String] = []
    var headings: [Heading] = []
    let names = (0..<header.count).map { Cell.line(header[$0]) }
    let written = Set(names.map { $0.lowercased() })
    for index in 0..<header.count {
      let name = names[index]
      if name.isEmpty { continue }
      found.append(name)
      headings.append(Heading(name: name))
      guard let (column, language) = Self.meaning(of: name, among: known, written: written) else {
        if extras[name] == nil {
          extras[name] = Extra(name: name, index: index, isPerVariant: Self.isPerVariant(name))
        } else {
          repeated.append(name)
          headings[headings.count - 1].isRepeated = true
        }
        continue
      }
      headings[headings.count - 1].meaning = language.map(column.name(in:)) ?? column.rawValue
      // Of two columns with one meaning, the first counts.
      if let language, localized[language]?[column] == nil {
        localized[language, default: [:]][column] = index
      } else if language == nil, places[column] == nil {
        places[column] = index
      } else {
        repeated.append(name)
        headings[headings.count - 1].isRepeated = true
      }
    }
    guard places[.title] != nil || localized.values.contains(where: { $0[.title] != nil }) else {
      let missing = places[.handle] == nil ? ["Handle", "Title"] : ["Title"]
      throw ImportFault.noHeader(missing: missing, found: found.prefix(12).map { String($0.prefix(40)) })
    }
    self.places = places
    self.localized = localized
    self.extras = extras.values.sorted { $0.index < $1.index }
    self.repeated = repeated
    self.headings = headings
    count = header.count
  }

  /// Every name that means something, in lower case. A column's own name beats another's other name.
  private static let meanings: [String: (column: ProductColumn, language: Language?)] = {
    var known: [String: (column: ProductColumn, language: Language?)] = [:]
    for column in ProductColumn.allCases {
      for name in column.otherNames { known[name] = (column, nil) }
      guard column.isLocalized else { continue }
      for language in Language.allCases { known[column.name(in: language).lowercased()] = (column, language) }
    }
    for column in ProductColumn.allCases { known[column.rawValue.lowercased()] = (column, nil) }
    return known
  }()

  /// `Category` stands for `Type` only in a file that has no `Type`.
  private static func meaning(
    of name: String, among known: [String: (column: ProductColumn, language: Language?)], written: Set<String>
  ) -> (column: ProductColumn, language: Language?)? {
    guard let (column, language) = known[name.lowercased()] else { return nil }
    let proper = column.rawValue.lowercased()
    let isOther = language == nil && name.lowercased() != proper
    return isOther && written.contains(proper) ? nil : (column, language)
  }

  /// Whether text stands beyond the columns that the first record names.
  func isOverfull(_ record: CSVRecord) -> Bool {
    record.count > count && (count..<record.count).contains { !Cell.trimmed(record[$0]).isEmpty }
  }

  func has(_ column: ProductColumn) -> Bool { places[column] != nil }

  /// Trimmed, without the apostrophe that guards against formulas, on one line.
  func line(_ column: ProductColumn, of record: CSVRecord) -> String {
    places[column].map { Cell.line(record[$0]) } ?? ""
  }

  /// The bytes of a column, trimmed; for comparing without making a string.
  func bytes(_ column: ProductColumn, of record: CSVRecord) -> ArraySlice<UInt8> {
    places[column].map { Cell.trimmed(record[$0]) } ?? []
  }

  func line(in language: Language, _ column: ProductColumn, of record: CSVRecord) -> String {
    localized[language]?[column].map { Cell.line(record[$0]) } ?? ""
  }

  /// Both languages of a column; see `LanguageCells`.
  func text(_ column: ProductColumn, of record: CSVRecord, multiline: Bool = false) -> LocalizedText {
    func read(_ index: Int?) -> String {
      guard let index else { return "" }
      return multiline ? Cell.block(record[index]) : Cell.line(record[index])
    }
    return LanguageCells.read(
      plain: read(places[column]), en: read(localized[.en]?[column]), zhHans: read(localized[.zhHans]?[column]))
  }

  static func isPerVariant(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasPrefix("variant ") || name.hasPrefix("price / ") || name.hasPrefix("compare at price / ")
      || name.hasPrefix("included / ")
      || ["cost per item", "tax code", "charge tax", "fulfillment service"].contains(name)
  }
}
