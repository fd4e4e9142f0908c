import AuditLog
import Storage
import TestKit
import Testing
import Values

@Suite struct ReadingTests {
  @Test func `entries are found by each filter, alone and with others`() async throws {
    let fixture = try await LogFixture()
    let other: MerchantID = fixture.store.ids.next()
    let began = fixture.store.clock.now
    let searched = fixture.deed("orders.pass")
    for deed in [fixture.deed(), searched, fixture.deed(of: other)] { try await fixture.note(deed) }
    try await AuditActor.$current.withValue(AuditActor(.command, name: "root")) {
      try await fixture.log.note(Deed("switches.turn", on: "search", named: "search", of: nil))
    }
    func numbers(_ filter: DeedFilter) async throws -> [Int64] {
      try await fixture.log.entries(matching: filter, before: nil, limit: 10).map(\.number)
    }
    #expect(try await numbers(DeedFilter()) == [4, 3, 2, 1])
    #expect(try await numbers(DeedFilter(who: fixture.mei.who.text)) == [3, 2, 1])
    #expect(try await numbers(DeedFilter(who: "Mei")) == [3, 2, 1])
    #expect(try await numbers(DeedFilter(who: "command")) == [4])
    #expect(try await numbers(DeedFilter(who: "nobody")) == [])
    #expect(try await numbers(DeedFilter(verb: "orders.ship")) == [3, 1])
    #expect(try await numbers(DeedFilter(subject: searched.subject)) == [2])
    #expect(try await numbers(DeedFilter(subject: searched.name)) == [2])
    #expect(try await numbers(DeedFilter(subject: "search")) == [4])
    #expect(try await numbers(DeedFilter(merchant: other)) == [3])
    #expect(try await numbers(DeedFilter(from: began.adding(.seconds(1)))) == [4, 3, 2])
    #expect(try await numbers(DeedFilter(until: began.adding(.seconds(1)))) == [1])
    #expect(
      try await numbers(DeedFilter(who: "Mei", verb: "orders.ship", merchant: fixture.merchant, from: began)) == [1])
  }

  @Test func `a list goes on where it ended, in either direction`() async throws {
    let fixture = try await LogFixture()
    try await fixture.fill(5)
    let filter = DeedFilter(merchant: fixture.merchant)
    #expect(try await fixture.log.entries(matching: filter, before: nil, limit: 2).map(\.number) == [5, 4])
    let fourth = try #require(try await fixture.log.entry(4)).place
    #expect(try await fixture.log.entries(matching: filter, before: fourth, limit: 2).map(\.number) == [3, 2])
    #expect(try await fixture.log.entries(matching: filter, after: 0, limit: 2).map(\.number) == [1, 2])
    #expect(try await fixture.log.entries(matching: filter, after: 4, limit: 2).map(\.number) == [5])
  }

  @Test func `entries of one moment, and of a clock that goes behind, each stand in the list once`() async throws {
    let fixture = try await LogFixture()
    for _ in 1...4 { try await fixture.log.note(fixture.deed()) }
    fixture.store.clock.advance(by: .seconds(-60))
    try await fixture.log.note(fixture.deed())
    var (listed, place): ([Int64], DeedPlace?) = ([], nil)
    repeat {
      let page = try await fixture.log.entries(matching: DeedFilter(), before: place, limit: 2)
      listed += page.map(\.number)
      place = page.last?.place
    } while place != nil
    #expect(listed == [4, 3, 2, 1, 5])
    #expect(try await fixture.log.verify().fault == nil)
  }

  // req: 2.2-5
  @Test func `where buyers live is masked, and nothing else`() async throws {
    let fixture = try await LogFixture()
    try await fixture.note(
      Deed(
        "orders.edit", on: "x", of: nil, before: ["destination.street": "17 Hidden Lane", "phone": "13800138000"],
        after: ["destination.street": "18 Hidden Lane", "quantity": 2]))
    let masked = try #require(try await fixture.all().first).masked()
    #expect(masked.fieldsBefore == ["destination.street": "•••", "phone": "•••"])
    #expect(masked.fieldsAfter == ["destination.street": "•••", "quantity": "2"])
  }
}
