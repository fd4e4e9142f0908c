import Events
import Foundation
import Logging
import TestKit
import Testing

@testable import EventsRabbitMQ

/// How much waits at the broker.
struct TallyTests {
  // req: 3.3.6-1
  @Test func `what waits for a subscriber is counted, and no more once it was handed over`() async throws {
    let shop = try await BusFixture()
    let door = Door()
    shop.bus.subscribe(
      Subscription("slow", to: Painted.self) { event in
        await door.pass()
        shop.notebook.note("slow\(event.coat)")
      })
    shop.hear("quick")
    #expect(shop.bus.waiting.isEmpty)
    try await shop.bus.start()
    let relaying = Task { await shop.relay.run() }
    // 250 of them are handed over.
    try await shop.store.tell((0..<1000).map { Painted(wall: "n", coat: $0) })
    try await eventually("the rest waits") { shop.bus.waiting == ["slow": 750, "quick": 0] }
    door.open()
    try await eventually("nothing waits") { shop.bus.waiting == ["slow": 0, "quick": 0] }
    #expect(try await shop.noted(1000, "slow") == (0..<1000).map { "slow\($0)" })
    relaying.cancel()
    await relaying.value
    await shop.bus.close()
    #expect(shop.bus.waiting.isEmpty)
  }

  @Test func `a broker without room for the figure's connection stops no start, and the figure comes later`()
    async throws
  {
    let narrow = try Turnstile(server: try await RabbitMQServer.shared.port, places: 2)
    let store = try await TestStore(Outbox.migrations)
    let (notebook, log) = (Notebook(), HeardLog())
    let lanes = Lanes(database: store.database, clock: store.clock.clock, logger: BusFixture.quiet)
    let bus = RabbitMQBus(
      try #require(BrokerAddress("amqp://127.0.0.1:\(narrow.port)")), lanes: lanes, ids: store.ids, logger: log.logger,
      family: "test-\(UUID().uuidString)")
    bus.subscribe(Subscription("a", to: Painted.self) { notebook.note("a\($0.coat)") })
    try await bus.start()
    try await bus.publish(envelope(1))
    try await eventually("the event arrives") { notebook.all == ["a1"] }
    try await eventually("it is tried again") { narrow.turnedAway >= 3 }
    #expect(bus.waiting.isEmpty)
    #expect(log.warnings.count == 1, "\(log.warnings)")
    narrow.allow(more: 1)
    try await eventually("what waits is known") { bus.waiting == ["a": 0] }
    await bus.close()
    narrow.stop()
  }

  // req: 3.3.6-1
  @Test func `a queue that can't be asked hides no other, and is told of once`() async throws {
    let (asked, log) = (Notebook(), HeardLog())
    let tally = Tally(of: { ["first", "sick", "last"].map(Self.queue) }, logger: log.logger) { _, name in
      asked.note(name)
      if name == "sick" { throw BrokerFault.lost("the broker", reason: "request timed out") }
      return 7
    }
    let line = try await line(of: tally, logger: log.logger)
    line.begin()
    try await eventually("a second round is over") { asked.all.count { $0 == "last" } >= 2 }
    try await eventually("the others are counted") { tally.counts == ["first": 7, "last": 7] }
    #expect(asked.all.prefix(4) == ["first", "sick", "last", "first"], "\(asked.all)")
    #expect(log.warnings == ["a queue can't be asked what waits in it"])
    await line.stop(within: .seconds(10))
    #expect(tally.counts.isEmpty)
  }

  @Test func `a question that isn't answered holds up no end`() async throws {
    let notebook = Notebook()
    let answer = DispatchSemaphore(value: 0)
    let tally = Tally(of: { [Self.queue("silent")] }, logger: BusFixture.quiet) { _, _ in
      notebook.note("asked")
      // On the line's own thread.
      _ = answer.wait(timeout: .now() + 120)
      notebook.note("answered")
      return 1
    }
    let line = try await line(of: tally, logger: BusFixture.quiet)
    line.begin()
    try await eventually("it is asked") { notebook.all == ["asked"] }
    await line.stop(within: .zero)
    #expect(notebook.all == ["asked"])
    answer.signal()
  }

  private static func queue(_ name: String) -> Topology.Queue {
    Topology.Queue(name: name, subscriber: name, events: [], isShared: true, prefetch: 1, isReplicated: false)
  }

  private func line(of tally: Tally, logger: Logger) async throws -> Line {
    let address = try #require(BrokerAddress(try await RabbitMQServer.shared.url()))
    return Line("tally", address, bell: try Bell(), work: tally, logger: logger)
  }
}
