import Storage
import Synchronization
import Values

extension StoredSearch {
  public func index(_ documents: [SearchDocument]) async throws -> Bool {
    // Of a product named twice the later counts.
    let latest = Dictionary(documents.map { ($0.card.product, $0) }, uniquingKeysWith: { $1 })
    let rows = latest.values.sorted { $0.card.product < $1.card.product }.map(DocumentRow.init)
    guard !rows.isEmpty else { return false }
    // By what this process has in memory, never by the table, which another program may have written.
    let changed = state.withLock { state in rows.filter { !state.holds($0) } }
    guard !changed.isEmpty else { return false }
    let segment = Self.segment(of: changed)
    let seen = VisibleChange()
    try await database.write { transaction in
      try SearchDocumentTable.replace(changed, in: transaction)
      transaction.afterCommit { [weak self] in
        guard let self else { return }
        let isVisible = state.withLock { $0.add(changed, segment) }
        faces.withLock { $0.forget(changed.map(\.entry.product)) }
        guard isVisible else { return }
        seen.note()
        bumpRevision()
      }
    }
    tidy()
    return seen.isNoted
  }

  private static func segment(of rows: [DocumentRow]) -> Segment {
    var builder = SegmentBuilder()
    for row in rows { builder.add(row.tokens) }
    return builder.build()
  }

  public func remove(_ products: [ProductID]) async throws -> Bool {
    let (known, isVisible) = state.withLock { state in
      let numbers = Set(products).sorted().compactMap { product in state.number(of: product).map { (product, $0) } }
      return (numbers.map(\.0), numbers.contains { state.columns.isListed($0.1) })
    }
    guard !known.isEmpty else { return false }
    try await database.write { transaction in
      try SearchDocumentTable.remove(known, in: transaction)
      transaction.afterCommit { [weak self] in
        guard let self else { return }
        state.withLock { $0.remove(known) }
        faces.withLock { $0.forget(known) }
        if isVisible { bumpRevision() }
      }
    }
    tidy()
    return isVisible
  }

  public func update(_ figures: [ProductFigures]) async throws -> Bool {
    let latest = Dictionary(figures.map { ($0.product, $0) }, uniquingKeysWith: { $1 })
    let changed = state.withLock { state in
      latest.values.filter { one in
        guard let number = state.number(of: one.product) else { return false }
        return !state.columns.changes(one, at: number).isEmpty
      }
    }.sorted { $0.product < $1.product }.map { DocumentRow.clamped($0, of: $0.product) }
    guard !changed.isEmpty else { return false }
    let seen = VisibleChange()
    try await database.write { transaction in
      for one in changed { try SearchDocumentTable.revise(one, in: transaction) }
      transaction.afterCommit { [weak self] in
        guard let self else { return }
        let isVisible = state.withLock { state in
          changed.reduce(false) { state.set($1) || $0 }
        }
        guard isVisible else { return }
        seen.note()
        bumpRevision()
      }
    }
    return seen.isNoted
  }

  /// Merges small segments and drops what is gone. Readers and writers go on meanwhile; if documents came or went under
  /// way, the work is left for the next time.
  private func tidy() {
    guard isTidying.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else {
      return
    }
    defer { isTidying.store(false, ordering: .releasing) }
    let snapshot = state.withLock { $0 }
    if snapshot.isWorn {
      guard let segment = snapshot.compactedSegment() else { return }
      state.withLock { $0.replace(snapshot, with: segment) }
    } else if let neighbours = snapshot.mergeable, let segment = snapshot.merged(neighbours) {
      state.withLock { $0.replace(neighbours, with: segment) }
    }
  }
}

/// Carries out of a commit whether a shopper can see it.
private final class VisibleChange: Sendable {
  private let noted = Atomic<Bool>(false)
  func note() { noted.store(true, ordering: .releasing) }
  var isNoted: Bool { noted.load(ordering: .acquiring) }
}
