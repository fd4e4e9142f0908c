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
      SynonymDraft(words: ["手机", " mobile phone ", "", "cellphone"]), over: nil, by: RulesFixture.mei)
    #expect(both.words == ["手机", "mobile phone", "cellphone"] && both.from == nil)
    let one = try await rules.saveSynonyms(
      SynonymDraft(from: "apple", words: ["iphone", "macbook"]), over: nil, by: RulesFixture.mei)
    let tuning = try await rules.tuning()
    #expect(Set(tuning.synonyms) == [both, one])
    #expect(tuning.weights == RankingWeights())
    #expect(try await rules.synonyms(one.id) == one)
    try await rules.removeSynonyms(both.id, version: nil, by: RulesFixture.mei)
    #expect(try await rules.tuning().synonyms == [one])
    try await rules.removeSynonyms(both.id, version: nil, by: RulesFixture.mei)
  }

  @Test func `what is wrong with a group is said with its place`() async throws {
    let long = String(repeating: "电", count: 61)
    let told = try await faults {
      try await rules.saveSynonyms(
        SynonymDraft(from: "TV", words: ["ＴＶ", "", long, "telly", "Télly"]), over: nil, by: RulesFixture.mei)
    }
    #expect(told == ["words.0 repeated", "words.2 tooLong", "words.4 repeated"])
    let alone = try await faults {
      try await rules.saveSynonyms(SynonymDraft(words: ["tea", " "]), over: nil, by: RulesFixture.mei)
    }
    #expect(alone == ["words tooFew"])
    let none = try await faults {
      try await rules.saveSynonyms(SynonymDraft(words: ["", " "]), over: nil, by: RulesFixture.mei)
    }
    #expect(none == ["words missing"])
    let many = (1...21).map { "word\($0)x" }
    let crowded = try await faults {
      try await rules.saveSynonyms(SynonymDraft(words: many), over: nil, by: RulesFixture.mei)
    }
    #expect(crowded == ["words tooMany"])
    #expect(try await rules.tuning() == .plain)
  }

  @Test func `a group is changed under its own id alone`() async throws {
    let group = try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: nil, by: RulesFixture.mei)
    let wider = try await rules.saveSynonyms(
      SynonymDraft(words: ["sofa", "couch", "沙发"]), over: (group.id, 1), by: RulesFixture.mei)
    #expect(wider.id == group.id && (group.version, wider.version) == (1, 2))
    #expect(try await rules.tuning().synonyms == [wider])
    await #expect(throws: SearchRuleRefusal.unknownSearchRule) {
      try await rules.saveSynonyms(
        SynonymDraft(words: ["a", "b"]), over: (SynonymID(raw: 99), 1), by: RulesFixture.mei)
    }
  }

  @Test func `a group that somebody else has changed meanwhile stays as they left it`() async throws {
    let group = try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: nil, by: RulesFixture.mei)
    let theirs = try await fixture.elsewhere.saveSynonyms(
      SynonymDraft(words: ["sofa", "settee"]), over: (group.id, group.version), by: RulesFixture.mei)
    await #expect(throws: SearchRuleRefusal.searchRuleChanged) {
      try await rules.saveSynonyms(
        SynonymDraft(words: ["sofa", "divan"]), over: (group.id, group.version), by: RulesFixture.mei)
    }
    #expect(try await rules.synonyms(group.id) == theirs)
    // Who sends the same twice, or the same as the other, has what they wanted.
    let again = try await rules.saveSynonyms(
      SynonymDraft(words: ["sofa", "settee"]), over: (group.id, group.version), by: RulesFixture.mei)
    #expect(again == theirs && again.version == 2)
    let mine = try await rules.saveSynonyms(
      SynonymDraft(words: ["sofa", "divan"]), over: (group.id, theirs.version), by: RulesFixture.mei)
    #expect(mine.version == 3)
    #expect(try await fixture.deeds().count == 3)
  }

  @Test func `a group goes as it was looked at, and stays where somebody has changed it since`() async throws {
    let group = try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: nil, by: RulesFixture.mei)
    let theirs = try await fixture.elsewhere.saveSynonyms(
      SynonymDraft(words: ["sofa", "settee"]), over: (group.id, group.version), by: RulesFixture.mei)
    await #expect(throws: SearchRuleRefusal.searchRuleChanged) {
      try await rules.removeSynonyms(group.id, version: group.version, by: RulesFixture.mei)
    }
    #expect(try await rules.synonyms(group.id) == theirs)
    try await rules.removeSynonyms(group.id, version: theirs.version, by: RulesFixture.mei)
    #expect(try await rules.synonyms(group.id) == nil)
    // What is gone already is what was wanted, of whatever version.
    try await rules.removeSynonyms(group.id, version: group.version, by: RulesFixture.mei)
    #expect(try await fixture.deeds().count == 3)
  }

  @Test func `lists go page by page, the latest first, and are narrowed by what is in a group`() async throws {
    for number in 1...5 {
      try await rules.saveSynonyms(
        SynonymDraft(words: ["word\(number)", number.isMultiple(of: 2) ? "Größe 100%" : "茶"]), over: nil,
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
    let group = try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: nil, by: RulesFixture.mei)
    try await rules.saveSynonyms(SynonymDraft(words: ["sofa", "couch"]), over: (group.id, 1), by: RulesFixture.mei)
    try await rules.saveSynonyms(
      SynonymDraft(from: "sofa", words: ["couch"]), over: (group.id, 1), by: RulesFixture.mei)
    try await rules.removeSynonyms(group.id, version: nil, by: RulesFixture.mei)
    try await rules.removeSynonyms(group.id, version: nil, by: RulesFixture.mei)
    let deeds = try await fixture.deeds()
    try #require(deeds.map(\.verb) == ["search.saveSynonyms", "search.saveSynonyms", "search.removeSynonyms"])
    #expect(deeds.allSatisfy { $0.subject == "\(group.id)" && $0.merchant == nil })
    #expect(deeds[0].before == nil && deeds[0].fieldsAfter == ["words": "sofa, couch"])
    #expect(deeds[1].fieldsBefore == ["words": "sofa, couch"])
    #expect(deeds[1].fieldsAfter == ["from": "sofa", "words": "couch"])
    #expect(deeds[2].after == nil)
  }
}
