import Accounts
import Catalog
import Search
import Values

/// What staff decide about ranking: which words mean the same, what stands on top of a query, what counts how much. It holds
/// for goods of all merchants, so it is the platform's alone.
public struct TuneSearch: Sendable {
  private let contexts: Contexts
  private var rules: any SearchRuleService { contexts.searchRules }

  public init(_ contexts: Contexts) { self.contexts = contexts }

  public static func opens(to staff: Staff) -> Bool { staff.merchant == nil && staff.rights.contains(.searchTune) }

  /// Throws `StaffRefusal.notAllowed`.
  public func expect(_ staff: Staff) throws {
    guard Self.opens(to: staff) else { throw StaffRefusal.notAllowed(.searchTune) }
  }

  /// All that is in force or will be.
  public func tuning(for staff: Staff) async throws -> SearchTuning {
    try expect(staff)
    return try await rules.tuning()
  }

  // MARK: Synonyms

  /// The latest first.
  public func synonyms(
    _ page: PageRequest, containing text: String = "", for staff: Staff
  ) async throws -> Page<SynonymGroup> {
    try expect(staff)
    return try await rules.synonyms(page, containing: text)
  }

  /// Throws `SearchRuleRefusal.unknownSearchRule`.
  public func synonyms(_ id: SynonymID, for staff: Staff) async throws -> SynonymGroup {
    try expect(staff)
    guard let group = try await rules.synonyms(id) else { throw SearchRuleRefusal.unknownSearchRule }
    return group
  }

  /// Throws `FieldFaults` and `SearchRuleRefusal`.
  /// - Parameter edited: the group with the version that was edited; nil for a new one.
  @discardableResult
  public func saveSynonyms(
    _ draft: SynonymDraft, over edited: (id: SynonymID, version: Int)? = nil, by staff: Staff
  ) async throws -> SynonymGroup {
    try expect(staff)
    return try await rules.saveSynonyms(draft, over: edited, by: .staff(staff.id))
  }

  /// Harmless where there is none any more. Throws `SearchRuleRefusal.searchRuleChanged`.
  /// - Parameter version: the one that was looked at; nil where it goes whatever it says.
  public func removeSynonyms(_ id: SynonymID, version: Int?, by staff: Staff) async throws {
    try expect(staff)
    try await rules.removeSynonyms(id, version: version, by: .staff(staff.id))
  }

  // MARK: Rules

  /// The latest first.
  public func rules(
    _ page: PageRequest, containing text: String = "", for staff: Staff
  ) async throws -> Page<QueryRule> {
    try expect(staff)
    return try await rules.rules(page, containing: text)
  }

  /// Throws `SearchRuleRefusal.unknownSearchRule`.
  public func rule(_ id: QueryRuleID, for staff: Staff) async throws -> QueryRule {
    try expect(staff)
    guard let rule = try await rules.rule(id) else { throw SearchRuleRefusal.unknownSearchRule }
    return rule
  }

  /// Throws `FieldFaults` (`pinned.2` and so on for goods that there aren't) and `SearchRuleRefusal`.
  /// - Parameter edited: the rule with the version that was edited; nil for a new one.
  @discardableResult
  public func saveRule(
    _ draft: QueryRuleDraft, over edited: (id: QueryRuleID, version: Int)? = nil, by staff: Staff
  ) async throws -> QueryRule {
    try expect(staff)
    try await expectGoods(of: draft)
    return try await rules.saveRule(draft, over: edited, by: .staff(staff.id))
  }

  /// Harmless where there is none any more. Throws `SearchRuleRefusal.searchRuleChanged`.
  /// - Parameter version: the one that was looked at; nil where it goes whatever it says.
  public func removeRule(_ id: QueryRuleID, version: Int?, by staff: Staff) async throws {
    try expect(staff)
    try await rules.removeRule(id, version: version, by: .staff(staff.id))
  }

  /// Goods must be there; whether they are on sale is asked at each search.
  private func expectGoods(of draft: QueryRuleDraft) async throws {
    let asked = Set(draft.pinned.prefix(QueryRule.mostPinned) + draft.buried.prefix(QueryRule.mostBuried))
    guard !asked.isEmpty else { return }
    let known = try await contexts.catalog.products(asked.sorted())
    var faults = FieldFaults()
    for (field, products) in [("pinned", draft.pinned), ("buried", draft.buried)] {
      for (index, product) in products.enumerated() where asked.contains(product) && known[product] == nil {
        faults.add("\(field).\(index)", "unknown")
      }
    }
    try faults.throwIfAny()
  }

  // MARK: Weights

  /// As they are kept, with the version that a change of them names.
  public func weights(for staff: Staff) async throws -> KeptWeights {
    try expect(staff)
    return try await rules.weights()
  }

  /// Throws `FieldFaults` that name weights as `RankingWeights.fields` does, and `SearchRuleRefusal.searchRuleChanged`.
  /// - Parameter version: the one that was edited.
  @discardableResult
  public func saveWeights(
    _ weights: RankingWeights, version: Int, by staff: Staff
  ) async throws -> KeptWeights {
    try expect(staff)
    return try await rules.saveWeights(weights, version: version, by: .staff(staff.id))
  }

  // MARK: Trying

  /// A change that isn't made yet. With an id it takes the place of what stands there.
  public enum Trial: Sendable {
    case synonyms(SynonymDraft, id: SynonymID?)
    case rule(QueryRuleDraft, id: QueryRuleID?)
    case weights(RankingWeights)
  }

  /// What is found now, and what would be with the change. Throws `FieldFaults` for a change that couldn't be made.
  public func preview(
    _ query: SearchQuery, trying trial: Trial, for staff: Staff
  ) async throws -> (before: SearchResult, after: SearchResult) {
    var (before, after) = (query, query)
    before.tuning = try await tuning(for: staff)
    after.tuning = try Self.tuning(before.tuning ?? .plain, with: trial)
    return (try await contexts.search.search(before), try await contexts.search.search(after))
  }

  /// The tuning with the change in it, in force from now on. Throws `FieldFaults`.
  public static func tuning(_ tuning: SearchTuning, with trial: Trial) throws -> SearchTuning {
    var tuning = tuning
    switch trial {
    case .synonyms(let draft, let id):
      let group = try draft.group(id ?? SynonymID(raw: 0))
      tuning.synonyms.removeAll { $0.id == group.id }
      tuning.synonyms.append(group)
    case .rule(let draft, let id):
      var rule = try draft.rule(id ?? QueryRuleID(raw: 0))
      (rule.from, rule.until) = (nil, nil)
      let queries = Set(rule.comparedQueries)
      // What stands for the same words would come before or after it by chance.
      tuning.rules.removeAll { $0.id == rule.id || !queries.isDisjoint(with: $0.comparedQueries) }
      tuning.rules.append(rule)
    case .weights(let weights):
      try weights.check()
      tuning.weights = weights
    }
    return tuning
  }
}
