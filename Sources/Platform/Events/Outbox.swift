import Foundation
import Governance
import Storage
import Synchronization
import Values

/// Where facts wait for the relay, written in the same transaction as the change they tell of.
public final class Outbox: Sendable {
  private let ids: IDGenerator
  private let clock: WallClock
  private let bell = Mutex(Bell {})
  private let ear = Mutex(Ear { _ in })

  public init(ids: IDGenerator, clock: WallClock) {
    self.ids = ids
    self.clock = clock
  }

  /// Puts the event beside the change; it leaves only if the transaction commits.
  public func tell(_ event: some Event, in transaction: any Transaction) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let payload = String(decoding: try encoder.encode(event), as: UTF8.self)
    let id: EventID = ids.next()
    let (name, trace) = (type(of: event).name, TraceParent.valid(TraceParent.current))
    try transaction.execute(
      """
      INSERT INTO outbox (id, name, version, subject, occurred_at, payload, trace)
      VALUES (\(id), \(name), \(type(of: event).version), \(event.subject), \(clock.now), \(payload), \(trace))
      """)
    transaction.afterCommit { [weak self] in self?.signal(name) }
  }

  /// Called with the name of each event that this process told, after its commit. The last one given counts.
  public func onTold(_ action: @escaping @Sendable (String) -> Void) { ear.withLock { $0 = Ear(hear: action) } }

  /// Called after each commit that told something, so that the relay needn't poll. The last one given counts.
  public func onCommit(_ action: @escaping @Sendable () -> Void) { bell.withLock { $0 = Bell(ring: action) } }

  /// What waits to be relayed.
  public func lag(in transaction: any ReadTransaction) throws -> OutboxLag {
    let row = try transaction.row("SELECT COUNT(*) AS waiting, MIN(occurred_at) AS oldest FROM outbox")
    let oldest: Timestamp? = try row?["oldest"]
    let age = oldest.map { max(0, clock.now.milliseconds - $0.milliseconds) } ?? 0
    return OutboxLag(count: try row?["waiting"] ?? 0, age: .milliseconds(age))
  }

  private func signal(_ name: String) {
    ear.withLock { $0 }.hear(name)
    bell.withLock { $0 }.ring()
  }
}

/// Wrapped, because a bare closure behind a lock grows by a layer each time that it is read.
private struct Bell: Sendable {
  let ring: @Sendable () -> Void
}

/// Wrapped for the same reason.
private struct Ear: Sendable {
  let hear: @Sendable (String) -> Void
}

/// How far the relay is behind.
public struct OutboxLag: Hashable, Sendable {
  public let count: Int
  /// How long the oldest event has waited; zero when none waits.
  public let age: Duration

  public static let none = OutboxLag(count: 0, age: .zero)
}
