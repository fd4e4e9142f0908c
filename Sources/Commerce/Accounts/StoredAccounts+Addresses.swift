import Storage
import Values

extension StoredAccounts {
  public func addresses(of account: AccountID) async throws -> [Address] {
    try await knownAddresses.value(account) {
      try await self.database.read { transaction in
        try transaction.rows(
          "SELECT * FROM address WHERE account_id = \(account) ORDER BY is_default DESC, id DESC LIMIT 100"
        ).map { try Address($0) }
      }
    } ?? []
  }

  public func address(_ id: AddressID, of account: AccountID) async throws -> Address? {
    try await addresses(of: account).first { $0.id == id }
  }

  /// One account's changes wait for each other, so that there is one default and no address too many; and for its
  /// erasure, after which there is nobody to have any. Throws `.erased`.
  private func change(addressesOf account: AccountID, in transaction: any Transaction) throws {
    try Self.lockPresent(account, in: transaction)
    transaction.afterCommit { [knownAddresses] in knownAddresses.forget([account]) }
  }

  public func addAddress(_ draft: AddressDraft, to account: AccountID) async throws -> Address {
    let checked = try draft.checked(regions, id: ids.next(), isDefault: draft.isDefault)
    return try await database.write { transaction in
      try self.change(addressesOf: account, in: transaction)
      let count: Int = try transaction.value("SELECT COUNT(*) FROM address WHERE account_id = \(account)") ?? 0
      guard count < Self.mostAddresses else { throw AccountRefusal.tooManyAddresses }
      var address = checked
      address.isDefault = checked.isDefault || count == 0
      if address.isDefault { try Self.clearDefault(of: account, in: transaction) }
      try transaction.execute(
        """
        INSERT INTO address (id, account_id, recipient, phone, region, street, postcode, is_default)
        VALUES (\(address.id), \(account), \(address.recipient), \(address.phone), \(address.region.rawValue),
          \(address.street), \(address.postcode), \(address.isDefault))
        """)
      return address
    }
  }

  public func reviseAddress(_ id: AddressID, of account: AccountID, _ draft: AddressDraft) async throws -> Address {
    let checked = try draft.checked(regions, id: id, isDefault: draft.isDefault)
    return try await database.write { transaction in
      try self.change(addressesOf: account, in: transaction)
      guard let row = try transaction.row("SELECT * FROM address WHERE id = \(id) AND account_id = \(account)") else {
        throw AccountRefusal.unknownAddress
      }
      var address = checked
      // The default can be given to another address, not taken away.
      let wasDefault: Bool = try row["is_default"]
      address.isDefault = checked.isDefault || wasDefault
      if address.isDefault { try Self.clearDefault(of: account, in: transaction) }
      try transaction.execute(
        """
        UPDATE address SET recipient = \(address.recipient), phone = \(address.phone), region = \(address.region.rawValue),
          street = \(address.street), postcode = \(address.postcode), is_default = \(address.isDefault)
        WHERE id = \(id)
        """)
      return address
    }
  }

  public func removeAddress(_ id: AddressID, of account: AccountID) async throws {
    try await database.write { transaction in
      try self.change(addressesOf: account, in: transaction)
      try transaction.execute("DELETE FROM address WHERE id = \(id) AND account_id = \(account)")
      let hasDefault: Int =
        try transaction.value("SELECT COUNT(*) FROM address WHERE account_id = \(account) AND is_default = 1") ?? 0
      let newest: AddressID? = try transaction.value("SELECT MAX(id) FROM address WHERE account_id = \(account)") ?? nil
      if hasDefault == 0, let newest {
        try transaction.execute("UPDATE address SET is_default = 1 WHERE id = \(newest)")
      }
    }
  }

  public func makeDefault(_ id: AddressID, of account: AccountID) async throws {
    try await database.write { transaction in
      try self.change(addressesOf: account, in: transaction)
      guard try transaction.row("SELECT id FROM address WHERE id = \(id) AND account_id = \(account)") != nil else {
        throw AccountRefusal.unknownAddress
      }
      try Self.clearDefault(of: account, in: transaction)
      try transaction.execute("UPDATE address SET is_default = 1 WHERE id = \(id)")
    }
  }

  private static func clearDefault(of account: AccountID, in transaction: any Transaction) throws {
    try transaction.execute("UPDATE address SET is_default = 0 WHERE account_id = \(account)")
  }
}
