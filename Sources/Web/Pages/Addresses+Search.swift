import Values

extension Addresses {
  /// Where staff see what people search for, and decide what is found.
  public static let searchDesk = "/admin/search"
  public static let synonymsDesk = "/admin/search/synonyms"
  public static let searchRulesDesk = "/admin/search/rules"
  public static let searchWeights = "/admin/search/weights"
  public static let searchEvaluation = "/admin/search/evaluation"

  public static func desk(_ synonyms: SynonymID) -> String { "\(synonymsDesk)/\(synonyms)" }
  public static func desk(_ rule: QueryRuleID) -> String { "\(searchRulesDesk)/\(rule)" }
}
