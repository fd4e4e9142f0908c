import AuditLog
import Search
import Storage
import TestKit
import Testing
import Values

@Suite struct TuningTests {
  private let fixture: RulesFixture
  private var rules: StoredSearchRules { fixture.rules }

  init() async throws { fixture = try await RulesFixture() }

  @Test func `weights are kept, and those outside of their range are refused by name`() async throws {
    var weights = RankingWeights()
    weights.title = 12
    weights.stock = 0
    #expect(try await rules.weights() == KeptWeights(RankingWeights(), version: 0))
    try await rules.saveWeights(weights, version: 0, by: RulesFixture.mei)
    #expect(try await rules.weights() == KeptWeights(weights, version: 1))
    #expect(try await rules.tuning().weights == weights)
    #expect(try await fixture.elsewhere.tuning().weights == weights)
    weights.body = 20.5
    weights.kind = .nan
    weights.sales = -0.1
    let told = try await faults { try await rules.saveWeights(weights, version: 1, by: RulesFixture.mei) }
    #expect(told == ["body outOfRange", "kind outOfRange", "sales outOfRange"])
    try await rules.saveWeights(RankingWeights(), version: 1, by: RulesFixture.mei)
    #expect(try await rules.tuning() == .plain)
  }

  // req: 2.3.3-3
  @Test func `of weights the changed ones are noted`() async throws {
    var weights = RankingWeights()
    weights.title = 12
    try await rules.saveWeights(weights, version: 0, by: RulesFixture.mei)
    try await rules.saveWeights(weights, version: 0, by: RulesFixture.mei)
    let deeds = try await fixture.deeds()
    try #require(deeds.map(\.verb) == ["search.saveWeights"])
    #expect(deeds[0].fieldsBefore == ["title": "8.0"] && deeds[0].fieldsAfter == ["title": "12.0"])
  }

  @Test func `weights that somebody else has changed meanwhile stay as they left them, whatever else was changed`()
    async throws
  {
    let (theirs, mine) = (RankingWeights(title: 12), RankingWeights(title: 6))
    // What isn't a weight doesn't count as a change of them.
    try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: nil, by: RulesFixture.mei)
    try await fixture.elsewhere.saveWeights(theirs, version: 0, by: RulesFixture.mei)
    await #expect(throws: SearchRuleRefusal.searchRuleChanged) {
      try await rules.saveWeights(mine, version: 0, by: RulesFixture.mei)
    }
    #expect(try await rules.weights() == KeptWeights(theirs, version: 1))
    let same = try await rules.saveWeights(theirs, version: 0, by: RulesFixture.mei)
    #expect(same.version == 1)
    let saved = try await rules.saveWeights(mine, version: 1, by: RulesFixture.mei)
    #expect(saved == KeptWeights(mine, version: 2))
  }

  @Test func `of two who change one rule at the same time one is refused`() async throws {
    let rule = try await rules.saveRule(
      QueryRuleDraft(queries: ["tea"], pinned: [ProductID(raw: 1)]), over: nil, by: RulesFixture.mei)
    let (one, other) = (rules, fixture.elsewhere)
    let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
      for (number, rules) in [one, other].enumerated() {
        group.addTask {
          do {
            try await rules.saveRule(
              QueryRuleDraft(queries: ["tea"], pinned: [ProductID(raw: Int64(number) + 2)]),
              over: (rule.id, rule.version), by: RulesFixture.mei)
            return false
          } catch SearchRuleRefusal.searchRuleChanged {
            return true
          }
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(refused == 1)
    #expect(try await rules.rule(rule.id)?.version == 2)
  }

  @Test func `another process hears of a change within four seconds, and its revision moves once`() async throws {
    let other = fixture.elsewhere
    #expect(try await other.tuning() == .plain)
    let before = other.revision
    try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: nil, by: RulesFixture.mei)
    fixture.store.clock.advance(by: .seconds(4))
    #expect(try await other.tuning().synonyms.count == 1)
    #expect(other.revision == before + 1)
    fixture.store.clock.advance(by: .seconds(4))
    _ = try await other.tuning()
    #expect(other.revision == before + 1)
  }

  @Test func `what this process changed is in force at once`() async throws {
    _ = try await rules.tuning()
    let before = rules.revision
    try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: nil, by: RulesFixture.mei)
    #expect(rules.revision == before + 1)
    #expect(try await rules.tuning().synonyms.count == 1)
    #expect(rules.revision == before + 1)
  }

  @Test func `changes at the same time all stand`() async throws {
    let (one, other) = (rules, fixture.elsewhere)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...12 {
        group.addTask {
          let rules = number.isMultiple(of: 2) ? one : other
          try await rules.saveRule(
            QueryRuleDraft(queries: ["query\(number)x"], pinned: [ProductID(raw: 1)]), over: nil, by: RulesFixture.mei)
        }
      }
      try await group.waitForAll()
    }
    #expect(try await one.tuning().rules.count == 12)
    fixture.store.clock.advance(by: .seconds(4))
    #expect(try await other.tuning().rules.count == 12)
  }

  @Test func `of two who give one query a rule at the same time one is refused`() async throws {
    let draft = QueryRuleDraft(queries: ["tea"], pinned: [ProductID(raw: 1)])
    let (one, other) = (rules, fixture.elsewhere)
    let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
      for rules in [one, other] {
        group.addTask {
          do {
            try await rules.saveRule(draft, over: nil, by: RulesFixture.mei)
            return false
          } catch is SearchRuleRefusal {
            return true
          }
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(refused == 1)
  }
}
