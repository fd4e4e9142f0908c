import Accounts
import Orders
import Refunds
import Values

/// What staff do about refunds at their desk: agree, ask for the goods, look at them, refuse, try again, give money out of
/// goodwill. Rights and ownership are checked here, so that every face refuses alike.
public struct WorkRefund: Sendable {
  public struct Decision: Sendable {
    /// Nil: what was asked.
    public var amount: Money?
    public var needsGoods: Bool
    public var asMoney: Bool
    public var answer: String

    public init(amount: Money? = nil, needsGoods: Bool = false, asMoney: Bool = false, answer: String = "") {
      self.amount = amount
      self.needsGoods = needsGoods
      self.asMoney = asMoney
      self.answer = answer
    }
  }

  let contexts: Contexts
  private let work: WorkOrder
  private let settleRefund: SettleRefund

  public init(_ contexts: Contexts, settleRefund: SettleRefund) {
    self.contexts = contexts
    work = WorkOrder(contexts)
    self.settleRefund = settleRefund
  }

  /// Who decides on refunds sees them, and who sees the money that goes back.
  public static let readers: Set<StaffRight> = [.refundsApprove, .paymentsView]

  /// Whether they may see refunds at all.
  public static func opens(to staff: Staff) -> Bool { staff.hasAny(of: readers) }

  /// What of the refunds a member of staff may see. Throws `StaffRefusal.notAllowed`.
  public static func scope(of staff: Staff) throws -> RefundScope {
    try staff.require(anyOf: readers)
    return staff.merchant.map(RefundScope.merchant) ?? .platform
  }

  /// Throws `RefundRefusal.unknownCase` for one that isn't the staff's merchant's, `StaffRefusal.notAllowed` before that.
  public func refund(_ id: RefundCaseID, for staff: Staff) async throws -> RefundCase {
    try staff.require(anyOf: Self.readers)
    guard let refund = try await contexts.refunds.refundCase(id),
      staff.merchant == nil || staff.merchant == refund.merchant
    else { throw RefundRefusal.unknownCase }
    return refund
  }

  /// Agrees, and sends the money off unless the goods are to come back first.
  public func approve(_ id: RefundCaseID, _ decision: Decision, by staff: Staff) async throws -> RefundCase {
    let (refund, order) = try await own(id, staff)
    if decision.needsGoods { _ = try Self.shipped(order) }
    let money = try await OrderMoney(of: order, contexts: contexts)
    let agreed = try await contexts.refunds.approve(
      refund.id,
      RefundGrant(
        amount: decision.amount, paid: money.paid, needsGoods: decision.needsGoods, asMoney: decision.asMoney,
        answer: decision.answer, ordered: order.units), by: .staff(staff.id))
    return try await settleRefund.run(agreed)
  }

  public func reject(_ id: RefundCaseID, reason: String, by staff: Staff) async throws -> RefundCase {
    let (refund, _) = try await own(id, staff)
    return try await contexts.refunds.reject(refund.id, reason: reason, by: staff.id)
  }

  public func receive(
    _ id: RefundCaseID, restocked: [OrderLineID: Int], note: String, by staff: Staff
  ) async throws -> RefundCase {
    let (refund, _) = try await own(id, staff)
    return try await contexts.refunds.receive(refund.id, restocked: restocked, note: note, by: staff.id)
  }

  public func retry(_ id: RefundCaseID, by staff: Staff) async throws -> RefundCase {
    let (refund, _) = try await own(id, staff)
    return try await settleRefund.run(try await contexts.refunds.retry(refund.id, by: staff.id))
  }

  /// The order, for staff who may give money for it out of goodwill.
  public func order(_ number: OrderNumber?, forGoodwillBy staff: Staff) async throws -> Order {
    try staff.require(.refundsApprove)
    return try await work.order(number, for: staff)
  }

  /// - Parameter key: one for each time that money is given.
  public func giveGoodwill(
    _ amount: Money, for id: OrderID, words: String, key: String, toBalance: Bool = false, by staff: Staff
  ) async throws -> RefundCase {
    try staff.require(.refundsApprove)
    let order = try await work.order(id, for: staff)
    let money = try await OrderMoney(of: order, contexts: contexts)
    var draft = GoodwillDraft(
      key: key, order: RefundableOrder(order, wasShipped: true), amount: amount, paid: money.paid, words: words,
      staff: staff.id)
    draft.toBalance = toBalance
    let given = try await contexts.refunds.grant(draft)
    return try await settleRefund.run(given)
  }

  /// What can still be given back of what was paid for the order.
  public func left(of order: Order) async throws -> Money {
    let money = try await OrderMoney(of: order, contexts: contexts)
    let granted = try await contexts.refunds.cases(of: order.id).filter(\.state.isLive)
      .reduce(Int64(0)) { $0 + ($1.granted?.minor ?? 0) }
    return Money(minor: max(0, money.paid.minor - granted), currency: money.currency)
  }

  private func own(_ id: RefundCaseID, _ staff: Staff) async throws -> (RefundCase, Order) {
    try staff.require(.refundsApprove)
    let refund = try await refund(id, for: staff)
    return (refund, try await work.order(refund.order, for: staff))
  }

  /// Only what has left can come back.
  private static func shipped(_ order: Order) throws -> Order {
    guard order.state == .awaitingReceipt || order.state == .completed else {
      throw RefundRefusal.kindNotOffered(.goodsBack)
    }
    return order
  }
}
