import Events
import Foundation
import Governance
import Storage
import Synchronization
import TestKit
import Testing
import Values

/// What every bus keeps, the one in the process and the one over a broker.
struct BusContractTests {
  // req: 3.3.5-3
  @Test(arguments: BusKind.allCases)
  func `an event reaches every subscriber, also one that was added since, and leaves the outbox`(
    kind: BusKind
  ) async throws {
    let first = try await BusFixture(kind)
    for name in ["a", "b"] { first.hear(name) }
    first.bus.subscribe(Subscription("other", events: ["test.other"]) { [first] _ in first.notebook.note("never") })
    try await first.bus.start()
    try await first.store.tell(Painted(wall: "n", coat: 1))
    try await first.settled(2)
    await first.bus.close()
    #expect(Set(first.notebook.all) == ["a1", "b1"])
    #expect(first.notebook.all.count == 2)

    let second = try first.another()
    for name in ["a", "b", "added"] { second.hear(name) }
    try await second.bus.start()
    try await second.store.tell(Painted(wall: "n", coat: 2))
    try await second.settled(5)
    await second.bus.close()
    #expect(Set(second.notebook.all) == ["a1", "b1", "a2", "b2", "added2"])
    #expect(second.notebook.all.count == 5)
    #expect(try await second.store.count("outbox") == 0)
  }

  // req: 3.3.6-1
  @Test(arguments: BusKind.allCases)
  func `whoever hears of an event works in the trace in which it was told`(kind: BusKind) async throws {
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    let shop = try await BusFixture(kind)
    for (name, memory) in [("durable", Subscription.Memory.durable), ("transient", Subscription.Memory.transient)] {
      shop.bus.subscribe(
        Subscription(name, to: Painted.self, memory: memory) { event in
          shop.notebook.note("\(name)\(event.coat) \(TraceParent.trace ?? "none")")
        })
    }
    try await shop.bus.start()
    try await TraceParent.$current.withValue(parent) { try await shop.store.tell(Painted(wall: "n", coat: 1)) }
    try await shop.store.tell(Painted(wall: "n", coat: 2))
    try await shop.settled(2)
    for name in ["durable", "transient"] {
      #expect(try await shop.noted(2, name) == ["\(name)1 \(TraceParent.trace(of: parent))", "\(name)2 none"])
    }
    await shop.bus.close()
  }

  // req: 3.1.3-3
  @Test(arguments: BusKind.allCases)
  func `a repeat has no effect on a durable subscriber`(kind: BusKind) async throws {
    let shop = try await BusFixture(kind)
    shop.hear("durable")
    shop.hear("transient", memory: .transient)
    try await shop.bus.start()
    for _ in 0..<3 { try await shop.bus.publish(envelope()) }
    try await shop.bus.publish(envelope(2, payload: #"{"coat":2,"wall":"n"}"#))
    #expect(try await shop.noted(2, "durable") == ["durable1", "durable2"])
    #expect(shop.notes("transient") == ["transient1", "transient1", "transient1", "transient2"])
    await shop.bus.close()
    #expect(try await shop.store.count("inbox") == 2)
  }

  // req: 3.1.3-3
  @Test(arguments: BusKind.allCases)
  func `a hundred copies at once have one effect`(kind: BusKind) async throws {
    let shop = try await BusFixture(kind)
    shop.hear("a")
    try await shop.bus.start()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 { group.addTask { try await shop.bus.publish(envelope()) } }
      try await group.waitForAll()
    }
    try await shop.bus.publish(envelope(2, payload: #"{"coat":2,"wall":"n"}"#))
    #expect(try await shop.noted(2) == ["a1", "a2"])
    await shop.bus.close()
  }

  @Test(arguments: BusKind.allCases)
  func `another process on the database doesn't repeat it either`(kind: BusKind) async throws {
    let first = try await BusFixture(kind)
    for (shop, coat) in [(first, 2), (try first.another(), 3)] {
      shop.hear("a")
      try await shop.bus.start()
      try await shop.bus.publish(envelope())
      try await shop.bus.publish(envelope(Int64(coat), payload: #"{"coat":\#(coat),"wall":"n"}"#))
      _ = try await shop.noted(coat)
      await shop.bus.close()
    }
    #expect(first.notebook.all == ["a1", "a2", "a3"])
  }

  @Test(arguments: BusKind.allCases)
  func `a subscriber that hangs is given up, and others hear on`(kind: BusKind) async throws {
    let shop = try await BusFixture(kind, timeLimit: .seconds(1))
    shop.bus.subscribe(Subscription("hangs", to: Painted.self) { _ in try await Task.sleep(for: .seconds(3600)) })
    shop.hear("good")
    try await shop.bus.start()
    try await shop.store.tell(Painted(wall: "n", coat: 1))
    try await shop.settled(2)
    #expect(shop.notebook.all == ["good1"])
    #expect(try await shop.letters.count() == 1)
    await shop.bus.close()
  }

  @Test(arguments: BusKind.allCases)
  func `a subscriber that keeps failing leaves a dead letter and stops nobody`(kind: BusKind) async throws {
    let shop = try await BusFixture(kind)
    shop.bus.subscribe(
      Subscription("bad", to: Painted.self) { event in
        shop.notebook.note("bad\(event.coat)")
        if event.coat == 1 { throw Broken() }
      })
    shop.hear("good")
    try await shop.bus.start()
    try await shop.store.tell(Painted(wall: "n", coat: 1), Painted(wall: "n", coat: 2))
    try await shop.settled(4)
    #expect(shop.notes("bad") == ["bad1", "bad1", "bad1", "bad2"])
    #expect(shop.notes("good") == ["good1", "good2"])
    let letter = try #require(try await shop.letters.letters().items.first)
    #expect(letter.subscriber == "bad")
    #expect(letter.errorText == "Broken()")
    #expect(letter.attempts == 3)
    #expect(try letter.envelope.decode(Painted.self).coat == 1)
    #expect(try await shop.letters.count() == 1)
    await shop.bus.close()
  }

  @Test(arguments: BusKind.allCases)
  func `an event whose facts can't be read isn't tried again, and is replayed once they can`(
    kind: BusKind
  ) async throws {
    let shop = try await BusFixture(kind)
    let isOld = Mutex(true)
    shop.bus.subscribe(
      Subscription("a", events: [Painted.name]) { envelope in
        if isOld.withLock({ $0 }) { _ = try envelope.decode(Painted.self) }
        shop.notebook.note(envelope.payload)
      })
    try await shop.bus.start()
    try await shop.bus.publish(envelope(7, payload: "<script>"))
    try await eventually("it's put aside") { try await shop.letters.count() == 1 }
    #expect(try await shop.letters.letters().items.map(\.attempts) == [1])
    await #expect(throws: DecodingError.self) { try await shop.letters.replay(EventID(raw: 7), for: "a") }
    isOld.withLock { $0 = false }
    try await shop.letters.replay(EventID(raw: 7), for: "a")
    #expect(try await shop.letters.count() == 0)
    try await shop.bus.publish(envelope(7, payload: "<script>"))
    try await shop.bus.publish(envelope(8, payload: "{}"))
    #expect(try await shop.noted(2) == ["<script>", "{}"])
    await shop.bus.close()
  }

  @Test(arguments: BusKind.allCases)
  func `events of one subject arrive in order, also when some fail at first`(kind: BusKind) async throws {
    let shop = try await BusFixture(kind)
    let failures = Mutex(Set<Int>())
    shop.bus.subscribe(
      Subscription("painter", to: Painted.self) { event in
        let isFirst = failures.withLock { $0.insert(event.coat).inserted }
        if isFirst, event.coat % 7 == 0 { throw Broken() }
        shop.notebook.note("\(event.wall)\(event.coat)")
      })
    try await shop.bus.start()
    for coat in 0..<200 {
      try await shop.store.tell(Painted(wall: "n", coat: coat), Painted(wall: "s", coat: 1000 + coat))
    }
    try await shop.settled(400)
    #expect(shop.notes("n") == (0..<200).map { "n\($0)" })
    #expect(shop.notes("s") == (1000..<1200).map { "s\($0)" })
    await shop.bus.close()
  }

  @Test(arguments: BusKind.allCases)
  func `a thousand events with little room all arrive once`(kind: BusKind) async throws {
    let shop = try await BusFixture(kind, width: 2, capacity: 10)
    for name in ["a", "b"] { shop.hear(name) }
    shop.hear("c", memory: .transient)
    try await shop.bus.start()
    try await shop.store.tell((0..<1000).map { Painted(wall: "w\($0 % 50)", coat: $0) })
    let relaying = Task { await shop.relay.run() }
    try await shop.settled(2000)
    relaying.cancel()
    await relaying.value
    await shop.bus.close()
    // What is sent again, since the relay can't know that it was settled, changes nothing for those who remember.
    #expect(shop.notes("a").count == 1000 && shop.notes("b").count == 1000)
    #expect(Set(shop.notebook.all).count == 3000)
  }

  @Test(arguments: BusKind.allCases)
  func `events told while handling are relayed too`(kind: BusKind) async throws {
    let shop = try await BusFixture(kind)
    shop.bus.subscribe(
      Subscription("a", to: Painted.self) { event in
        shop.notebook.note("\(event.coat)")
        if event.coat < 5 { try await shop.store.tell(Painted(wall: event.wall, coat: event.coat + 1)) }
      })
    try await shop.bus.start()
    let relaying = Task { await shop.relay.run() }
    try await shop.store.tell(Painted(wall: "n", coat: 1))
    #expect(try await shop.noted(5) == ["1", "2", "3", "4", "5"])
    relaying.cancel()
    await relaying.value
    await shop.bus.close()
  }

  @Test(arguments: BusKind.allCases)
  func `one of many heard at once that always fails is put aside alone`(kind: BusKind) async throws {
    let shop = try await BusFixture(kind)
    shop.bus.subscribe(
      Subscription("a", events: [Painted.name], gathering: .init(pause: .milliseconds(1), limit: 2)) { envelopes in
        let coats = try envelopes.map { try $0.decode(Painted.self).coat }
        if coats.contains(2) { throw Broken() }
        for coat in coats { shop.notebook.note("\(coat)") }
      })
    try await shop.bus.start()
    try await shop.store.tell((1...5).map { Painted(wall: "n", coat: $0) })
    try await shop.relay.drain()
    #expect(shop.notebook.all == ["1", "3", "4", "5"])
    #expect(shop.bus.missed == 1)
    #expect(try await shop.letters.count() == 0)
    await shop.bus.close()
  }

  @Test(arguments: BusKind.allCases)
  func `what the memory of a process couldn't follow is told to it again by itself, and leaves no letter`(
    kind: BusKind
  ) async throws {
    let shop = try await BusFixture(kind)
    let isBroken = Mutex(true)
    shop.bus.subscribe(
      Subscription("t", to: Painted.self, memory: .transient) { event in
        if event.coat == 1, isBroken.withLock({ $0 }) { throw Broken() }
        shop.notebook.note("t\(event.coat)")
      })
    try await shop.bus.start()
    try await shop.bus.publish(envelope(1))
    // Others don't wait for it.
    try await shop.bus.publish(envelope(2, payload: #"{"coat":2,"wall":"n"}"#))
    #expect(shop.notebook.all == ["t2"])
    #expect(try await shop.letters.count() == 0)
    #expect(shop.bus.missed == 1)
    isBroken.withLock { $0 = false }
    #expect(try await shop.noted(2) == ["t2", "t1"])
    try await eventually("nothing is missed") { shop.bus.missed == 0 }
    await shop.bus.close()
  }

  @Test(arguments: BusKind.allCases)
  func `what is kept in the database too leaves a letter until the process can follow`(kind: BusKind) async throws {
    let shop = try await BusFixture(kind)
    let isBroken = Mutex(true)
    shop.bus.subscribe(
      Subscription("m", events: [Painted.name], gathering: .init(pause: .milliseconds(1)), memory: .mirrored) { all in
        let coats = try all.map { try $0.decode(Painted.self).coat }
        if coats.contains(1), isBroken.withLock({ $0 }) { throw Broken() }
        for coat in coats { shop.notebook.note("m\(coat)") }
      })
    try await shop.bus.start()
    try await shop.bus.publish(envelope(1))
    try await shop.bus.publish(envelope(2, payload: #"{"coat":2,"wall":"n"}"#))
    try await eventually("it's put aside") { try await shop.letters.letters().items.map(\.subscriber) == ["m"] }
    isBroken.withLock { $0 = false }
    try await eventually("the letter is done with") { try await shop.letters.count() == 0 }
    #expect(Set(shop.notebook.all) == ["m1", "m2"])
    await shop.bus.close()
  }

  @Test func `what can't be read is no more told to the same program, and those behind it arrive`() async throws {
    let shop = try await BusFixture(.inProcess)
    shop.hear("t", memory: .transient)
    try await shop.bus.publish(envelope(1, payload: "<script>"))
    try await shop.bus.publish(envelope(2, payload: #"{"coat":2,"wall":"n"}"#))
    #expect(shop.notebook.all == ["t2"])
    #expect(shop.bus.missed == 0)
    #expect(try await shop.letters.count() == 0)
  }
}
