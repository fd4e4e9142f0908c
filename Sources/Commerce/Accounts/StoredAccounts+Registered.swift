import Storage
import Values

extension StoredAccounts {
  public func accounts(registeredSince moment: Timestamp, _ page: PageRequest) async throws -> Page<Account> {
    let after = page.after?.parts.first.flatMap { Int64($0) } ?? -1
    return try await database.read { transaction in
      // Numbers grow with time.
      let accounts = try transaction.rows(
        """
        SELECT * FROM account WHERE id >= \(AccountID.first(at: moment)) AND id > \(after) ORDER BY id
        LIMIT \(page.limit + 1)
        """
      ).map { try Account($0) }
      return Page(fetched: accounts, limit: page.limit) { Cursor([String($0.id.raw)]) }
    }
  }
}
