import Values

/// Every way in which Refunds says no.
public enum RefundRefusal: Refusal, Hashable {
  case unknownCase
  case wrongState(RefundCase.State)
  /// The order isn't paid, or is over.
  case notRefundable
  /// Requests stand for so many units of the line that fewer are left.
  case unitsTaken(OrderLineID, left: Int)
  /// The time in which it could be asked is over.
  case tooLate(days: Int)
  /// Not for goods in this state, or not for this reason.
  case kindNotOffered(RefundCase.Kind)
  /// What the other goods of an exchange cost more wasn't paid in its time.
  case differenceUnpaid
  /// What one of the other goods of an exchange costs more than what was bought did isn't what was seen.
  case exchangePriceChanged(from: Money, to: Money)
  case aboveAllowed(left: Money)
  /// All that was paid has gone back already.
  case nothingLeft
  /// An order takes a bounded number of requests.
  case tooManyRequests(most: Int)
  /// The goods left before the refund was agreed to.
  case shippedMeanwhile
  /// Units that haven't left with the whole order are in a parcel.
  case unitsPacked
  /// An order of which a case isn't over can't be changed.
  case caseOpen
  /// The order was changed, or is being changed, since it was looked at.
  case orderChanging

  public var code: String {
    switch self {
    case .unknownCase: "unknownRefund"
    case .wrongState: "wrongRefundState"
    case .notRefundable: "orderNotRefundable"
    case .unitsTaken: "unitsAlreadyRequested"
    case .tooLate: "refundTooLate"
    case .kindNotOffered: "refundKindNotOffered"
    case .differenceUnpaid: "exchangeDifferenceUnpaid"
    case .exchangePriceChanged: "exchangePriceChanged"
    case .aboveAllowed: "refundAboveAllowed"
    case .nothingLeft: "nothingLeftToRefund"
    case .tooManyRequests: "tooManyRefundRequests"
    case .shippedMeanwhile: "shippedMeanwhile"
    case .unitsPacked: "unitsInParcels"
    case .caseOpen: "refundCaseOpen"
    case .orderChanging: "orderChanging"
    }
  }

  public var details: [String: String] {
    switch self {
    case .wrongState(let state): ["state": state.rawValue]
    case .unitsTaken(let line, let left): ["line": line.description, "left": String(left)]
    case .tooLate(let days): ["days": String(days)]
    case .kindNotOffered(let kind): ["kind": kind.rawValue]
    case .exchangePriceChanged(let from, let to): ["from": from.decimalText, "to": to.decimalText]
    case .aboveAllowed(let left): ["left": left.decimalText]
    case .tooManyRequests(let most): ["most": String(most)]
    case .unknownCase, .notRefundable, .differenceUnpaid, .nothingLeft, .shippedMeanwhile, .unitsPacked, .caseOpen,
      .orderChanging:
      [:]
    }
  }

  public var kind: RefusalKind {
    if case .unknownCase = self { .notFound } else { .conflict }
  }
}

/// What the books of refunds don't allow, whoever asks.
public enum RefundFault: Error, Hashable, Sendable {
  /// What was paid back isn't what was agreed.
  case otherAmount(RefundCaseID, granted: Money, settled: Money)
  /// A stored value that the program can't read: somebody wrote past it.
  case unreadable(RefundCaseID)
}
