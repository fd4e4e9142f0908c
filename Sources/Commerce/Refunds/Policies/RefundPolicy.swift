import Values

/// Decides what may be asked back, for how long, and what needs no person's decision.
public protocol RefundPolicy: Sendable {
  /// What a buyer can ask for, goods being where they are.
  func kinds(for order: RefundableOrder) -> [RefundCase.Kind]
  /// Days after the receipt in which it can be asked.
  func days(for reason: RefundCase.Reason) -> Int
  /// Throws `RefundRefusal`.
  func check(_ kind: RefundCase.Kind, _ reason: RefundCase.Reason, of order: RefundableOrder, now: Timestamp) throws
  /// Whether a request is agreed to at once.
  /// - Parameters:
  ///   - isWhole: all of the order is asked back.
  ///   - isReviewed: the order passed its review, and may be packed already.
  func approves(_ order: RefundableOrder, isWhole: Bool, isReviewed: Bool) -> Bool
}

/// Until the goods leave, money back for any reason; after that for a time from the receipt on, shorter for a change of
/// mind than for a fault.
public struct StandardRefundPolicy: RefundPolicy {
  /// Up to which moment a request for a whole order needs nobody's decision.
  public enum Approval: String, CaseIterable, Sendable {
    case never, beforeReview, beforeShipping
  }

  public let mindDays: Int
  public let faultDays: Int
  public let approval: Approval

  public init(mindDays: Int = 7, faultDays: Int = 30, approval: Approval = .beforeReview) {
    self.mindDays = mindDays
    self.faultDays = faultDays
    self.approval = approval
  }

  public func kinds(for order: RefundableOrder) -> [RefundCase.Kind] {
    order.wasShipped ? [.goodsBack, .exchange, .moneyOnly] : [.moneyOnly]
  }

  public func days(for reason: RefundCase.Reason) -> Int { reason.isFault ? faultDays : mindDays }

  public func check(
    _ kind: RefundCase.Kind, _ reason: RefundCase.Reason, of order: RefundableOrder, now: Timestamp
  ) throws {
    guard kinds(for: order).contains(kind) else { throw RefundRefusal.kindNotOffered(kind) }
    guard order.wasShipped else { return }
    // Whoever keeps good goods pays for them, and what never came can't be sent back.
    if kind == .moneyOnly, reason == .changedMind { throw RefundRefusal.kindNotOffered(kind) }
    if kind.bringsGoods, reason == .notArrived { throw RefundRefusal.kindNotOffered(kind) }
    let days = days(for: reason)
    if let completed = order.completedAt, now > completed.adding(.days(days)) {
      throw RefundRefusal.tooLate(days: days)
    }
  }

  public func approves(_ order: RefundableOrder, isWhole: Bool, isReviewed: Bool) -> Bool {
    guard isWhole, !order.wasShipped else { return false }
    return switch approval {
    case .never: false
    case .beforeReview: !isReviewed
    case .beforeShipping: true
    }
  }
}
