import Foundation
import Storage
import Values

/// A product's row without what is said about it.
struct ProductRow: Sendable {
  let id: ProductID
  let merchant: MerchantID
  let handle: String
  /// As its merchant has it.
  var isPublished: Bool
  /// Whether the merchant's goods are kept from shoppers.
  let isWithheld: Bool
  var publication: Publication
  var version: Int
  let createdAt: Timestamp
  var changedAt: Timestamp
  var contentHash: String

  static let columns: SQL = """
    id, merchant_id, handle, is_published, state, shown_from, shown_until, refusal, version, created_at, changed_at,
    content_hash,
    EXISTS (SELECT 1 FROM withheld_merchant w WHERE w.merchant_id = product.merchant_id AND w.is_withheld = 1)
    AS is_withheld
    """

  init(
    id: ProductID, merchant: MerchantID, handle: String, isPublished: Bool, isWithheld: Bool, publication: Publication,
    version: Int,
    createdAt: Timestamp, changedAt: Timestamp, contentHash: String
  ) {
    self.id = id
    self.merchant = merchant
    self.handle = handle
    self.isPublished = isPublished
    self.isWithheld = isWithheld
    self.publication = publication
    self.version = version
    self.createdAt = createdAt
    self.changedAt = changedAt
    self.contentHash = contentHash
  }

  init(_ row: Row) throws {
    id = try row["id"]
    merchant = try row["merchant_id"]
    handle = try row["handle"]
    isPublished = try row["is_published"]
    isWithheld = try row["is_withheld"]
    let state: String = try row["state"]
    guard let state = Publication.State(rawValue: state) else {
      throw RowFault.misfit(column: "state", type: "Publication.State")
    }
    publication = Publication(
      state: state, from: try row["shown_from"], until: try row["shown_until"], reason: try row["refusal"])
    version = try row["version"]
    createdAt = try row["created_at"]
    changedAt = try row["changed_at"]
    contentHash = try row["content_hash"]
  }
}

enum ProductTable {
  /// Arguments per statement stay within what every engine takes.
  static let chunk = 500

  static func products(_ ids: [ProductID], in transaction: any ReadTransaction) throws -> [Product] {
    var found: [Product] = []
    for start in stride(from: 0, to: ids.count, by: chunk) {
      let part = ids[start..<min(start + chunk, ids.count)]
      let rows = try transaction.rows(
        "SELECT \(ProductRow.columns), content FROM product WHERE id IN \(list: part) ORDER BY id")
      let variants = Dictionary(grouping: try VariantTable.variants(of: part, in: transaction), by: \.product)
      let pictures = Dictionary(grouping: try PictureTable.pictures(of: part, in: transaction), by: \.product)
      for row in rows {
        let head = try ProductRow(row)
        let text: String = try row["content"]
        found.append(
          try product(
            head, content: JSONDecoder().decode(ProductContent.self, from: Data(text.utf8)),
            variants: variants[head.id] ?? [], pictures: pictures[head.id] ?? []))
      }
    }
    return found
  }

  /// - Parameter variants: retired ones are left out.
  static func product(
    _ row: ProductRow, content: ProductContent, variants: [VariantRow], pictures: [PictureRow]
  ) throws -> Product {
    guard let handle = Slug(rawValue: row.handle) else { throw RowFault.misfit(column: "handle", type: "Slug") }
    return Product(
      id: row.id, merchant: row.merchant, handle: handle, content: content,
      variants: variants.filter { !$0.isRetired }.map(\.variant), pictures: pictures.map(\.picture),
      isPublished: row.isPublished && !row.isWithheld, isWithheld: row.isPublished && row.isWithheld,
      publication: row.publication, version: row.version, createdAt: row.createdAt,
      changedAt: row.changedAt)
  }

  static let insertColumns = [
    "id", "merchant_id", "handle", "title_en", "title_zh", "category_id", "brand_id", "picture_id", "is_published",
    "state", "shown_from", "shown_until", "turns_at", "refusal", "version", "created_at", "changed_at", "content_hash",
    "content",
  ]

  static func values(_ row: ProductRow, _ draft: CheckedDraft, picture: PictureID?) -> [SQLValue] {
    let content = draft.content
    return [
      row.id.sqlValue, row.merchant.sqlValue, row.handle.sqlValue, content.title.en.sqlValue,
      content.title.zhHans.sqlValue,
      content.category.sqlValue, content.brand.sqlValue, picture.sqlValue, row.isPublished.sqlValue,
      row.publication.state.rawValue.sqlValue, row.publication.from.sqlValue, row.publication.until.sqlValue,
      row.publication.nextTurn(after: row.changedAt).sqlValue, row.publication.reason.sqlValue, row.version.sqlValue,
      row.createdAt.sqlValue, row.changedAt.sqlValue, row.contentHash.sqlValue, draft.contentText.sqlValue,
    ]
  }

  /// The columns that say whether shoppers see it, and when that changes.
  static func publishing(_ row: ProductRow) -> SQL {
    let publication = row.publication
    return """
      is_published = \(row.isPublished), state = \(publication.state.rawValue),
      shown_from = \(publication.from as Timestamp?), shown_until = \(publication.until as Timestamp?),
      turns_at = \(publication.nextTurn(after: row.changedAt) as Timestamp?), refusal = \(publication.reason)
      """
  }

  static func revise(_ row: ProductRow, _ draft: CheckedDraft, picture: PictureID?, in transaction: any Transaction)
    throws
  {
    let content = draft.content
    try transaction.execute(
      """
      UPDATE product SET title_en = \(content.title.en), title_zh = \(content.title.zhHans),
      category_id = \(content.category as CategoryID?), brand_id = \(content.brand as BrandID?),
      picture_id = \(picture as PictureID?),
      \(publishing(row)), version = \(row.version), changed_at = \(row.changedAt), content_hash = \(row.contentHash), content = \(draft.contentText) WHERE id = \(row.id)
      """)
  }
}

/// Inserts many rows with few statements. Tables and columns are the program's own text.
func insertRows(into table: String, _ columns: [String], _ rows: [[SQLValue]], in transaction: any Transaction) throws {
  let marks = "(" + columns.map { _ in "?" }.joined(separator: ",") + ")"
  let head = "INSERT INTO \(table) (\(columns.joined(separator: ","))) VALUES "
  let largest = 32
  for start in stride(from: 0, to: rows.count, by: largest) {
    let part = rows[start..<min(start + largest, rows.count)]
    let text = head + part.map { _ in marks }.joined(separator: ",")
    try transaction.execute(SQL(text: text, arguments: Array(part.joined())))
  }
}
