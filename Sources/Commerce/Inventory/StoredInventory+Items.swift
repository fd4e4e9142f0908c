import AuditLog
import Storage
import Values

extension StoredInventory: StockroomService {
  public func items(_ filter: StockFilter, _ page: PageRequest) async throws -> Page<StockItem> {
    let before = page.after?.parts.first.flatMap { Int64($0) } ?? Int64.max
    return try await database.read { transaction in
      var sql: SQL = "SELECT stock_item.* FROM stock_item"
      if filter.location != nil { sql = "\(sql) JOIN stock ON stock.variant_id = stock_item.variant_id" }
      sql = "\(sql) WHERE stock_item.variant_id < \(before)"
      if let location = filter.location { sql = "\(sql) AND stock.location_id = \(location)" }
      if let merchant = filter.merchant { sql = "\(sql) AND stock_item.merchant_id = \(merchant)" }
      if !filter.states.isEmpty {
        let states = filter.states.map(\.rawValue).sorted()
        sql = "\(sql) AND stock_item.state IN \(list: states)"
      }
      sql = "\(sql) ORDER BY stock_item.variant_id DESC LIMIT \(page.limit + 1)"
      let items = try transaction.rows(sql).map { try StockItem($0) }
      return Page(fetched: items, limit: page.limit) { Cursor([String($0.variant.raw)]) }
    }
  }

  public func items(of variants: [VariantID]) async throws -> [VariantID: StockItem] {
    try await database.read { transaction in
      var found: [VariantID: StockItem] = [:]
      for start in stride(from: 0, to: variants.count, by: 500) {
        let batch = variants[start..<min(start + 500, variants.count)]
        for row in try transaction.rows(
          "SELECT * FROM stock_item WHERE variant_id IN \(list: batch) ORDER BY variant_id")
        {
          let item = try StockItem(row)
          found[item.variant] = item
        }
      }
      return found
    }
  }

  public func places(of variants: [VariantID]) async throws -> [VariantID: [LocatedStock]] {
    guard !variants.isEmpty else { return [:] }
    return try await database.read { transaction in
      var found: [VariantID: [LocatedStock]] = [:]
      for row in try transaction.rows(
        """
        SELECT location.*, stock.variant_id, stock.on_hand, stock.held, stock.is_unlimited
        FROM stock JOIN location ON location.id = stock.location_id
        WHERE stock.variant_id IN \(list: Array(variants.prefix(500)))
        ORDER BY location.position, location.id, stock.variant_id LIMIT 50000
        """)
      {
        let level = StockLevel(
          onHand: try row["on_hand"], held: try row["held"], isUnlimited: try row["is_unlimited"])
        found[try row["variant_id"], default: []].append(LocatedStock(location: try Location(row), level: level))
      }
      return found
    }
  }

  public func shortage(of merchant: MerchantID?) async throws -> StockShortage {
    func count(_ state: StockItem.State) -> SQL {
      let own: SQL = if let merchant { "merchant_id = \(merchant) AND " } else { "" }
      return """
        (SELECT COUNT(*) FROM (
          SELECT variant_id FROM stock_item WHERE \(own)state = \(state) LIMIT \(StockShortage.most)) AS few)
        """
    }
    let both: SQL = "SELECT \(count(.low)) AS low, \(count(.out)) AS gone"
    return try await database.read { transaction in
      let row = try transaction.row(both)
      return StockShortage(low: try row?["low"] ?? 0, out: try row?["gone"] ?? 0)
    }
  }

  public func lowest(of merchant: MerchantID?, limit: Int) async throws -> [StockItem] {
    func newest(_ state: StockItem.State, _ most: Int) -> SQL {
      let own: SQL = if let merchant { "merchant_id = \(merchant) AND " } else { "" }
      return "SELECT * FROM stock_item WHERE \(own)state = \(state) ORDER BY variant_id DESC LIMIT \(most)"
    }
    let query: SQL = """
      SELECT * FROM (
        SELECT * FROM (\(newest(.out, limit / 2))) AS gone
        UNION ALL SELECT * FROM (\(newest(.low, StockShortage.most))) AS low) AS short
      ORDER BY on_hand - held, low_at DESC, variant_id DESC LIMIT \(limit)
      """
    return try await database.read { transaction in try transaction.rows(query).map { try StockItem($0) } }
  }

  // MARK: Thresholds

  public func setThreshold(
    of variant: VariantID, _ lowAt: Int?, of merchant: MerchantID, by staff: StaffID
  ) async throws {
    guard (0...1_000_000).contains(lowAt ?? 0) else {
      throw FieldFaults(field: "lowAt", code: "outOfRange", details: ["min": "0", "max": "1000000"])
    }
    let wanted = lowAt ?? self.lowAt
    try await database.write { transaction in
      let find: SQL = "SELECT * FROM stock_item WHERE variant_id = \(variant) \(transaction.dialect.forUpdate)"
      var row = try transaction.row(find)
      if row == nil {
        try self.layItem(variant, of: merchant, in: transaction)
        row = try transaction.row(find)
      }
      guard let before = try row.map({ try StockItem($0) }), before.merchant == merchant else {
        throw InventoryRefusal.unknownItem
      }
      guard before.lowAt != wanted || before.hasOwnThreshold != (lowAt != nil) else { return }
      try transaction.execute(ItemTable.setThreshold(wanted, isOwn: lowAt != nil, of: variant))
      let deed = Deed(
        "stock.threshold", on: variant, named: variant.description, of: merchant,
        before: ["lowAt": String(before.lowAt)], after: ["lowAt": String(wanted)])
      try DeedLog.note(deed, by: .staff(staff), at: self.clock.now, in: transaction)
    }
  }

  public func renewThresholds(limit: Int) async throws -> Int {
    let usual = lowAt
    return try await database.write { transaction in
      var due: [VariantID] = []
      for range: SQL in ["low_at < \(usual)", "low_at > \(usual)"] where due.count < limit {
        due += try transaction.rows(
          """
          SELECT variant_id FROM stock_item WHERE has_own_low = 0 AND \(range)
          ORDER BY low_at, variant_id LIMIT \(limit - due.count)
          """
        ).map { try $0["variant_id"] }
      }
      guard !due.isEmpty else { return 0 }
      try transaction.execute(ItemTable.setThreshold(usual, of: due.sorted()))
      return due.count
    }
  }

  public func takeFallen(limit: Int) async throws -> [StockItem] {
    while try await forgetRisen(limit: 500) == 500 {}
    return try await database.write { transaction in
      var fallen: [StockItem] = []
      for state in [StockItem.State.out, .low] where fallen.count < limit {
        fallen += try transaction.rows(
          """
          SELECT * FROM stock_item WHERE is_told = 0 AND state = \(state)
          ORDER BY variant_id LIMIT \(limit - fallen.count) \(transaction.dialect.forUpdate)
          """
        ).map { try StockItem($0) }
      }
      try transaction.execute(
        "UPDATE stock_item SET is_told = 1 WHERE variant_id IN \(list: fallen.map(\.variant).sorted())")
      return fallen
    }
  }

  /// What has risen since it was told falls anew the next time. Answers how many have.
  private func forgetRisen(limit: Int) async throws -> Int {
    try await database.write { transaction in
      let risen: [VariantID] = try transaction.rows(
        """
        SELECT variant_id FROM stock_item WHERE is_told = 1 AND state = 'enough'
        ORDER BY variant_id LIMIT \(limit) \(transaction.dialect.forUpdate)
        """
      ).map { try $0["variant_id"] }
      try transaction.execute("UPDATE stock_item SET is_told = 0 WHERE variant_id IN \(list: risen)")
      return risen.count
    }
  }
}
