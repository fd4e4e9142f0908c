import Events
import Storage
import Values

extension StoredCatalog {
  /// How many drafts are read for and written at once.
  private static let batch = 500

  public func save(_ draft: ProductDraft) async throws -> Saved {
    guard let result = try await save([draft]).first else { throw CatalogRefusal.unknownProduct }
    switch result {
    case .success(let saved): return saved
    case .failure(.fields(let faults)): throw faults
    case .failure(.refusal(let refusal)): throw refusal
    }
  }

  public func rehearse(_ drafts: [ProductDraft]) async throws -> [Result<Saved, CatalogFault>] {
    let checked = try checked(drafts)
    let (rounds, refused) = (Self.rounds(checked), Self.refused(checked))
    guard !rounds.isEmpty else { return refused.compactMap(\.self) }
    return try await database.read { [self] transaction in
      var results = refused
      for round in rounds {
        var batch = try BatchSave(round.map(\.draft), ids: ids, now: clock.now, locks: false, in: transaction)
        for (index, draft) in round { results[index] = try batch.save(draft) }
      }
      return results.compactMap(\.self)
    }
  }

  private func checked(_ drafts: [ProductDraft]) throws -> [Result<CheckedDraft, CatalogFault>] {
    try drafts.map { draft in
      do {
        return .success(try CheckedDraft(draft, limits: limits))
      } catch let faults as FieldFaults {
        return .failure(.fields(faults))
      }
    }
  }

  private static func refused(_ checked: [Result<CheckedDraft, CatalogFault>]) -> [Result<Saved, CatalogFault>?] {
    checked.map { result in
      if case .failure(let fault) = result { .failure(fault) } else { nil }
    }
  }

  public func save(_ drafts: [ProductDraft]) async throws -> [Result<Saved, CatalogFault>] {
    let checked = try checked(drafts)
    let (rounds, refused) = (Self.rounds(checked), Self.refused(checked))
    guard !rounds.isEmpty else { return refused.compactMap(\.self) }
    return try await database.write { [self] transaction in
      var results = refused
      for round in rounds {
        var batch = try BatchSave(round.map(\.draft), ids: ids, now: clock.now, in: transaction)
        for (index, draft) in round { results[index] = try batch.save(draft) }
        let changes = try batch.write(in: transaction)
        try tell(changes.products, in: transaction)
        if !changes.products.isEmpty {
          transaction.afterCommit { [weak self] in
            self?.forget(changes.products.map(\.id), variants: changes.touchedVariants)
          }
        }
      }
      return results.compactMap(\.self)
    }
  }

  public func setPublished(_ product: ProductID, _ isPublished: Bool) async throws {
    try await database.write { [self] transaction in
      guard var row = try Self.row(product, in: transaction) else { throw CatalogRefusal.unknownProduct }
      guard row.isPublished != isPublished else { return }
      row.publication = isPublished ? .published : .draft
      try touch(row, at: clock.now, in: transaction)
    }
  }

  static func row(_ product: ProductID, in transaction: any ReadTransaction) throws -> ProductRow? {
    try transaction.row(
      "SELECT \(ProductRow.columns) FROM product WHERE id = \(product) \(transaction.dialect.forUpdate)"
    ).map { try ProductRow($0) }
  }

  /// Writes a product's row with its next version and what shoppers see of it at the moment, and tells.
  @discardableResult
  func touch(_ row: ProductRow, at now: Timestamp, in transaction: any Transaction) throws -> ProductRow {
    var row = row
    row.version += 1
    row.changedAt = now
    row.isPublished = row.publication.isShown(at: now)
    try transaction.execute(
      """
      UPDATE product SET \(ProductTable.publishing(row)), version = \(row.version), changed_at = \(row.changedAt)
      WHERE id = \(row.id)
      """)
    try tell([row], in: transaction)
    let product = row.id
    let variants: [VariantID] = try transaction.rows("SELECT id FROM variant WHERE product_id = \(product) ORDER BY id")
      .map { try $0["id"] }
    transaction.afterCommit { [weak self] in self?.forget([product], variants: variants) }
    return row
  }

  func tell(_ products: [ProductRow], in transaction: any Transaction) throws {
    let owners = Dictionary(grouping: products, by: \.merchant).sorted { $0.key < $1.key }
    for (merchant, rows) in owners {
      for start in stride(from: 0, to: rows.count, by: 500) {
        let products = rows[start..<min(start + 500, rows.count)].map(\.id)
        try outbox.tell(ProductsChanged(merchant: merchant, products: products), in: transaction)
      }
    }
  }

  /// The drafts in groups within which no product is named twice; a later draft of a product is in a later group.
  private static func rounds(_ drafts: [Result<CheckedDraft, CatalogFault>]) -> [[(index: Int, draft: CheckedDraft)]] {
    var rounds: [[(index: Int, draft: CheckedDraft)]] = []
    var named: Set<BatchSave.Place> = []
    for (index, result) in drafts.enumerated() {
      guard case .success(let draft) = result else { continue }
      let isNew = named.insert(BatchSave.Place(merchant: draft.merchant, text: draft.handle.rawValue)).inserted
      if rounds.isEmpty || !isNew || rounds[rounds.count - 1].count >= batch {
        rounds.append([])
        named = [BatchSave.Place(merchant: draft.merchant, text: draft.handle.rawValue)]
      }
      rounds[rounds.count - 1].append((index, draft))
    }
    return rounds
  }
}
