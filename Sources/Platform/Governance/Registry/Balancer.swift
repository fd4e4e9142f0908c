import Values

/// Spreads calls over the instances of a part. Of two drawn by chance it takes the one with less to do: our calls under way
/// there and one more, times one and the load that it tells of. An instance that failed several times in a row, or hung once,
/// is left out for a while that doubles each time, and comes back for good with its first success.
///
/// A value without a clock or chance of its own: the caller brings both, and keeps it behind a lock.
public struct Balancer: Sendable {
  public struct Rules: Hashable, Sendable {
    /// Failures in a row after which an instance is left out: 1 or more.
    public let failures: Int
    /// How long: the first time, and at most.
    public let pause: Backoff

    public init(failures: Int = 3, pause: Backoff = Backoff(first: .seconds(5), longest: .seconds(60))) {
      precondition(failures >= 1, "an instance is left out after at least one failure")
      self.failures = failures
      self.pause = pause
    }
  }

  private struct Record {
    var callsUnderWay = 0
    var failures = 0
    var pauses = 0
    var isOutUntil: ContinuousClock.Instant?

    func isOut(at now: ContinuousClock.Instant) -> Bool { isOutUntil.map { now < $0 } ?? false }
  }

  private let rules: Rules
  private var records: [PartInstanceID: Record] = [:]

  public init(_ rules: Rules = Rules()) { self.rules = rules }

  /// Chooses who gets the next call, which counts as under way until `end`. Those already tried come last, before them those
  /// that say they are sick, before them those left out; so there is an answer unless the list is empty.
  public mutating func begin(
    among instances: [PartInstance], after tried: Set<PartInstanceID> = [], at now: ContinuousClock.Instant,
    using chance: inout some RandomNumberGenerator
  ) -> PartInstance? {
    forgetGone(instances)
    let ranked = instances.map { (instance: $0, rank: rank($0, tried, now)) }
    guard let best = ranked.map(\.rank).min() else { return nil }
    let candidates = ranked.filter { $0.rank == best }.map(\.instance)
    let first = Int.random(in: candidates.indices, using: &chance)
    var chosen = candidates[first]
    if candidates.count > 1 {
      let step = Int.random(in: 1..<candidates.count, using: &chance)
      let other = candidates[(first + step) % candidates.count]
      if burden(other) < burden(chosen) { chosen = other }
    }
    records[chosen.id, default: Record()].callsUnderWay += 1
    return chosen
  }

  /// Notes how a call that `begin` chose the instance for has ended.
  public mutating func end(_ id: PartInstanceID, _ outcome: CallOutcome, at now: ContinuousClock.Instant) {
    guard var record = records[id] else { return }
    record.callsUnderWay = max(0, record.callsUnderWay - 1)
    switch outcome {
    case .none: break
    case .success: record = Record(callsUnderWay: record.callsUnderWay)
    case .failure, .hang:
      record.failures = outcome == .hang ? max(rules.failures, record.failures + 1) : record.failures + 1
      // While it is out, failures are news of calls that began before.
      if record.failures >= rules.failures, !record.isOut(at: now) {
        record.pauses += 1
        record.isOutUntil = now.advanced(by: rules.pause.delay(afterFailures: record.pauses, chance: 1))
      }
    }
    records[id] = record
  }

  /// Whether the instance is left out for its failures.
  public func isLeftOut(_ id: PartInstanceID, at now: ContinuousClock.Instant) -> Bool {
    records[id]?.isOut(at: now) ?? false
  }

  private func rank(_ instance: PartInstance, _ tried: Set<PartInstanceID>, _ now: ContinuousClock.Instant) -> Int {
    (tried.contains(instance.id) ? 4 : 0) + (instance.condition.health == .healthy ? 0 : 2)
      + (isLeftOut(instance.id, at: now) ? 1 : 0)
  }

  private func burden(_ instance: PartInstance) -> Double {
    Double((records[instance.id]?.callsUnderWay ?? 0) + 1) * (1 + instance.condition.load)
  }

  /// Records of instances that left are kept while calls are under way there, and until there are more than instances.
  private mutating func forgetGone(_ instances: [PartInstance]) {
    guard records.count > instances.count else { return }
    let ids = Set(instances.map(\.id))
    records = records.filter { ids.contains($0.key) || $0.value.callsUnderWay > 0 }
  }
}
