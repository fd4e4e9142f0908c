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
  /// What was written at once is handed to the index at once, up to so many.
  private static let mostKnown = 1000
  /// An index elsewhere, which others feed and make anew too, is asked how far it is after so long also when nothing changes.
  private static let trust = Duration.seconds(10)
  /// How long those who write wait for an index elsewhere.
  private static let writersPatience = Duration.seconds(5)
  /// How often in a row an index may be exchanged for another while something is taken over.
  private static let mostExchanges = 3

  /// Takes over what was written since, by whatever process. Whoever calls sees all that was committed before. Answers
  /// whether something that a shopper can see has changed. Does nothing before `load`, and for an index that versions don't
  /// lead to what the table holds: that is made anew (`renewIndex`).
  @discardableResult
  public func follow() async throws -> Bool {
    try await follow(knowing: nil)
  }

  private func follow(knowing written: RowChanges?) async throws -> Bool {
    guard isLoaded.load(ordering: .acquiring) else { return false }
    return try await following.run {
      try await Deadline.lifted {
        // One elsewhere may hang, and loses nothing by being left in the middle.
        try await self.applying.run(heedingCancellation: self.lasting == nil) {
          try await self.catchUp(knowing: written)
        }
      }
    }
  }

  /// For whoever has written: what they wrote stands, and who follows takes it over later. Nobody waits long for an index
  /// elsewhere, and once it is known to be behind not at all: else all that comes after what was written would stand still
  /// while a cluster is away.
  /// - Parameter written: what has just been committed here, which needn't be read again where it is all that is new.
  func followIfPossible(knowing written: RowChanges? = nil) async {
    let isElsewhere = lasting == nil
    guard isLoaded.load(ordering: .acquiring), !isElsewhere || !isToldBehind.load(ordering: .acquiring) else { return }
    let hasTime = Deadline.remaining(atMost: Self.writersPatience) == Self.writersPatience
    do {
      if isElsewhere {
        _ = try await Deadline.run(within: Self.writersPatience) { try await self.follow(knowing: written) }
      } else {
        _ = try await follow(knowing: written)
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

  /// While nothing changes this is one small read. Answers whether something that a shopper can see has changed.
  private func catchUp(knowing written: RowChanges?) async throws -> Bool {
    var isVisible = false
    // Closed meanwhile.
    guard isLoaded.load(ordering: .acquiring) else { return isVisible }
    if lasting == nil, try await isSettled() {
      isToldBehind.store(false, ordering: .releasing)
      return isVisible
    }
    var exchanges = 0
    while true {
      let applied = try await askIndex()
      let (standing, changes, isAll) = try await look(after: applied, knowing: written)
      let state = try await state(at: applied, of: standing)
      isOutdated.store(state != .current, ordering: .releasing)
      guard state != .ofAnother else { return isVisible }
      do {
        if !changes.rows.isEmpty { try await engine.apply(changes.rows.map(\.change)) }
      } catch let exchanged as IndexExchanged {
        exchanges += 1
        guard exchanges < Self.mostExchanges else { throw exchanged }
        continue
      }
      reach.withLock { $0.applied = changes.last }
      keptCards.withLock { $0.forget(changes.rows.map(\.product)) }
      if changes.isVisible {
        isVisible = true
        bumpRevision()
      }
      if isAll {
        wholeVersion.store(changes.last, ordering: .releasing)
        isToldBehind.store(false, ordering: .releasing)
        if state == .current { reach.withLock { $0.mark = standing.mark } }
        return isVisible
      }
    }
  }

  /// Hears what people decided about ranking, and of rules that begin and end, so that the revision moves also while nothing
  /// is followed: while following waits for a cluster that hangs. Reads nothing where that was heard
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
    let (standing, _, _) = try await look(after: .max, knowing: nil)
    let reach = reach.withLock { $0 }
    guard let applied = reach.applied, reach.isYoung(at: clock.now, within: Self.trust) else { return false }
    return standing.version <= applied && standing.mark == reach.mark
  }

  /// The one look at what others may have changed: documents after a version, which are read only where there are some that
  /// aren't known, and the tuning. Answers also whether these are all.
  private func look(
    after applied: Int64, knowing written: RowChanges?
  ) async throws -> (SearchClock.Standing, RowChanges, isAll: Bool) {
    // Of the last time that the end was reached, and not of the step before: what is read here has moved on meanwhile.
    let whole = wholeVersion.load(ordering: .acquiring)
    let (now, heedsTuning) = (clock.now, rules != nil && heedsTuning)
    let (pulse, changes, isAll) = try await database.read { transaction in
      let pulse = try SearchClock.pulse(withTuning: heedsTuning, in: transaction)
      guard applied < pulse.standing.version else { return (pulse, RowChanges(after: applied, rows: []), true) }
      if let written, written.after == applied, written.last == pulse.standing.version,
        written.rows.count <= Self.mostKnown
      {
        return (pulse, written, true)
      }
      let changes = try SearchDocumentTable.changes(
        after: applied, textsAfter: whole, limit: Self.changesPerStep, in: transaction)
      return (pulse, changes, changes.rows.count < Self.changesPerStep)
    }
    if heedsTuning { await rules?.heed(pulse.tuning, readAt: now) }
    return (pulse.standing, changes, isAll)
  }

  /// How an index that has come so far stands to the table. An empty one becomes the table's.
  func state(at applied: Int64, of standing: SearchClock.Standing) async throws -> IndexState {
    if applied > 0, applied < standing.prunedTo { return .ofAnother }
    let mark = try await engine.mark()
    guard mark != standing.mark else { return .current }
    guard applied > 0 else {
      try await engine.note(mark: standing.mark)
      return .current
    }
    return SearchClock.isOfSameTable(mark, standing.mark) ? .outdated : .ofAnother
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

  /// Makes the index anew where it is due: when somebody has asked for it, when it is of another table or lacks removals
  /// that are forgotten, when it is damaged, and when so much of it is of documents that are gone that it is worth while.
  /// The one that is there answers meanwhile, and follows where it can.
  public func renewIndex() async throws {
    guard isDueForRenewal, renewals.withLock({ $0.isOver(at: clock.now) }),
      !isRenewing.exchange(true, ordering: .acquiringAndReleasing)
    else { return }
    defer { isRenewing.store(false, ordering: .releasing) }
    if lasting == nil {
      // Another process may have made one for all meanwhile.
      try await follow()
      guard isDueForRenewal else { return }
    }
    tell("the search index is made anew")
    do {
      try await remake(givesWay: true)
    } catch {
      renewals.withLock { $0.noteFailure(at: clock.now) }
      throw error
    }
    renewals.withLock { $0 = RenewalPause() }
    try await follow()
  }

  private var isDueForRenewal: Bool {
    isLoaded.load(ordering: .acquiring) && (isOutdated.load(ordering: .acquiring) || lasting?.isWorn == true)
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
      }.rows.map(\.change)
    } exchanging: { exchange in
      try await self.applying.run {
        try await exchange()
        // Whoever follows next says where it is to be made anew once more.
        self.isOutdated.store(false, ordering: .releasing)
      }
    }
    reach.withLock { $0.askedAt = nil }
    keptCards.withLock { $0.forgetAll() }
    bumpRevision()
  }
}

extension DocumentChange {
  fileprivate var version: Int64 {
    switch self {
    case .put(_, let version), .figures(_, let version), .remove(_, let version): version
    }
  }
}

/// How an index stands to the table of documents.
enum IndexState: Sendable {
  case current
  /// It follows, and is to be made anew.
  case outdated
  /// Versions don't lead it to what the table holds: it is of another, or removals that it hasn't taken over are forgotten.
  case ofAnother
}

/// How long an index that couldn't be made anew is left as it is: a minute after the first failure, twice as long after each
/// further one, an hour at most.
struct RenewalPause: Sendable {
  private static let longest = Duration.seconds(3600)
  private var until: Timestamp?
  private var pause = Duration.seconds(60)

  func isOver(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? true }

  mutating func noteFailure(at now: Timestamp) {
    until = now.adding(pause)
    pause = min(pause * 2, Self.longest)
  }
}

/// Lets one step of work run at a time. Whoever comes while one runs shares the next, which sees all that was there before.
actor FollowGate {
  private typealias Step = Task<Bool, any Error>

  private var underWay: Step?
  private var next: Step?

  /// Whoever is cancelled waits no longer; the step goes on for the others.
  func run(_ body: @escaping @Sendable () async throws -> Bool) async throws -> Bool {
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

  private static func value(of step: Step) async throws -> Bool {
    let (values, continuation) = AsyncThrowingStream<Bool, any Error>.makeStream()
    Task {
      continuation.yield(with: await step.result)
      continuation.finish()
    }
    for try await value in values { return value }
    throw CancellationError()
  }
}
