import Storage
import Values

/// What a row says of its own changes.
struct RowVersions: Sendable {
  let version: Int64
  let textVersion: Int64
  let seenVersion: Int64
  let changedAt: Timestamp
}

extension SearchDocumentTable {
  private static let columns = [
    "product_id", "merchant_id", "category_id", "brand_id", "created_at", "handle", "title_en", "title_zh",
    "picture_id",
    "picture_file", "picture_source", "picture_en", "picture_zh", "currency", "price", "list_price", "has_price_range",
    "in_stock", "sold", "rating_tenths", "review_count", "texts", "digest", "version", "text_version", "seen_version",
    "changed_at", "is_gone",
  ]

  /// Puts these in the place of the rows of their products.
  static func replace(_ rows: [(DocumentRow, RowVersions)], in transaction: any Transaction) throws {
    for part in chunks(of: rows.map(\.0.product)) {
      try transaction.execute("DELETE FROM search_document WHERE product_id IN \(list: part)")
    }
    try rows.inParts { part in
      try transaction.execute(
        transaction.dialect.insertion(
          into: "search_document", columns: columns, rows: part.map { values($0.0, $0.1) }, suffix: ""))
    }
  }

  private static func values(_ row: DocumentRow, _ versions: RowVersions) -> [SQLValue] {
    let (card, figures) = (row.document.card, row.figures)
    let picture = card.picture
    return [
      card.product.sqlValue, card.merchant.sqlValue, card.category.sqlValue, card.brand.sqlValue,
      row.document.createdAt.sqlValue, card.handle.rawValue.sqlValue, card.title.en.sqlValue,
      card.title.zhHans.sqlValue, (picture?.id).sqlValue, (picture?.file?.rawValue).sqlValue,
      (picture?.source).sqlValue, (picture?.alternative.en ?? "").sqlValue,
      (picture?.alternative.zhHans ?? "").sqlValue, ((figures.price ?? figures.listPrice)?.currency).sqlValue,
      (figures.price?.minor).sqlValue, (figures.listPrice?.minor).sqlValue, figures.hasPriceRange.sqlValue,
      figures.inStock.sqlValue, figures.sold.sqlValue, figures.ratingTenths.sqlValue, figures.reviewCount.sqlValue,
      row.texts.sqlValue, row.digest.sqlValue, versions.version.sqlValue, versions.textVersion.sqlValue,
      versions.seenVersion.sqlValue, versions.changedAt.sqlValue, false.sqlValue,
    ]
  }

  static func revise(_ figures: ProductFigures, _ versions: RowVersions, in transaction: any Transaction) throws {
    let unit = (figures.price ?? figures.listPrice)?.currency
    try transaction.execute(
      """
      UPDATE search_document SET currency = \(unit as Currency?), price = \(figures.price?.minor as Int64?),
      list_price = \(figures.listPrice?.minor as Int64?), has_price_range = \(figures.hasPriceRange),
      in_stock = \(figures.inStock), sold = \(figures.sold), rating_tenths = \(figures.ratingTenths),
      review_count = \(figures.reviewCount), version = \(versions.version), seen_version = \(versions.seenVersion),
      changed_at = \(versions.changedAt) WHERE product_id = \(figures.product)
      """)
  }

  /// Leaves a row without words and pictures that says that the product is gone.
  static func bury(_ product: ProductID, _ versions: RowVersions, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE search_document SET handle = '', title_en = '', title_zh = '', picture_id = NULL, picture_file = NULL,
      picture_source = NULL, picture_en = '', picture_zh = '', texts = '', digest = 0, is_gone = 1,
      version = \(versions.version),
      text_version = \(versions.textVersion), seen_version = \(versions.seenVersion),
      changed_at = \(versions.changedAt) WHERE product_id = \(product)
      """)
  }

  // MARK: What is gone

  struct Age: Sendable {
    let product: ProductID
    let version: Int64
    let changedAt: Timestamp
    let isGone: Bool
  }

  /// In the order of versions.
  static func ages(after version: Int64, limit: Int, in transaction: any ReadTransaction) throws -> [Age] {
    try transaction.rows(
      """
      SELECT product_id, version, changed_at, is_gone FROM search_document WHERE version > \(version)
      ORDER BY version LIMIT \(limit)
      """
    ).map { row in
      var reader = RowReader(row)
      return Age(
        product: try reader.next(), version: try reader.next(), changedAt: try reader.next(),
        isGone: try reader.next())
    }
  }

  /// Takes away those of the rows that still say of their products that they are gone.
  static func forget(_ gone: [ProductID], upTo version: Int64, in transaction: any Transaction) throws {
    for part in chunks(of: gone) {
      try transaction.execute(
        """
        DELETE FROM search_document WHERE product_id IN \(list: part) AND is_gone = 1 AND version <= \(version)
        """)
    }
  }
}
