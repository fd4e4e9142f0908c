import Synchronization

/// Asks the broker every few seconds how much waits in the queues that this process reads. It has a line of its own, so that
/// a broker that takes its time to answer holds up no event.
final class Tally: LineWork {
  private static let pause = Duration.seconds(5)

  private struct State {
    var counts: [String: Int] = [:]
    var due = ContinuousClock.now
  }

  private let queues: @Sendable () -> [Topology.Queue]
  private let state = Mutex(State())

  /// - Parameter queues: those of this process, as they are now.
  init(_ queues: @escaping @Sendable () -> [Topology.Queue]) { self.queues = queues }

  /// By subscriber. Without those whose queue isn't there or can't be asked; empty while there's no connection.
  var counts: [String: Int] { state.withLock { $0.counts } }

  func begin(on connection: Connection) throws { state.withLock { $0.due = .now } }

  func step(on connection: Connection) throws -> Bool {
    // Nobody sends anything, but the heartbeat must be heard.
    while try connection.next() != nil {}
    guard state.withLock({ $0.due <= .now }) else { return false }
    var counts: [String: Int] = [:]
    for queue in queues() { counts[queue.subscriber] = try connection.waiting(in: queue.name) }
    note(counts)
    return true
  }

  private func note(_ counts: [String: Int]) {
    state.withLock { state in
      state.counts = counts
      state.due = .now.advanced(by: Self.pause)
    }
  }

  var hasToSend: Bool { false }

  func isDone() -> Bool { true }

  func end(on connection: Connection) {}

  func lose(_ error: any Error) { state.withLock { $0.counts = [:] } }
}
