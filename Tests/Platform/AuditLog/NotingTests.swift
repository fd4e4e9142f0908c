import AuditLog
import Storage
import TestKit
import Testing
import Values

@Suite struct NotingTests {
  // req: 2.3.3-3
  @Test func `an entry says who, when, from where, what, and how it was before and after`() async throws {
    let fixture = try await LogFixture()
    let began = fixture.store.clock.now
    let deed = fixture.deed()
    try await fixture.note(deed)
    let entry = try #require(try await fixture.all().first)
    #expect(entry.number == 1 && entry.previous == String(repeating: "0", count: 64))
    #expect(entry.at == began)
    #expect(entry.who == fixture.mei.who.text && entry.whoName == "Mei" && entry.origin == "203.0.113.7")
    #expect(entry.trace == "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(entry.verb == "orders.ship" && entry.subject == deed.subject && entry.subjectName == deed.name)
    #expect(entry.merchant == fixture.merchant && entry.note == "fragile")
    #expect(entry.fieldsBefore == ["state": "awaitingShipment"])
    #expect(entry.fieldsAfter == ["state": "awaitingReceipt", "carrier": "shunfeng", "parcels": "2"])
    #expect(entry.fitsItsHash)
    #expect(try await fixture.log.head() == entry.mark)
    #expect(try await fixture.log.entry(1) == entry)
    #expect(try await fixture.log.entry(2) == nil)
  }

  @Test func `without anybody at work it was the shop itself, and what buyers do isn't noted`() async throws {
    let fixture = try await LogFixture()
    try await fixture.log.note(fixture.deed())
    try await fixture.log.note(fixture.deed(), by: .buyer(fixture.store.ids.next()))
    try await fixture.log.note(fixture.deed(), by: .system)
    #expect(try await fixture.all().map(\.who) == ["program"])
  }

  @Test func `whom the verb was given counts, with the place from which it was asked`() async throws {
    let fixture = try await LogFixture()
    let other: StaffID = fixture.store.ids.next()
    try await AuditActor.$current.withValue(fixture.mei) {
      try await fixture.log.note(fixture.deed(), by: .staff(other))
    }
    let entry = try #require(try await fixture.all().first)
    #expect(entry.who == "\(other)" && entry.whoName.isEmpty && entry.origin == "203.0.113.7")
  }

  @Test func `what is undone leaves no entry and no gap`() async throws {
    let fixture = try await LogFixture()
    try await fixture.fill(1)
    let (deed, now) = (fixture.deed(), fixture.store.clock.now)
    await #expect(throws: Undone.self) {
      try await fixture.store.database.write { transaction in
        try DeedLog.note(deed, at: now, in: transaction)
        throw Undone()
      }
    }
    try await fixture.fill(1)
    #expect(try await fixture.all().map(\.number) == [1, 2])
    #expect(try await fixture.log.verify().fault == nil)
  }

  // req: 2.3.3-3
  @Test func `fifty who note at once make one chain, each under their own name`() async throws {
    let fixture = try await LogFixture()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 1...50 {
        group.addTask {
          try await AuditActor.$current.withValue(AuditActor(.command, name: "writer \(writer)")) {
            let (first, second) = (fixture.deed(), fixture.deed("orders.pass"))
            let now = fixture.store.clock.now
            try await fixture.store.database.write { transaction in
              try DeedLog.note(first, at: now, in: transaction)
              try DeedLog.note(second, at: now, in: transaction)
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let entries = try await fixture.all()
    #expect(entries.map(\.number) == Array(1...100))
    for pair in stride(from: 0, to: 100, by: 2) {
      #expect(entries[pair].whoName == entries[pair + 1].whoName, "both of one transaction stand together")
    }
    #expect(Set(entries.map(\.whoName)).count == 50)
    let report = try await fixture.log.verify(slice: 7)
    #expect(report.fault == nil && report.sound == entries.last?.mark)
  }

  @Test func `whatever is noted is bounded, in one piece, and in the order of names`() async throws {
    let fixture = try await LogFixture()
    let long = String(repeating: "长\u{1}\"", count: 5000)
    let fields = DeedFields((0..<200).map { ("field \($0)", long) })
    #expect(fields.values.count == DeedFields.mostFields)
    #expect(fields.values.values.map(\.unicodeScalars.count).reduce(0, +) <= DeedFields.longestWhole)
    let actor = AuditActor(.visitor, name: long, origin: long, trace: long)
    let deed = Deed(
      "tests.long", on: long, named: long, of: nil, before: fields, after: fields, note: long)
    try await AuditActor.$current.withValue(actor) { try await fixture.log.note(deed) }
    let entry = try #require(try await fixture.all().first)
    #expect(entry.fieldsBefore == fields.values && entry.fitsItsHash)
    #expect(entry.subject.unicodeScalars.allSatisfy { $0.value >= 0x20 } && entry.subject.hasSuffix("…"))
    #expect(entry.note.unicodeScalars.count == 500)
  }

  @Test func `a value's fields are named by their paths`() throws {
    struct Line: Encodable {
      let sku: String
      let quantity: Int
      let isGift: Bool
      let weight: Double
    }
    struct Parcel: Encodable {
      let carrier: String?
      let lines: [Line]
    }
    let parcel = Parcel(carrier: nil, lines: [Line(sku: "TEA", quantity: 2, isGift: true, weight: 0.5)])
    #expect(
      try DeedFields(of: parcel) == [
        "lines.0.sku": "TEA", "lines.0.quantity": 2, "lines.0.isGift": true, "lines.0.weight": 0.5,
      ])
  }

  @Test func `a log without an end, or with one that was set back, takes nothing more`() async throws {
    let fixture = try await LogFixture()
    try await fixture.fill(3)
    try await fixture.change("UPDATE deed_head SET number = 1")
    await #expect(throws: LogFault.isTaken(2)) { try await fixture.log.note(fixture.deed()) }
    try await fixture.change("DELETE FROM deed_head WHERE id = 1")
    await #expect(throws: LogFault.hasNoHead) { try await fixture.log.note(fixture.deed()) }
    #expect(try await fixture.all().count == 3)
  }
}

private struct Undone: Error {}
