import AuditLog
import Storage
import Synchronization
import Values

/// Tuning over a database, all of it kept in memory. A row counts the changes. What it says is read by whoever follows the
/// table of documents, with the same look; where nobody does, it is looked at again after some seconds, so that changes by
/// other processes are heard of.
public final class StoredSearchRules: SearchRuleService {
  static let mostGroups = 2000
  static let mostRules = 1000
  /// How long what is in memory is taken as it was read. Where the table is followed it never gets so old.
  private static let lifetime = Duration.seconds(4)

  private struct Memory {
    var tuning: SearchTuning?
    /// What the row said when the tuning was read.
    var stored = 0
    var checkedAt: Timestamp?
    /// Whether this process has changed something since it was read.
    var isStale = false
    /// Grows with each change of this process, so that what was read before isn't kept after.
    var age = 0
    var revision = 0
  }

  let database: any Database
  let ids: IDGenerator
  let clock: WallClock
  private let memory = Mutex(Memory())

  public init(database: any Database, ids: IDGenerator, clock: WallClock) {
    self.database = database
    self.ids = ids
    self.clock = clock
  }

  public var revision: Int { memory.withLock { $0.revision } }

  public func tuning() async throws -> SearchTuning {
    let now = clock.now
    let known = memory.withLock { memory -> SearchTuning? in
      guard !memory.isStale, let checkedAt = memory.checkedAt, let tuning = memory.tuning else { return nil }
      // Also where the clock was put back.
      return checkedAt <= now && now < checkedAt.adding(Self.lifetime) ? tuning : nil
    }
    if let known { return known }
    do {
      return try await renewed()
    } catch let fault as any PassingFault where fault.mayPass {
      // What was in force last is better than no answer.
      guard let old = memory.withLock({ $0.tuning }) else { throw fault }
      return old
    }
  }

  /// Hears how often the tuning was changed, so that the revision moves where nobody searches. Nothing is read where nothing
  /// was changed.
  /// - Parameter moment: no later than it was read.
  func heed(_ stored: Int, readAt moment: Timestamp) async {
    let isKnown = memory.withLock { memory -> Bool in
      guard !memory.isStale, let tuning = memory.tuning, stored == memory.stored else { return false }
      if let last = memory.checkedAt {
        // Somebody has looked since; what turned before has been counted. Of a clock that was put back it isn't so.
        guard moment >= last || moment.adding(Self.lifetime) < last else { return true }
        if tuning.turns(after: last, until: moment) { memory.revision += 1 }
      }
      memory.checkedAt = moment
      return true
    }
    // What can't be read stays as it was; whoever asks for it is told.
    if !isKnown { _ = try? await renewed() }
  }

  private func renewed() async throws -> SearchTuning {
    let now = clock.now
    let (known, age) = memory.withLock { memory in
      (memory.isStale ? nil : memory.tuning.map { (tuning: $0, stored: memory.stored) }, memory.age)
    }
    let (tuning, stored) = try await database.read { transaction in
      let row = try TuningTable.row(in: transaction)
      if let known, known.stored == row?.revision ?? 0 { return known }
      return (try Self.tuning(weights: row?.weights, in: transaction), row?.revision ?? 0)
    }
    memory.withLock { memory in
      guard memory.age == age else { return }
      let before = memory.tuning
      let hasChanged = memory.stored != stored && !memory.isStale
      let hasTurned = memory.checkedAt.map { tuning.turns(after: $0, until: now) } ?? false
      // Whoever comes first has nothing of an older revision.
      if before != nil, hasChanged || hasTurned { memory.revision += 1 }
      (memory.tuning, memory.stored, memory.checkedAt, memory.isStale) = (tuning, stored, now, false)
    }
    return tuning
  }

  private static func tuning(
    weights: RankingWeights?, in transaction: any ReadTransaction
  ) throws -> SearchTuning {
    SearchTuning(
      synonyms: try SynonymTable.groups("1 = 1", limit: mostGroups, in: transaction),
      rules: try QueryRuleTable.rules("1 = 1", limit: mostRules, in: transaction),
      weights: weights ?? RankingWeights())
  }

  /// Drops what is kept in memory, after a commit of this process.
  private func forget() {
    memory.withLock { memory in
      memory.age += 1
      memory.isStale = true
      memory.revision += 1
    }
  }

  /// Counts a change and notes it, last in its transaction.
  func note(
    _ deed: Deed, on row: TuningTable.Row, by actor: Actor, in transaction: any Transaction
  ) throws {
    var row = row
    row.revision += 1
    try TuningTable.write(row, at: clock.now, in: transaction)
    transaction.afterCommit { [weak self] in self?.forget() }
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }
}

extension SearchTuning {
  /// Whether a rule begins or ends after the one moment and not after the other.
  fileprivate func turns(after last: Timestamp, until now: Timestamp) -> Bool {
    func isBetween(_ time: Timestamp?) -> Bool { time.map { last < $0 && $0 <= now } ?? false }
    return rules.contains { isBetween($0.from) || isBetween($0.until) }
  }
}
