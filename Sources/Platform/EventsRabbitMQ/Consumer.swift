import Events
import Foundation
import Logging
import Synchronization
import Values

/// Hands what arrives to the subscribers, and acknowledges what they have for good. Nothing is ever refused: what can't be
/// settled ends the connection, and the broker delivers again from there, in order.
final class Consumer: LineWork {
  /// Without a step of the thread for so long, the broker has given the queues to another process.
  private static let patience = Connection.heartbeat * 2
  /// The most that are handed over at once.
  private static let batch = 500

  /// What one connection brought.
  private final class Session: Sendable {
    let shift = Shift(until: .now.advanced(by: Consumer.patience))
    let answers = Mutex<(tags: [UInt64], fault: (any Error)?)>(([], nil))

    func take() throws -> [UInt64] {
      let (tags, fault) = answers.withLock { answers in
        defer { answers.tags = [] }
        return answers
      }
      if let fault { throw fault }
      return tags
    }
  }

  private struct State {
    var topology: Topology
    var session: Session?
    var mayConsume = false
    var isConsuming = false
    var hasBegun = false
    /// Gaps whose renewal is under way.
    var renewals = 0
    var isEnding = false
  }

  private let lanes: Lanes
  private let echoes: Echoes
  private let ids: IDGenerator
  private let bell: Bell
  private let renew: @Sendable () async -> Void
  private let state: Mutex<State>

  /// - Parameter renew: called when transient subscribers have missed events; nothing is heard before it returns.
  init(
    _ topology: Topology, lanes: Lanes, echoes: Echoes, ids: IDGenerator, bell: Bell,
    renew: @escaping @Sendable () async -> Void
  ) {
    state = Mutex(State(topology: topology))
    self.lanes = lanes
    self.echoes = echoes
    self.ids = ids
    self.bell = bell
    self.renew = renew
  }

  /// Until this, events are only kept in the queues.
  func consume() {
    state.withLock { $0.mayConsume = true }
    bell.ring()
  }

  /// As it is at the broker now.
  var topology: Topology { state.withLock { $0.topology } }

  // MARK: LineWork

  func begin(on connection: Connection) throws {
    let isFirst = state.withLock { !$0.hasBegun }
    let hasGap = try !isFirst && topology.hasGap(on: connection)
    if hasGap { state.withLock { $0.topology.renew() } }
    try topology.declare(on: connection, own: true)
    state.withLock { state in
      state.session = Session()
      state.isConsuming = false
      state.hasBegun = true
    }
    guard hasGap else { return }
    echoes.failAll(BrokerFault.lost(connection.place, reason: "a queue was deleted"))
    state.withLock { $0.renewals += 1 }
    Task.detached { [self] in
      await renew()
      state.withLock { $0.renewals -= 1 }
      bell.ring()
    }
  }

  func step(on connection: Connection) throws -> Bool {
    guard let session = state.withLock({ $0.session }) else { return false }
    guard session.shift.extend(until: .now.advanced(by: Self.patience)) || isEnding else {
      throw BrokerFault.lost(connection.place, reason: "this process stood still")
    }
    try consumeOnce(connection)
    try takeIn(connection, session)
    let tags = try session.take()
    for tag in tags { try connection.acknowledge(tag) }
    return !tags.isEmpty
  }

  var hasToSend: Bool { false }

  func isDone() -> Bool {
    let session = state.withLock { state in
      state.isEnding = true
      return state.session
    }
    session?.shift.end()
    return session.map { $0.shift.isIdle && $0.answers.withLock { $0.tags.isEmpty } } ?? true
  }

  func end(on connection: Connection) {
    // What can't be deleted goes by itself after a while.
    for queue in topology.queues where !queue.isShared { try? connection.delete(queue: queue.name) }
  }

  func lose(_ error: any Error) {
    let session = state.withLock { state in
      defer { state.session = nil }
      return state.session
    }
    session?.shift.end()
    echoes.failAll(error)
  }

  // MARK: What arrives

  private var isEnding: Bool { state.withLock { $0.isEnding } }

  private func consumeOnce(_ connection: Connection) throws {
    let mustBegin = state.withLock { state in
      guard state.mayConsume, state.renewals == 0, !state.isConsuming else { return false }
      state.isConsuming = true
      return true
    }
    if mustBegin { for queue in topology.queues { try connection.consume(queue) } }
  }

  private func takeIn(_ connection: Connection, _ session: Session) throws {
    var parcels: [Parcel] = []
    while parcels.count < Self.batch, let word = try connection.next() {
      // What comes while this ends is delivered again elsewhere.
      guard case .arrived(let arrival) = word, !isEnding else { continue }
      do {
        parcels.append(parcel(try arrival.envelope(), arrival, session))
      } catch {
        putAside(arrival, session, because: error)
      }
    }
    if !parcels.isEmpty { lanes.take(parcels) }
  }

  private func parcel(_ envelope: EventEnvelope, _ arrival: Arrival, _ session: Session) -> Parcel {
    Parcel(envelope, to: arrival.subscriber, during: session.shift) { [self] event, error in
      settle(arrival.tag, session, error)
      if error == nil { echoes.heard(event, by: arrival.subscriber) }
    }
  }

  private func putAside(_ arrival: Arrival, _ session: Session, because error: any Error) {
    let remains = arrival.remains(ids.next(), at: lanes.now)
    lanes.putAside(remains, for: arrival.subscriber, because: error) { [self] error in
      settle(arrival.tag, session, error)
    }
  }

  private func settle(_ tag: UInt64, _ session: Session, _ error: (any Error)?) {
    let mustRing = session.answers.withLock { answers in
      if let error { answers.fault = error } else { answers.tags.append(tag) }
      return answers.tags.count <= 1
    }
    if mustRing { bell.ring() }
  }
}
