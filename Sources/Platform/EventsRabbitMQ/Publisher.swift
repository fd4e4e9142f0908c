import Events
import Foundation
import Logging
import Synchronization
import Values

/// Sends events in the order in which it gets them, and settles each when the broker has it for good. When one can't be
/// sent, all that are under way are given back together, so that they're sent again in their order.
final class Publisher: LineWork {
  /// Sent and not yet confirmed.
  private static let mostUnconfirmed = 2000
  /// More than the relay ever has under way.
  private static let mostWaiting = 20_000
  /// How long the broker may take to confirm.
  private static let patience = Duration.seconds(20)

  private struct Item {
    let envelope: EventEnvelope
    let receipt: Receipt
  }

  private struct State {
    /// Nil while there's a connection.
    var fault: (any Error)? = BrokerFault.closed
    var isClosed = true
    var waiting = Queue<Item>()
  }

  /// Touched by the thread of the line alone, under a lock that nobody else asks for.
  private struct Flight {
    var lastTag: UInt64 = 0
    /// The lowest that isn't confirmed, if any is.
    var oldest: UInt64 = 1
    var unconfirmed: [UInt64: (item: Item, since: ContinuousClock.Instant)] = [:]
    var returned: Set<String> = []
  }

  private let topology: Topology
  private let echoes: Echoes
  private let bell: Bell
  private let state = Mutex(State())
  private let flight = Mutex(Flight())

  init(_ topology: Topology, echoes: Echoes, bell: Bell) {
    self.topology = topology
    self.echoes = echoes
    self.bell = bell
  }

  func send(_ envelopes: [EventEnvelope], settled: @escaping Parcel.Settled) {
    let refusal = state.withLock { state -> (any Error)? in
      if state.isClosed { return BrokerFault.closed }
      if state.waiting.count + envelopes.count > Self.mostWaiting { return BrokerBusy() }
      for envelope in envelopes { state.waiting.append(item(envelope, settled)) }
      return nil
    }
    if let refusal {
      Task.detached { for envelope in envelopes { settled(envelope.id, refusal) } }
    } else {
      bell.ring()
    }
  }

  private func item(_ envelope: EventEnvelope, _ settled: @escaping Parcel.Settled) -> Item {
    let queues = topology.own(for: envelope.name)
    let receipt = Receipt(envelope.id, parts: 1 + queues.count, settled: settled)
    for queue in queues { echoes.expect(envelope.id, at: queue.subscriber, for: receipt) }
    return Item(envelope: envelope, receipt: receipt)
  }

  /// From now on, what is sent waits for a connection.
  func open() { state.withLock { $0.isClosed = false } }

  // MARK: LineWork

  func begin(on connection: Connection) throws {
    try topology.declare(on: connection, own: false)
    try connection.askForConfirms()
    flight.withLock { $0 = Flight() }
    // What came while there was no connection goes back first: its turn is after what was given back before.
    while let fault = state.withLock({ $0.waiting.isEmpty ? nil : $0.fault }) { lose(fault) }
    state.withLock { $0.fault = nil }
  }

  func step(on connection: Connection) throws -> Bool {
    var isDone = false
    while let word = try connection.next() {
      try take(word)
      if case .confirmed = word { isDone = true }
    }
    while connection.hasRoom, let item = nextToSend() {
      // Counted before, so that it's given back when this fails.
      flight.withLock { flight in
        flight.lastTag += 1
        flight.unconfirmed[flight.lastTag] = (item, .now)
      }
      try connection.publish(try Message(item.envelope), to: topology.exchange)
    }
    if let since = flight.withLock({ $0.unconfirmed[$0.oldest]?.since }), since.duration(to: .now) > Self.patience {
      throw BrokerFault.lost(connection.place, reason: "no confirmation within \(Self.patience)")
    }
    return isDone
  }

  var hasToSend: Bool { hasRoom && state.withLock { !$0.waiting.isEmpty } }

  func isDone() -> Bool { flight.withLock { $0.unconfirmed.isEmpty } && state.withLock { $0.waiting.isEmpty } }

  func end(on connection: Connection) {}

  func lose(_ error: any Error) {
    let waiting = state.withLock { state in
      var waiting: [Item] = []
      while let item = state.waiting.popFirst() { waiting.append(item) }
      state.fault = error
      if case BrokerFault.closed = error { state.isClosed = true }
      return waiting
    }
    let unconfirmed = flight.withLock { flight in
      defer { flight = Flight() }
      return flight.unconfirmed.sorted { $0.key < $1.key }.map(\.value.item)
    }
    giveBack(unconfirmed + waiting, error)
  }

  private func giveBack(_ items: [Item], _ error: any Error) {
    for item in items { item.receipt.settle(error) }
    echoes.fail(Set(items.map(\.envelope.id)), error)
  }

  // MARK: One by one

  private var hasRoom: Bool { flight.withLock { $0.unconfirmed.count < Self.mostUnconfirmed } }

  private func nextToSend() -> Item? {
    guard hasRoom else { return nil }
    return state.withLock { $0.waiting.popFirst() }
  }

  private func take(_ word: Connection.Word) throws {
    switch word {
    case .returned(let id): flight.withLock { _ = $0.returned.insert(id) }
    case .refused: throw Unsent(reason: "the broker refused an event")
    case .confirmed(let tag, let isMultiple): try confirm(isMultiple ? oldest...max(oldest, tag) : tag...tag)
    case .arrived: break
    }
  }

  private var oldest: UInt64 { flight.withLock { $0.oldest } }

  private func confirm(_ tags: ClosedRange<UInt64>) throws {
    for tag in tags {
      let confirmed = flight.withLock { flight -> (item: Item, wasReturned: Bool)? in
        guard let (item, _) = flight.unconfirmed.removeValue(forKey: tag) else { return nil }
        while flight.oldest <= flight.lastTag, flight.unconfirmed[flight.oldest] == nil { flight.oldest += 1 }
        return (item, flight.returned.remove(item.envelope.id.description) != nil)
      }
      guard let (item, wasReturned) = confirmed else { continue }
      // One that nobody hears is done with; one that somebody here hears has lost its queue.
      guard wasReturned, topology.hears(item.envelope.name) else {
        item.receipt.settle(nil)
        continue
      }
      let fault = Unsent(reason: "no queue takes \(item.envelope.name)")
      giveBack([item], fault)
      throw fault
    }
  }
}

/// An event goes back to whoever sent it, to be sent again.
struct Unsent: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}

/// More is to be sent than may wait.
struct BrokerBusy: Error {}
