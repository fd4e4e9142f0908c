import Governance
import Storage
import Synchronization
import TestKit
import Testing
import Values

@Suite struct SwitchesTests {
  private static let (search, reviews) = (Switch("search"), Switch("reviews"))

  private func pair() async throws -> (TestStore, Switches, Switches) {
    let store = try await TestStore(Switches.migrations)
    let names = [Self.search, Self.reviews]
    return (
      store, Switches(names, database: store.database, clock: store.clock.clock),
      Switches(names, database: store.database, clock: store.clock.clock)
    )
  }

  @Test func `what one process switches off is off in another once that has looked`() async throws {
    let (store, one, other) = try await pair()
    defer { withExtendedLifetime(store) {} }
    #expect(one.isOn(Self.search))
    let heard = Mutex(0)
    other.onChange { heard.withLock { $0 += 1 } }
    try await one.turn(Self.search, on: false, by: "Mei")
    #expect(!one.isOn(Self.search))
    #expect(throws: SwitchedOff(Self.search, retryAfterSeconds: 60)) { try one.require(Self.search) }
    try one.require(Self.reviews)
    #expect(other.isOn(Self.search))
    try await other.refresh()
    try await other.refresh()
    #expect(!other.isOn(Self.search))
    #expect(heard.withLock { $0 } == 1)
    #expect(other.states.map(\.changedBy) == ["Mei", ""])
    try await other.turn(Self.search, on: true, by: "Bo")
    #expect(other.isOn(Self.search))
    try await one.refresh()
    #expect(one.isOn(Self.search))
  }

  @Test func `what is off for a while goes on by itself, and says when to come back`() async throws {
    let (store, switches, _) = try await pair()
    try await switches.turn(Self.search, on: false, until: store.clock.now.adding(.minutes(5)), by: "Mei")
    store.clock.advance(by: .minutes(4))
    #expect(throws: SwitchedOff(Self.search, retryAfterSeconds: 60)) { try switches.require(Self.search) }
    store.clock.advance(by: .minutes(1))
    #expect(switches.isOn(Self.search))
    #expect(switches.states.first?.offUntil == nil)
  }

  @Test func `while the database can't be read the switches stay as they were`() async throws {
    let (store, switches, _) = try await pair()
    try await switches.turn(Self.search, on: false, by: "Mei")
    try await store.database.close()
    await #expect(throws: (any Error).self) { try await switches.refresh() }
    #expect(!switches.isOn(Self.search))
  }
}
