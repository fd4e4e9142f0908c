import Logging
import Storage
import Synchronization
import TestKit
import Testing
import Values

@testable import Events

/// Subscribers who hear many events at once.
struct GatheringTests {
  /// Notes each pause beside what is heard.
  private func relay(_ subscription: Subscription, _ shop: EventFixture) -> OutboxRelay {
    let notebook = shop.notebook
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let bus = InProcessBus(
      database: shop.store.database, clock: shop.store.clock.clock, logger: logger,
      patience: Patience(
        attempts: 2,
        sleep: { time in
          if time == .seconds(1) { notebook.note("pause") }
          await Task.yield()
        }))
    bus.subscribe(subscription)
    return OutboxRelay(database: shop.store.database, outbox: shop.store.outbox, bus: bus, logger: logger)
  }

  private func coats(_ envelopes: [EventEnvelope]) throws -> String {
    try envelopes.map { String(try $0.decode(Painted.self).coat) }.joined(separator: " ")
  }

  @Test func `many events come in order and at most so many at once, without a pause while more are left`()
    async throws
  {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    let relay = relay(
      Subscription("a", events: [Painted.name], gathering: .init(pause: .seconds(1), limit: 2)) {
        notebook.note(try coats($0))
      }, shop)
    try await shop.tell((1...5).map { Painted(wall: "n", coat: $0) })
    try await relay.drain()
    #expect(Array(notebook.all.prefix(3)) == ["1 2", "3 4", "5"])
  }

  @Test func `one that always fails is put aside alone, without a letter`() async throws {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    let relay = relay(
      Subscription("a", events: [Painted.name], gathering: .init(pause: .seconds(1))) { envelopes in
        let heard = try coats(envelopes)
        if heard.contains("2") { throw Broken() }
        notebook.note(heard)
      }, shop)
    try await shop.tell((1...3).map { Painted(wall: "n", coat: $0) })
    try await relay.drain()
    #expect(notebook.all.filter { $0 != "pause" } == ["1", "3"])
    #expect(try await shop.count("dead_letter") == 0)
  }

  @Test func `who remembers hears each once, and leaves a letter for the one that always fails`() async throws {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    func hearing() -> OutboxRelay {
      relay(
        Subscription("a", events: [Painted.name], gathering: .init(pause: .zero), memory: .durable) { envelopes in
          let heard = try coats(envelopes)
          if heard.contains("2") { throw Broken() }
          notebook.note(heard)
        }, shop)
    }
    try await shop.tell((1...3).map { Painted(wall: "n", coat: $0) })
    let outbox = try await shop.store.database.read { try $0.rows("SELECT * FROM outbox ORDER BY id").count }
    try await hearing().drain()
    #expect(notebook.all == ["1", "3"])
    #expect(try await shop.count("dead_letter") == 1)
    #expect(try await shop.count("inbox") == outbox)
  }

  @Test func `beside one that can't be read the others have all of their attempts`() async throws {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    let tries = Mutex(0)
    let relay = relay(
      Subscription("a", events: [Painted.name], gathering: .init(pause: .zero), memory: .durable) { envelopes in
        let heard = try coats(envelopes)
        if heard.contains("2") { throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "torn")) }
        let number = tries.withLock { tries in
          tries += 1
          return tries
        }
        if number == 1 { throw Broken() }
        notebook.note(heard)
      }, shop)
    try await shop.tell((1...3).map { Painted(wall: "n", coat: $0) })
    try await relay.drain()
    #expect(notebook.all == ["1", "3"])
    #expect(try await shop.count("dead_letter") == 1)
  }

  @Test func `what failed together pauses, and isn't begun again where it is no longer for this process`() async throws
  {
    let shop = try await EventFixture()
    let (notebook, shift) = (shop.notebook, Shift(until: .now.advanced(by: .seconds(600))))
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let lanes = Lanes(
      database: shop.store.database, clock: shop.store.clock.clock, logger: logger,
      patience: Patience(
        attempts: 3,
        sleep: { time in
          guard time > .zero else { return }
          notebook.note(shift.isIdle ? "idle" : "busy")
          shift.end()
        }, chance: { 1 }))
    lanes.add(
      Subscription("a", events: [Painted.name], gathering: .init(pause: .zero, limit: 2)) { envelopes in
        let heard = try coats(envelopes)
        notebook.note(heard)
        if heard != "3" { throw Broken() }
      })
    let envelopes = (1...3 as ClosedRange<Int64>).map { raw in
      EventEnvelope(
        id: EventID(raw: raw), name: Painted.name, version: 1, subject: "n", occurredAt: TestClock.start,
        payload: #"{"coat":\#(raw),"wall":"n"}"#)
    }
    lanes.take(
      envelopes.map { Parcel($0, to: "a", during: $0.id.raw == 3 ? nil : shift) { _, _ in notebook.note("settled") } })
    try await eventually("the last is heard") { notebook.all.contains("settled") }
    #expect(notebook.all == ["1 2", "idle", "3", "settled"])
  }

  @Test func `what is told again comes one by one, when there is nothing new`() {
    func delivery(_ raw: Int64) -> Delivery {
      let envelope = EventEnvelope(
        id: EventID(raw: raw), name: Painted.name, version: 1, subject: "n", occurredAt: TestClock.start, payload: "{}")
      return Delivery(envelope: envelope, receipt: nil, shift: nil)
    }
    var lane = Lane(
      Subscription("a", events: [Painted.name], gathering: .init(pause: .zero, limit: 2)) { _ in }, width: 1)
    for raw in 1...2 as ClosedRange<Int64> { lane.enqueue(delivery(raw).again) }
    for raw in 3...5 as ClosedRange<Int64> { lane.enqueue(delivery(raw)) }
    let hasWork = lane.admitWorker()
    #expect(hasWork)
    var batches: [[Int64]] = []
    while case let batch = lane.nextBatch(limit: 2), !batch.isEmpty { batches.append(batch.map { $0.envelope.id.raw }) }
    #expect(batches == [[3, 4], [5], [1], [2]])
  }

  @Test func `no more than a bounded number is told again, and the rest stays counted`() async throws {
    let store = try await TestStore(Outbox.migrations)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let isBroken = Mutex(true)
    let bus = InProcessBus(
      database: store.database, clock: store.clock.clock, logger: logger,
      patience: Patience(
        attempts: 1, repeats: Backoff(first: .milliseconds(5), longest: .milliseconds(5)), mostRepeated: 2))
    bus.subscribe(
      Subscription("t", to: Painted.self, memory: .transient) { _ in if isBroken.withLock({ $0 }) { throw Broken() } })
    for raw in 1...5 as ClosedRange<Int64> {
      try await bus.publish(
        EventEnvelope(
          id: EventID(raw: raw), name: Painted.name, version: 1, subject: "n", occurredAt: TestClock.start,
          payload: #"{"coat":1,"wall":"n"}"#))
    }
    #expect(bus.missed == 5)
    isBroken.withLock { $0 = false }
    try await eventually("two are followed") { bus.missed == 3 }
    try await bus.publish(
      EventEnvelope(
        id: EventID(raw: 6), name: Painted.name, version: 1, subject: "n", occurredAt: TestClock.start,
        payload: #"{"coat":1,"wall":"n"}"#))
    #expect(bus.missed == 3)
  }
}
