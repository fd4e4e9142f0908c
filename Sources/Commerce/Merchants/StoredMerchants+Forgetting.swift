import Storage
import Values

extension StoredMerchants {
  public func forgettableApplications(
    unconfirmedBefore: Timestamp, overBefore: Timestamp, limit: Int
  ) async throws -> [MerchantApplication] {
    let over = MerchantApplication.State.over.map(\.rawValue).sorted()
    return try await database.read { transaction in
      try transaction.rows(
        """
        SELECT * FROM merchant_application
        WHERE (state = \(MerchantApplication.State.unconfirmed.rawValue) AND applied_at < \(unconfirmedBefore))
          OR (state IN \(list: over) AND moved_at < \(overBefore) AND licence_picture IS NOT NULL)
        ORDER BY id LIMIT \(limit)
        """
      ).map(ApplicationTable.application)
    }
  }

  public func forgetApplication(_ id: MerchantApplicationID) async throws {
    let over = MerchantApplication.State.over.map(\.rawValue).sorted()
    try await database.write { [self] transaction in
      try transaction.execute(
        """
        DELETE FROM merchant_application
        WHERE id = \(id) AND state = \(MerchantApplication.State.unconfirmed.rawValue)
        """)
      try transaction.execute(
        "UPDATE merchant_application SET licence_picture = NULL WHERE id = \(id) AND state IN \(list: over)")
      transaction.afterCommit { [weak self] in self?.forget() }
    }
  }

  public func hasLicence(_ picture: FileKey, besides id: MerchantApplicationID?) async throws -> Bool {
    var conditions: [SQL] = ["licence_picture = \(picture.rawValue)"]
    if let id { conditions.append("id <> \(id)") }
    let query: SQL = "SELECT id FROM merchant_application WHERE \(SQL.all(conditions)) ORDER BY id LIMIT 1"
    return try await database.read { try $0.row(query) != nil }
  }

  public func shown(among files: [FileKey]) async throws -> Set<FileKey> {
    Set(try await merchants().compactMap(\.logo)).intersection(files)
  }
}
