import Events
import Foundation
import Logging
import Storage
import Synchronization
import TestKit
import Values

struct Painted: Event {
  static let name = "test.painted"
  let wall: String
  let coat: Int
  var subject: String { wall }
}

struct Broken: Error {}

/// What subscribers saw, in order.
final class Notebook: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  func note(_ line: String) { lines.withLock { $0.append(line) } }
}

/// A door that tests open when they are ready.
final class Door: Sendable {
  private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      defer { state = (true, []) }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

struct EventFixture: Sendable {
  let store: TestStore
  let bus: InProcessBus
  let relay: OutboxRelay
  let letters: DeadLetters
  let notebook = Notebook()

  init(timeLimit: Duration = .seconds(60)) async throws {
    self.init(on: try await TestStore(Outbox.migrations), timeLimit: timeLimit)
  }

  /// A second process, as it were, on the same database.
  init(on store: TestStore, width: Int = 32, capacity: Int = 8000, timeLimit: Duration = .seconds(60)) {
    self.store = store
    let patience = InProcessBus.Patience(attempts: 3, timeLimit: timeLimit, sleep: { _ in await Task.yield() })
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let clock = store.clock.clock
    bus = InProcessBus(database: store.database, clock: clock, logger: logger, width: width, patience: patience)
    relay = OutboxRelay(database: store.database, outbox: store.outbox, bus: bus, logger: logger, capacity: capacity)
    letters = DeadLetters(database: store.database, bus: bus, clock: clock)
  }

  func tell(_ events: Painted...) async throws { try await tell(events) }

  func tell(_ events: [Painted]) async throws {
    let outbox = store.outbox
    try await store.database.write { transaction in
      for event in events { try outbox.tell(event, in: transaction) }
    }
  }

  func count(_ table: StaticString) async throws -> Int {
    try await store.database.read { try $0.value("SELECT COUNT(*) FROM \(name: table)") ?? 0 }
  }
}
