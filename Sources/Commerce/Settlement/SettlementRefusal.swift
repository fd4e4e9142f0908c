import Values

public enum SettlementRefusal: Refusal, Hashable {
  case unknownStatement
  /// It stands otherwise than who asks had seen.
  case statementMoved(StatementState)
  /// Somebody else than who drew it approves.
  case sameHands
  case unknownCommissionRule
  /// A rule that has begun stays; another one takes its place.
  case commissionRuleBegun

  public var code: String {
    switch self {
    case .unknownStatement: "unknownStatement"
    case .statementMoved: "statementMoved"
    case .sameHands: "sameHands"
    case .unknownCommissionRule: "unknownCommissionRule"
    case .commissionRuleBegun: "commissionRuleBegun"
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownStatement, .unknownCommissionRule: .notFound
    case .statementMoved, .commissionRuleBegun: .conflict
    case .sameHands: .forbidden
    }
  }
}
