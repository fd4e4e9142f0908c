import Foundation
import Synchronization

/// Where reads run. A read that finds a place runs on its caller's thread, which saves two changes of thread for what
/// takes microseconds. The places are few, so that slow reads can't hold the program's threads, and one is given only
/// while a connection is surely free, so that nobody waits there.
final class ReadSeats: Sendable {
  private struct State {
    var reading = 0
    var here = 0
  }

  private let connections: Int
  private let places = max(1, ProcessInfo.processInfo.activeProcessorCount / 2)
  private let state = Mutex(State())

  init(connections: Int) { self.connections = connections }

  /// Counts one more read and answers whether it may run here. Every call is followed by one of `leave`.
  func enter() -> Bool {
    state.withLock { state in
      let mayStay = state.here < places && state.reading < connections
      state.reading += 1
      if mayStay { state.here += 1 }
      return mayStay
    }
  }

  func leave(wasHere: Bool) {
    state.withLock { state in
      state.reading -= 1
      if wasHere { state.here -= 1 }
    }
  }
}
