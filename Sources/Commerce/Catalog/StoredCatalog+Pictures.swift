import Storage
import Values

extension StoredCatalog {
  /// Throws `CatalogRefusal.unknownProduct` when the product or the picture is gone.
  public func attach(_ file: FileKey, to picture: PictureID, of product: ProductID) async throws {
    try await database.write { [self] transaction in
      guard let row = try Self.row(product, in: transaction),
        var found = try PictureTable.pictures(of: [product], in: transaction).first(where: { $0.picture.id == picture })
      else { throw CatalogRefusal.unknownProduct }
      guard found.picture.file != file else { return }
      found.picture.file = file
      try PictureTable.revise(found, in: transaction)
      try touch(row, at: clock.now, in: transaction)
    }
  }

  public func shown(among files: [FileKey]) async throws -> Set<FileKey> {
    guard !files.isEmpty else { return [] }
    let names = files.map(\.rawValue)
    return try await database.read { transaction in
      var found: Set<FileKey> = []
      for (table, column): (SQL, SQL) in [("picture", "file"), ("category", "picture"), ("brand", "logo")] {
        let rows = try transaction.rows(
          """
          SELECT DISTINCT \(column) AS file FROM \(table) WHERE \(column) IN \(list: names) ORDER BY file
          LIMIT \(names.count)
          """)
        for row in rows { if let file = FileKey(rawValue: try row["file"]) { found.insert(file) } }
      }
      return found
    }
  }

  public func picturesToFetch(limit: Int) async throws -> [PictureToFetch] {
    try await database.read { transaction in
      try transaction.rows(
        "SELECT id, product_id, source FROM picture WHERE is_waiting = 1 ORDER BY id LIMIT \(min(max(limit, 1), 1000))"
      ).map { PictureToFetch(picture: try $0["id"], product: try $0["product_id"], source: try $0["source"]) }
    }
  }

  public func fetchFailed(_ picture: PictureID) async throws {
    try await database.write { transaction in
      try transaction.execute("UPDATE picture SET failures = failures + 1 WHERE id = \(picture)")
      try transaction.execute(
        "UPDATE picture SET is_waiting = 0 WHERE id = \(picture) AND failures >= \(StoredCatalog.fetchAttempts)")
    }
  }
}
