import Events
import Storage
import Synchronization
import TestKit
import Testing
import Values

struct InProcessBusTests {
  private func envelope(_ raw: Int64 = 1, payload: String = #"{"coat":1,"wall":"n"}"#) -> EventEnvelope {
    EventEnvelope(
      id: EventID(raw: raw), name: Painted.name, version: 1, subject: "n", occurredAt: TestClock.start, payload: payload
    )
  }

  @Test func `a repeat has no effect on a durable subscriber`() async throws {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    shop.bus.subscribe(Subscription("durable", to: Painted.self) { _ in notebook.note("durable") })
    shop.bus.subscribe(
      Subscription("transient", to: Painted.self, memory: .transient) { _ in notebook.note("transient") })
    for _ in 0..<3 { try await shop.bus.publish(envelope()) }
    #expect(notebook.all.filter { $0 == "durable" }.count == 1)
    #expect(notebook.all.filter { $0 == "transient" }.count == 3)
    #expect(try await shop.count("inbox") == 1)
  }

  @Test func `a hundred copies at once have one effect`() async throws {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    shop.bus.subscribe(Subscription("a", to: Painted.self) { _ in notebook.note("a") })
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 { group.addTask { try await shop.bus.publish(envelope()) } }
      try await group.waitForAll()
    }
    #expect(notebook.all == ["a"])
  }

  @Test func `another process on the database doesn't repeat it either`() async throws {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    let second = EventFixture(on: shop.store)
    for bus in [shop.bus, second.bus] {
      bus.subscribe(Subscription("a", to: Painted.self) { _ in notebook.note("a") })
      try await bus.publish(envelope())
    }
    #expect(notebook.all == ["a"])
  }

  @Test func `a subscriber that hangs is given up, and others hear on`() async throws {
    let shop = try await EventFixture(timeLimit: .seconds(1))
    let notebook = shop.notebook
    shop.bus.subscribe(Subscription("hangs", to: Painted.self) { _ in try await Task.sleep(for: .seconds(3600)) })
    shop.bus.subscribe(Subscription("good", to: Painted.self) { notebook.note("good\($0.coat)") })
    try await shop.tell(Painted(wall: "n", coat: 1))
    try await shop.relay.drain()
    #expect(notebook.all == ["good1"])
    #expect(try await shop.count("dead_letter") == 1)
  }

  @Test func `a subscriber that keeps failing leaves a dead letter and stops nobody`() async throws {
    let shop = try await EventFixture()
    let notebook = shop.notebook
    shop.bus.subscribe(
      Subscription("bad", to: Painted.self) { event in
        notebook.note("bad\(event.coat)")
        if event.coat == 1 { throw Broken() }
      })
    shop.bus.subscribe(Subscription("good", to: Painted.self) { notebook.note("good\($0.coat)") })
    try await shop.tell(Painted(wall: "n", coat: 1), Painted(wall: "n", coat: 2))
    try await shop.relay.drain()
    #expect(notebook.all.filter { $0.hasPrefix("bad") } == ["bad1", "bad1", "bad1", "bad2"])
    #expect(notebook.all.filter { $0.hasPrefix("good") } == ["good1", "good2"])
    let letter = try #require(try await shop.letters.letters().items.first)
    #expect(letter.subscriber == "bad")
    #expect(letter.errorText == "Broken()")
    #expect(letter.attempts == 3)
    #expect(try letter.envelope.decode(Painted.self).coat == 1)
    #expect(try await shop.letters.count() == 1)
  }

  @Test func `an event that can't be read isn't tried again`() async throws {
    let shop = try await EventFixture()
    shop.bus.subscribe(Subscription("a", to: Painted.self) { _ in })
    try await shop.bus.publish(envelope(payload: "<script>"))
    #expect(try await shop.letters.letters().items.map(\.attempts) == [1])
  }

  @Test func `handlers don't inherit the cancellation of the publisher`() async throws {
    let shop = try await EventFixture()
    let (entered, door) = (Door(), Door())
    let notebook = shop.notebook
    shop.bus.subscribe(
      Subscription("a", to: Painted.self) { _ in
        entered.open()
        await door.pass()
        notebook.note("cancelled: \(Task.isCancelled)")
      })
    let publishing = Task { try await shop.bus.publish(envelope()) }
    await entered.pass()
    publishing.cancel()
    door.open()
    _ = await publishing.result
    #expect(notebook.all == ["cancelled: false"])
  }

  // MARK: Dead letters

  @Test func `a dead letter is replayed once its reason is gone`() async throws {
    let shop = try await EventFixture()
    let isBroken = Mutex(true)
    let notebook = shop.notebook
    shop.bus.subscribe(
      Subscription("a", to: Painted.self) { _ in
        if isBroken.withLock({ $0 }) { throw Broken() }
        notebook.note("handled")
      })
    try await shop.bus.publish(envelope(7))
    await #expect(throws: Broken.self) { try await shop.letters.replay(EventID(raw: 7), for: "a") }
    #expect(try await shop.letters.letters().items.map(\.attempts) == [4])
    isBroken.withLock { $0 = false }
    try await shop.letters.replay(EventID(raw: 7), for: "a")
    #expect(notebook.all == ["handled"])
    #expect(try await shop.letters.count() == 0)
    try await shop.bus.publish(envelope(7))
    #expect(notebook.all == ["handled"])
    await #expect(throws: EventRefusal.noSuchLetter) { try await shop.letters.replay(EventID(raw: 7), for: "a") }
  }

  @Test func `dead letters are paged, discarded, and outlive their subscriber`() async throws {
    let shop = try await EventFixture()
    for name in ["a", "b"] { shop.bus.subscribe(Subscription(name, to: Painted.self) { _ in throw Broken() }) }
    for raw: Int64 in 1...3 { try await shop.bus.publish(envelope(raw)) }
    var seen: [String] = []
    var next: Cursor?
    repeat {
      let page = try await shop.letters.letters(PageRequest(limit: 2, after: next))
      seen += page.items.map { "\($0.envelope.id.raw)\($0.subscriber)" }
      next = page.next
    } while next != nil
    #expect(seen == ["1a", "1b", "2a", "2b", "3a", "3b"])
    try await shop.letters.discard(EventID(raw: 2), for: "a")
    await #expect(throws: EventRefusal.noSuchLetter) { try await shop.letters.discard(EventID(raw: 2), for: "a") }
    let later = EventFixture(on: shop.store)
    await #expect(throws: EventRefusal.noSuchSubscriber) { try await later.letters.replay(EventID(raw: 1), for: "a") }
    #expect(try await later.letters.count() == 5)
  }

  @Test func `letters of events long ago are thrown away in slices`() async throws {
    let shop = try await EventFixture()
    shop.bus.subscribe(Subscription("bad", to: Painted.self) { _ in throw Broken() })
    for coat in 0..<7 { try await shop.tell(Painted(wall: "n", coat: coat)) }
    try await shop.relay.drain()
    #expect(try await shop.letters.prune(slice: 2) == 0)
    shop.store.clock.advance(by: .days(91))
    try await shop.tell(Painted(wall: "n", coat: 99))
    try await shop.relay.drain()
    #expect(try await shop.letters.prune(slice: 2) == 7)
    #expect(try await shop.letters.count() == 1)
  }

  @Test func `dead letters are replayed by themselves, after pauses that double from a minute to six hours`()
    async throws
  {
    let shop = try await EventFixture()
    let isBroken = Mutex(true)
    let notebook = shop.notebook
    shop.bus.subscribe(
      Subscription("a", to: Painted.self) { _ in
        notebook.note("tried")
        if isBroken.withLock({ $0 }) { throw Broken() }
      })
    try await shop.bus.publish(envelope(7))
    var tries: [Int] = []
    for minute in 1...2000 {
      let before = notebook.all.count
      shop.store.clock.advance(by: .minutes(1))
      #expect(try await shop.letters.replayDue() == 0)
      if notebook.all.count > before { tries.append(minute) }
    }
    #expect(tries == [1, 3, 7, 15, 31, 63, 127, 255, 511, 871, 1231, 1591, 1951])
    isBroken.withLock { $0 = false }
    #expect(try await EventFixture(on: shop.store).letters.replayDue() == 0)
    shop.store.clock.advance(by: .hours(6))
    #expect(try await shop.letters.replayDue() == 1)
    #expect(try await shop.letters.count() == 0)
  }

  // MARK: Inbox

  @Test func `old inbox rows are pruned, save those of events that still wait`() async throws {
    let shop = try await EventFixture()
    let inbox = Inbox(database: shop.store.database, clock: shop.store.clock.clock)
    shop.bus.subscribe(Subscription("a", to: Painted.self) { _ in })
    for coat in 0..<25 { try await shop.tell(Painted(wall: "n", coat: coat)) }
    try await shop.relay.drain()
    #expect(try await inbox.prune(slice: 10) == 0)
    shop.store.clock.advance(by: .days(15))
    try await shop.tell(Painted(wall: "n", coat: 99))
    try await shop.relay.drain()
    #expect(try await inbox.prune(slice: 10) == 25)
    #expect(try await shop.count("inbox") == 1)

    try await shop.tell(Painted(wall: "n", coat: 100))
    let waiting = try await shop.store.toldEvents()
    try await shop.bus.publish(waiting[0])
    shop.store.clock.advance(by: .days(15))
    #expect(try await inbox.prune() == 1)
    #expect(try await shop.count("inbox") == 1)
  }
}
