import Payments
import Storage
import Synchronization
import TestKit
import Values

/// The ground of one world: its clock, its dice, its weather, its habits, and what has happened so far. Outlives every process of the
/// shop.
final class Stage: Sendable {
  private struct State {
    var dice: Dice
    var weather: Weather
    var places = 0
    var isCrowded = false
    var diary: [String] = []
  }

  let clock: TestClock
  /// Of the whole world, since no two processes of a shop make the same identifier.
  let ids: IDGenerator
  /// Whether other programs work on the database as well, so that nothing of it may be kept in memory.
  let isShared: Bool
  /// Whether providers tell of amounts that nobody owes.
  let hasErrors: Bool
  let habits: Habits
  private let state: Mutex<State>

  init(seed: UInt64, from start: Timestamp) {
    var dice = Dice(seed: seed)
    let weather = Weather(&dice, seed: seed)
    isShared = weather.isShared
    hasErrors = weather.wrongAmount > 0 || weather.foreign > 0
    habits = Habits(seed: seed)
    clock = TestClock(start)
    ids = IDGenerator(clock: clock.clock, node: 1)
    state = Mutex(State(dice: dice, weather: weather))
  }

  func draw<Value: Sendable>(_ body: (inout Dice) -> Value) -> Value { state.withLock { body(&$0.dice) } }

  /// Whether what the weather says so often happens now.
  func happens(_ chance: (Weather) -> Int) -> Bool {
    state.withLock { $0.dice.happens(chance($0.weather)) }
  }

  func clearUp() { state.withLock { $0.weather.clear() } }
  func darken() { state.withLock { $0.weather.darken(&$0.dice) } }

  func note(_ line: String) { state.withLock { $0.diary.append(line) } }

  /// What has happened, in order.
  var diary: [String] { state.withLock { $0.diary } }

  /// How many places of possible harm the shop has come by.
  var places: Int { state.withLock { $0.places } }

  /// Does the deeds at once, each up to where it may be interrupted, in the order that the dice say.
  func play(_ deeds: [@Sendable () async -> Void]) async {
    guard deeds.count > 1 else {
      for deed in deeds { await deed() }
      return
    }
    state.withLock { $0.isCrowded = true }
    var strands: [Strand] = []
    for deed in deeds {
      let strand = Strand()
      await strand.begin(deed)
      strands.append(strand)
    }
    while !strands.isEmpty {
      let next = draw { $0.number(0...strands.count - 1) }
      await strands[next].advance()
      if strands[next].isDone { strands.remove(at: next) }
    }
    state.withLock { $0.isCrowded = false }
  }

  /// Others may come between here.
  fileprivate func giveWay() async {
    guard state.withLock({ $0.isCrowded }) else { return }
    await Strand.current?.pause()
  }

  /// Whether the process ends here.
  fileprivate func strikes() -> Bool {
    state.withLock { state in
      state.places += 1
      guard state.weather.crashes > 0 else { return false }
      state.weather.crashAfter -= 1
      guard state.weather.crashAfter <= 0 else { return false }
      state.weather.crashes -= 1
      state.weather.crashAfter = state.dice.number(1...120)
      return true
    }
  }
}

/// One process of the shop, from its start to its end. When it has ended, whatever still runs in it reaches nothing any more.
final class Life: Sendable {
  /// Where a process can end.
  enum Place: String, Sendable { case beforeCommit, afterCommit, beforeCall, afterCall, beforeEvent, afterEvent }

  /// Where a process ended.
  struct Crash: Error { let place: Place }

  let stage: Stage
  private let end = Mutex<(any Error)?>(nil)

  init(on stage: Stage) { self.stage = stage }

  var isOver: Bool { end.withLock { $0 != nil } }

  /// Others may come between here; whoever comes back into a process that has ended meanwhile ends as well.
  func turn() async throws {
    try expectAlive()
    await stage.giveWay()
    try expectAlive()
  }

  /// Comes by a place where the process may end.
  func pass(_ place: Place) throws {
    try expectAlive()
    guard stage.strikes() else { return }
    stage.note("crash: \(place.rawValue)")
    // Half of the time as a task that is cancelled sees it.
    let error: any Error = stage.draw { $0.happens(50) } ? Crash(place: place) : CancellationError()
    end.withLock { $0 = error }
    throw error
  }

  private func expectAlive() throws {
    if let error = end.withLock({ $0 }) { throw error }
  }
}
