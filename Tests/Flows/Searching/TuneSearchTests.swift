import Accounts
import Catalog
import Flows
import Search
import TestKit
import Testing
import Values

@Suite struct TuneSearchTests {
  private let tuner = Staff(
    id: StaffID(raw: 1), email: "mei@staff.example", name: "Mei", merchant: nil, rights: [.searchTune])

  @Test func `search is tuned by staff of the platform with the right alone`() async throws {
    let shop = try await BuyingFixture()
    let tune = TuneSearch(shop.contexts)
    let read = ReadSearchLedger(shop.contexts, clock: shop.store.clock.clock)
    let editor = Staff(
      id: StaffID(raw: 2), email: "bo@staff.example", name: "Bo", merchant: nil, rights: [.contentEdit])
    let seller = Staff(
      id: StaffID(raw: 3), email: "li@staff.example", name: "Li", merchant: MerchantID(raw: 1), rights: [.searchTune])
    for staff in [editor, seller] {
      let refusal = StaffRefusal.notAllowed(.searchTune)
      #expect(!TuneSearch.opens(to: staff))
      await #expect(throws: refusal) { _ = try await tune.tuning(for: staff) }
      await #expect(throws: refusal) { try await tune.saveSynonyms(SynonymDraft(words: ["a", "b"]), by: staff) }
      await #expect(throws: refusal) { try await tune.removeSynonyms(SynonymID(raw: 1), version: nil, by: staff) }
      await #expect(throws: refusal) { try await tune.saveRule(QueryRuleDraft(queries: ["a"]), by: staff) }
      await #expect(throws: refusal) { try await tune.removeRule(QueryRuleID(raw: 1), version: nil, by: staff) }
      await #expect(throws: refusal) { try await tune.saveWeights(RankingWeights(), version: 0, by: staff) }
      await #expect(throws: refusal) { _ = try await tune.weights(for: staff) }
      await #expect(throws: refusal) { _ = try await read.days(from: read.today, to: read.today, for: staff) }
    }
    #expect(StaffRight.ofPlatform.contains(.searchTune))
    #expect(try await tune.tuning(for: tuner) == .plain)
  }

  @Test func `goods of a rule must be there, and are named by their place`() async throws {
    let shop = try await BuyingFixture()
    let tune = TuneSearch(shop.contexts)
    let found = try await shop.contexts.catalog.variants(shop.variants)
    let goods = try shop.variants.map { try #require(found[$0]).product }
    let faults = await #expect(throws: FieldFaults.self) {
      try await tune.saveRule(
        QueryRuleDraft(queries: ["tea"], pinned: [goods[0], ProductID(raw: 1)], buried: [ProductID(raw: 2)]),
        by: tuner)
    }
    #expect(faults?.faults.map(\.field) == ["pinned.1", "buried.0"])
    let rule = try await tune.saveRule(
      QueryRuleDraft(queries: ["tea"], pinned: [goods[0]], buried: [goods[1]]), by: tuner)
    #expect(try await tune.rule(rule.id, for: tuner) == rule)
    await #expect(throws: SearchRuleRefusal.unknownSearchRule) {
      _ = try await tune.rule(QueryRuleID(raw: 9), for: tuner)
    }
  }

  @Test func `what is tried takes the place of what stands, and nothing is kept`() async throws {
    let shop = try await BuyingFixture()
    let tune = TuneSearch(shop.contexts)
    let standing = try await tune.saveRule(QueryRuleDraft(queries: ["Tea"], redirect: "/c/tea"), by: tuner)
    let group = try await tune.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), by: tuner)
    let before = try await tune.tuning(for: tuner)
    let draft = QueryRuleDraft(
      queries: ["teas"], pinned: [ProductID(raw: 1)], from: shop.store.clock.now.adding(.days(1)))
    let ruled = try TuneSearch.tuning(before, with: .rule(draft, id: nil))
    #expect(ruled.rules.map(\.queries) == [["teas"]] && ruled.rules[0].isInForce(at: shop.store.clock.now))
    let grouped = try TuneSearch.tuning(
      before, with: .synonyms(SynonymDraft(from: "sofa", words: ["couch"]), id: group.id))
    #expect(grouped.synonyms.map(\.from) == ["sofa"] && grouped.rules == [standing])
    var weights = RankingWeights()
    weights.title = 30
    #expect(throws: FieldFaults.self) { try TuneSearch.tuning(before, with: .weights(weights)) }
    #expect(try await tune.tuning(for: tuner) == before)
  }

  @Test func `days on which nobody asked are there with nothing in them`() async throws {
    let shop = try await BuyingFixture()
    let read = ReadSearchLedger(shop.contexts, clock: shop.store.clock.clock)
    await shop.contexts.searchLedger.noteQuery("tea", language: .en, found: 1)
    try await shop.contexts.searchLedger.flush()
    let days = try await read.days(from: read.today.adding(-2), to: read.today, for: tuner)
    #expect(days.map(\.asked) == [0, 0, 1])
    #expect(try await read.days(from: read.today, to: read.today.adding(-1), for: tuner).isEmpty)
    let long = try await read.days(from: read.today.adding(-5000), to: read.today, for: tuner)
    #expect(long.count == ReadSearchLedger.keptDays && long.last?.asked == 1)
    let endless = try await read.days(from: read.today.adding(-1000), to: read.today.adding(90_000), for: tuner)
    #expect(endless.count == ReadSearchLedger.keptDays && endless.last?.day == read.today)
  }
}
