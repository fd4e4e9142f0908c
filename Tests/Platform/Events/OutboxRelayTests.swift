import Events
import Storage
import Synchronization
import TestKit
import Testing
import Values

struct OutboxRelayTests {
  @Test func `an event reaches every subscriber and leaves the outbox`() async throws {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    for name in ["a", "b"] {
      shop.bus.subscribe(Subscription(name, to: Painted.self) { notebook.note("\(name) \($0.wall)\($0.coat)") })
    }
    shop.bus.subscribe(Subscription("other", events: ["test.other"]) { _ in notebook.note("never") })
    try await shop.tell(Painted(wall: "n", coat: 1))
    try await shop.relay.drain()
    #expect(Set(notebook.all) == ["a n1", "b n1"])
    #expect(notebook.all.count == 2)
    #expect(try await shop.count("outbox") == 0)
    #expect(try await shop.count("inbox") == 2)
  }

  @Test func `an event of a transaction that fails is never told`() async throws {
    let shop = try await EventFixture()
    let outbox = shop.store.outbox
    await #expect(throws: Broken.self) {
      try await shop.store.database.write { transaction in
        try outbox.tell(Painted(wall: "n", coat: 1), in: transaction)
        throw Broken()
      }
    }
    #expect(try await shop.relay.lag() == OutboxLag.none)
  }

  @Test func `events of one subject arrive in order, also when some fail at first`() async throws {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    let failures = Mutex(Set<Int>())
    shop.bus.subscribe(
      Subscription("painter", to: Painted.self) { event in
        let isFirst = failures.withLock { $0.insert(event.coat).inserted }
        if isFirst, event.coat % 7 == 0 { throw Broken() }
        notebook.note("\(event.wall)\(event.coat)")
      })
    for coat in 0..<200 { try await shop.tell(Painted(wall: "n", coat: coat), Painted(wall: "s", coat: 1000 + coat)) }
    try await shop.relay.drain()
    #expect(notebook.all.filter { $0.hasPrefix("n") } == (0..<200).map { "n\($0)" })
    #expect(notebook.all.filter { $0.hasPrefix("s") } == (1000..<1200).map { "s\($0)" })
  }

  @Test func `a subscriber that hangs holds up neither others nor its other subjects`() async throws {
    let shop = try await EventFixture()
    let (door, reached) = (Door(), Door())
    let count = Mutex(0)
    shop.bus.subscribe(
      Subscription("slow", to: Painted.self) { if $0.wall == "n" { await door.pass() } else { count.add(reached) } })
    shop.bus.subscribe(Subscription("quick", to: Painted.self, memory: .transient) { _ in count.add(reached) })
    try await shop.tell(Painted(wall: "n", coat: 1), Painted(wall: "s", coat: 1))
    let relaying = Task { await shop.relay.run() }
    await reached.pass()
    #expect(try await shop.relay.lag().count > 0)
    door.open()
    try await shop.relay.drain()
    relaying.cancel()
    await relaying.value
    #expect(count.withLock { $0 } == 3)
  }

  @Test func `a commit wakes the relay`() async throws {
    let shop = try await EventFixture()
    let arrived = Door()
    shop.bus.subscribe(Subscription("a", to: Painted.self) { _ in arrived.open() })
    let relaying = Task { await shop.relay.run() }
    try await shop.tell(Painted(wall: "n", coat: 1))
    await arrived.pass()
    relaying.cancel()
    await relaying.value
    #expect(try await shop.count("outbox") == 0)
  }

  @Test func `what a crash left behind goes out at the next start, and what was handled has no effect again`()
    async throws
  {
    let shop = try await EventFixture()
    try await shop.tell(Painted(wall: "n", coat: 1), Painted(wall: "n", coat: 2))
    let told = try await shop.store.toldEvents()
    try await shop.store.database.write { transaction in
      // As if the process had died after the note in the inbox and before the removal from the outbox.
      _ = try transaction.execute("INSERT INTO inbox (event_id, subscriber, handled_at) VALUES (\(told[0].id), 'a', 0)")
    }
    let notebook = shop.notebook
    shop.bus.subscribe(Subscription("a", to: Painted.self) { notebook.note("a\($0.coat)") })
    shop.bus.subscribe(Subscription("b", to: Painted.self) { notebook.note("b\($0.coat)") })
    try await shop.relay.drain()
    #expect(notebook.all.filter { $0.hasPrefix("a") } == ["a2"])
    #expect(notebook.all.filter { $0.hasPrefix("b") } == ["b1", "b2"])
  }

  @Test func `a thousand events with little room all arrive once`() async throws {
    let store = try await TestStore(Outbox.migrations)
    let shop = EventFixture(on: store, width: 2, capacity: 10)
    let notebook = shop.notebook
    for name in ["a", "b", "c"] {
      shop.bus.subscribe(Subscription(name, to: Painted.self) { notebook.note("\(name)\($0.coat)") })
    }
    try await shop.tell((0..<1000).map { Painted(wall: "w\($0 % 50)", coat: $0) })
    let relaying = Task { await shop.relay.run() }
    try await shop.relay.drain()
    relaying.cancel()
    await relaying.value
    #expect(notebook.all.count == 3000)
    #expect(Set(notebook.all).count == 3000)
  }

  @Test func `events told while handling are relayed too`() async throws {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    shop.bus.subscribe(
      Subscription("a", to: Painted.self) { event in
        notebook.note("\(event.coat)")
        if event.coat < 5 { try await shop.tell(Painted(wall: event.wall, coat: event.coat + 1)) }
      })
    try await shop.tell(Painted(wall: "n", coat: 1))
    try await shop.relay.drain()
    #expect(notebook.all == ["1", "2", "3", "4", "5"])
  }

  @Test func `the lag tells how many wait and for how long`() async throws {
    let shop = try await EventFixture()
    try await shop.tell(Painted(wall: "n", coat: 1))
    shop.store.clock.advance(by: .seconds(90))
    try await shop.tell(Painted(wall: "n", coat: 2))
    let lag = try await shop.relay.lag()
    #expect(lag.count == 2)
    #expect(lag.age == .seconds(90))
  }

  @Test func `a payload beyond the limit is refused with its change`() async throws {
    let shop = try await EventFixture()
    await #expect(throws: StorageFault.self) {
      try await shop.tell(Painted(wall: "n" + String(repeating: "x", count: 70_000), coat: 1))
    }
    try await shop.tell(Painted(wall: "'; DROP TABLE outbox; -- 😀 \u{202E}", coat: 1))
    #expect(try await shop.count("outbox") == 1)
  }
}

extension Mutex<Int> {
  /// Opens the door at the second of two.
  fileprivate borrowing func add(_ door: Door) {
    let count = withLock { value in
      value += 1
      return value
    }
    if count == 2 { door.open() }
  }
}
