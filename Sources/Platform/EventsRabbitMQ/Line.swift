import Foundation
import Logging
import Synchronization
import Values

/// What is done over a connection. All of it is called on the thread of its line.
protocol LineWork: AnyObject, Sendable {
  /// With each new connection, before anything else.
  func begin(on connection: Connection) throws
  /// Takes in what the broker says and sends what waits. Answers whether anything is done with: sent or handled for good.
  func step(on connection: Connection) throws -> Bool
  /// Whether something waits for room in the socket.
  var hasToSend: Bool { get }
  /// Whether the line may be closed; asked again and again once it should be.
  func isDone() -> Bool
  /// Before the line is closed in good order.
  func end(on connection: Connection)
  /// There's no connection: called when it's lost, and whenever the bell rings before there's another.
  func lose(_ error: any Error)
}

/// The work needs another connection, for a reason that it has told by itself.
struct NeedsConnection: Error {}

/// A thread that keeps a connection to the broker and opens it again when it's lost, after pauses that grow from a tenth
/// of a second to five until something was done over a connection, or it lasted: one that opens well and is lost over the
/// first event, because the database is away say, is no success.
final class Line: Sendable {
  static let pauses = Backoff(first: .milliseconds(100), longest: .seconds(5))

  private struct State {
    var socket: Int32?
    var starting: CheckedContinuation<Void, any Error>?
    var deadline: ContinuousClock.Instant?
    var isRunning = false
    /// Nobody waited for its start.
    var isQuiet = false
    /// Why there's no connection, as it was told last.
    var told: String?
    var onEnd: [CheckedContinuation<Void, Never>] = []
  }

  private let name: String
  private let address: BrokerAddress
  private let logger: Logger
  private let bell: Bell
  private let work: any LineWork
  private let state = Mutex(State())

  init(_ name: String, _ address: BrokerAddress, bell: Bell, work: any LineWork, logger: Logger) {
    self.name = name
    self.address = address
    self.bell = bell
    self.work = work
    self.logger = logger
  }

  /// Returns once the first connection works; throws why there's none, and then nothing runs.
  func start() async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      begin(answering: continuation)
    }
  }

  /// For what nobody waits for: the first connection is tried for again and again like any other. Why there's none is told
  /// once, until there's another reason.
  func begin() { begin(answering: nil) }

  private func begin(answering starting: CheckedContinuation<Void, any Error>?) {
    state.withLock { state in
      state.starting = starting
      state.isQuiet = starting == nil
      state.isRunning = true
    }
    let thread = Thread { self.run() }
    thread.name = name
    thread.start()
  }

  /// Returns once the thread has ended, or a second after the limit. A call that doesn't come back is cut off then.
  func stop(within limit: Duration) async {
    let watch = Task.detached {
      try await Task.sleep(for: limit + .seconds(1))
      self.cutOff()
    }
    await withCheckedContinuation { continuation in
      let isRunning = state.withLock { state in
        guard state.isRunning else { return false }
        state.deadline = .now.advanced(by: limit)
        state.onEnd.append(continuation)
        return true
      }
      if isRunning { bell.ring() } else { continuation.resume() }
    }
    watch.cancel()
  }

  // MARK: The thread

  private func run() {
    var failures = 0
    while state.withLock({ $0.deadline }) == nil {
      do {
        try keep(try Connection.open(address)) { failures = 0 }
      } catch {
        state.withLock { $0.socket = nil }
        work.lose(error)
        if answerStart(.failure(error)) { break }
        failures += 1
        tell(error)
        pause(for: Self.pauses.delay(afterFailures: failures, chance: .random(in: 0.5...1)), error)
      }
    }
    work.lose(BrokerFault.closed)
    let waiting = state.withLock { state in
      defer { state.onEnd = [] }
      state.isRunning = false
      return state.onEnd
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns when the line was told to stop, throws when the connection is lost.
  private func keep(_ connection: Connection, works: () -> Void) throws {
    state.withLock { $0.socket = connection.socket }
    defer { state.withLock { $0.socket = nil } }
    try work.begin(on: connection)
    let lasting = ContinuousClock.now.advanced(by: Self.pauses.longest)
    if !answerStart(.success(())) { tellConnection() }
    while true {
      let deadline = state.withLock { $0.deadline }
      let limit: Duration = connection.hasMore ? .zero : deadline == nil ? .seconds(1) : .milliseconds(20)
      bell.wait(socket: connection.socket, sends: work.hasToSend, atMost: limit)
      bell.hush()
      if try work.step(on: connection) || ContinuousClock.now > lasting { works() }
      if let deadline, work.isDone() || ContinuousClock.now >= deadline {
        work.end(on: connection)
        return connection.close()
      }
    }
  }

  private func pause(for time: Duration, _ error: any Error) {
    let end = ContinuousClock.now.advanced(by: time)
    while ContinuousClock.now < end, state.withLock({ $0.deadline }) == nil {
      bell.wait(atMost: ContinuousClock.now.duration(to: end))
      bell.hush()
      work.lose(error)
    }
  }

  /// Answers false when the start was answered before.
  private func answerStart(_ result: Result<Void, any Error>) -> Bool {
    let starting = state.withLock { state in
      defer { state.starting = nil }
      return state.starting
    }
    starting?.resume(with: result)
    return starting != nil
  }

  private func tell(_ error: any Error) {
    guard !(error is NeedsConnection) else { return }
    let reason = "\(error)"
    let isKnown = state.withLock { state in
      defer { state.told = reason }
      return state.isQuiet && state.told == reason
    }
    guard !isKnown else { return }
    logger.warning("a line to the broker is down", metadata: ["line": "\(name)", "error": "\(reason)"])
  }

  private func tellConnection() {
    let isNews = state.withLock { state in
      defer { state.told = nil }
      return !state.isQuiet || state.told != nil
    }
    if isNews { logger.notice("a line to the broker is up", metadata: ["line": "\(name)"]) }
  }

  private func cutOff() {
    let waiting = state.withLock { state in
      // The socket is closed by the thread alone, and taken from here before.
      if let socket = state.socket { shutdown(socket, Int32(SHUT_RDWR)) }
      defer { state.onEnd = [] }
      return state.onEnd
    }
    for continuation in waiting { continuation.resume() }
  }
}
