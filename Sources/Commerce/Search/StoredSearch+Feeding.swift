import Storage
import Synchronization
import Values

extension StoredSearch {
  public func index(_ documents: [SearchDocument]) async throws -> Bool {
    // Of a product named twice the later counts.
    let latest = Dictionary(documents.map { ($0.card.product, $0) }, uniquingKeysWith: { $1 })
    let rows = latest.values.sorted { $0.card.product < $1.card.product }.map(DocumentRow.init)
    let clock = clock
    return try await change(rows.map(\.product)) { known in
      rows.filter { row in known[row.product].map { $0.differs(from: row) } ?? true }.map(\.product)
    } writing: { changed, known, version, transaction in
      var changes: [RowChange] = []
      var whole: [(DocumentRow, RowVersions)] = []
      for row in rows where changed.contains(row.product) {
        let next = version + Int64(changes.count) + 1
        let old = known[row.product]
        let isSeen = old?.isListed ?? false || row.figures.price != nil
        let isNewText = old.map { $0.isGone || $0.digest != row.digest } ?? true
        let versions = RowVersions(
          version: next, textVersion: isNewText ? next : old?.textVersion ?? next,
          seenVersion: isSeen ? next : old?.seenVersion ?? 0, changedAt: clock.now)
        if isNewText {
          whole.append((row, versions))
        } else {
          try SearchDocumentTable.revise(row.figures, versions, in: transaction)
        }
        changes.append(
          RowChange(
            versions,
            isNewText ? .put(row.document, version: next) : .figures(row.figures, version: next), of: row.product))
      }
      try SearchDocumentTable.replace(whole, in: transaction)
      return changes
    }
  }

  public func remove(_ products: [ProductID]) async throws -> Bool {
    let clock = clock
    return try await change(Set(products).sorted()) { known in
      known.filter { !$0.value.isGone }.keys.sorted()
    } writing: { changed, known, version, transaction in
      var changes: [RowChange] = []
      for product in changed.sorted() {
        let next = version + Int64(changes.count) + 1
        let versions = RowVersions(
          version: next, textVersion: next,
          seenVersion: known[product]?.isListed ?? false ? next : known[product]?.seenVersion ?? 0,
          changedAt: clock.now)
        try SearchDocumentTable.bury(product, versions, in: transaction)
        changes.append(RowChange(versions, .remove(product, version: next), of: product))
      }
      return changes
    }
  }

  public func update(_ figures: [ProductFigures]) async throws -> Bool {
    let latest = Dictionary(
      figures.map { ($0.product, DocumentRow.clamped($0, of: $0.product)) }, uniquingKeysWith: { $1 })
    let clock = clock
    return try await change(latest.keys.sorted()) { known in
      known.filter { !$0.value.isGone && $0.value.figures != latest[$0.key] }.keys.sorted()
    } writing: { changed, known, version, transaction in
      var changes: [RowChange] = []
      for product in changed.sorted() {
        guard let one = latest[product], let old = known[product] else { continue }
        let next = version + Int64(changes.count) + 1
        let versions = RowVersions(
          version: next, textVersion: old.textVersion,
          seenVersion: old.isListed || one.price != nil ? next : old.seenVersion, changedAt: clock.now)
        try SearchDocumentTable.revise(one, versions, in: transaction)
        changes.append(RowChange(versions, .figures(one, version: next), of: product))
      }
      return changes
    }
  }

  /// Looks first what differs, so that what is fed again writes nothing and waits for nobody; then once more under the
  /// clock's lock. Answers whether a shopper can see it.
  /// - Parameters:
  ///   - differing: which of the products are to change.
  ///   - writing: changes them; answers what it did, in the order of the versions that it gave, from the next one on.
  private func change(
    _ products: [ProductID], _ differing: @escaping @Sendable ([ProductID: RowStanding]) -> [ProductID],
    writing:
      @escaping @Sendable (Set<ProductID>, [ProductID: RowStanding], Int64, any Transaction) throws -> [RowChange]
  ) async throws -> Bool {
    guard !products.isEmpty else { return false }
    let known = try await database.read { try SearchDocumentTable.standings(products, in: $0) }
    guard !differing(known).isEmpty else {
      // Another process may have written it, which this one's index hasn't seen yet.
      await followIfPossible()
      return false
    }
    let written = try await database.write { transaction in
      let version = try SearchClock.lock(in: transaction)
      let known = try SearchDocumentTable.standings(products, in: transaction)
      let changed = Set(differing(known))
      guard !changed.isEmpty else { return RowChanges(after: version, rows: []) }
      let written = RowChanges(after: version, rows: try writing(changed, known, version, transaction))
      try SearchClock.set(written.last, in: transaction)
      transaction.afterCommit { [weak self] in self?.keptCards.withLock { $0.forget(changed) } }
      return written
    }
    await followIfPossible(knowing: written)
    return written.isVisible
  }
}
