import Events
import Logging
import Storage
import TestKit
import Values

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
    let patience = Patience(
      attempts: 3, timeLimit: timeLimit, repeats: Backoff(first: .milliseconds(20), longest: .milliseconds(100)),
      sleep: { _ in await Task.yield() })
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let clock = store.clock.clock
    bus = InProcessBus(database: store.database, clock: clock, logger: logger, width: width, patience: patience)
    relay = OutboxRelay(database: store.database, outbox: store.outbox, bus: bus, logger: logger, capacity: capacity)
    letters = DeadLetters(database: store.database, bus: bus, clock: clock)
  }

  func tell(_ events: Painted...) async throws { try await store.tell(events) }

  func tell(_ events: [Painted]) async throws { try await store.tell(events) }

  func count(_ table: StaticString) async throws -> Int { try await store.count(table) }
}
