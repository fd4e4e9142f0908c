import Events
import EventsRabbitMQ
import Foundation
import Jobs
import Storage
import Synchronization
import TestKit
import Testing
import Values

/// Several processes on one broker and one database.
struct ManyProcessesTests {
  /// Relays as the shop does: of all processes one at a time.
  private func relaying(_ shop: BusFixture, _ name: String) -> Task<Void, Never> {
    let runner = JobRunner(
      database: shop.store.database,
      jobs: [
        Job("events.relay", every: .milliseconds(200), lease: .seconds(2)) {
          shop.notebook.note("relay \(name)")
          try await shop.relay.run(givingUpAfter: .seconds(2))
        }
      ], clock: .system, holder: name, logger: BusFixture.quiet)
    return Task { await runner.run() }
  }

  @Test func `what must be heard everywhere reaches every process, what must be done once reaches one`() async throws {
    let first = try await BusFixture()
    let second = try first.another()
    for (shop, name) in [(first, "first"), (second, "second")] {
      shop.bus.subscribe(
        Subscription("forget", to: Painted.self, memory: .transient) { shop.notebook.note("forget \(name)\($0.coat)") })
      shop.bus.subscribe(
        Subscription("gather", events: [Painted.name], gathering: .init(pause: .milliseconds(1))) { envelopes in
          for one in envelopes { shop.notebook.note("gather \(name)\(try one.decode(Painted.self).coat)") }
        })
      shop.hear("once")
      try await shop.bus.start()
    }
    try await first.store.tell((1...20).map { Painted(wall: "w\($0 % 3)", coat: $0) })
    try await first.relay.drain()
    for name in ["first", "second"] {
      for kind in ["forget", "gather"] {
        let noted = try await first.noted(20, "\(kind) \(name)")
        #expect(Set(noted) == Set((1...20).map { "\(kind) \(name)\($0)" }))
      }
    }
    #expect(Set(try await first.noted(20, "once")) == Set((1...20).map { "once\($0)" }))
    #expect(first.notes("once").count == 20)
    await first.bus.close()
    await second.bus.close()
  }

  // req: 3.1.3-3
  @Test func `the order of each subject holds over processes that come and go`() async throws {
    let walls = ["n", "e", "s", "w"]
    let first = try await BusFixture()
    let others = [try first.another(), try first.another()]
    var relays: [Task<Void, Never>] = []
    for (number, shop) in ([first] + others).enumerated() {
      shop.bus.subscribe(
        Subscription("painter", to: Painted.self) { shop.notebook.note("\($0.wall)\($0.coat)") })
      try await shop.bus.start()
      relays.append(relaying(shop, "\(number)"))
    }
    for coat in 0..<150 {
      try await first.store.tell(walls.map { Painted(wall: $0, coat: coat) })
      // Whoever relays and whoever reads the queue leaves in the middle of the work, each in its turn.
      guard coat == 50 || coat == 100 else { continue }
      let leaving = coat == 50 ? 0 : 1
      relays[leaving].cancel()
      await ([first] + others)[leaving].bus.close()
    }
    for wall in walls {
      #expect(try await first.noted(150, wall) == (0..<150).map { "\(wall)\($0)" })
    }
    relays[2].cancel()
    for relay in relays { await relay.value }
    await others[1].bus.close()
  }

  @Test func `two that relay one outbox take turns, and one takes over when the other dies`() async throws {
    let first = try await BusFixture()
    let second = try first.another()
    for shop in [first, second] {
      shop.hear("a")
      try await shop.bus.start()
    }
    let relays = [relaying(first, "first"), relaying(second, "second")]
    _ = try await first.noted(1, "relay")
    for coat in 0..<40 { try await first.store.tell(Painted(wall: "n", coat: coat)) }
    _ = try await first.noted(40, "a")
    #expect(first.notes("relay").count == 1)
    // The one that relays is ended; the other goes on by itself.
    let isFirst = first.notes("relay") == ["relay first"]
    relays[isFirst ? 0 : 1].cancel()
    for coat in 40..<80 { try await first.store.tell(Painted(wall: "n", coat: coat)) }
    #expect(try await first.noted(80, "a") == (0..<80).map { "a\($0)" })
    #expect(first.notes("relay") == (isFirst ? ["relay first", "relay second"] : ["relay second", "relay first"]))
    for relay in relays {
      relay.cancel()
      await relay.value
    }
    // One that died without a word holds the lease until it runs out.
    let until = WallClock.system.now.adding(.seconds(1))
    try await first.store.database.write { transaction in
      _ = try transaction.execute("UPDATE job_lease SET holder = 'dead', lease_until = \(until)")
    }
    let heir = relaying(second, "heir")
    try await first.store.tell(Painted(wall: "n", coat: 80))
    _ = try await first.noted(81, "a")
    #expect(WallClock.system.now >= until)
    heir.cancel()
    await heir.value
    await first.bus.close()
    await second.bus.close()
  }

  @Test func `a process that can't reach the broker leaves the relaying to one that can`() async throws {
    let shop = try await BusFixture()
    let cutOff = try shop.another()
    shop.hear("a")
    try await shop.bus.start()
    // Its bus was never started, so it gives everything back.
    let blocked = relaying(cutOff, "blocked")
    try await shop.store.tell(Painted(wall: "n", coat: 1))
    _ = try await shop.noted(1, "relay blocked")
    let able = relaying(shop, "able")
    #expect(try await shop.noted(1, "a") == ["a1"])
    for task in [blocked, able] {
      task.cancel()
      await task.value
    }
    await shop.bus.close()
  }

  @Test func `who couldn't follow is told again, whatever others could do and replay`() async throws {
    let first = try await BusFixture()
    let second = try first.another()
    let isBroken = Mutex(true)
    func mirror(_ name: String, breaks: Bool) -> Subscription {
      Subscription("m", to: Painted.self, memory: .mirrored) { event in
        if breaks, isBroken.withLock({ $0 }) { throw Broken() }
        first.notebook.note("\(name)\(event.coat)")
      }
    }
    first.bus.subscribe(mirror("first", breaks: true))
    second.bus.subscribe(mirror("second", breaks: false))
    for shop in [first, second] { try await shop.bus.start() }
    try await first.bus.publish(envelope(1))
    _ = try await first.noted(1, "second")
    try await eventually("the first left a letter") { try await first.letters.count() == 1 }
    // Another process puts right what all share, also one that no events come to.
    first.store.clock.advance(by: .minutes(1))
    #expect(try await first.letters(knowing: mirror("third", breaks: false)).replayDue() == 1)
    #expect(first.notes("third") == ["third1"])
    #expect(try await first.letters.count() == 0)
    #expect(first.notes("first").isEmpty && first.bus.missed == 1 && second.bus.missed == 0)
    isBroken.withLock { $0 = false }
    #expect(try await first.noted(1, "first") == ["first1"])
    for shop in [first, second] { await shop.bus.close() }
  }
}
