import Storage
import TestKit
import Testing
import Values

@testable import Events

/// Facts that are kept for programs to follow.
@Suite struct FactFeedTests {
  private let kiln = MerchantID(raw: 7)
  private let mill = MerchantID(raw: 8)

  private func envelope(_ number: Int64, _ store: TestStore, _ name: String = "orders.orderPaid") -> EventEnvelope {
    EventEnvelope(
      id: EventID(raw: number), name: name, version: 1, subject: "s", occurredAt: store.clock.clock.now,
      payload: "{\"n\":\(number)}")
  }

  private func feed(_ store: TestStore) -> FactFeed { FactFeed(database: store.database, clock: store.clock.clock) }

  @Test func `facts are read in order from where one left off, once each, by those whose they are`() async throws {
    let store = try await TestStore(FactFeed.migrations)
    let feed = feed(store)
    for number in Int64(1)...6 {
      let fact = FactFeed.Kept(envelope(number, store), of: number.isMultiple(of: 2) ? mill : kiln)
      try await feed.keep([fact])
      try await feed.keep([fact])
    }
    try await feed.keep([FactFeed.Kept(envelope(7, store, "content.entryPublished"), of: nil)])
    let names: Set<String> = ["orders.orderPaid", "content.entryPublished"]
    let first = try await feed.facts(of: .merchant(kiln), named: names, after: nil, limit: 2)
    #expect(first.entries.map(\.envelope.id.raw) == [1, 3] && first.hasMore)
    let second = try await feed.facts(of: .merchant(kiln), named: names, after: first.next, limit: 2)
    #expect(second.entries.map(\.envelope.id.raw) == [5] && !second.hasMore)
    #expect(try await feed.facts(of: .merchant(kiln), named: names, after: second.next, limit: 2).entries.isEmpty)
    #expect(try await feed.facts(of: .everybody, named: names, after: nil, limit: 100).entries.count == 7)
    #expect(try await feed.facts(of: .everybody, named: [], after: nil, limit: 100).entries.isEmpty)
    #expect(try await feed.end() == second.next)
  }

  @Test func `numbers of facts that are kept at once have no gap, and a reader misses none`() async throws {
    let store = try await TestStore(FactFeed.migrations)
    let feed = feed(store)
    let names: Set<String> = ["orders.orderPaid"]
    let read = try await withThrowingTaskGroup(of: Void.self) { group in
      for number in Int64(1)...40 {
        let fact = FactFeed.Kept(envelope(number, store), of: kiln)
        group.addTask { try await feed.keep([fact]) }
      }
      var (seen, next): ([Int64], Int64?) = ([], nil)
      while seen.count < 40 {
        let slice = try await feed.facts(of: .merchant(kiln), named: names, after: next ?? 0, limit: 7)
        seen += slice.entries.map(\.envelope.id.raw)
        next = slice.next
        await Task.yield()
      }
      try await group.waitForAll()
      return seen
    }
    #expect(read.sorted() == Array(1...40))
    #expect(try await feed.end() == 40)
  }

  @Test func `what was kept for long enough is forgotten, and who asks for it is told so`() async throws {
    let store = try await TestStore(FactFeed.migrations)
    let feed = feed(store)
    let names: Set<String> = ["orders.orderPaid"]
    for number in Int64(1)...5 { try await feed.keep([FactFeed.Kept(envelope(number, store), of: kiln)]) }
    store.clock.advance(by: FactFeed.memory + .seconds(1))
    try await feed.keep([FactFeed.Kept(envelope(6, store), of: kiln)])
    #expect(try await feed.prune(slice: 2) == 5)
    await #expect(throws: FactRefusal.forgotten(first: 5)) {
      _ = try await feed.facts(of: .merchant(kiln), named: names, after: 3, limit: 10)
    }
    let rest = try await feed.facts(of: .merchant(kiln), named: names, after: nil, limit: 10)
    #expect(rest.entries.map(\.envelope.id.raw) == [6])
  }
}
