import Foundation
import Storage
import Synchronization
import Values

/// Where facts wait for the relay, written in the same transaction as the change they tell of.
public final class Outbox: Sendable {
  private let ids: IDGenerator
  private let clock: WallClock
  private let wake = Mutex<(@Sendable () -> Void)?>(nil)

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
    try transaction.execute(
      """
      INSERT INTO outbox (id, name, version, subject, occurred_at, payload)
      VALUES (\(id), \(type(of: event).name), \(type(of: event).version), \(event.subject), \(clock.now), \(payload))
      """)
    transaction.afterCommit { [weak self] in self?.signal() }
  }

  /// Called after each commit that told something, so that the relay needn't poll.
  public func onCommit(_ action: @escaping @Sendable () -> Void) { wake.withLock { $0 = action } }

  private func signal() { wake.withLock { $0 }?() }
}
