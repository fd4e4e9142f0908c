import Storage
import Values

enum CategoryTable {
  /// - Parameter lock: the dialect's `forUpdate` for whoever decides by the whole tree.
  static func all(in transaction: any ReadTransaction, lock: SQL = "") throws -> [Category] {
    try transaction.rows(
      """
      SELECT id, slug, name_en, name_zh, parent_id, position, picture FROM category ORDER BY position, id
      LIMIT \(StoredCatalog.mostCategories) \(lock)
      """
    ).map { row in
      let slug: String = try row["slug"]
      let picture: String? = try row["picture"]
      guard let slug = Slug(rawValue: slug) else { throw RowFault.misfit(column: "slug", type: "Slug") }
      return Category(
        id: try row["id"], slug: slug, name: LocalizedText(en: try row["name_en"], zhHans: try row["name_zh"]),
        parent: try row["parent_id"], position: try row["position"], picture: picture.flatMap(FileKey.init(rawValue:)))
    }
  }

  static func insert(_ category: Category, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO category (id, slug, name_en, name_zh, parent_id, position, picture)
      VALUES (\(category.id), \(category.slug.rawValue), \(category.name.en), \(category.name.zhHans), \(category.parent),
        \(category.position), \(category.picture?.rawValue))
      """)
  }

  static func update(_ category: Category, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE category SET name_en = \(category.name.en), name_zh = \(category.name.zhHans),
        parent_id = \(category.parent), position = \(category.position), picture = \(category.picture?.rawValue)
      WHERE id = \(category.id)
      """)
  }
}

enum BrandTable {
  static func all(in transaction: any ReadTransaction) throws -> [Brand] {
    try transaction.rows("SELECT id, slug, name FROM brand ORDER BY folded_name, id LIMIT \(StoredCatalog.mostBrands)")
      .map(brand)
  }

  static func named(_ folded: String, in transaction: any ReadTransaction) throws -> Brand? {
    try transaction.row("SELECT id, slug, name FROM brand WHERE folded_name = \(folded)").map(brand)
  }

  static func isTaken(_ slug: Slug, in transaction: any ReadTransaction) throws -> Bool {
    try transaction.row("SELECT id FROM brand WHERE slug = \(slug.rawValue)") != nil
  }

  static func write(_ brand: Brand, folded: String, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO brand (id, slug, name, folded_name)
      VALUES (\(brand.id), \(brand.slug.rawValue), \(brand.name), \(folded))
      """)
  }

  private static func brand(_ row: Row) throws -> Brand {
    let slug: String = try row["slug"]
    guard let slug = Slug(rawValue: slug) else { throw RowFault.misfit(column: "slug", type: "Slug") }
    return Brand(id: try row["id"], slug: slug, name: try row["name"])
  }
}
