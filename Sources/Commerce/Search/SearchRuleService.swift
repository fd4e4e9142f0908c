import Values

/// What people decided about ranking, kept, and read by every search.
public protocol SearchRuleService: Sendable {
  /// What is in force; from memory, no older than five seconds where several processes serve.
  func tuning() async throws -> SearchTuning
  /// Moves with every change that this process has heard of, and when rules begin or end.
  var revision: Int { get }

  /// A new group without an id. Throws `FieldFaults` (`from`, `words`, `words.2`) and `SearchRuleRefusal`.
  @discardableResult
  func saveSynonyms(_ group: SynonymDraft, id: SynonymID?, by actor: Actor) async throws -> SynonymGroup
  /// Harmless where there is none.
  func removeSynonyms(_ id: SynonymID, by actor: Actor) async throws
  func synonyms(_ id: SynonymID) async throws -> SynonymGroup?
  /// Those with the text in one of their words, the latest first; all for an empty text.
  func synonyms(_ page: PageRequest, containing text: String) async throws -> Page<SynonymGroup>

  /// A new rule without an id. Throws `FieldFaults` (`queries`, `queries.0`, `pinned`, `buried.3`, `redirect`, `from`) and
  /// `SearchRuleRefusal`, among others where one of the queries has a rule already that is in force at the same time.
  @discardableResult
  func saveRule(_ rule: QueryRuleDraft, id: QueryRuleID?, by actor: Actor) async throws -> QueryRule
  /// Harmless where there is none.
  func removeRule(_ id: QueryRuleID, by actor: Actor) async throws
  func rule(_ id: QueryRuleID) async throws -> QueryRule?
  /// Those with the text in one of their queries, the latest first; all for an empty text.
  func rules(_ page: PageRequest, containing text: String) async throws -> Page<QueryRule>

  /// Throws `FieldFaults` that name weights as `RankingWeights.fields` does.
  func saveWeights(_ weights: RankingWeights, by actor: Actor) async throws
}

extension SearchRuleService {
  public func synonyms(_ id: SynonymID) async throws -> SynonymGroup? {
    try await tuning().synonyms.first { $0.id == id }
  }

  public func rule(_ id: QueryRuleID) async throws -> QueryRule? { try await tuning().rules.first { $0.id == id } }
}

public struct SynonymDraft: Hashable, Codable, Sendable {
  public var from: String?
  public var words: [String]

  public init(from: String? = nil, words: [String]) {
    self.from = from
    self.words = words
  }
}

public struct QueryRuleDraft: Hashable, Codable, Sendable {
  public var queries: [String]
  public var pinned: [ProductID]
  public var buried: [ProductID]
  public var redirect: String?
  public var from: Timestamp?
  public var until: Timestamp?

  public init(
    queries: [String], pinned: [ProductID] = [], buried: [ProductID] = [], redirect: String? = nil,
    from: Timestamp? = nil, until: Timestamp? = nil
  ) {
    self.queries = queries
    self.pinned = pinned
    self.buried = buried
    self.redirect = redirect
    self.from = from
    self.until = until
  }
}
