import Values

/// Every way in which Orders says no.
public enum OrderRefusal: Refusal, Hashable {
  case unknownOrder
  case wrongState(OrderState)
  case notPayable(OrderState)
  /// So many units of the line aren't there to be taken back.
  case moreThanOrdered(OrderLineID, left: Int)
  /// The captured money is not what was due: it goes back.
  case amountMismatch(due: Money, paid: Money)
  /// Somebody else has changed the order since it was looked at.
  case changedMeanwhile
  /// The buyer hasn't paid yet what a change added.
  case differenceOpen(Money)
  /// What was given back of it is settled with its buyer, and can't be changed any more.
  case unitsReturned
  /// So many units of the line are in no parcel.
  case inParcels(OrderLineID, left: Int)
  /// It brings the other goods of an exchange, which were agreed on.
  case bringsExchange
  /// The merchant asks for a change of it, which is to be made or dismissed first.
  case editAsked
  /// Another change of it is asked for that is neither made nor dismissed.
  case editAskedAlready
  /// Nobody asks for a change of it any more.
  case noEditAsked
  /// It is to be paid at the door as it was ordered: it can be ended, and ordered anew.
  case paysAtDoor

  public var code: String {
    switch self {
    case .unknownOrder: "unknownOrder"
    case .wrongState: "wrongOrderState"
    case .notPayable: "orderNotPayable"
    case .moreThanOrdered: "moreThanOrdered"
    case .amountMismatch: "orderAmountMismatch"
    case .changedMeanwhile: "orderChangedMeanwhile"
    case .differenceOpen: "orderDifferenceOpen"
    case .unitsReturned: "orderUnitsReturned"
    case .inParcels: "unitsInParcels"
    case .bringsExchange: "orderBringsExchange"
    case .editAsked: "orderEditAsked"
    case .editAskedAlready: "orderEditAskedAlready"
    case .noEditAsked: "orderNoEditAsked"
    case .paysAtDoor: "orderPaysAtDoor"
    }
  }

  public var details: [String: String] {
    switch self {
    case .unknownOrder, .changedMeanwhile, .unitsReturned, .bringsExchange, .editAsked, .editAskedAlready,
      .noEditAsked, .paysAtDoor:
      [:]
    case .differenceOpen(let amount): ["amount": amount.decimalText]
    case .wrongState(let state), .notPayable(let state): ["state": state.rawValue]
    case .moreThanOrdered(let line, let left), .inParcels(let line, let left):
      ["line": line.description, "left": String(left)]
    case .amountMismatch(let due, let paid): ["due": due.decimalText, "paid": paid.decimalText]
    }
  }

  public var kind: RefusalKind {
    if case .unknownOrder = self { .notFound } else { .conflict }
  }
}
