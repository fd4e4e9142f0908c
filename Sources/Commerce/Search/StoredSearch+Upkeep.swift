import Governance
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
  /// How long those who write wait for an index elsewhere.
  private static let writersPatience = Duration.seconds(5)
  /// How often in a row an index may be exchanged for another while something is taken over.
  private static let mostExchanges = 3

  /// Takes over what was written since, by whatever process. Whoever calls sees all that was committed before. Answers
  /// whether something that a shopper can see has changed. Does nothing before `load`. An index that can't be brought to
  /// what the table holds is made anew.
  @discardableResult
  public func follow() async throws -> Bool {
    guard isLoaded.load(ordering: .acquiring) else { return false }
    let step = try await takeOver()
    guard step.isOfAnother else { return step.isVisible }
    // Nobody who has only written waits here. It is done for all who do, whatever time the first of them has.
    return try await remaking.run { try await Deadline.lifted { try await self.makeAnew() } }
  }

  private func takeOver() async throws -> FollowStep {
    let step = try await following.run {
      try await Deadline.lifted {
        // One elsewhere may hang, and loses nothing by being left in the middle.
        try await self.applying.run(heedingCancellation: self.lasting == nil) { try await self.catchUp() }
      }
    }
    if !step.isOfAnother { isToldBehind.store(false, ordering: .releasing) }
    return step
  }

  private func makeAnew() async throws -> Bool {
    guard try await takeOver().isOfAnother else { return true }
    let now = clock.now
    // What broke off for want of room or of rest in the table is not begun again at once.
    guard remakes.withLock({ $0.isDue(at: now) }) else { return false }
    tell("the search index is made anew: its table is another one, or somebody has asked for it")
    isRemaking.store(true, ordering: .releasing)
    defer { isRemaking.store(false, ordering: .releasing) }
    do {
      try await remake(givesWay: true)
    } catch {
      let now = clock.now
      remakes.withLock { $0.noteFailure(at: now) }
      throw error
    }
    remakes.withLock { $0 = RemakePause() }
    return try await !takeOver().isOfAnother
  }

  /// For whoever has written: what they wrote stands, and who follows takes it over later. They neither make an index
  /// anew nor wait for one, since that may take longer than whoever waits for them has. Nobody waits long for an index
  /// elsewhere either, and once it is known to be behind not at all: else all that comes after what was written would
  /// stand still while a cluster is away.
  func followIfPossible() async {
    let isElsewhere = lasting == nil
    guard isLoaded.load(ordering: .acquiring), !isRemaking.load(ordering: .acquiring),
      !isElsewhere || !isToldBehind.load(ordering: .acquiring)
    else { return }
    let hasTime = Deadline.remaining(atMost: Self.writersPatience) == Self.writersPatience
    do {
      if isElsewhere {
        _ = try await Deadline.run(within: Self.writersPatience) { try await self.takeOver() }
      } else {
        _ = try await takeOver()
      }
    } catch is CancellationError {
      return
    } catch is DeadlineExceeded where !hasTime {
      // Whoever has written had less time than an index may take.
      return
    } catch {
      guard !isToldBehind.exchange(true, ordering: .acquiringAndReleasing) else { return }
      tell("the search index is behind: \(error)")
    }
  }

  /// While nothing changes this is one small read.
  private func catchUp() async throws -> FollowStep {
    var step = FollowStep()
    // Closed meanwhile.
    guard isLoaded.load(ordering: .acquiring) else { return step }
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

/// What following came to.
struct FollowStep: Sendable {
  /// Something that a shopper can see has changed.
  var isVisible = false
  /// Versions don't lead the index to what the table holds. Nothing was taken over.
  var isOfAnother = false
}

/// How long an index that couldn't be made anew is left as it is: a minute after the first failure, twice as long after each
/// further one, an hour at most.
struct RemakePause: Sendable {
  private static let longest = Duration.seconds(3600)
  private var until: Timestamp?
  private var pause = Duration.seconds(60)

  func isDue(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? true }

  mutating func noteFailure(at now: Timestamp) {
    until = now.adding(pause)
    pause = min(pause * 2, Self.longest)
  }
}

/// Lets one step of work run at a time. Whoever comes while one runs shares the next, which sees all that was there before.
actor FollowGate<Value: Sendable> {
  private typealias Step = Task<Value, any Error>

  private var underWay: Step?
  private var next: Step?

  /// Whoever is cancelled waits no longer; the step goes on for the others.
  func run(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    if let next { return try await Self.value(of: next) }
    let before = underWay
    let step = Step {
      _ = await before?.result
      self.begin()
      return try await body()
    }
    next = step
    return try await Self.value(of: step)
  }

  /// Returns when nothing runs.
  /// - Parameter cancels: whether what runs is ended before it is done.
  func end(cancelling cancels: Bool) async {
    for step in [underWay, next].compactMap(\.self) {
      if cancels { step.cancel() }
      _ = await step.result
    }
  }

  private func begin() { (underWay, next) = (next, nil) }

  private static func value(of step: Step) async throws -> Value {
    let (values, continuation) = AsyncThrowingStream<Value, any Error>.makeStream()
    Task {
      continuation.yield(with: await step.result)
      continuation.finish()
    }
    for try await value in values { return value }
    throw CancellationError()
  }
}
