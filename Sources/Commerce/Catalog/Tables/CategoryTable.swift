import Storage
import Values

enum CategoryTable {
  /// - Parameter lock: the dialect's `forUpdate` for whoever decides by the whole tree.
  static func all(in transaction: any ReadTransaction, lock: SQL = "") throws -> [Category] {
    try transaction.rows(
      """
      SELECT id, slug, name_en, name_zh, parent_id, position, picture, is_hidden, version FROM category
      ORDER BY position, id
      LIMIT \(StoredCatalog.mostCategories) \(lock)
      """
    ).map { row in
      let slug: String = try row["slug"]
      let picture: String? = try row["picture"]
      guard let slug = Slug(rawValue: slug) else { throw RowFault.misfit(column: "slug", type: "Slug") }
      return Category(
        id: try row["id"], slug: slug, name: LocalizedText(en: try row["name_en"], zhHans: try row["name_zh"]),
        parent: try row["parent_id"], position: try row["position"], picture: picture.flatMap(FileKey.init(rawValue:)),
        isHidden: try row["is_hidden"], version: try row["version"])
    }
  }

  static func insert(_ category: Category, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO category (id, slug, name_en, name_zh, parent_id, position, picture, is_hidden, version)
      VALUES (\(category.id), \(category.slug.rawValue), \(category.name.en), \(category.name.zhHans), \(category.parent),
        \(category.position), \(category.picture?.rawValue), \(category.isHidden), \(category.version))
      """)
  }

  static func update(_ category: Category, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE category SET name_en = \(category.name.en), name_zh = \(category.name.zhHans),
        parent_id = \(category.parent), position = \(category.position), picture = \(category.picture?.rawValue),
        is_hidden = \(category.isHidden), version = \(category.version)
      WHERE id = \(category.id)
      """)
  }
}

enum BrandTable {
  static let columns: SQL = "id, slug, name, logo, version"

  static func all(in transaction: any ReadTransaction) throws -> [Brand] {
    try transaction.rows("SELECT \(columns) FROM brand ORDER BY folded_name, id LIMIT \(StoredCatalog.mostBrands)")
      .map(brand)
  }

  static func named(_ folded: String, in transaction: any ReadTransaction) throws -> Brand? {
    try transaction.row("SELECT \(columns) FROM brand WHERE folded_name = \(folded)").map(brand)
  }

  static func brand(_ id: BrandID, lock: SQL = "", in transaction: any ReadTransaction) throws -> Brand? {
    try transaction.row("SELECT \(columns) FROM brand WHERE id = \(id) \(lock)").map(brand)
  }

  static func isTaken(_ slug: Slug, in transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT id FROM brand WHERE slug = \(slug.rawValue)") != nil
  }

  /// - Parameters:
  ///   - merchant: whose staff made it; nil for the platform's.
  ///   - now: when they did.
  static func write(
    _ brand: Brand, folded: String, broughtBy merchant: MerchantID? = nil, at now: Timestamp? = nil,
    in transaction: any Transaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO brand (id, slug, name, folded_name, logo, version, made_by, made_at)
      VALUES (\(brand.id), \(brand.slug.rawValue), \(brand.name), \(folded), \(brand.logo?.rawValue), \(brand.version),
        \(merchant), \(now))
      """)
  }

  /// Makes those who bring new brands wait for one another, so that of two who come at the bound the second counts what
  /// the first one made. The oldest brand is what they wait at: where there is none yet, no bound is near.
  static func queue(in transaction: any Transaction) throws {
    _ = try transaction.row("SELECT id FROM brand ORDER BY id LIMIT 1 \(transaction.dialect.forUpdate)")
  }

  /// Throws `FieldFaults` where there are as many brands as there may be. Whoever makes one waits for the others first.
  static func expectSpace(_ field: String, in transaction: any Transaction) throws {
    try queue(in: transaction)
    let count: Int = try transaction.value("SELECT COUNT(*) FROM brand") ?? 0
    guard count < StoredCatalog.mostBrands else {
      throw FieldFaults(field: field, code: "tooMany", details: ["max": String(StoredCatalog.mostBrands)])
    }
  }

  /// Throws `FieldFaults` where the merchant brought as many within 24 hours as it may.
  static func expectRoom(for merchant: MerchantID, at now: Timestamp, in transaction: any Transaction) throws {
    try queue(in: transaction)
    let brought: Int? = try transaction.value(
      "SELECT COUNT(*) FROM brand WHERE made_by = \(merchant) AND made_at > \(now.adding(.days(-1)))")
    guard brought ?? 0 < Brand.mostNewADay else {
      throw FieldFaults(field: "brand", code: Brand.tooManyNew, details: ["max": String(Brand.mostNewADay)])
    }
  }

  static func brand(_ row: Row) throws -> Brand {
    let slug: String = try row["slug"]
    guard let slug = Slug(rawValue: slug) else { throw RowFault.misfit(column: "slug", type: "Slug") }
    let logo: String? = try row["logo"]
    return Brand(
      id: try row["id"], slug: slug, name: try row["name"], logo: logo.flatMap(FileKey.init(rawValue:)),
      version: try row["version"])
  }
}
