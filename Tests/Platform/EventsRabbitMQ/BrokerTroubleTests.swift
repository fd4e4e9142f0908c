import Events
import Foundation
import Storage
import Synchronization
import TestKit
import Testing
import Values

@testable import EventsRabbitMQ

/// A broker that goes away, queues that go away, and messages that are none.
struct BrokerTroubleTests {
  /// On a thread of its own, since the library's calls block.
  private func withConnection(
    _ server: RabbitMQServer, _ body: @escaping @Sendable (Connection) throws -> Void
  ) async throws {
    let address = try #require(BrokerAddress(server.url()))
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            let connection = try Connection.open(address)
            try body(connection)
            connection.close()
          })
      }
    }
  }

  // req: 3.1.3-3
  @Test func `a broker that dies and comes back loses nothing, and nothing takes effect twice`() async throws {
    let server = try RabbitMQServer()
    try await server.start()
    let shop = try await BusFixture(server: server)
    for name in ["a", "b"] { shop.hear(name) }
    shop.hear("t", memory: .transient)
    try await shop.bus.start()
    let relaying = Task { await shop.relay.run() }
    for coat in 0..<300 { try await shop.store.tell(Painted(wall: "w\(coat % 3)", coat: coat)) }
    _ = try await shop.noted(50, "a")
    try await server.stop()
    for coat in 300..<600 { try await shop.store.tell(Painted(wall: "w\(coat % 3)", coat: coat)) }
    #expect(try await shop.relay.lag().count >= 300)
    try await eventually("nobody knows what waits at the broker") { shop.bus.waiting.isEmpty }
    try await server.start()
    for name in ["a", "b"] { _ = try await shop.noted(600, name) }
    try await eventually("the outbox is empty") { try await shop.relay.lag().count == 0 }
    for name in ["a", "b"] {
      let noted = shop.notes(name)
      #expect(noted.count == 600)
      for wall in 0..<3 {
        let coats = noted.compactMap { Int($0.dropFirst()) }.filter { $0 % 3 == wall }
        #expect(coats == Array(stride(from: wall, to: 600, by: 3)))
      }
    }
    #expect(Set(shop.notes("t")).count == 600)
    relaying.cancel()
    await relaying.value
    await shop.bus.close()
    try await server.stop()
    server.clear()
  }

  @Test func `a message that is no event is put aside, listed and replayed, and those behind it arrive`() async throws {
    let shop = try await BusFixture()
    shop.hear("a")
    try await shop.bus.start()
    let exchange = shop.place("events")
    // One that holds the bare facts, one that holds nothing, one too long for any table.
    let bodies = [#"{"coat":5,"wall":"n"}"#, "\u{0}\u{1}", String(repeating: "x", count: 70_000)]
    try await withConnection(try await RabbitMQServer.shared) { connection in
      for body in bodies {
        try connection.publish(Message(id: "", name: Painted.name, body: Data(body.utf8)), to: exchange)
      }
    }
    try await shop.bus.publish(envelope(1))
    #expect(try await shop.noted(1) == ["a1"])
    try await eventually("all are put aside") { try await shop.letters.count() == 3 }
    let letters = try await shop.letters.letters().items
    #expect(letters.map(\.envelope.name) == [Painted.name, Painted.name, Painted.name])
    #expect(letters.map(\.envelope.payload.count) == [21, 2, 65_536])
    try await shop.letters.replay(letters[0].envelope.id, for: "a")
    #expect(shop.notebook.all == ["a1", "a5"])
    await #expect(throws: DecodingError.self) { try await shop.letters.replay(letters[1].envelope.id, for: "a") }
    #expect(try await shop.letters.letters().items.map(\.attempts) == [2, 1])
    await shop.bus.close()
  }

  @Test func `a subscriber that takes its time stops no other, and a subject that fails stops no other subject`()
    async throws
  {
    let shop = try await BusFixture()
    let (door, lastDoor) = (Door(), Door())
    shop.bus.subscribe(
      Subscription("slow", to: Painted.self) { event in
        if event.coat == 0 { await door.pass() }
        shop.notebook.note("slow\(event.coat)")
      })
    shop.bus.subscribe(
      Subscription("stuck", to: Painted.self, memory: .transient) { event in
        if event.coat == 0 { await lastDoor.pass() }
        shop.notebook.note("stuck\(event.coat)")
      })
    shop.hear("quick")
    try await shop.bus.start()
    let relaying = Task { await shop.relay.run() }
    // Far more than what one subscriber may have unhandled.
    try await shop.store.tell((0..<1000).map { Painted(wall: $0 < 500 ? "n" : "s", coat: $0) })
    #expect(Set(try await shop.noted(1000, "quick")).count == 1000)
    #expect(!shop.notes("slow").contains("slow0"))
    #expect(!shop.notes("stuck").contains("stuck0"))
    door.open()
    lastDoor.open()
    for name in ["slow", "stuck"] {
      #expect(Set(try await shop.noted(1000, name)).count == 1000)
      #expect(shop.notes(name).compactMap { Int($0.dropFirst(name.count)) }.filter { $0 < 500 } == Array(0..<500))
    }
    relaying.cancel()
    await relaying.value
    await shop.bus.close()
  }

  @Test func `what was handled and couldn't be noted is delivered again and has no second effect`() async throws {
    let shop = try await BusFixture()
    shop.hear("a")
    try await shop.bus.start()
    try await shop.store.database.write { transaction in
      _ = try transaction.execute(TestEngine.current.refuse("INSERT", on: "inbox"))
    }
    for raw in 1...20 { try await shop.bus.publish(envelope(Int64(raw), payload: #"{"coat":\#(raw),"wall":"n"}"#)) }
    _ = try await shop.noted(1)
    try await shop.store.database.write { _ = try $0.execute("DROP TRIGGER broken") }
    try await eventually("all are noted") { try await shop.store.count("inbox") == 20 }
    #expect(shop.notebook.all == (1...20).map { "a\($0)" })
    await shop.bus.close()
  }

  @Test func `a process whose database is away doesn't run against the broker, but pauses longer and longer`()
    async throws
  {
    let log = HeardLog()
    /// When a line went down.
    func drops() -> [ContinuousClock.Instant] {
      log.lines.filter { $0.message.hasSuffix("is down") }.map(\.moment)
    }
    let shop = try await BusFixture(logger: log.logger)
    shop.hear("a")
    try await shop.bus.start()
    try await shop.store.database.write { transaction in
      _ = try transaction.execute(TestEngine.current.refuse("INSERT", on: "inbox"))
    }
    try await shop.bus.publish(envelope(1))
    try await eventually("the line was down eight times") { drops().count >= 8 }
    let moments = drops()
    // A pause is at least half of its bound, which doubles from a tenth of a second to five seconds.
    for (number, bound) in [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5].enumerated() {
      let gap = moments[number].duration(to: moments[number + 1])
      #expect(gap >= .seconds(bound / 2), "after drop \(number + 1)")
    }
    try await shop.store.database.write { _ = try $0.execute("DROP TRIGGER broken") }
    try await eventually("it's noted") { try await shop.store.count("inbox") == 1 }
    #expect(shop.notebook.all == ["a1"])
    await shop.bus.close()
  }

  @Test func `a process whose queue was deleted renews what it keeps and hears on`() async throws {
    let shop = try await BusFixture()
    shop.hear("t", memory: .transient)
    let isBroken = Mutex(true)
    shop.bus.onGap {
      // Tried until it succeeds.
      if isBroken.withLock({ was in
        defer { was = false }
        return was
      }) {
        throw Broken()
      }
      shop.notebook.note("renewed")
    }
    try await shop.bus.start()
    try await shop.bus.publish(envelope(1))
    let queue = try #require((shop.bus as? RabbitMQBus)?.ownQueues.first)
    try await withConnection(try await RabbitMQServer.shared) { try $0.delete(queue: queue) }
    #expect(try await shop.noted(1, "renewed") == ["renewed"])
    try await shop.bus.publish(envelope(2, payload: #"{"coat":2,"wall":"n"}"#))
    #expect(shop.notebook.all == ["t1", "renewed", "t2"])
    await shop.bus.close()
    await #expect(throws: (any Error).self) {
      try await withConnection(try await RabbitMQServer.shared) { connection in
        if try !connection.hasQueue(queue) { throw Broken() }
      }
    }
  }

  @Test func `an event that nobody hears is done with, and a closed bus gives everything back`() async throws {
    let shop = try await BusFixture()
    shop.bus.subscribe(Subscription("other", events: ["test.other"]) { _ in })
    await #expect(throws: BrokerFault.closed) { try await shop.bus.publish(envelope()) }
    try await shop.bus.start()
    try await shop.bus.publish(envelope())
    await shop.bus.close()
    await #expect(throws: BrokerFault.closed) { try await shop.bus.publish(envelope()) }
  }
}
