import Synchronization

/// One of several deeds that are done at the same time. It runs alone until it comes to a place where others may come
/// between, and goes on when it's let: so that who comes when is the dice's to say, whatever threads there are.
final class Strand: Sendable {
  /// That of the current task. Work that a flow hands to a task of its own belongs to whoever waits for it.
  @TaskLocal static var current: Strand?

  private struct State {
    var parked: CheckedContinuation<Void, Never>?
    var driver: CheckedContinuation<Void, Never>?
    var isDone = false
  }

  private let state = Mutex(State())

  var isDone: Bool { state.withLock { $0.isDone } }

  /// Returns once the deed stands before its first step.
  func begin(_ deed: @escaping @Sendable () async -> Void) async {
    await withCheckedContinuation { driver in
      state.withLock { $0.driver = driver }
      Task {
        await Strand.$current.withValue(self) {
          await pause()
          await deed()
        }
        end()
      }
    }
  }

  /// Lets it go on, and returns once it has come to its next place or its end.
  func advance() async {
    await withCheckedContinuation { driver in
      let parked = state.withLock { state in
        state.driver = driver
        defer { state.parked = nil }
        return state.parked
      }
      parked?.resume()
    }
  }

  /// A place where others may come between.
  func pause() async {
    await withCheckedContinuation { own in
      let driver = state.withLock { state in
        state.parked = own
        defer { state.driver = nil }
        return state.driver
      }
      driver?.resume()
    }
  }

  private func end() {
    let driver = state.withLock { state in
      state.isDone = true
      defer { state.driver = nil }
      return state.driver
    }
    driver?.resume()
  }
}
