import Governance
import Logging
import Synchronization
import Values

/// Keeps the lists in memory as they are in etcd.
final class PartFollower: Sendable {
  /// A moment in the history of one store.
  private struct Position {
    let cluster: String
    var revision: Int64

    init?(_ header: Header) {
      guard let cluster = header.cluster, let revision = header.revision.flatMap(Int64.init) else { return nil }
      self.cluster = cluster
      self.revision = revision
    }

    /// Whether this can't be what came before, because the store began anew.
    func isAhead(of other: Position) -> Bool { cluster != other.cluster || revision > other.revision }
  }

  private struct Known {
    var position: Position?
    /// Until when those who were listed before etcd lost its data stay listed, so that the living can register again.
    var graceEnds: ContinuousClock.Instant?

    /// Of etcd being away.
    var reminder = Reminder()

    var isInGrace: Bool { graceEnds.map { ContinuousClock.now < $0 } ?? false }
  }

  private static let secondsBetweenChecks = 1

  let client: EtcdClient
  let list = PartList()
  private let grace: Duration
  private let logger: Logger
  private let known = Mutex(Known())

  /// - Parameter grace: by default longer than a lease and the second within which it is asked for again.
  init(_ client: EtcdClient, grace: Duration = .seconds(5), logger: Logger) {
    self.client = client
    self.grace = grace
    self.logger = logger
  }

  /// Follows until the task is cancelled.
  func run() async {
    let backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
    var failures = 0
    while !Task.isCancelled {
      do {
        try await follow {
          failures = 0
          if known.withLock({ $0.reminder.end() }) { logger.notice("etcd is back") }
        }
      } catch {
        if Task.isCancelled { return }
        failures += 1
        // One failure is a member that went; the next one answers.
        if failures > 1 { noteAway(error) }
        try? await Task.sleep(for: backoff.delay(afterFailures: failures, chance: .random(in: 0.5...1)))
      }
    }
  }

  /// Whether the lists can't be followed now.
  var isAway: Bool { known.withLock { $0.reminder.isOn } }

  func noteAway(_ error: any Error) {
    let (isDue, isNew) = known.withLock { ($0.reminder.isDue(), $0.position == nil) }
    guard isDue else { return }
    logger.warning(
      isNew
        ? "etcd hasn't been reached yet, so that no other part is known here: start it, or correct setting registry.etcd"
        : "etcd is away: the parts last known stay in use",
      metadata: ["etcd": "\(client.address)", "error": "\(error)"])
  }

  /// Brings the lists to what etcd has now.
  /// - Returns: where to go on from, and when to read once more because etcd has lost what it had before.
  func read() async throws -> (revision: Int64, graceEnds: ContinuousClock.Instant?) {
    let answer: RangeAnswer = try await client.call("kv/range", PartKeys.list)
    guard let position = Position(answer.header) else { throw EtcdFault(.other, "an answer without a revision") }
    let graceEnds = known.withLock { known in
      if known.position?.isAhead(of: position) == true { known.graceEnds = .now.advanced(by: grace) }
      known.position = position
      // A watch that breaks meanwhile doesn't end it.
      if !known.isInGrace { known.graceEnds = nil }
      return known.graceEnds
    }
    let instances = (answer.kvs ?? []).compactMap(PartKeys.instance)
    if graceEnds == nil {
      list.replace(with: instances)
    } else {
      list.change { for instance in instances { $0[instance.id] = instance } }
    }
    return (position.revision, graceEnds)
  }

  /// Reads, then watches for changes until something breaks.
  private func follow(onRead: () -> Void) async throws {
    let (revision, graceEnds) = try await read()
    let member = client.member
    onRead()
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await self.watch(member, from: revision) }
        group.addTask { try await self.check(member) }
        // Then all is read again, and whoever hasn't come back is gone.
        if let graceEnds { group.addTask { try await Task.sleep(until: graceEnds) } }
        try await group.next()
        group.cancelAll()
      }
    } catch {
      client.leave(member)
      throw error
    }
  }

  private func watch(_ member: String, from revision: Int64) async throws {
    try await client.watch(member, PartKeys.watch(from: revision)) { line in
      guard let result = line.result, result.canceled != true else {
        throw EtcdFault(.other, line.result?.reason ?? line.error?.message ?? "the watch was ended")
      }
      list.change { known in
        for event in result.events ?? [] {
          guard let id = PartKeys.id(event.kv) else { continue }
          known[id] = event.type == "DELETE" ? nil : PartKeys.instance(event.kv) ?? known[id]
        }
      }
      advance(to: result.header)
    }
    throw EtcdFault(.unreachable, "the watch broke off")
  }

  /// Ends when the member doesn't answer or has lost its cluster: then its watch would be silent too.
  private func check(_ member: String) async throws {
    while true {
      try await Task.sleep(for: .seconds(Self.secondsBetweenChecks))
      let answer: RangeAnswer = try await client.ask(member, "kv/range", PartKeys.count)
      advance(to: answer.header)
    }
  }

  private func advance(to header: Header) {
    guard let position = Position(header) else { return }
    known.withLock { known in
      guard let last = known.position, last.cluster == position.cluster, last.revision < position.revision else {
        return
      }
      known.position = position
    }
  }
}
