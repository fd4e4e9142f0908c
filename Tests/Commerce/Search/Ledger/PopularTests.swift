import Search
import Storage
import TestKit
import Testing
import Values

@Suite struct PopularTests {
  private let fixture: LedgerFixture
  private var ledger: StoredSearchLedger { fixture.ledger }

  init() async throws { fixture = try await LedgerFixture() }

  /// Until what is popular is read again.
  private func settle() async throws {
    try await ledger.flush()
    fixture.store.clock.advance(by: .minutes(1))
  }

  @Test func `what three visitors ask for and find is popular, what is asked for most first`() async throws {
    await fixture.ask("tea", times: 3)
    await fixture.ask("teapot", times: 5)
    await fixture.ask("tent", times: 2)
    await fixture.ask("teak", times: 4, found: 0)
    await fixture.ask("茶", times: 4, language: .zhHans)
    try await settle()
    #expect(try await ledger.popular(language: .en) == ["teapot", "tea"])
    #expect(try await ledger.popular(language: .zhHans) == ["茶"])
    #expect(try await ledger.popular(beginning: " TE", language: .en, limit: 5) == ["teapot", "tea"])
    #expect(try await ledger.popular(beginning: "tea", language: .en, limit: 5) == ["teapot"])
    #expect(try await ledger.popular(beginning: "te", language: .en, limit: 1) == ["teapot"])
    #expect(try await ledger.popular(beginning: "x", language: .en, limit: 5).isEmpty)
  }

  @Test func `many who ask count for more than few who ask often`() async throws {
    await fixture.ask("tea", times: 4)
    for _ in 1...5 { await fixture.ask("cup", times: 3) }
    try await settle()
    #expect(try await ledger.popular(language: .en) == ["tea", "cup"])
  }

  @Test func `one who asks often makes nothing popular`() async throws {
    for _ in 1...20 { await ledger.noteQuery("secret plan", language: .en, found: 3, by: "dev_1") }
    try await settle()
    #expect(try await ledger.popular(language: .en).isEmpty)
    #expect(try await fixture.counts().map(\.asked) == [20])
  }

  @Test func `what is asked on three days within a week is popular, and isn't when they are over`() async throws {
    for _ in 1...3 {
      await ledger.noteQuery("tea", language: .en, found: 3)
      try await ledger.flush()
      fixture.store.clock.advance(by: .days(1))
    }
    #expect(try await ledger.popular(language: .en) == ["tea"])
    fixture.store.clock.advance(by: .days(4))
    #expect(try await ledger.popular(language: .en).isEmpty)
  }

  @Test func `what is popular is read again after a minute`() async throws {
    #expect(try await ledger.popular(language: .en).isEmpty)
    let other = fixture.elsewhere
    for number in 1...3 { await other.noteQuery("tea", language: .en, found: 3, by: "dev_\(number)") }
    try await other.flush()
    #expect(try await ledger.popular(language: .en).isEmpty)
    fixture.store.clock.advance(by: .minutes(1))
    #expect(try await ledger.popular(language: .en) == ["tea"])
  }
}
