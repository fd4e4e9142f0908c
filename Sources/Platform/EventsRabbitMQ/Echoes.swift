import Events
import Synchronization
import Values

/// Waits for what this process sends to come back to its own transient subscribers: only then is an event gone for good,
/// as it is without a broker.
final class Echoes: Sendable {
  private struct Key: Hashable {
    let event: EventID
    let subscriber: String
  }

  private let waiting = Mutex<[Key: [Receipt]]>([:])

  func expect(_ event: EventID, at subscriber: String, for receipt: Receipt) {
    waiting.withLock { $0[Key(event: event, subscriber: subscriber), default: []].append(receipt) }
  }

  func heard(_ event: EventID, by subscriber: String) {
    let receipts = waiting.withLock { $0.removeValue(forKey: Key(event: event, subscriber: subscriber)) }
    for receipt in receipts ?? [] { receipt.settle(nil) }
  }

  /// These won't come back, since they didn't leave.
  func fail(_ events: Set<EventID>, _ error: any Error) { fail(error) { events.contains($0.event) } }

  /// The queues may be gone, and what was in them.
  func failAll(_ error: any Error) { fail(error) { _ in true } }

  private func fail(_ error: any Error, where isLost: (Key) -> Bool) {
    let lost = waiting.withLock { waiting in
      let keys = waiting.keys.filter(isLost)
      return keys.flatMap { waiting.removeValue(forKey: $0) ?? [] }
    }
    for receipt in lost { receipt.settle(error) }
  }
}
