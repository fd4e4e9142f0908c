import Values

/// Every way in which Orders says no.
public enum OrderRefusal: Refusal, Hashable {
  case unknownOrder
  case wrongState(OrderState)
  case notPayable(OrderState)
  /// The captured money is not what was due: it goes back.
  case amountMismatch(due: Money, paid: Money)

  public var code: String {
    switch self {
    case .unknownOrder: "unknownOrder"
    case .wrongState: "wrongOrderState"
    case .notPayable: "orderNotPayable"
    case .amountMismatch: "orderAmountMismatch"
    }
  }

  public var details: [String: String] {
    switch self {
    case .unknownOrder: [:]
    case .wrongState(let state), .notPayable(let state): ["state": state.rawValue]
    case .amountMismatch(let due, let paid): ["due": due.decimalText, "paid": paid.decimalText]
    }
  }

  public var kind: RefusalKind {
    if case .unknownOrder = self { .notFound } else { .conflict }
  }
}
