import Storage
import Values

struct PictureRow: Hashable, Sendable {
  var picture: Picture
  let product: ProductID
  var position: Int
  /// Failed fetches of its source so far.
  var failures: Int

  /// Has an address, no bytes yet, and is still worth trying.
  var isWaiting: Bool {
    picture.file == nil && picture.source != nil && failures < StoredCatalog.fetchAttempts
  }
}

enum PictureTable {
  static func pictures(of products: some Collection<ProductID>, in transaction: any ReadTransaction) throws
    -> [PictureRow]
  {
    try transaction.rows(
      """
      SELECT id, product_id, position, file, source, alternative_en, alternative_zh, failures
      FROM picture WHERE product_id IN \(list: products) ORDER BY product_id, position, id
      """
    ).map { row in
      PictureRow(
        picture: try picture(try row["id"], row), product: try row["product_id"], position: try row["position"],
        failures: try row["failures"])
    }
  }

  static func picture(_ id: PictureID, _ row: Row) throws -> Picture {
    let file: String? = try row["file"]
    return Picture(
      id: id, file: file.flatMap(FileKey.init(rawValue:)), source: try row["source"],
      alternative: LocalizedText(en: try row["alternative_en"], zhHans: try row["alternative_zh"]))
  }

  static let insertColumns = [
    "id", "product_id", "position", "file", "source", "alternative_en", "alternative_zh", "is_waiting", "failures",
  ]

  static func values(_ row: PictureRow) -> [SQLValue] {
    let picture = row.picture
    return [
      picture.id.sqlValue, row.product.sqlValue, row.position.sqlValue, (picture.file?.rawValue).sqlValue,
      picture.source.sqlValue, picture.alternative.en.sqlValue, picture.alternative.zhHans.sqlValue,
      row.isWaiting.sqlValue, row.failures.sqlValue,
    ]
  }

  static func revise(_ row: PictureRow, in transaction: any Transaction) throws {
    let picture = row.picture
    try transaction.execute(
      """
      UPDATE picture SET position = \(row.position), file = \(picture.file?.rawValue as String?),
      source = \(picture.source as String?),
      alternative_en = \(picture.alternative.en), alternative_zh = \(picture.alternative.zhHans),
      is_waiting = \(row.isWaiting), failures = \(row.failures) WHERE id = \(picture.id)
      """)
  }

  static func remove(_ pictures: [PictureID], in transaction: any Transaction) throws {
    for start in stride(from: 0, to: pictures.count, by: ProductTable.chunk) {
      let part = pictures[start..<min(start + ProductTable.chunk, pictures.count)]
      try transaction.execute("DELETE FROM picture WHERE id IN \(list: part)")
    }
  }
}
