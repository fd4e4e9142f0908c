import AuditLog
import Storage
import TestKit
import Testing
import Values

/// What somebody who has the database can do to the log, and that it's seen.
@Suite struct ChainTests {
  private static let columns = [
    "previous = '0'", "happened_at = happened_at + 1", "who = 'command'", "who_name = 'Eve'",
    "origin = '198.51.100.1'", "trace = ''", "verb = 'orders.pass'", "subject = 'ord_0000000000000'",
    "subject_name = '7'", "merchant_id = 7", "merchant_id = NULL", "before_json = '{}'", "before_json = NULL",
    "after_json = '{\"state\":\"completed\"}'", "after_json = NULL", "note = ''", "hash = '0'",
  ]

  // req: 2.3.3-3
  @Test(arguments: columns) func `an entry of which anything was changed is named`(change: String) async throws {
    let fixture = try await LogFixture()
    try await fixture.fill(5)
    try await fixture.change(SQL(text: "UPDATE deed SET \(change) WHERE number = 3"))
    let report = try await fixture.log.verify(slice: 2)
    #expect(report.fault == .changed(3))
    #expect(report.sound.number == 2)
  }

  // req: 2.3.3-3
  @Test func `an entry that was changed and hashed anew no longer fits the next`() async throws {
    let fixture = try await LogFixture()
    try await fixture.fill(5)
    try await fixture.change("UPDATE deed SET who_name = 'Eve' WHERE number = 3")
    let forged = try #require(try await fixture.log.entry(3)).hashOfSaid
    try await fixture.change("UPDATE deed SET hash = \(forged) WHERE number = 3")
    #expect(try await fixture.log.verify().fault == .unlinked(4))
  }

  @Test func `the last entry, changed and hashed anew, isn't the end that the log knows`() async throws {
    let fixture = try await LogFixture()
    try await fixture.fill(2)
    try await fixture.change("UPDATE deed SET who_name = 'Eve' WHERE number = 2")
    let forged = try #require(try await fixture.log.entry(2)).hashOfSaid
    let end = try await fixture.log.head()
    try await fixture.change("UPDATE deed SET hash = \(forged) WHERE number = 2")
    #expect(try await fixture.log.verify().fault == .cut(after: DeedMark(number: 2, hash: forged), end: end))
  }

  // req: 2.3.3-3
  @Test(arguments: [
    ("DELETE FROM deed WHERE number = 1", ChainFault.missing(1)),
    ("DELETE FROM deed WHERE number IN (3, 4)", .missing(3)),
    ("UPDATE deed SET number = 30 WHERE number = 3", .missing(3)),
    ("UPDATE deed SET number = 0 WHERE number = 3", .stray(0)),
    ("UPDATE deed SET number = -7 WHERE number = 5", .stray(-7)),
    ("UPDATE deed SET number = 6 WHERE number = 5", .missing(5)),
  ])
  func `what was taken out or put elsewhere is named`(change: String, fault: ChainFault) async throws {
    let fixture = try await LogFixture()
    try await fixture.fill(5)
    try await fixture.change(SQL(text: change))
    #expect(try await fixture.log.verify(slice: 2).fault == fault)
  }

  // req: 2.3.3-3
  @Test func `entries that changed places are named`() async throws {
    let fixture = try await LogFixture()
    try await fixture.fill(5)
    try await fixture.change(
      "UPDATE deed SET number = 100 WHERE number = 2", "UPDATE deed SET number = 2 WHERE number = 3",
      "UPDATE deed SET number = 3 WHERE number = 100")
    #expect(try await fixture.log.verify().fault == .changed(2))
  }

  // req: 2.3.3-3
  @Test func `a log that was cut short is seen by its end, and without that by an entry that was written down`()
    async throws
  {
    let fixture = try await LogFixture()
    try await fixture.fill(5)
    let known = try #require(try await fixture.log.head())
    let third = try #require(try await fixture.log.entry(3)).mark
    #expect(try await fixture.log.verify(known: known).fault == nil)
    #expect(try await fixture.log.verify(known: third).fault == nil)
    try await fixture.change("DELETE FROM deed WHERE number > 3")
    #expect(try await fixture.log.verify().fault == .cut(after: third, end: known))
    try await fixture.change("UPDATE deed_head SET number = 3, hash = \(third.hash)")
    #expect(try await fixture.log.verify().fault == nil)
    #expect(try await fixture.log.verify(known: third).fault == nil)
    #expect(try await fixture.log.verify(known: known).fault == .notAsKnown(known))
    // Written anew from there on.
    try await fixture.fill(4)
    #expect(try await fixture.log.verify().fault == nil)
    #expect(try await fixture.log.verify(known: known, slice: 2).fault == .notAsKnown(known))
  }

  @Test func `a log that was emptied is seen as long as its end stands, and an empty one is sound`() async throws {
    let fixture = try await LogFixture()
    #expect(try await fixture.log.verify() == .init(soundUpTo: .start))
    try await fixture.fill(2)
    let end = try await fixture.log.head()
    try await fixture.change("DELETE FROM deed WHERE number > 0")
    #expect(try await fixture.log.verify().fault == .cut(after: .start, end: end))
    try await fixture.change("DELETE FROM deed_head WHERE id = 1")
    #expect(try await fixture.log.verify().fault == nil)
    let known = try #require(end)
    #expect(try await fixture.log.verify(known: known).fault == .notAsKnown(known))
  }

  @Test func `the log is verified while others go on noting`() async throws {
    let fixture = try await LogFixture()
    try await fixture.fill(20)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...20 { group.addTask { try await fixture.log.note(fixture.deed()) } }
      for slice in [1, 3, 1000] {
        group.addTask {
          let report = try await fixture.log.verify(slice: slice)
          #expect(report.fault == nil && report.sound.number >= 20)
        }
      }
      try await group.waitForAll()
    }
  }

  @Test(arguments: [
    "", "7", "7:", "0:\(String(repeating: "a", count: 64))", "7:abc", "x:y", "7:\(String(repeating: "g", count: 64))",
  ])
  func `a mark that is none isn't taken for one`(text: String) { #expect(DeedMark(text) == nil) }

  @Test func `a mark is read as it's written`() {
    let mark = DeedMark(number: 7, hash: String(repeating: "ab", count: 32))
    #expect(DeedMark("\(mark)") == mark)
  }
}
