import Storage
import Synchronization
import Values

/// How far the index is known to have come.
struct Reach: Sendable {
  /// Nil until the index was asked for the first time.
  var applied: Int64?
  let since: Timestamp
}

extension StoredSearch {
  static let changesPerStep = 500

  /// Takes over what was written since, by whatever process. Whoever calls sees all that was committed before. Answers
  /// whether something that a shopper can see has changed. Does nothing before `load`. An index that can't be brought to
  /// what the table holds is made anew.
  @discardableResult
  public func follow() async throws -> Bool {
    guard isLoaded.load(ordering: .acquiring) else { return false }
    let isVisible = try await following.run {
      let step = try await self.applying.run { try await self.catchUp() }
      guard step.isOfAnother else { return step.isVisible }
      self.tell("the search index is of another table than this one, and is made anew")
      try await self.remake()
      _ = try await self.applying.run { try await self.catchUp() }
      return true
    }
    isToldBehind.store(false, ordering: .releasing)
    return isVisible
  }

  /// For whoever has written: what they wrote stands, and who follows takes it over later.
  func followIfPossible() async {
    do {
      try await follow()
    } catch {
      guard !isToldBehind.exchange(true, ordering: .acquiringAndReleasing) else { return }
      tell("the search index is behind: \(error)")
    }
  }

  private struct Step: Sendable {
    var isVisible = false
    var isOfAnother = false
  }

  private func catchUp() async throws -> Step {
    var step = Step()
    while true {
      let applied = try await engine.appliedVersion()
      reach.withLock { $0.applied = applied }
      // Of the last time that the end was reached, and not of the step before: what is read here has moved on meanwhile.
      let whole = min(wholeVersion.load(ordering: .acquiring), applied)
      let (standing, rows) = try await database.read { transaction in
        (
          try SearchClock.standing(in: transaction),
          try SearchDocumentTable.changes(
            after: applied, textsAfter: whole, limit: Self.changesPerStep, in: transaction)
        )
      }
      step.isOfAnother = try await isOfAnother(standing, applied)
      guard !step.isOfAnother, let last = rows.last else {
        if !step.isOfAnother { wholeVersion.store(applied, ordering: .releasing) }
        return step
      }
      try await engine.apply(rows.map(\.change))
      reach.withLock { $0.applied = last.change.version }
      keptCards.withLock { $0.forget(rows.map(\.product)) }
      if rows.contains(where: { $0.seenVersion > applied }) {
        step.isVisible = true
        bumpRevision()
      }
      if rows.count < Self.changesPerStep {
        wholeVersion.store(last.change.version, ordering: .releasing)
        return step
      }
    }
  }

  /// Whether versions don't lead the index to what the table holds: it is of another table, or removals that it hasn't
  /// taken over are forgotten. An empty one becomes the table's.
  func isOfAnother(_ standing: SearchClock.Standing, _ applied: Int64) async throws -> Bool {
    guard let engine = engine as? any RenewableEngine else { return false }
    if applied > 0, applied < standing.prunedTo { return true }
    guard let engine = engine as? any MarkedEngine, try await engine.mark() != standing.mark else { return false }
    if applied == 0 { try await engine.note(mark: standing.mark) }
    return applied > 0
  }

  /// How long the oldest change that the index hasn't taken over waits, in seconds; 0 when it is up to date. The index
  /// isn't asked: how far it was when it was followed last counts.
  public func lag() async throws -> Double {
    guard isLoaded.load(ordering: .acquiring) else { return 0 }
    let reach = reach.withLock { $0 }
    guard let applied = reach.applied else { return seconds(since: reach.since) }
    let oldest = try await database.read { transaction in
      try transaction.value(
        "SELECT MIN(changed_at) FROM search_document WHERE version > \(applied)", as: Timestamp?.self) ?? nil
    }
    return oldest.map { seconds(since: $0) } ?? 0
  }

  private func seconds(since moment: Timestamp) -> Double {
    max(0, Double(clock.now.milliseconds - moment.milliseconds) / 1000)
  }

  /// Makes the index anew out of the table, beside the one that answers. Ends early when it is cancelled; the index stays as
  /// it was then.
  public func rebuildIndex() async throws {
    try await remake()
    try await follow()
  }

  func remake() async throws {
    guard let engine = engine as? any RenewableEngine else { return }
    let database = database
    let standing = try await database.read { try SearchClock.standing(in: $0) }
    try await engine.replaceAll(upTo: standing.version) { product in
      try await database.read {
        try SearchDocumentTable.documents(after: product, limit: Self.changesPerStep, in: $0)
      }
    } changes: { after in
      try await database.read {
        try SearchDocumentTable.changes(after: after, textsAfter: standing.version, limit: Self.changesPerStep, in: $0)
      }.map(\.change)
    } exchanging: { [applying] exchange in
      try await applying.run {
        try await exchange()
        // Where it can't be noted the next who follows finds it missing.
        try? await (engine as? any MarkedEngine)?.note(mark: standing.mark)
      }
    }
    keptCards.withLock { $0.forgetAll() }
    bumpRevision()
  }

  /// Makes the index anew when so much of it is of documents that are gone that it is worth while, or when it is damaged.
  public func renewWornIndex() async throws {
    guard isLoaded.load(ordering: .acquiring), (engine as? any LastingEngine)?.isWorn == true else { return }
    try await rebuildIndex()
  }
}

extension DocumentChange {
  fileprivate var version: Int64 {
    switch self {
    case .put(_, let version), .figures(_, let version), .remove(_, let version): version
    }
  }
}

/// Lets one step of work run at a time. Whoever comes while one runs shares the next, which sees all that was there before.
actor FollowGate {
  private var underWay: Task<Bool, any Error>?
  private var next: Task<Bool, any Error>?

  func run(_ body: @escaping @Sendable () async throws -> Bool) async throws -> Bool {
    if let next { return try await next.value }
    guard let running = underWay else {
      let task = Task { try await body() }
      underWay = task
      defer { if underWay == task { underWay = nil } }
      return try await task.value
    }
    let task = Task {
      _ = await running.result
      self.begin()
      return try await body()
    }
    next = task
    defer { if underWay == task { underWay = nil } }
    return try await task.value
  }

  private func begin() {
    underWay = next
    next = nil
  }
}
