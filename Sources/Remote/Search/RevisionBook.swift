import Governance
import Synchronization

/// One revision out of those of several instances, each of which counts for itself: it moves when one of them has moved.
final class RevisionBook: Sendable {
  private struct State {
    var heard: [PartInstanceID: Int] = [:]
    var current = 0
  }

  private let state = Mutex(State())

  var current: Int { state.withLock { $0.current } }

  func note(_ revision: Int, of instance: PartInstanceID) {
    state.withLock { state in
      guard state.heard[instance] != revision else { return }
      // One that started anew, after a change of its data perhaps, counts too; answers that overtook one another do no
      // harm but a list rendered once more.
      state.heard[instance] = revision
      state.current += 1
    }
  }
}
