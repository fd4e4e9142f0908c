import Storage
import Values

enum CategoryTable {
  static func all(in transaction: any ReadTransaction) throws -> [Category] {
    try transaction.rows(
      """
      SELECT id, slug, name_en, name_zh, parent_id, position, picture FROM category ORDER BY position, id
      LIMIT \(StoredCatalog.mostCategories)
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

  static func write(_ category: Category, in transaction: any Transaction) throws {
    try transaction.execute(
      transaction.dialect.upsert(
        into: "category",
        [
          ("id", category.id.sqlValue), ("slug", category.slug.rawValue.sqlValue),
          ("name_en", category.name.en.sqlValue),
          ("name_zh", category.name.zhHans.sqlValue), ("parent_id", category.parent.sqlValue),
          ("position", category.position.sqlValue), ("picture", (category.picture?.rawValue).sqlValue),
        ],
        key: ["id"], update: ["name_en", "name_zh", "parent_id", "position", "picture"]))
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
