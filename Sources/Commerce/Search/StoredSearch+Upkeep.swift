import Storage
import Synchronization
import Values

/// How far the index is known to have come, without asking it.
struct Reach: Sendable {
  /// Nil until the index was asked for the first time.
  var applied: Int64?
  /// When it was asked last; nil where what is known doesn't count any more.
  var askedAt: Timestamp?
  /// Of the table when the index was last known to be made of it.
  var mark: Int64?
  let since: Timestamp

  /// Whether it was asked no longer ago. Not where the clock was set back since.
  func isYoung(at now: Timestamp, within time: Duration) -> Bool {
    askedAt.map { $0 <= now && now < $0.adding(time) } ?? false
  }
}

extension StoredSearch {
  static let changesPerStep = 500
  /// An index elsewhere, which others feed and make anew too, is asked how far it is after so long also when nothing changes.
  private static let trust = Duration.seconds(10)
  /// How often in a row an index may be exchanged for another while something is taken over.
  private static let mostExchanges = 3

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
      try await self.remake(givesWay: true)
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

  /// While nothing changes this is one small read.
  private func catchUp() async throws -> Step {
    var step = Step()
    if lasting == nil, try await isSettled() { return step }
    var exchanges = 0
    while true {
      let applied = try await askIndex()
      let (standing, rows) = try await look(after: applied)
      step.isOfAnother = try await isOfAnother(standing, applied)
      guard !step.isOfAnother, let last = rows.last else {
        if !step.isOfAnother {
          wholeVersion.store(applied, ordering: .releasing)
          reach.withLock { $0.mark = standing.mark }
        }
        return step
      }
      do {
        try await engine.apply(rows.map(\.change))
      } catch let exchanged as IndexExchanged {
        exchanges += 1
        guard exchanges < Self.mostExchanges else { throw exchanged }
        continue
      }
      reach.withLock { $0.applied = last.change.version }
      keptCards.withLock { $0.forget(rows.map(\.product)) }
      if rows.contains(where: { $0.seenVersion > applied }) {
        step.isVisible = true
        bumpRevision()
      }
      if rows.count < Self.changesPerStep {
        wholeVersion.store(last.change.version, ordering: .releasing)
        reach.withLock { $0.mark = standing.mark }
        return step
      }
    }
  }

  /// Hears what people decided about ranking, and of rules that begin and end, so that the revision moves also while nothing
  /// is followed: while the index is made anew, or waits for a cluster that hangs. Reads nothing where that was heard
  /// of lately.
  public func heedTuning() async throws { _ = try await rules?.tuning() }

  /// How far the index is. One of this process's own knows without looking into its file.
  private func askIndex() async throws -> Int64 {
    let now = clock.now
    let applied = try await engine.appliedVersion()
    reach.withLock { ($0.applied, $0.askedAt) = (applied, now) }
    // One that was lost elsewhere, or made anew there, lacks what it held before.
    if applied < wholeVersion.load(ordering: .acquiring) { wholeVersion.store(applied, ordering: .releasing) }
    return applied
  }

  /// Whether an index elsewhere has everything, as far as is known here.
  private func isSettled() async throws -> Bool {
    let (standing, _) = try await look(after: .max)
    let reach = reach.withLock { $0 }
    guard let applied = reach.applied, reach.isYoung(at: clock.now, within: Self.trust) else { return false }
    return standing.version <= applied && standing.mark == reach.mark
  }

  /// The one look at what others may have changed: documents after a version, which are read only where there are some, and
  /// the tuning.
  private func look(after applied: Int64) async throws -> (SearchClock.Standing, [RowChange]) {
    // Of the last time that the end was reached, and not of the step before: what is read here has moved on meanwhile.
    let whole = wholeVersion.load(ordering: .acquiring)
    let (now, heedsTuning) = (clock.now, rules != nil && heedsTuning)
    let (pulse, rows) = try await database.read { transaction in
      let pulse = try SearchClock.pulse(withTuning: heedsTuning, in: transaction)
      guard applied < pulse.standing.version else { return (pulse, [RowChange]()) }
      let rows = try SearchDocumentTable.changes(
        after: applied, textsAfter: whole, limit: Self.changesPerStep, in: transaction)
      return (pulse, rows)
    }
    if heedsTuning { await rules?.heed(pulse.tuning, readAt: now) }
    return (pulse.standing, rows)
  }

  /// Whether versions don't lead the index to what the table holds: it is of another table, or removals that it hasn't
  /// taken over are forgotten. An empty one becomes the table's.
  func isOfAnother(_ standing: SearchClock.Standing, _ applied: Int64) async throws -> Bool {
    if applied > 0, applied < standing.prunedTo { return true }
    guard try await engine.mark() != standing.mark else { return false }
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
    try await remake(givesWay: false)
    try await follow()
  }

  /// - Parameter givesWay: whether it is given up where another process has made the index anew meanwhile.
  func remake(givesWay: Bool) async throws {
    let database = database
    let standing = try await database.read { try SearchClock.standing(in: $0) }
    try await engine.replaceAll(upTo: standing.version, mark: standing.mark, givesWay: givesWay) { product in
      try await database.read {
        try SearchDocumentTable.documents(after: product, limit: Self.changesPerStep, in: $0)
      }
    } changes: { after in
      try await database.read {
        try SearchDocumentTable.changes(after: after, textsAfter: standing.version, limit: Self.changesPerStep, in: $0)
      }.map(\.change)
    } exchanging: { [applying] exchange in
      try await applying.run { try await exchange() }
    }
    reach.withLock { $0.askedAt = nil }
    keptCards.withLock { $0.forgetAll() }
    bumpRevision()
  }

  /// Makes the index anew when so much of it is of documents that are gone that it is worth while, or when it is damaged.
  public func renewWornIndex() async throws {
    guard isLoaded.load(ordering: .acquiring), lasting?.isWorn == true else { return }
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
