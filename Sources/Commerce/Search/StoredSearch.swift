import Governance
import Storage
import Synchronization
import Values

/// Search over a table that holds every document, an engine that finds, and what people decided about ranking. The table
/// is the truth: the engine follows its versions, and the cards that a page shows are read from it and kept while they
/// are in use.
public final class StoredSearch: SearchService {
  let database: any Database
  let engine: any SearchEngine
  /// The engine, where its index is this process's own.
  let lasting: (any LastingEngine)?
  let rules: StoredSearchRules?
  let heedsTuning: Bool
  let clock: WallClock
  let tell: @Sendable (String) -> Void
  let keptCards: Mutex<RecentlyUsed<ProductID, ProductCard>>
  let readers = Mutex<KeptReader?>(nil)
  /// The last of a tuning that came with a question.
  let triedReaders = Mutex<KeptReader?>(nil)
  let spellings = Mutex(KeptSpelling())
  let following = FollowGate()
  let renewals = Mutex(RenewalPause())
  /// What is applied, and an exchange of the index, one after another.
  let applying = Turns()
  let isLoaded = Atomic<Bool>(false)
  /// Whoever followed last found that the index is to be made anew.
  let isOutdated = Atomic<Bool>(false)
  let isRenewing = Atomic<Bool>(false)
  let reach: Mutex<Reach>
  /// It was told that the index is behind, and it hasn't caught up since.
  let isToldBehind = Atomic<Bool>(false)
  /// The version at which the index held everything last; 0 before it was followed to the end, when it isn't known what
  /// a process before this one has passed over.
  let wholeVersion = Atomic<Int64>(0)
  let revisions: Atomic<Int>

  /// - Parameters:
  ///   - engine: where documents are found; nothing is before `load`.
  ///   - rules: what is in force; nil for the plain tuning.
  ///   - heedsTuning: whether following also tells how often the rules were changed. False where they are in another
  ///     database than the documents, such as the one that a late replica follows.
  ///   - cardsKept: how many cards stay in memory, at about half a kilobyte each.
  ///   - tell: what operators should know, as a sentence.
  public init(
    database: any Database, engine: any SearchEngine, rules: StoredSearchRules? = nil,
    heedsTuning: Bool = true, clock: WallClock,
    cardsKept: Int = 6000, tell: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.database = database
    self.engine = engine
    lasting = engine as? any LastingEngine
    self.rules = rules
    self.heedsTuning = heedsTuning
    self.clock = clock
    self.tell = tell
    reach = Mutex(Reach(since: clock.now))
    keptCards = Mutex(RecentlyUsed(capacity: cardsKept))
    // Begins at the time, so that it grows over restarts too.
    revisions = Atomic(Int(clamping: clock.now.milliseconds))
  }

  /// Moves with the index and with what people decide about ranking.
  public var revision: Int { revisions.load(ordering: .acquiring) + (rules?.revision ?? 0) }

  /// Opens the index and brings it up to date. Called once, before anything is searched for and before events are
  /// handled; without it nothing is found. An index that is missing, of another table, or ahead of one that was restored, is made anew: then the
  /// answer is true.
  @discardableResult
  public func load() async throws -> Bool {
    guard let lasting else {
      // It stands outside, may be away now, and is followed when it is there.
      isLoaded.store(true, ordering: .releasing)
      bumpRevision()
      return false
    }
    try await lasting.open()
    isLoaded.store(true, ordering: .releasing)
    let applied = try await engine.appliedVersion()
    let standing = try await database.read { try SearchClock.standing(in: $0) }
    var isAnew = applied > standing.version || applied == 0 && standing.version > 0
    if !isAnew { isAnew = try await state(at: applied, of: standing) == .ofAnother }
    if isAnew { try await remake(givesWay: true) }
    try await follow()
    keptCards.withLock { $0.forgetAll() }
    bumpRevision()
    return isAnew
  }

  /// Takes the first index of this machine, to be loaded next; answers whether no process has it. Always true where the
  /// index isn't a file.
  public func claimIndex() throws -> Bool { try lasting?.claimFirst() ?? true }

  /// Gives the index back. What was written stays.
  public func close() async throws {
    isLoaded.store(false, ordering: .releasing)
    guard let lasting else { return await following.end(cancelling: true) }
    try await lasting.close()
    // What was under way finds the index closed; the table may be closed next.
    await following.end(cancelling: false)
  }

  func bumpRevision() { revisions.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}
