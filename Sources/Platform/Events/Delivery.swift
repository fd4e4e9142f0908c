import Synchronization
import Values

/// One event on its way to one subscriber.
struct Delivery: Sendable {
  let envelope: EventEnvelope
  /// Nil once it's settled.
  let receipt: Receipt?
  let shift: Shift?
  /// How often it has been told again, since this process couldn't follow it.
  private(set) var repeats = 0

  init(envelope: EventEnvelope, receipt: Receipt?, shift: Shift?) {
    self.envelope = envelope
    self.receipt = receipt
    self.shift = shift
  }

  var isRepeat: Bool { repeats > 0 }

  /// The same for the next time, settled before.
  var again: Delivery {
    var next = Delivery(envelope: envelope, receipt: nil, shift: nil)
    next.repeats = repeats + 1
    return next
  }

  /// False when it's no longer for this process.
  func begin() -> Bool { shift?.begin() ?? true }

  /// An attempt has failed, and another will be made.
  func pause() { shift?.finish() }

  func settle(_ error: (any Error)?) {
    receipt?.settle(error)
    shift?.finish()
  }
}

/// Waits for all subscribers of one event and then tells the sender.
package final class Receipt: Sendable {
  private let event: EventID
  private let settled: @Sendable (EventID, (any Error)?) -> Void
  private let state: Mutex<(left: Int, error: (any Error)?)>

  /// - Parameter parts: how many `settle` will be called, 1 or more.
  package init(_ event: EventID, parts: Int, settled: @escaping @Sendable (EventID, (any Error)?) -> Void) {
    self.event = event
    self.settled = settled
    state = Mutex((parts, nil))
  }

  package func settle(_ error: (any Error)?) {
    let (isLast, first) = state.withLock { state in
      state.left -= 1
      if state.error == nil { state.error = error }
      return (state.left == 0, state.error)
    }
    if isLast { settled(event, first) }
  }
}

/// Remembers the last few thousand keys, for the moment between handling an event and the inbox saying so.
struct RecentKeys {
  private static let generation = 4096
  private var young: Set<Inbox.Key> = []
  private var old: Set<Inbox.Key> = []

  func contains(_ key: Inbox.Key) -> Bool { young.contains(key) || old.contains(key) }

  mutating func insert(_ key: Inbox.Key) {
    young.insert(key)
    guard young.count >= Self.generation else { return }
    old = young
    young = []
  }
}
