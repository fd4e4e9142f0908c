import AuditLog
import Search
import Storage
import TestKit
import Testing
import Values

@Suite struct QueryRuleTests {
  private let fixture: RulesFixture
  private var rules: StoredSearchRules { fixture.rules }

  init() async throws { fixture = try await RulesFixture() }

  private static func product(_ number: Int64) -> ProductID { ProductID(raw: number) }

  @discardableResult
  private func save(
    _ draft: QueryRuleDraft, over edited: (id: QueryRuleID, version: Int)? = nil
  ) async throws -> QueryRule {
    try await rules.saveRule(draft, over: edited, by: RulesFixture.mei)
  }

  @Test func `a rule is kept as it was given, in force or not`() async throws {
    let now = fixture.store.clock.now
    let draft = QueryRuleDraft(
      queries: [" Gift ", "礼物", ""], pinned: [Self.product(3), Self.product(1)], buried: [Self.product(2)],
      redirect: "/c/gifts?sort=newest", from: now.adding(.hours(1)), until: now.adding(.days(2)))
    let rule = try await save(draft)
    #expect(rule.queries == ["Gift", "礼物"] && rule.pinned.map(\.raw) == [3, 1])
    #expect(try await rules.tuning().rules == [rule])
    #expect(try await rules.rule(rule.id) == rule)
    #expect(!rule.isInForce(at: now) && rule.isInForce(at: now.adding(.hours(1))))
    #expect(!rule.isInForce(at: now.adding(.days(2))))
    let found = try await rules.rules(PageRequest(), containing: "礼")
    #expect(found.items == [rule])
    try await rules.removeRule(rule.id, version: nil, by: RulesFixture.mei)
    #expect(try await rules.tuning().rules.isEmpty)
    await #expect(throws: SearchRuleRefusal.unknownSearchRule) { try await save(draft, over: (rule.id, 1)) }
  }

  @Test func `what is wrong with a rule is said with its place`() async throws {
    let long = String(repeating: "a", count: 101)
    let one = Self.product(1)
    let told = try await faults {
      try await save(
        QueryRuleDraft(queries: ["tea", "Téa", long], pinned: [one, one], buried: [Self.product(2), one]))
    }
    #expect(told == ["queries.1 repeated", "queries.2 tooLong", "pinned.1 repeated", "buried.1 repeated"])
    let empty = try await faults { try await save(QueryRuleDraft(queries: [" "])) }
    #expect(empty == ["queries missing", "pinned missing"])
    let now = fixture.store.clock.now
    let crowded = try await faults {
      try await save(
        QueryRuleDraft(
          queries: (1...21).map { "q\($0)x" }, pinned: (1...21).map(Self.product), buried: (30...130).map(Self.product),
          from: now, until: now))
    }
    #expect(crowded == ["queries tooMany", "pinned tooMany", "buried tooMany", "from rangeReversed"])
  }

  @Test(arguments: [
    "tea", "//evil.example", "https://evil.example", "/\\evil.example", "/a b", "/a\u{7F}", "/c/../search?q=tea",
    "/./search?q=tea", "/%2e%2E/search", "/search?q=tea%",
  ])
  func `a rule leads to paths of the shop alone`(_ path: String) async throws {
    let told = try await faults { try await save(QueryRuleDraft(queries: ["tea"], redirect: path)) }
    #expect(told.map { $0.prefix(9) } == ["redirect "])
  }

  @Test func `no query has two rules at the same time, however it is written`() async throws {
    let now = fixture.store.clock.now
    let pinned = [Self.product(1)]
    let standing = try await save(
      QueryRuleDraft(queries: ["Café tables", "茶"], pinned: pinned, until: now.adding(.days(1))))
    let later = QueryRuleDraft(
      queries: ["mugs", "ＣＡＦＥ table"], pinned: pinned, from: now.adding(.hours(23)))
    await #expect(throws: SearchRuleRefusal.queryHasRule(query: "ＣＡＦＥ table", rule: standing.id)) {
      try await save(later)
    }
    var after = later
    after.from = now.adding(.days(1))
    let following = try await save(after)
    #expect(try await rules.tuning().rules.count == 2)
    var longer = QueryRuleDraft(queries: ["cafe table"], pinned: pinned, until: nil)
    await #expect(throws: SearchRuleRefusal.queryHasRule(query: "cafe table", rule: following.id)) {
      try await save(longer, over: (standing.id, 1))
    }
    longer.until = now.adding(.hours(3))
    try await save(longer, over: (standing.id, 1))
  }

  @Test func `no rule leads in a circle`() async throws {
    let itself = try await faults { try await save(QueryRuleDraft(queries: ["tea"], redirect: "/search?q=Teas")) }
    #expect(itself == ["redirect circular"])
    try await save(QueryRuleDraft(queries: ["tea"], redirect: "/search?q=green+tea"))
    let back = try await faults {
      try await save(QueryRuleDraft(queries: ["green tea"], redirect: "/search?lang=en&q=tea"))
    }
    #expect(back == ["redirect circular"])
    let onward = try await faults {
      try await save(QueryRuleDraft(queries: ["matcha"], redirect: "/search?q=tea#top"))
    }
    #expect(onward == ["redirect circular"])
    for path in [
      "/search/?q=tea", "/search//?q=tea", "/%73earch?q=tea", "/search?q=tea&q=cup", "/search?%71=%74ea",
      "/search?q=tea&exact=0&exact=1",
    ] {
      let told = try await faults { try await save(QueryRuleDraft(queries: ["tea"], redirect: path)) }
      #expect(told == ["redirect circular"], "\(path)")
    }
    for path in ["/search?q=cup&q=tea", "/search/suggest?q=tea", "/c/tea?q=tea", "/search#?q=tea"] {
      #expect(!RedirectPath.leads(path, backTo: "tea"), "\(path)")
    }
    try await save(QueryRuleDraft(queries: ["matcha"], redirect: "/search?q=tea&exact=1"))
    try await save(QueryRuleDraft(queries: ["green tea"], pinned: [Self.product(1)]))
  }

  @Test func `the revision moves when rules begin and end`() async throws {
    let clock = fixture.store.clock
    let until = clock.now.adding(.minutes(10))
    try await save(QueryRuleDraft(queries: ["tea"], pinned: [Self.product(1)], until: until))
    _ = try await rules.tuning()
    let before = rules.revision
    clock.advance(by: .minutes(5))
    _ = try await rules.tuning()
    #expect(rules.revision == before)
    clock.advance(by: .minutes(5))
    _ = try await rules.tuning()
    #expect(rules.revision == before + 1)
    clock.advance(by: .minutes(5))
    _ = try await rules.tuning()
    #expect(rules.revision == before + 1)
  }

  @Test func `a rule goes as it was looked at, and stays where somebody has changed it since`() async throws {
    let rule = try await save(QueryRuleDraft(queries: ["tea"], redirect: "/c/tea"))
    let theirs = try await fixture.elsewhere.saveRule(
      QueryRuleDraft(queries: ["tea"], redirect: "/c/pots"), over: (rule.id, rule.version), by: RulesFixture.mei)
    await #expect(throws: SearchRuleRefusal.searchRuleChanged) {
      try await rules.removeRule(rule.id, version: rule.version, by: RulesFixture.mei)
    }
    #expect(try await rules.rule(rule.id) == theirs)
    try await rules.removeRule(rule.id, version: theirs.version, by: RulesFixture.mei)
    #expect(try await rules.rule(rule.id) == nil)
    try await rules.removeRule(rule.id, version: rule.version, by: RulesFixture.mei)
    #expect(try await fixture.deeds().count == 3)
  }

  // req: 2.3.3-3
  @Test func `rules are noted with what was there before`() async throws {
    let rule = try await save(QueryRuleDraft(queries: ["tea", "茶"], pinned: [Self.product(1)]))
    try await save(QueryRuleDraft(queries: ["tea"], redirect: "/c/tea"), over: (rule.id, 1))
    try await rules.removeRule(rule.id, version: nil, by: RulesFixture.mei)
    let deeds = try await fixture.deeds()
    try #require(deeds.map(\.verb) == ["search.saveRule", "search.saveRule", "search.removeRule"])
    #expect(deeds[0].fieldsAfter == ["queries": "tea, 茶", "pinned": "\(Self.product(1))"])
    #expect(deeds[1].fieldsBefore == deeds[0].fieldsAfter)
    #expect(deeds[1].fieldsAfter == ["queries": "tea", "redirect": "/c/tea"])
    #expect(deeds[2].after == nil)
  }
}
