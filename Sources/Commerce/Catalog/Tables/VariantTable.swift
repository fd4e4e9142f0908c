import Storage
import Values

/// A variant as it is stored, retired or not.
struct VariantRow: Hashable, Sendable {
  let id: VariantID
  let product: ProductID
  let merchant: MerchantID
  var position: Int
  var isRetired: Bool
  var sku: String
  var barcode: String
  var choice: [Int]
  /// The chosen values in both languages; finds the variant again when a product is revised.
  var choiceKey: String
  /// The chosen values as shown.
  var choiceText: LocalizedText
  var weightGrams: Int
  var picture: PictureID?
  var requiresShipping: Bool

  var skuKey: String? { isRetired || sku.isEmpty ? nil : sku }

  var variant: Variant {
    Variant(
      id: id, sku: sku, barcode: barcode, choice: choice, weightGrams: weightGrams, picture: picture,
      requiresShipping: requiresShipping)
  }
}

enum VariantTable {
  private static let columns: SQL = """
    id, product_id, merchant_id, position, is_retired, sku, barcode, choice, choice_key, choice_en, choice_zh,
    weight_grams, picture_id, requires_shipping
    """

  /// All variants of the products, retired ones too, in order.
  static func variants(of products: some Collection<ProductID>, in transaction: any ReadTransaction) throws
    -> [VariantRow]
  {
    try transaction.rows(
      "SELECT \(columns) FROM variant WHERE product_id IN \(list: products) ORDER BY product_id, position, id"
    ).map(variant)
  }

  /// Who holds these SKUs.
  static func owners(
    of skus: [String], merchant: MerchantID, in transaction: any ReadTransaction
  ) throws -> [String: ProductID] {
    var owners: [String: ProductID] = [:]
    for start in stride(from: 0, to: skus.count, by: ProductTable.chunk) {
      let part = skus[start..<min(start + ProductTable.chunk, skus.count)]
      let rows = try transaction.rows(
        """
        SELECT sku_key, product_id FROM variant WHERE merchant_id = \(merchant) AND sku_key IN \(list: part)
        ORDER BY sku_key
        """)
      for row in rows { owners[try row["sku_key"]] = try row["product_id"] }
    }
    return owners
  }

  static func variant(
    sku: String, of merchant: MerchantID, in transaction: any ReadTransaction
  ) throws -> VariantID? {
    try transaction.value("SELECT id FROM variant WHERE merchant_id = \(merchant) AND sku_key = \(sku)")
  }

  private static func variant(_ row: Row) throws -> VariantRow {
    let choice: String = try row["choice"]
    return VariantRow(
      id: try row["id"], product: try row["product_id"], merchant: try row["merchant_id"],
      position: try row["position"],
      isRetired: try row["is_retired"], sku: try row["sku"], barcode: try row["barcode"],
      choice: choice.split(separator: ",").compactMap { Int($0) }, choiceKey: try row["choice_key"],
      choiceText: LocalizedText(en: try row["choice_en"], zhHans: try row["choice_zh"]),
      weightGrams: try row["weight_grams"], picture: try row["picture_id"],
      requiresShipping: try row["requires_shipping"])
  }

  static let insertColumns = [
    "id", "product_id", "merchant_id", "position", "is_retired", "sku", "sku_key", "barcode", "choice", "choice_key",
    "choice_en", "choice_zh", "weight_grams", "picture_id", "requires_shipping",
  ]

  static func values(_ row: VariantRow) -> [SQLValue] {
    [
      row.id.sqlValue, row.product.sqlValue, row.merchant.sqlValue, row.position.sqlValue, row.isRetired.sqlValue,
      row.sku.sqlValue, row.skuKey.sqlValue, row.barcode.sqlValue, choiceColumn(row).sqlValue, row.choiceKey.sqlValue,
      row.choiceText.en.sqlValue, row.choiceText.zhHans.sqlValue, row.weightGrams.sqlValue, row.picture.sqlValue,
      row.requiresShipping.sqlValue,
    ]
  }

  static func revise(_ row: VariantRow, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE variant SET position = \(row.position), is_retired = \(row.isRetired), sku = \(row.sku),
      sku_key = \(row.skuKey as String?), barcode = \(row.barcode), choice = \(choiceColumn(row)), choice_key = \(row.choiceKey),
      choice_en = \(row.choiceText.en), choice_zh = \(row.choiceText.zhHans), weight_grams = \(row.weightGrams),
      picture_id = \(row.picture as PictureID?), requires_shipping = \(row.requiresShipping) WHERE id = \(row.id)
      """)
  }

  private static func choiceColumn(_ row: VariantRow) -> String { row.choice.map(String.init).joined(separator: ",") }

  static func freeSKUs(of variants: [VariantID], in transaction: any Transaction) throws {
    for start in stride(from: 0, to: variants.count, by: ProductTable.chunk) {
      let part = variants[start..<min(start + ProductTable.chunk, variants.count)]
      try transaction.execute("UPDATE variant SET sku_key = NULL WHERE id IN \(list: part)")
    }
  }

  static func summaries(_ ids: [VariantID], in transaction: any ReadTransaction) throws -> [VariantSummary] {
    var found: [VariantSummary] = []
    for start in stride(from: 0, to: ids.count, by: ProductTable.chunk) {
      let part = ids[start..<min(start + ProductTable.chunk, ids.count)]
      let rows = try transaction.rows(
        """
        SELECT v.id AS id, v.product_id AS product_id, v.merchant_id AS merchant_id, p.title_en AS title_en,
        p.title_zh AS title_zh, v.choice_en AS choice_en, v.choice_zh AS choice_zh, v.sku AS sku,
        v.weight_grams AS weight_grams, v.requires_shipping AS requires_shipping, p.category_id AS category_id,
        p.is_published AND NOT EXISTS
        (SELECT 1 FROM withheld_merchant w WHERE w.merchant_id = p.merchant_id AND w.is_withheld = 1)
        AS is_published, v.is_retired AS is_retired, i.id AS picture_id, i.file AS file, i.source AS source,
        i.alternative_en AS alternative_en, i.alternative_zh AS alternative_zh
        FROM variant v JOIN product p ON p.id = v.product_id
        LEFT JOIN picture i ON i.id = COALESCE(v.picture_id, p.picture_id)
        WHERE v.id IN \(list: part) ORDER BY v.id
        """)
      found += try rows.map(summary)
    }
    return found
  }

  private static func summary(_ row: Row) throws -> VariantSummary {
    let picture: PictureID? = try row["picture_id"]
    let isPublished: Bool = try row["is_published"]
    let isRetired: Bool = try row["is_retired"]
    return VariantSummary(
      id: try row["id"], product: try row["product_id"], merchant: try row["merchant_id"],
      title: LocalizedText(en: try row["title_en"], zhHans: try row["title_zh"]),
      choice: LocalizedText(en: try row["choice_en"], zhHans: try row["choice_zh"]), sku: try row["sku"],
      weightGrams: try row["weight_grams"], requiresShipping: try row["requires_shipping"],
      picture: try picture.map { try PictureTable.picture($0, row) }, category: try row["category_id"],
      isPublished: isPublished && !isRetired)
  }
}
