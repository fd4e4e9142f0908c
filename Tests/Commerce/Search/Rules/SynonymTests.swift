import AuditLog
import Search
import Storage
import TestKit
import Testing
import Values

@Suite struct SynonymTests {
  private let fixture: RulesFixture
  private var rules: StoredSearchRules { fixture.rules }

  init() async throws { fixture = try await RulesFixture() }

  @Test func `groups are kept in both ways and in one, and are in force at once`() async throws {
    let both = try await rules.saveSynonyms(
      SynonymDraft(words: ["手机", " mobile phone ", "", "cellphone"]), id: nil, by: RulesFixture.mei)
    #expect(both.words == ["手机", "mobile phone", "cellphone"] && both.from == nil)
    let one = try await rules.saveSynonyms(
      SynonymDraft(from: "apple", words: ["iphone", "macbook"]), id: nil, by: RulesFixture.mei)
    let tuning = try await rules.tuning()
    #expect(Set(tuning.synonyms) == [both, one])
    #expect(tuning.weights == RankingWeights())
    #expect(try await rules.synonyms(one.id) == one)
    try await rules.removeSynonyms(both.id, by: RulesFixture.mei)
    #expect(try await rules.tuning().synonyms == [one])
    try await rules.removeSynonyms(both.id, by: RulesFixture.mei)
  }

  @Test func `what is wrong with a group is said with its place`() async throws {
    let long = String(repeating: "电", count: 61)
    let told = try await faults {
      try await rules.saveSynonyms(
        SynonymDraft(from: "TV", words: ["ＴＶ", "", long, "telly", "Télly"]), id: nil, by: RulesFixture.mei)
    }
    #expect(told == ["words.0 repeated", "words.2 tooLong", "words.4 repeated"])
    let alone = try await faults {
      try await rules.saveSynonyms(SynonymDraft(words: ["tea", " "]), id: nil, by: RulesFixture.mei)
    }
    #expect(alone == ["words tooFew"])
    let none = try await faults {
      try await rules.saveSynonyms(SynonymDraft(words: ["", " "]), id: nil, by: RulesFixture.mei)
    }
    #expect(none == ["words missing"])
    let many = (1...21).map { "word\($0)x" }
    let crowded = try await faults {
      try await rules.saveSynonyms(SynonymDraft(words: many), id: nil, by: RulesFixture.mei)
    }
    #expect(crowded == ["words tooMany"])
    #expect(try await rules.tuning() == .plain)
  }

  @Test func `a group is changed under its own id alone`() async throws {
    let group = try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), id: nil, by: RulesFixture.mei)
    let wider = try await rules.saveSynonyms(
      SynonymDraft(words: ["sofa", "couch", "沙发"]), id: group.id, by: RulesFixture.mei)
    #expect(wider.id == group.id)
    #expect(try await rules.tuning().synonyms == [wider])
    await #expect(throws: SearchRuleRefusal.unknownSearchRule) {
      try await rules.saveSynonyms(
        SynonymDraft(words: ["a", "b"]), id: SynonymID(raw: 99), by: RulesFixture.mei)
    }
  }

  @Test func `lists go page by page, the latest first, and are narrowed by what is in a group`() async throws {
    for number in 1...5 {
      try await rules.saveSynonyms(
        SynonymDraft(words: ["word\(number)", number.isMultiple(of: 2) ? "Größe 100%" : "茶"]), id: nil,
        by: RulesFixture.mei)
    }
    let first = try await rules.synonyms(PageRequest(limit: 3), containing: "")
    #expect(first.items.map { $0.words[0] } == ["word5", "word4", "word3"])
    let rest = try await rules.synonyms(PageRequest(limit: 3, after: first.next), containing: "")
    #expect(rest.items.map { $0.words[0] } == ["word2", "word1"] && rest.next == nil)
    let sized = try await rules.synonyms(PageRequest(), containing: "grosse")
    #expect(sized.items.count == 2)
    let folded = try await rules.synonyms(PageRequest(), containing: "GRO")
    #expect(folded.items.map { $0.words[0] } == ["word4", "word2"])
    let percent = try await rules.synonyms(PageRequest(), containing: "0%")
    #expect(percent.items.count == 2)
    let wild = try await rules.synonyms(PageRequest(), containing: "w_rd")
    #expect(wild.items.isEmpty)
    let tea = try await rules.synonyms(PageRequest(), containing: "茶")
    #expect(tea.items.count == 3)
  }

  // req: 2.3.3-3
  @Test func `what staff change is noted, and what changes nothing isn't`() async throws {
    let group = try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), id: nil, by: RulesFixture.mei)
    try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), id: group.id, by: RulesFixture.mei)
    try await rules.saveSynonyms(SynonymDraft(from: "sofa", words: ["couch"]), id: group.id, by: RulesFixture.mei)
    try await rules.removeSynonyms(group.id, by: RulesFixture.mei)
    try await rules.removeSynonyms(group.id, by: RulesFixture.mei)
    let deeds = try await fixture.deeds()
    try #require(deeds.map(\.verb) == ["search.saveSynonyms", "search.saveSynonyms", "search.removeSynonyms"])
    #expect(deeds.allSatisfy { $0.subject == "\(group.id)" && $0.merchant == nil })
    #expect(deeds[0].before == nil && deeds[0].fieldsAfter == ["words": "sofa, couch"])
    #expect(deeds[1].fieldsBefore == ["words": "sofa, couch"])
    #expect(deeds[1].fieldsAfter == ["from": "sofa", "words": "couch"])
    #expect(deeds[2].after == nil)
  }
}
