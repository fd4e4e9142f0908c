import Logging
import Synchronization

/// Asks the broker every few seconds how much waits in the queues that this process reads. It has a line of its own, so that
/// a broker that takes its time to answer holds up no event. One queue is asked a step, so that between two the line can
/// end, and one that can't be asked hides no other.
final class Tally: LineWork {
  private static let pause = Duration.seconds(5)
  /// For which a queue that couldn't be asked is left alone: asking it takes seconds, and costs the connection.
  private static let rest = Duration.seconds(60)

  private struct State {
    var counts: [String: Int] = [:]
    /// When the next round begins, and which queue comes next in one that has begun.
    var due = ContinuousClock.now
    var position = 0
    /// Until when subscribers' queues are left alone, and why they couldn't be asked last, as it was told.
    var rests: [String: ContinuousClock.Instant] = [:]
    var told: [String: String] = [:]
  }

  private let queues: @Sendable () -> [Topology.Queue]
  private let logger: Logger
  private let ask: @Sendable (Connection, String) throws -> Int?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - queues: those of this process, as they are now.
  ///   - ask: how much waits in the queue of this name; nil when there's none.
  init(
    of queues: @escaping @Sendable () -> [Topology.Queue], logger: Logger,
    ask: @escaping @Sendable (Connection, String) throws -> Int? = { try $0.waiting(in: $1) }
  ) {
    self.queues = queues
    self.logger = logger
    self.ask = ask
  }

  /// By subscriber. Without those whose queue isn't there, or couldn't be asked last; empty while there's no connection.
  var counts: [String: Int] { state.withLock { $0.counts } }

  func begin(on connection: Connection) throws {}

  func step(on connection: Connection) throws -> Bool {
    // Nobody sends anything, but the heartbeat must be heard.
    while try connection.next() != nil {}
    guard let queue = nextQueue() else { return false }
    do {
      note(try ask(connection, queue.name), of: queue)
      return true
    } catch {
      // Whatever was answered, or wasn't in time, the connection is of no more use; it's made anew for the other queues.
      note(error, of: queue)
      throw NeedsConnection()
    }
  }

  /// Nil until the next round.
  private func nextQueue() -> Topology.Queue? {
    let queues = queues()
    return state.withLock { state in
      guard state.due <= .now else { return nil }
      while state.position < queues.count {
        let queue = queues[state.position]
        state.position += 1
        if let end = state.rests[queue.subscriber], end > .now { continue }
        return queue
      }
      state.position = 0
      state.due = .now.advanced(by: Self.pause)
      return nil
    }
  }

  private func note(_ count: Int?, of queue: Topology.Queue) {
    let wasTold = state.withLock { state in
      state.counts[queue.subscriber] = count
      state.rests[queue.subscriber] = nil
      return state.told.removeValue(forKey: queue.subscriber) != nil
    }
    if wasTold { logger.notice("a queue can be asked again", metadata: ["queue": "\(queue.name)"]) }
  }

  private func note(_ error: any Error, of queue: Topology.Queue) {
    let reason = "\(error)"
    let isNews = state.withLock { state in
      state.counts[queue.subscriber] = nil
      state.rests[queue.subscriber] = .now.advanced(by: Self.rest)
      return state.told.updateValue(reason, forKey: queue.subscriber) != reason
    }
    guard isNews else { return }
    logger.warning(
      "a queue can't be asked what waits in it", metadata: ["queue": "\(queue.name)", "error": "\(reason)"])
  }

  /// A question, as long as a round goes on.
  var hasToSend: Bool { state.withLock { $0.due <= .now } }

  func isDone() -> Bool { true }

  func end(on connection: Connection) {}

  func lose(_ error: any Error) {
    guard !(error is NeedsConnection) else { return }
    state.withLock { state in
      state.counts = [:]
      state.rests = [:]
      state.position = 0
      state.due = .now
    }
  }
}
