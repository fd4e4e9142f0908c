import Synchronization
import Values

/// The sandbox's own time: it can run faster than the world's, and be moved on. By it trades expire, refunds settle, notices come
/// again and days end. What messages say of the moment at which they are signed is the world's time, since who reads them
/// compares it with its own.
final class SandboxClock: Sendable {
  /// How many times faster it may run.
  static let speeds = 1...100_000

  /// At `realFrom` of the world it was `from` here, and since then it runs `speed` times as fast.
  struct State: Codable, Hashable, Sendable {
    var realFrom: Timestamp
    var from: Timestamp
    var speed: Int
    /// How far the moments in messages are off, in seconds.
    var skewSeconds: Int64

    func now(_ real: Timestamp) -> Timestamp {
      let (product, hasOverflown) = (real.milliseconds - realFrom.milliseconds).multipliedReportingOverflow(
        by: Int64(speed))
      return hasOverflown ? from : Timestamp(milliseconds: from.milliseconds + product)
    }
  }

  private let world: WallClock
  private let state: Mutex<State>

  init(_ world: WallClock, _ state: State? = nil) {
    self.world = world
    let now = world.now
    self.state = Mutex(state ?? State(realFrom: now, from: now, speed: 1, skewSeconds: 0))
  }

  var now: Timestamp { state.withLock { $0.now(world.now) } }
  /// What messages say.
  var wire: Timestamp { state.withLock { world.now.adding(.seconds($0.skewSeconds)) } }
  var current: State { state.withLock { $0 } }
  var wallClock: WallClock { WallClock { self.now } }

  func set(_ wanted: State) { state.withLock { $0 = wanted } }

  /// As it will be: at another speed, moved on, and with another skew; what is nil stays.
  func changed(speed: Int? = nil, advanceSeconds: Int64 = 0, skewSeconds: Int64? = nil) -> State {
    let real = world.now
    return state.withLock { old in
      State(
        realFrom: real, from: old.now(real).adding(.seconds(max(0, advanceSeconds))),
        speed: min(max(speed ?? old.speed, Self.speeds.lowerBound), Self.speeds.upperBound),
        skewSeconds: skewSeconds ?? old.skewSeconds)
    }
  }

  /// The world's time again.
  func reset() -> State {
    let real = world.now
    return State(realFrom: real, from: real, speed: 1, skewSeconds: 0)
  }
}
