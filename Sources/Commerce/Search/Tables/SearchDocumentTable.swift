import Storage
import Values

/// What a card shows beside the figures, which stand in the columns in memory.
struct CardFace: Hashable, Sendable {
  let product: ProductID
  let handle: Slug
  let merchant: MerchantID
  let title: LocalizedText
  let picture: Picture?
  let category: CategoryID?
  let brand: BrandID?

  func card(_ figures: ProductFigures) -> ProductCard {
    ProductCard(
      product: product, handle: handle, merchant: merchant, title: title, picture: picture, category: category,
      brand: brand, figures: figures)
  }
}

/// A document as it is stored.
struct DocumentRow: Hashable, Sendable {
  let face: CardFace
  let entry: ColumnEntry
  let tokens: String

  init(_ document: SearchDocument) {
    let card = document.card
    let title = LocalizedText(en: Self.cut(card.title.en), zhHans: Self.cut(card.title.zhHans))
    let picture = card.picture.map { given in
      Picture(
        id: given.id, file: given.file, source: given.source.flatMap { $0.unicodeScalars.count > 2000 ? nil : $0 },
        alternative: LocalizedText(en: Self.cut(given.alternative.en), zhHans: Self.cut(given.alternative.zhHans)))
    }
    face = CardFace(
      product: card.product, handle: card.handle, merchant: card.merchant, title: title, picture: picture,
      category: card.category, brand: card.brand)
    entry = ColumnEntry(
      product: card.product, merchant: card.merchant, category: card.category, brand: card.brand,
      createdAt: document.createdAt, figures: Self.clamped(card.figures, of: card.product))
    tokens = Analyser.line(
      title: [title.en, title.zhHans], words: [document.words.en, document.words.zhHans],
      body: [document.body.en, document.body.zhHans])
  }

  /// As the columns keep them, so that what is stored and what is in memory are the same.
  static func clamped(_ figures: ProductFigures, of product: ProductID) -> ProductFigures {
    // One currency per document; a list price in another says nothing beside the price.
    let isComparable = figures.price == nil || figures.listPrice?.currency == figures.price?.currency
    return ProductFigures(
      product: product, price: figures.price, listPrice: isComparable ? figures.listPrice : nil,
      hasPriceRange: figures.hasPriceRange,
      inStock: figures.inStock, sold: Int(Int32(clamping: figures.sold)),
      ratingTenths: Int(Int16(clamping: figures.ratingTenths)), reviewCount: Int(Int32(clamping: figures.reviewCount)))
  }

  private static func cut(_ text: String) -> String {
    text.unicodeScalars.count <= 400 ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(400)))
  }
}

enum SearchDocumentTable {
  /// Arguments per statement stay within what every engine takes.
  static let chunk = 500

  private static let faceColumns: SQL = """
    product_id, merchant_id, category_id, brand_id, handle, title_en, title_zh, picture_id, picture_file, picture_source,
    picture_en, picture_zh
    """
  private static let entryColumns: SQL = """
    product_id, merchant_id, category_id, brand_id, created_at, currency, price, list_price, has_price_range, in_stock,
    sold, rating_tenths, review_count
    """

  static func faces(_ products: [ProductID], in transaction: any ReadTransaction) throws -> [CardFace] {
    try chunks(of: products).flatMap { part in
      try transaction.rows(
        "SELECT \(faceColumns) FROM search_document WHERE product_id IN \(list: part) ORDER BY product_id"
      ).map { row in
        var reader = RowReader(row)
        return try face(&reader)
      }
    }
  }

  /// All documents for loading, one at a time.
  static func forEach(
    in transaction: any ReadTransaction, _ body: (ColumnEntry, _ tokens: String) throws -> Void
  ) throws {
    try transaction.forEachRow("SELECT \(entryColumns), tokens FROM search_document ORDER BY product_id") { row in
      var reader = RowReader(row)
      try body(try entry(&reader), try reader.next())
    }
  }

  private static func face(_ reader: inout RowReader) throws -> CardFace {
    let product: ProductID = try reader.next()
    let merchant: MerchantID = try reader.next()
    let category: CategoryID? = try reader.next()
    let brand: BrandID? = try reader.next()
    let handle: String = try reader.next()
    guard let slug = Slug(rawValue: handle) else { throw RowFault.misfit(column: "handle", type: "Slug") }
    let title = LocalizedText(en: try reader.next(), zhHans: try reader.next())
    let pictureID: PictureID? = try reader.next()
    let file: String? = try reader.next()
    let source: String? = try reader.next()
    let alternative = LocalizedText(en: try reader.next(), zhHans: try reader.next())
    let picture = pictureID.map {
      Picture(id: $0, file: file.flatMap(FileKey.init(rawValue:)), source: source, alternative: alternative)
    }
    return CardFace(
      product: product, handle: slug, merchant: merchant, title: title, picture: picture, category: category,
      brand: brand)
  }

  private static func entry(_ reader: inout RowReader) throws -> ColumnEntry {
    let product: ProductID = try reader.next()
    let merchant: MerchantID = try reader.next()
    let category: CategoryID? = try reader.next()
    let brand: BrandID? = try reader.next()
    let createdAt: Timestamp = try reader.next()
    let unit: Currency? = try reader.next()
    let price: Int64? = try reader.next()
    let listPrice: Int64? = try reader.next()
    func money(_ minor: Int64?) -> Money? { minor.flatMap { minor in unit.map { Money(minor: minor, currency: $0) } } }
    let figures = ProductFigures(
      product: product, price: money(price), listPrice: money(listPrice), hasPriceRange: try reader.next(),
      inStock: try reader.next(), sold: try reader.next(), ratingTenths: try reader.next(),
      reviewCount: try reader.next())
    return ColumnEntry(
      product: product, merchant: merchant, category: category, brand: brand, createdAt: createdAt, figures: figures)
  }

  static func replace(_ rows: [DocumentRow], in transaction: any Transaction) throws {
    try remove(rows.map(\.entry.product), in: transaction)
    let columns = """
      product_id, merchant_id, category_id, brand_id, created_at, handle, title_en, title_zh, picture_id, picture_file, \
      picture_source, picture_en, picture_zh, currency, price, list_price, has_price_range, in_stock, sold, rating_tenths, \
      review_count, tokens
      """
    let marks = "(" + Array(repeating: "?", count: 22).joined(separator: ",") + ")"
    let largest = 16
    for start in stride(from: 0, to: rows.count, by: largest) {
      let part = rows[start..<min(start + largest, rows.count)]
      let text = "INSERT INTO search_document (\(columns)) VALUES " + part.map { _ in marks }.joined(separator: ",")
      try transaction.execute(SQL(text: text, arguments: part.flatMap(values)))
    }
  }

  private static func values(_ row: DocumentRow) -> [SQLValue] {
    let (face, entry, figures) = (row.face, row.entry, row.entry.figures)
    return [
      entry.product.sqlValue, entry.merchant.sqlValue, entry.category.sqlValue, entry.brand.sqlValue,
      entry.createdAt.sqlValue, face.handle.rawValue.sqlValue, face.title.en.sqlValue, face.title.zhHans.sqlValue,
      (face.picture?.id).sqlValue, (face.picture?.file?.rawValue).sqlValue, (face.picture?.source).sqlValue,
      (face.picture?.alternative.en ?? "").sqlValue, (face.picture?.alternative.zhHans ?? "").sqlValue,
      ((figures.price ?? figures.listPrice)?.currency).sqlValue, (figures.price?.minor).sqlValue,
      (figures.listPrice?.minor).sqlValue, figures.hasPriceRange.sqlValue, figures.inStock.sqlValue,
      figures.sold.sqlValue,
      figures.ratingTenths.sqlValue, figures.reviewCount.sqlValue, row.tokens.sqlValue,
    ]
  }

  static func revise(_ figures: ProductFigures, in transaction: any Transaction) throws {
    let unit = (figures.price ?? figures.listPrice)?.currency
    try transaction.execute(
      """
      UPDATE search_document SET currency = \(unit as Currency?), price = \(figures.price?.minor as Int64?),
      list_price = \(figures.listPrice?.minor as Int64?), has_price_range = \(figures.hasPriceRange),
      in_stock = \(figures.inStock), sold = \(figures.sold), rating_tenths = \(figures.ratingTenths),
      review_count = \(figures.reviewCount) WHERE product_id = \(figures.product)
      """)
  }

  static func remove(_ products: [ProductID], in transaction: any Transaction) throws {
    for part in chunks(of: products) {
      try transaction.execute("DELETE FROM search_document WHERE product_id IN \(list: part)")
    }
  }

  private static func chunks(of products: [ProductID]) -> [ArraySlice<ProductID>] {
    stride(from: 0, to: products.count, by: chunk).map { products[$0..<min($0 + chunk, products.count)] }
  }
}

/// Reads a row's values in the order of the statement's columns; by name would cost a search per value.
struct RowReader {
  private let row: Row
  private var place = 0

  init(_ row: Row) { self.row = row }

  mutating func next<Value: SQLConvertible>() throws -> Value {
    defer { place += 1 }
    guard place < row.values.count else { throw RowFault.noColumn("column \(place)") }
    guard let value = Value(sqlValue: row.values[place]) else {
      throw RowFault.misfit(column: row.columns[place], type: "\(Value.self)")
    }
    return value
  }
}
