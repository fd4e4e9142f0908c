import Foundation
import Synchronization

/// The calls that are being answered: counted, so that a server can drain, and held, so that they can be ended.
final class CallsUnderWay: Sendable {
  private struct State {
    var tasks: [UInt64: Task<Data, any Error>?] = [:]
    var last: UInt64 = 0
    var isEnded = false
    var whenEmpty: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// Nil once they are closed. Whoever enters must leave.
  func enter() -> UInt64? {
    state.withLock { state in
      guard state.whenEmpty == nil, !state.isEnded else { return nil }
      state.last += 1
      state.tasks[state.last] = .some(nil)
      return state.last
    }
  }

  func hold(_ task: Task<Data, any Error>, of ticket: UInt64) {
    let isLate = state.withLock { state in
      state.tasks[ticket] = task
      return state.isEnded
    }
    if isLate { task.cancel() }
  }

  func leave(_ ticket: UInt64) {
    let last = state.withLock { state in
      state.tasks[ticket] = nil
      return state.tasks.isEmpty ? state.whenEmpty : nil
    }
    last?()
  }

  /// Lets no more in, and says when none is left.
  func close(whenEmpty: @escaping @Sendable () -> Void) {
    let isEmpty = state.withLock { state in
      state.whenEmpty = whenEmpty
      return state.tasks.isEmpty
    }
    if isEmpty { whenEmpty() }
  }

  /// Lets no more in, and cancels those that are.
  func end() {
    let tasks = state.withLock { state in
      state.isEnded = true
      return state.tasks.values.compactMap(\.self)
    }
    for task in tasks { task.cancel() }
  }
}
