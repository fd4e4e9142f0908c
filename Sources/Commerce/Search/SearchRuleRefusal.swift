import Values

/// Every way in which rules of search say no, beside `FieldFaults`.
public enum SearchRuleRefusal: Refusal, Hashable {
  /// There is no such group or rule.
  case unknownSearchRule
  /// Somebody has changed the group, the rule or the weights since the version that was edited.
  case searchRuleChanged
  /// There is room for no more groups of synonyms, or no more rules.
  case tooManySearchRules(max: Int)
  /// Another rule is in force for this query at the same time.
  case queryHasRule(query: String, rule: QueryRuleID)

  public var code: String {
    switch self {
    case .unknownSearchRule: "unknownSearchRule"
    case .searchRuleChanged: "searchRuleChanged"
    case .tooManySearchRules: "tooManySearchRules"
    case .queryHasRule: "queryHasRule"
    }
  }

  public var details: [String: String] {
    switch self {
    case .unknownSearchRule, .searchRuleChanged: [:]
    case .tooManySearchRules(let max): ["max": String(max)]
    case .queryHasRule(let query, let rule): ["query": query, "rule": rule.description]
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownSearchRule: .notFound
    case .searchRuleChanged, .tooManySearchRules, .queryHasRule: .conflict
    }
  }
}
