import Storage
import Values

/// A change of the table as those who follow it see it.
struct RowChange: Sendable {
  let product: ProductID
  let version: Int64
  let seenVersion: Int64
  let change: DocumentChange
}

extension RowChange {
  init(_ versions: RowVersions, _ change: DocumentChange, of product: ProductID) {
    self.init(
      product: product, version: versions.version, seenVersion: versions.seenVersion, change: change)
  }
}

/// What came after a version, in the order of versions.
struct RowChanges: Sendable {
  let after: Int64
  let rows: [RowChange]

  var last: Int64 { rows.last?.version ?? after }
  /// Whether a shopper can see any of it.
  var isVisible: Bool { rows.contains { $0.seenVersion > after } }
}

/// What a row is, without its texts.
struct RowStanding: Sendable {
  let digest: Int64
  let figures: ProductFigures
  let seenVersion: Int64
  let textVersion: Int64
  let isGone: Bool

  func differs(from row: DocumentRow) -> Bool { isGone || digest != row.digest || figures != row.figures }
  var isListed: Bool { !isGone && figures.price != nil }
}

enum SearchDocumentTable {
  private static let figureColumns: SQL = """
    product_id, currency, price, list_price, has_price_range, in_stock, sold, rating_tenths, review_count
    """
  private static let faceColumns: SQL = """
    merchant_id, category_id, brand_id, handle, title_en, title_zh, picture_id, picture_file, picture_source,
    picture_en, picture_zh
    """

  static func cards(_ products: [ProductID], in transaction: any ReadTransaction) throws -> [ProductCard] {
    var cards: [ProductCard] = []
    for part in chunks(of: products) {
      try transaction.forEachRow(
        """
        SELECT \(figureColumns), \(faceColumns) FROM search_document
        WHERE product_id IN \(list: part) AND is_gone = 0 AND price IS NOT NULL ORDER BY product_id
        """
      ) { row in
        var reader = RowReader(row)
        let figures = try figures(&reader)
        cards.append(try card(figures, &reader))
      }
    }
    return cards
  }

  static func documents(
    _ products: [ProductID], in transaction: any ReadTransaction
  ) throws -> [(SearchDocument, Int64)] {
    try chunks(of: products).flatMap { part in
      try documents(
        where: "product_id IN \(list: part) AND is_gone = 0 ORDER BY product_id", in: transaction
      ).map { ($0.document, $0.version) }
    }
  }

  static func documents(
    after product: ProductID?, limit: Int, in transaction: any ReadTransaction
  ) throws -> [(SearchDocument, Int64)] {
    try documents(
      where: """
        product_id > \(product?.raw ?? Int64.min) AND is_gone = 0 ORDER BY product_id LIMIT \(limit)
        """, in: transaction
    ).map { ($0.document, $0.version) }
  }

  private static func documents(
    where condition: SQL, in transaction: any ReadTransaction
  ) throws -> [(document: SearchDocument, version: Int64)] {
    var found: [(document: SearchDocument, version: Int64)] = []
    try transaction.forEachRow(
      "SELECT \(figureColumns), \(faceColumns), created_at, version, texts FROM search_document WHERE \(condition)"
    ) { row in
      var reader = RowReader(row)
      let figures = try figures(&reader)
      let card = try card(figures, &reader)
      let createdAt: Timestamp = try reader.next()
      let version: Int64 = try reader.next()
      found.append((DocumentRow.document(card, texts: try reader.next(), createdAt: createdAt), version))
    }
    return found
  }

  /// What came after a version, in the order of versions.
  /// - Parameter taken: texts up to this version are where the changes go; later ones go with their rows. A row's version
  ///   moves on with its figures, so that a text may have been passed over by whoever reads step by step.
  static func changes(
    after version: Int64, textsAfter taken: Int64, limit: Int, in transaction: any ReadTransaction
  ) throws -> RowChanges {
    var figuresOnly: [(Int64, RowChange)] = []
    var texts: [ProductID: Int64] = [:]
    try transaction.forEachRow(
      """
      SELECT \(figureColumns), version, text_version, seen_version, is_gone FROM search_document
      WHERE version > \(version) ORDER BY version LIMIT \(limit)
      """
    ) { row in
      var reader = RowReader(row)
      let figures = try figures(&reader)
      let (number, textVersion, seen): (Int64, Int64, Int64) = (
        try reader.next(), try reader.next(), try reader.next()
      )
      let change: DocumentChange =
        try reader.next() ? .remove(figures.product, version: number) : .figures(figures, version: number)
      figuresOnly.append(
        (number, RowChange(product: figures.product, version: number, seenVersion: seen, change: change)))
      if case .figures = change, textVersion > taken { texts[figures.product] = seen }
    }
    guard !texts.isEmpty else { return RowChanges(after: version, rows: figuresOnly.map(\.1)) }
    var whole: [ProductID: DocumentChange] = [:]
    for (document, number) in try documents(Array(texts.keys), in: transaction) {
      whole[document.card.product] = .put(document, version: number)
    }
    let rows = figuresOnly.map { number, one in
      RowChange(
        product: one.product, version: number, seenVersion: one.seenVersion, change: whole[one.product] ?? one.change)
    }
    return RowChanges(after: version, rows: rows)
  }

  static func versions(
    after product: ProductID?, limit: Int, in transaction: any ReadTransaction
  ) throws -> [(product: ProductID, version: Int64)] {
    try transaction.rows(
      """
      SELECT product_id, version FROM search_document
      WHERE product_id > \(product?.raw ?? Int64.min) AND is_gone = 0 ORDER BY product_id LIMIT \(limit)
      """
    ).map { row in
      var reader = RowReader(row)
      return (try reader.next(), try reader.next())
    }
  }

  /// Those of the products that changed after a version, in whatever way.
  static func products(
    _ products: [ProductID], after version: Int64, in transaction: any ReadTransaction
  ) throws -> Set<ProductID> {
    var found: Set<ProductID> = []
    for part in chunks(of: products) {
      try transaction.forEachRow(
        "SELECT product_id FROM search_document WHERE product_id IN \(list: part) AND version > \(version)"
      ) { row in
        var reader = RowReader(row)
        found.insert(try reader.next())
      }
    }
    return found
  }

  static func standings(
    _ products: [ProductID], in transaction: any ReadTransaction
  ) throws -> [ProductID: RowStanding] {
    var found: [ProductID: RowStanding] = [:]
    for part in chunks(of: products) {
      try transaction.forEachRow(
        """
        SELECT \(figureColumns), digest, seen_version, text_version, is_gone FROM search_document
        WHERE product_id IN \(list: part) ORDER BY product_id
        """
      ) { row in
        var reader = RowReader(row)
        let figures = try figures(&reader)
        found[figures.product] = RowStanding(
          digest: try reader.next(), figures: figures, seenVersion: try reader.next(),
          textVersion: try reader.next(), isGone: try reader.next())
      }
    }
    return found
  }

  static func chunks(of products: [ProductID]) -> [ArraySlice<ProductID>] {
    // Arguments per statement stay within what every engine takes.
    stride(from: 0, to: products.count, by: 500).map { products[$0..<min($0 + 500, products.count)] }
  }

  private static func figures(_ reader: inout RowReader) throws -> ProductFigures {
    let product: ProductID = try reader.next()
    let unit: Currency? = try reader.next()
    let price: Int64? = try reader.next()
    let listPrice: Int64? = try reader.next()
    func money(_ minor: Int64?) -> Money? { minor.flatMap { minor in unit.map { Money(minor: minor, currency: $0) } } }
    return ProductFigures(
      product: product, price: money(price), listPrice: money(listPrice), hasPriceRange: try reader.next(),
      inStock: try reader.next(), sold: try reader.next(), ratingTenths: try reader.next(),
      reviewCount: try reader.next())
  }

  private static func card(_ figures: ProductFigures, _ reader: inout RowReader) throws -> ProductCard {
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
    return ProductCard(
      product: figures.product, handle: slug, merchant: merchant, title: title, picture: picture, category: category,
      brand: brand, figures: figures)
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
