import Events
import Logging
import TestKit
import Testing
import Values

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
}
