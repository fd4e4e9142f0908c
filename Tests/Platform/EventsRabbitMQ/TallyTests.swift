import Events
import TestKit
import Testing

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
}
