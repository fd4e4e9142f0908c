import Values

/// Every way in which Orders says no.
public enum OrderRefusal: Refusal, Hashable {
  case unknownOrder
  case wrongState(OrderState)
  case notPayable(OrderState)

  public var code: String {
    switch self {
    case .unknownOrder: "unknownOrder"
    case .wrongState: "wrongOrderState"
    case .notPayable: "orderNotPayable"
    }
  }

  public var details: [String: String] {
    switch self {
    case .unknownOrder: [:]
    case .wrongState(let state), .notPayable(let state): ["state": state.rawValue]
    }
  }

  public var kind: RefusalKind {
    if case .unknownOrder = self { .notFound } else { .conflict }
  }
}
