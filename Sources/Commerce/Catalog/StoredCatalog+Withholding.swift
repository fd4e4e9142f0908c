import Events
import Storage
import Synchronization
import Values

extension StoredCatalog {
  static let toldAtOnce = 500

  public func withhold(_ merchant: MerchantID, _ isWithheld: Bool, version: Int) async throws {
    let isNews = try await database.write { [self] transaction in
      try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "withheld_merchant",
          [
            ("merchant_id", merchant.sqlValue), ("is_withheld", false.sqlValue), ("version", 0.sqlValue),
            ("told", 0.sqlValue),
          ]))
      try transaction.execute(
        """
        UPDATE withheld_merchant SET is_withheld = \(isWithheld), version = \(version)
        WHERE merchant_id = \(merchant) AND version < \(version)
        """)
      transaction.afterCommit { [weak self] in self?.forgetGoods() }
      let untold: Int? = try transaction.value(
        "SELECT version FROM withheld_merchant WHERE merchant_id = \(merchant) AND version = \(version) AND told < version"
      )
      return untold != nil
    }
    guard isNews else { return }
    try await tellGoods(of: merchant)
    try await database.write { transaction in
      try transaction.execute(
        "UPDATE withheld_merchant SET told = \(version) WHERE merchant_id = \(merchant) AND told < \(version)")
    }
  }

  public func withheldMerchants() async throws -> Set<MerchantID> {
    let ids: [MerchantID] = try await database.read { transaction in
      try transaction.rows(
        "SELECT merchant_id FROM withheld_merchant WHERE is_withheld = 1 ORDER BY merchant_id LIMIT 10000"
      ).map { try $0["merchant_id"] }
    }
    return Set(ids)
  }

  public func productCounts(of merchants: [MerchantID]) async throws -> [MerchantID: Int] {
    guard !merchants.isEmpty else { return [:] }
    return try await database.read { transaction in
      var counts: [MerchantID: Int] = [:]
      let rows = try transaction.rows(
        """
        SELECT merchant_id, COUNT(*) AS products FROM product WHERE merchant_id IN \(list: merchants)
        GROUP BY merchant_id
        """)
      for row in rows { counts[try row["merchant_id"]] = try row["products"] }
      return counts
    }
  }

  /// After the change is there for everybody, so that whoever hears of a product reads it as it is now. What is saved
  /// meanwhile tells of itself.
  private func tellGoods(of merchant: MerchantID) async throws {
    var last = ProductID(raw: 0)
    while true {
      let after = last
      let part: [ProductID] = try await database.read { transaction in
        try transaction.rows(
          """
          SELECT id FROM product WHERE merchant_id = \(merchant) AND is_published = 1 AND id > \(after)
          ORDER BY id LIMIT \(Self.toldAtOnce)
          """
        ).map { try $0["id"] }
      }
      guard let end = part.last else { return }
      try await database.write { [self] transaction in
        try outbox.tell(ProductsChanged(merchant: merchant, products: part), in: transaction)
        transaction.afterCommit { [weak self] in self?.forgetGoods() }
      }
      last = end
    }
  }

  private func forgetGoods() {
    memory.withLock { memory in
      memory.products.forgetAll()
      memory.variants.forgetAll()
    }
  }
}
