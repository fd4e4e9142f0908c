import AuditLog
import Events
import Storage
import Values

extension StoredCatalog {
  private static let handleAttempts = 20

  public func begin(_ draft: ProductDraft, isNamed: Bool, by actor: Actor) async throws -> Product {
    var draft = draft
    draft.isPublished = false
    let checked = try CheckedDraft(draft, limits: limits)
    do {
      return try await database.write { [self] transaction in
        let (named, batch) = try fresh(checked, isNamed: isNamed, in: transaction)
        let saved = try store(named, through: batch, in: transaction)
        try note("catalog.begin", from: nil, to: saved.product, by: actor, in: transaction)
        return saved.product
      }
    } catch StorageFault.duplicateKey {
      throw FieldFaults(field: "handle", code: "taken")
    }
  }

  public func revise(
    _ id: ProductID, to draft: ProductDraft, version: Int, asksAgain: Bool, by actor: Actor
  ) async throws -> Saved {
    guard let standing = try await product(id) else { throw CatalogRefusal.unknownProduct }
    var draft = draft
    (draft.merchant, draft.handle) = (standing.merchant, standing.handle)
    var checked = try CheckedDraft(draft, limits: limits)
    checked.keepsPublication = true
    return try await database.write { [self, checked] transaction in
      guard let row = try Self.row(id, in: transaction),
        let before = try ProductTable.products([id], in: transaction).first
      else { throw CatalogRefusal.unknownProduct }
      guard row.version == version else { throw CatalogRefusal.productChanged }
      let batch = try BatchSave([checked], ids: ids, now: clock.now, in: transaction)
      let saved = try store(checked, through: batch, in: transaction)
      guard saved.outcome != .unchanged else { return saved }
      var product = saved.product
      if asksAgain, product.publication.state == .published, var row = try Self.row(id, in: transaction) {
        row.publication.state = .waiting
        product = product.with(try touch(row, at: clock.now, in: transaction))
      }
      try note("catalog.revise", from: before, to: product, by: actor, in: transaction)
      return Saved(outcome: saved.outcome, product: product)
    }
  }

  public func move(
    _ id: ProductID, _ move: PublicationMove, version: Int?, by actor: Actor
  ) async throws -> Product {
    let wanted = try move.checked()
    return try await database.write { [self] transaction in
      guard var row = try Self.row(id, in: transaction),
        let before = try ProductTable.products([id], in: transaction).first
      else { throw CatalogRefusal.unknownProduct }
      if let version, row.version != version { throw CatalogRefusal.productChanged }
      guard move.origins.contains(row.publication.state) else { throw CatalogRefusal.wrongPublication }
      guard row.publication != wanted else { return before }
      row.publication = wanted
      let touched = try touch(row, at: clock.now, in: transaction)
      if before.publication.state == .waiting, wanted.state == .published || wanted.state == .refused {
        try outbox.tell(
          ProductJudged(
            product: id, merchant: row.merchant, isLetIn: wanted.state == .published, reason: wanted.reason,
            version: touched.version), in: transaction)
      }
      let after = before.with(touched)
      try note(move.verb, from: before, to: after, by: actor, in: transaction)
      return after
    }
  }

  public func turnPublications(now: Timestamp, limit: Int) async throws -> Int {
    try await database.write { [self] transaction in
      let rows = try transaction.rows(
        """
        SELECT \(ProductRow.columns) FROM product WHERE turns_at <= \(now) ORDER BY turns_at, id
        LIMIT \(min(max(limit, 1), 500)) \(transaction.dialect.forUpdate)
        """
      ).map { try ProductRow($0) }
      for row in rows { _ = try touch(row, at: now, in: transaction) }
      return rows.count
    }
  }

  /// One draft through the tables, told and forgotten as in a batch. Throws what it is refused for.
  private func store(
    _ draft: CheckedDraft, through batch: BatchSave, in transaction: any Transaction
  ) throws -> Saved {
    var batch = batch
    let saved: Saved
    switch try batch.save(draft) {
    case .success(let done): saved = done
    case .failure(.fields(let faults)): throw faults
    case .failure(.refusal(let refusal)): throw refusal
    }
    let changes = try batch.write(in: transaction)
    guard !changes.products.isEmpty else { return saved }
    try tell(changes.products, in: transaction)
    transaction.afterCommit { [weak self] in
      self?.forget(changes.products.map(\.id), variants: changes.touchedVariants)
    }
    return saved
  }

  /// The draft under a handle that is free, with what was read to save it. Under a handle that was free when it was
  /// looked at, somebody may have made a product before the batch is read: this draft must not become the next version
  /// of that.
  private func fresh(
    _ draft: CheckedDraft, isNamed: Bool, in transaction: any ReadTransaction
  ) throws -> (draft: CheckedDraft, batch: BatchSave) {
    var fresh = draft
    for _ in 0..<Self.handleAttempts {
      fresh.handle = try freeHandle(draft.handle, of: draft.merchant, isNamed: isNamed, in: transaction)
      let batch = try BatchSave([fresh], ids: ids, now: clock.now, in: transaction)
      if !batch.knows(fresh) { return (fresh, batch) }
    }
    throw FieldFaults(field: "handle", code: "taken")
  }

  /// The wanted handle, or, where nobody chose it and it is taken, one with a number behind it.
  private func freeHandle(
    _ wanted: Slug, of merchant: MerchantID, isNamed: Bool, in transaction: any ReadTransaction
  ) throws -> Slug {
    func isTaken(_ handle: Slug) throws -> Bool {
      try transaction.row(
        "SELECT id FROM product WHERE merchant_id = \(merchant) AND handle = \(handle.rawValue)") != nil
    }
    if try !isTaken(wanted) { return wanted }
    if isNamed { throw FieldFaults(field: "handle", code: "taken") }
    let words = wanted.rawValue.prefix(150)
    for number in 2...Self.handleAttempts {
      if let handle = Slug(from: "\(words)-\(number)"), try !isTaken(handle) { return handle }
    }
    let id: ProductID = ids.next()
    guard let handle = Slug(from: "\(words)-\(id)") else { throw FieldFaults(field: "handle", code: "taken") }
    return handle
  }
}

extension Product {
  /// The same after its row was touched.
  fileprivate func with(_ row: ProductRow) -> Product {
    Product(
      id: id, merchant: merchant, handle: handle, content: content, variants: variants, pictures: pictures,
      isPublished: row.isPublished, publication: row.publication, version: row.version, createdAt: createdAt,
      changedAt: row.changedAt)
  }
}
