import Storage
import Synchronization
import Values

extension StoredSearchLedger {
  public func days(from: ShopDay, to: ShopDay) async throws -> [QueryDay] {
    try await database.read { try QueryCountTable.days(from: from, to: to, in: $0) }
  }

  /// Sums have no place to go on from but their number, so that pages may overlap by what is asked meanwhile.
  public func queries(_ ask: QueryCountAsk) async throws -> Page<QueryCount> {
    let start = max(0, ask.page.after?.parts.first.flatMap { Int($0) } ?? 0)
    let limit = ask.page.limit
    let counts = try await database.read {
      try QueryCountTable.counts(ask, from: start, limit: limit + 1, in: $0)
    }
    return Page(fetched: counts, limit: limit) { _ in Cursor([String(start + limit)]) }
  }

  // MARK: Clicks

  public func clicks(
    of visitor: String, on products: Set<ProductID>, from: Timestamp, to: Timestamp
  ) async throws -> [SearchClick] {
    let visitor = VisitorKey.cut(visitor)
    let waiting = memory.withLock { $0.pending.clicks.filter { $0.key.visitor == visitor } }
    let stored = try await database.read { try SearchClickTable.clicks(of: visitor, in: $0) }
    let all = waiting.merging(stored) { max($0, $1) }
    return all.filter { products.contains($0.key.product) && from <= $0.value && $0.value <= to }
      .sorted { ($1.value, $0.key.product, $0.key.query) < ($0.value, $1.key.product, $1.key.query) }
      .map { click, at in
        SearchClick(text: click.query.text, language: click.query.language, product: click.product, at: at)
      }
  }

  public func adoptClicks(of visitor: String, by other: String) async throws {
    let (visitor, other) = (VisitorKey.cut(visitor), VisitorKey.cut(other))
    guard visitor != other else { return }
    // What is being written stays in memory until it is.
    let isWaiting = memory.withLock { memory in
      defer { memory.pending.rename(visitor, to: other) }
      return memory.pending.holds(visitor)
    }
    if isWaiting { await whenStored() }
    // Most who log in have opened nothing, and needn't wait for whoever writes.
    guard try await !database.read({ try SearchClickTable.clicks(of: visitor, in: $0) }).isEmpty else { return }
    try await database.write { transaction in
      let clicks = try SearchClickTable.clicks(of: visitor, in: transaction)
      try SearchClickTable.delete(of: visitor, in: transaction)
      try SearchClickTable.write(
        clicks.map { click, at in
          var click = click
          click.visitor = other
          return (click, at)
        }, in: transaction)
    }
  }

  public func forgetClicks(of visitor: String) async throws {
    let visitor = VisitorKey.cut(visitor)
    memory.withLock { $0.pending.forget(visitor) }
    // What is being written was taken from memory before, and would come after.
    await whenStored()
    try await database.write { try SearchClickTable.delete(of: visitor, in: $0) }
  }

  private func whenStored() async {
    let turn = storing.withLock { $0 }
    _ = await turn?.result
  }
}
