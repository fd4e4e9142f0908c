import AuditLog
import Events
import Foundation
import Storage
import Values

extension StoredCatalog {
  private static let mostRefiled = 500

  public func refile(
    from category: CategoryID, to other: CategoryID, limit: Int, by actor: Actor
  ) async throws -> Int {
    guard category != other else { throw FieldFaults(field: "to", code: "circular") }
    return try await database.write { [self] transaction in
      let both = try transaction.rows(
        """
        SELECT id, name_en, name_zh FROM category WHERE id IN \(list: [category, other]) ORDER BY id
        \(transaction.dialect.forUpdate)
        """)
      let names = try Dictionary(
        both.map { row -> (CategoryID, String) in
          let name = LocalizedText(en: try row["name_en"], zhHans: try row["name_zh"])
          return (try row["id"], name[.en])
        }, uniquingKeysWith: { first, _ in first })
      guard let from = names[category], let to = names[other] else { throw CatalogRefusal.unknownCategory }
      let moved = try rewrite("category_id = \(category)", limit: limit, in: transaction) { $0.category = other }
      guard moved > 0 else { return 0 }
      try DeedLog.note(
        Deed(
          "catalog.refile", on: category, named: from, of: nil, before: ["category": from],
          after: ["category": to, "goods": moved]), by: actor, at: clock.now, in: transaction)
      return moved
    }
  }

  public func merge(_ brand: BrandID, into other: BrandID, limit: Int, by actor: Actor) async throws -> Bool {
    guard brand != other else { throw FieldFaults(field: "into", code: "circular") }
    return try await database.write { [self] transaction in
      let both = try transaction.rows(
        """
        SELECT \(BrandTable.columns) FROM brand WHERE id IN \(list: [brand, other]) ORDER BY id
        \(transaction.dialect.forUpdate)
        """
      ).map(BrandTable.brand)
      guard let from = both.first(where: { $0.id == brand }), let to = both.first(where: { $0.id == other }) else {
        throw CatalogRefusal.unknownBrand
      }
      let moved = try rewrite("brand_id = \(brand)", limit: limit, in: transaction) { $0.brand = other }
      let isGone = try !hasGoods(brand, in: transaction)
      if isGone {
        try transaction.execute("DELETE FROM brand WHERE id = \(brand)")
        try tell(brand, in: transaction)
      }
      try note(
        isGone ? "catalog.mergeBrand" : "catalog.mergingBrand", from, before: from.deedFields,
        after: ["into": to.name, "goods": moved], by: actor, in: transaction)
      return isGone
    }
  }

  /// Changes the content of goods, at most so many, and tells of them. Answers how many there were.
  private func rewrite(
    _ condition: SQL, limit: Int, in transaction: any Transaction, _ change: (inout ProductContent) -> Void
  ) throws -> Int {
    let rows = try transaction.rows(
      """
      SELECT \(ProductRow.columns), content FROM product WHERE \(condition) ORDER BY id
      LIMIT \(min(max(limit, 1), Self.mostRefiled)) \(transaction.dialect.forUpdate)
      """)
    var changed: [ProductRow] = []
    for row in rows {
      var head = try ProductRow(row)
      let text: String = try row["content"]
      var content = try JSONDecoder().decode(ProductContent.self, from: Data(text.utf8))
      change(&content)
      let newText = try CheckedDraft.text(of: content)
      head.version += 1
      head.changedAt = clock.now
      head.contentHash = ContentHash.of(newText)
      try transaction.execute(
        """
        UPDATE product SET category_id = \(content.category as CategoryID?), brand_id = \(content.brand as BrandID?),
          version = \(head.version), changed_at = \(head.changedAt), content_hash = \(head.contentHash),
          content = \(newText) WHERE id = \(head.id)
        """)
      changed.append(head)
    }
    guard !changed.isEmpty else { return 0 }
    try tell(changed, in: transaction)
    let products = changed.map(\.id)
    let variants: [VariantID] = try transaction.rows(
      "SELECT id FROM variant WHERE product_id IN \(list: products) ORDER BY id LIMIT 500000"
    ).map { try $0["id"] }
    transaction.afterCommit { [weak self] in self?.forget(products, variants: variants) }
    return changed.count
  }
}
