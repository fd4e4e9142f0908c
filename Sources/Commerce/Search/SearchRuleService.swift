import Values

/// What people decided about ranking, kept, and read by every search.
public protocol SearchRuleService: Sendable {
  /// What is in force; from memory, no older than five seconds where several processes serve.
  func tuning() async throws -> SearchTuning
  /// Moves with every change that this process has heard of, and when rules begin or end.
  var revision: Int { get }

  /// Throws `FieldFaults` (`from`, `words`, `words.2`) and `SearchRuleRefusal`, among others where the group has another
  /// version by now and doesn't say the same already.
  /// - Parameter edited: the group with the version that was edited; nil for a new one.
  @discardableResult
  func saveSynonyms(
    _ group: SynonymDraft, over edited: (id: SynonymID, version: Int)?, by actor: Actor
  ) async throws -> SynonymGroup
  /// Harmless where there is none. Throws `SearchRuleRefusal.searchRuleChanged` where the group has another version by now.
  /// - Parameter version: the one that was looked at; nil where it goes whatever it says.
  func removeSynonyms(_ id: SynonymID, version: Int?, by actor: Actor) async throws
  func synonyms(_ id: SynonymID) async throws -> SynonymGroup?
  /// Those with the text in one of their words, the latest first; all for an empty text.
  func synonyms(_ page: PageRequest, containing text: String) async throws -> Page<SynonymGroup>

  /// Throws `FieldFaults` (`queries`, `queries.0`, `pinned`, `buried.3`, `redirect`, `from`) and `SearchRuleRefusal`, among
  /// others where the rule has another version by now and doesn't say the same already, and where one of the queries has a
  /// rule already that is in force at the same time.
  /// - Parameter edited: the rule with the version that was edited; nil for a new one.
  @discardableResult
  func saveRule(
    _ rule: QueryRuleDraft, over edited: (id: QueryRuleID, version: Int)?, by actor: Actor
  ) async throws -> QueryRule
  /// Harmless where there is none. Throws `SearchRuleRefusal.searchRuleChanged` where the rule has another version by now.
  /// - Parameter version: the one that was looked at; nil where it goes whatever it says.
  func removeRule(_ id: QueryRuleID, version: Int?, by actor: Actor) async throws
  func rule(_ id: QueryRuleID) async throws -> QueryRule?
  /// Those with the text in one of their queries, the latest first; all for an empty text.
  func rules(_ page: PageRequest, containing text: String) async throws -> Page<QueryRule>

  /// As they are kept now, for whoever is about to change them; searches take those of `tuning`.
  func weights() async throws -> KeptWeights
  /// Throws `FieldFaults` that name weights as `RankingWeights.fields` does, and `SearchRuleRefusal` where they have another
  /// version by now and aren't these already.
  /// - Parameter version: the one that was edited.
  @discardableResult
  func saveWeights(_ weights: RankingWeights, version: Int, by actor: Actor) async throws -> KeptWeights
}

extension SearchRuleService {
  public func synonyms(_ id: SynonymID) async throws -> SynonymGroup? {
    try await tuning().synonyms.first { $0.id == id }
  }

  public func rule(_ id: QueryRuleID) async throws -> QueryRule? { try await tuning().rules.first { $0.id == id } }
}

/// Weights with how often somebody has changed them.
public struct KeptWeights: Hashable, Sendable {
  public let weights: RankingWeights
  /// 0 while nobody has chosen any, grows with each change.
  public let version: Int

  public init(_ weights: RankingWeights, version: Int) {
    self.weights = weights
    self.version = version
  }
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
