import Storage
import Synchronization
import Values

/// What a comparison of the table with the index found.
public struct IndexCheck: Hashable, Sendable {
  /// Products in the table.
  public var rows = 0
  /// Products in the index.
  public var indexed = 0
  /// In the table and not in the index, or there in another version.
  public var missing: [ProductID] = []
  /// In the index and not in the table.
  public var extra: [ProductID] = []

  public init() {}

  public var isWhole: Bool { missing.isEmpty && extra.isEmpty }
}

extension StoredSearch {
  private static let rowsPerStep = 1000

  private typealias Held = (product: ProductID, version: Int64)

  /// Products compared, and the last of them; nil when none were left.
  private struct Compared: Sendable {
    var check = IndexCheck()
    var end: ProductID?
  }

  /// Compares the table with the index, product by product.
  /// - Parameter repairs: puts right what differs.
  public func check(repairing repairs: Bool = false) async throws -> IndexCheck {
    try await follow()
    var check = IndexCheck()
    var last: ProductID?
    repeat {
      let after = last
      // Nothing is taken over between reading, comparing and repairing.
      let step = try await applying.run(heedingCancellation: lasting == nil) {
        try await self.compared(after: after, repairing: repairs)
      }
      check.rows += step.check.rows
      check.indexed += step.check.indexed
      check.missing += step.check.missing
      check.extra += step.check.extra
      last = step.end
    } while last != nil
    return check
  }

  /// Compares once more where the index was exchanged for another before it was repaired.
  private func compared(after: ProductID?, repairing repairs: Bool) async throws -> Compared {
    do {
      return try await compare(after: after, repairing: repairs)
    } catch is IndexExchanged {
      return try await compare(after: after, repairing: repairs)
    }
  }

  private func compare(after: ProductID?, repairing repairs: Bool) async throws -> Compared {
    let limit = Self.rowsPerStep
    let applied = try await engine.appliedVersion()
    let rows = try await database.read { try SearchDocumentTable.versions(after: after, limit: limit, in: $0) }
    let held = try await engine.held(after: after, limit: limit)
    // Both are looked at as far as the one that reaches less far; one that isn't full has ended.
    let ends = [rows.count == limit ? rows.last?.product : nil, held.count == limit ? held.last?.product : nil]
    let furthest = [rows.last?.product, held.last?.product].compactMap(\.self).max()
    guard let end = ends.compactMap(\.self).min() ?? furthest else { return Compared() }
    var step = Compared(end: end)
    step.check = try await differences(
      rows.filter { $0.product <= end }, held.filter { $0.product <= end }, applied)
    if repairs, !step.check.isWhole { try await repair(step.check, applied) }
    return step
  }

  private func differences(_ rows: [Held], _ held: [Held], _ applied: Int64) async throws -> IndexCheck {
    var check = IndexCheck()
    (check.rows, check.indexed) = (rows.count, held.count)
    let known = Dictionary(held.map { ($0.product, $0.version) }, uniquingKeysWith: { $1 })
    let wanted = Set(rows.map(\.product))
    // What changed meanwhile is on its way.
    check.missing = rows.filter { $0.version <= applied && known[$0.product] != $0.version }.map(\.product)
    let unknown = held.map(\.product).filter { !wanted.contains($0) }
    let moved = try await database.read { try SearchDocumentTable.products(unknown, after: applied, in: $0) }
    check.extra = unknown.filter { !moved.contains($0) }
    return check
  }

  /// Never with a version beyond what was taken over, or other products' changes before it would be passed over. What has
  /// changed since comes once more when it is followed.
  private func repair(_ check: IndexCheck, _ applied: Int64) async throws {
    let missing = check.missing
    let documents = try await database.read { try SearchDocumentTable.documents(missing, in: $0) }
    try await engine.apply(
      documents.map { .put($0.0, version: min($0.1, applied)) } + check.extra.map { .remove($0, version: applied) })
    keptCards.withLock { $0.forget(missing + check.extra) }
    bumpRevision()
  }
}
