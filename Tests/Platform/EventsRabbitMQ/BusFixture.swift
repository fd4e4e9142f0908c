import Events
import EventsRabbitMQ
import Foundation
import Jobs
import Logging
import Storage
import TestKit
import Testing
import Values

enum BusKind: CaseIterable, Sendable {
  case inProcess
  case rabbitMQ
}

/// A process, as it were: a bus with relay and letters on a database, which other processes may share.
struct BusFixture: Sendable {
  let store: TestStore
  let bus: any EventBus
  let relay: OutboxRelay
  let letters: DeadLetters
  let notebook: Notebook
  private let server: RabbitMQServer?
  private let family: String

  init(
    _ kind: BusKind = .rabbitMQ, server: RabbitMQServer? = nil, timeLimit: Duration = .seconds(60), width: Int = 32,
    capacity: Int = 8000, logger: Logger = Self.quiet
  ) async throws {
    let shared = kind == .inProcess ? nil : server == nil ? try await RabbitMQServer.shared : server
    try self.init(
      on: try await TestStore(Outbox.migrations + JobRunner.migrations), shared, family: "test-\(UUID().uuidString)",
      notebook: Notebook(),
      timeLimit: timeLimit, width: width, capacity: capacity, logger: logger)
  }

  private init(
    on store: TestStore, _ server: RabbitMQServer?, family: String, notebook: Notebook,
    timeLimit: Duration = .seconds(60), width: Int = 32, capacity: Int = 8000, logger: Logger = Self.quiet
  ) throws {
    self.store = store
    self.server = server
    self.family = family
    self.notebook = notebook
    let patience = Patience(
      attempts: 3, timeLimit: timeLimit, repeats: Backoff(first: .milliseconds(20), longest: .milliseconds(100)),
      sleep: { _ in await Task.yield() })
    let clock = store.clock.clock
    if let server {
      let lanes = Lanes(
        database: store.database, clock: clock, logger: logger, width: width, patience: patience)
      bus = RabbitMQBus(
        try #require(BrokerAddress(server.url())), lanes: lanes, ids: store.ids, logger: logger, family: family)
    } else {
      bus = InProcessBus(
        database: store.database, clock: clock, logger: logger, width: width, patience: patience)
    }
    relay = OutboxRelay(
      database: store.database, outbox: store.outbox, bus: bus, logger: logger, capacity: capacity,
      pollInterval: .milliseconds(50))
    letters = DeadLetters(database: store.database, bus: bus, clock: clock)
  }

  /// The letters as a process sees them to which no events come.
  func letters(knowing known: Subscription) -> DeadLetters {
    let idle = InProcessBus(database: store.database, clock: store.clock.clock, logger: Self.quiet)
    return DeadLetters(database: store.database, bus: idle, known: [known], clock: store.clock.clock)
  }

  static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  /// Another process on the same database and broker, with the same notebook.
  func another() throws -> BusFixture { try BusFixture(on: store, server, family: family, notebook: notebook) }

  /// Subscribes someone who notes their name and the coat.
  func hear(_ name: String, memory: Subscription.Memory = .durable) {
    bus.subscribe(
      Subscription(name, to: Painted.self, memory: memory) { [notebook] in notebook.note("\(name)\($0.coat)") })
  }

  /// The name of a queue or exchange at the broker.
  func place(_ name: String) -> String { "\(family).\(name)" }

  /// Waits until so many notes begin so, and answers them.
  func noted(_ count: Int, _ prefix: String = "", within limit: Duration = .seconds(60)) async throws -> [String] {
    try await eventually("\(count) notes of '\(prefix)'", within: limit) { notes(prefix).count >= count }
    return notes(prefix)
  }

  func notes(_ prefix: String) -> [String] { notebook.all.filter { $0.hasPrefix(prefix) } }

  /// Waits until the outbox is empty and durable subscribers have handled so many events in all.
  func settled(_ handled: Int) async throws {
    try await relay.drain()
    try await eventually("\(handled) are in the inbox") { try await store.count("inbox") >= handled }
  }
}

func envelope(_ raw: Int64 = 1, payload: String = #"{"coat":1,"wall":"n"}"#) -> EventEnvelope {
  EventEnvelope(
    id: EventID(raw: raw), name: Painted.name, version: 1, subject: "n", occurredAt: TestClock.start, payload: payload)
}
