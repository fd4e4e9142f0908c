import Governance
import Search
import Synchronization
import Values

/// An index for the time in which the real one is away. It's read once for all who ask, serves for a minute, and is put
/// away when nobody has needed it for a while: search that comes and goes costs one reading a minute.
final class SpareIndex: Sendable {
  /// Nobody feeds it, so that it is read again when it's older.
  private static let lifetime = Duration.minutes(1)
  /// How long after the last failure it's kept.
  private static let patience = Duration.seconds(10)

  private struct Reading {
    let index: any SearchService
    let until: Timestamp
  }

  private struct State {
    var reading: Reading?
    var underWay: Task<any SearchService, any Error>?
    var neededAt: Timestamp
    var changes = 0
  }

  private enum Step {
    case answer(any SearchService)
    case wait(Task<any SearchService, any Error>)
  }

  private let clock: WallClock
  private let read: @Sendable () async throws -> any SearchService
  private let state: Mutex<State>

  init(clock: WallClock, reading read: @escaping @Sendable () async throws -> any SearchService) {
    self.clock = clock
    self.read = read
    state = Mutex(State(neededAt: clock.now))
  }

  /// How often answers began to come from another index than before.
  var changes: Int { state.withLock { $0.changes } }

  /// The index, read when there is none that is young enough. Throws what the reading throws; whoever has a deadline waits
  /// no longer for it.
  func index() async throws -> any SearchService {
    let now = clock.now
    let step: Step = state.withLock { state in
      state.neededAt = now
      if let reading = state.reading, Self.isBefore(reading.until, now, within: Self.lifetime) {
        return .answer(reading.index)
      }
      if let underWay = state.underWay { return .wait(underWay) }
      // Detached: it's read for all who ask, whatever time the first has.
      let task = Task.detached { try await self.readAnew() }
      state.underWay = task
      return .wait(task)
    }
    switch step {
    case .answer(let index): return index
    case .wait(let task): return try await Deadline.heeding { try await Self.value(of: task) }
    }
  }

  /// Ends when the one who waits is cancelled; the task goes on for the others.
  private static func value(of task: Task<any SearchService, any Error>) async throws -> any SearchService {
    let (values, continuation) = AsyncThrowingStream<any SearchService, any Error>.makeStream()
    Task {
      continuation.yield(with: await task.result)
      continuation.finish()
    }
    for try await value in values { return value }
    throw CancellationError()
  }

  /// Search has answered: the index goes, unless it was needed a moment ago. One that is being read is left to be read,
  /// since search may be away again before it's done.
  func rest() {
    let now = clock.now
    state.withLock { state in
      guard state.reading != nil, !Self.isBefore(state.neededAt.adding(Self.patience), now, within: Self.patience)
      else { return }
      state.reading = nil
      state.changes += 1
    }
  }

  private func readAnew() async throws -> any SearchService {
    do {
      let index = try await read()
      let until = clock.now.adding(Self.lifetime)
      state.withLock { state in
        state.reading = Reading(index: index, until: until)
        state.underWay = nil
        state.changes += 1
      }
      return index
    } catch {
      state.withLock { $0.underWay = nil }
      throw error
    }
  }

  /// Not when the clock was set back so that the moment is farther away than it can be.
  private static func isBefore(_ moment: Timestamp, _ now: Timestamp, within longest: Duration) -> Bool {
    now < moment && moment <= now.adding(longest)
  }
}
