import Storage
import Values

extension StoredCatalog {
  private static let mostListings = 50_000
  private static let isShown: SQL =
    "merchant_id NOT IN (SELECT merchant_id FROM withheld_merchant WHERE is_withheld = 1)"

  public func listings(after: ProductID?, limit: Int) async throws -> [ProductListing] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT id, handle, changed_at FROM product WHERE is_published = 1 AND id > \(after ?? ProductID(raw: 0))
        AND \(Self.isShown) ORDER BY id LIMIT \(min(max(limit, 1), Self.mostListings))
        """
      ).map { row in
        guard let handle = Slug(rawValue: try row["handle"]) else {
          throw RowFault.misfit(column: "handle", type: "Slug")
        }
        return ProductListing(id: try row["id"], handle: handle, changedAt: try row["changed_at"])
      }
    }
  }

  public func listingMarks(every count: Int) async throws -> [ProductID] {
    try await database.read { transaction in
      var marks: [ProductID] = []
      while true {
        let mark: ProductID? = try transaction.value(
          """
          SELECT id FROM product WHERE is_published = 1 AND id > \(marks.last ?? ProductID(raw: 0))
          AND \(Self.isShown) ORDER BY id LIMIT 1 OFFSET \(max(count, 1) - 1)
          """)
        guard let mark else { return marks }
        marks.append(mark)
      }
    }
  }
}
