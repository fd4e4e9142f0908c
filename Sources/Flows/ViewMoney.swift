import Accounts
import Orders
import Payments
import Refunds
import Settlement
import Values

/// What staff see of money: payments, refunds, and the postings of an order. A merchant's staff see the shares of their own
/// orders, as if these were the whole; what a provider sent word by word is for the platform's eyes.
public struct ViewMoney: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Whether the desk of transactions is there for them.
  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.paymentsView) }

  static func scope(of staff: Staff) -> PaymentScope { staff.merchant.map(PaymentScope.merchant) ?? .platform }

  /// Throws `StaffRefusal.notAllowed`.
  public func payments(
    for staff: Staff, matching filter: PaymentFilter, _ page: PageRequest
  ) async throws -> Page<SeenPayment> {
    try staff.require(.paymentsView)
    let found = try await contexts.payments.payments(Self.scope(of: staff), matching: filter, page)
    let orders = try await orders(found.items.flatMap(\.shares).map(\.order), for: staff)
    // The whole of a payment knows what went back of it; of a part it is added up.
    let refunds =
      staff.merchant == nil
      ? [] : try await contexts.payments.refunds(of: found.items.filter { !$0.refunded.isZero }.map(\.id))
    return found.map { SeenPayment($0, orders: orders, refunds: refunds, isWhole: staff.merchant == nil) }
  }

  /// Throws `StaffRefusal.notAllowed`.
  public func refunds(
    for staff: Staff, matching filter: RefundFilter, _ page: PageRequest
  ) async throws -> Page<SeenRefund> {
    try staff.require(.paymentsView)
    let found = try await contexts.payments.refunds(Self.scope(of: staff), matching: filter, page)
    let orders = try await orders(found.items.map(\.order), for: staff)
    return found.map { SeenRefund(refund: $0, order: orders[$0.order]) }
  }

  /// Throws `PaymentRefusal.unknownPayment` for one in which the staff's merchant has no share.
  public func payment(_ id: PaymentID, for staff: Staff) async throws -> PaymentDetail {
    try staff.require(.paymentsView)
    guard let payment = try await contexts.payments.payment(id) else { throw PaymentRefusal.unknownPayment }
    let orders = try await orders(payment.shares.map(\.order), for: staff)
    let isWhole = staff.merchant == nil
    guard isWhole || !orders.isEmpty else { throw PaymentRefusal.unknownPayment }
    let refunds = try await contexts.payments.refunds(of: id).filter { isWhole || orders[$0.order] != nil }
    let ledger = try await contexts.payments.ledger(of: id)
    let notices = try await contexts.payments.notices(of: id)
    return PaymentDetail(
      seen: SeenPayment(payment, orders: orders, refunds: refunds, isWhole: isWhole), refunds: refunds,
      ledger: isWhole ? ledger : Self.part(of: ledger, for: Set(orders.keys), method: payment.method),
      notices: isWhole
        ? notices.map { $0.masked(showsPeople: staff.rights.contains(.buyersContact)) }
        : notices.map { $0.withoutBody })
  }

  /// The postings for an order, with what they are about. Throws `OrderRefusal.unknownOrder`.
  public func ledger(of number: OrderNumber, for staff: Staff) async throws -> OrderLedger {
    try staff.require(.paymentsView)
    guard let order = try await contexts.orders.order(number: number),
      staff.merchant == nil || staff.merchant == order.merchant
    else { throw OrderRefusal.unknownOrder }
    let id = order.id
    let payments = try await contexts.payments.payments(of: id)
    let refunds = try await contexts.payments.refunds(of: payments.map(\.id)).filter { $0.order == id }
    var entries: [LedgerEntry] = []
    for payment in payments where payment.state.hasMoney {
      entries += Self.part(of: try await contexts.payments.ledger(of: payment.id), for: [id], method: payment.method)
    }
    return OrderLedger(
      order: order, payments: payments, refunds: refunds, edits: try await contexts.orders.edits(of: id),
      cases: try await contexts.refunds.cases(of: id), entries: entries,
      account: WorkSettlements.opens(to: staff) ? try await contexts.settlement.accounts(of: [id])[id] : nil)
  }

  /// What was typed into the field for numbers: a payment's, a refund's, an order's, or that of a provider.
  public func sought(_ text: String) async throws -> SoughtMoney {
    let text = text.filter { !$0.isWhitespace }
    if let payment = PaymentID(text.lowercased()) { return .payment(payment) }
    if let refund = RefundID(text.lowercased()) { return .refund(refund) }
    if let number = OrderNumber(rawValue: text), let order = try await contexts.orders.order(number: number) {
      return .order(order.id)
    }
    return .providerNumber(text)
  }

  private func orders(_ ids: [OrderID], for staff: Staff) async throws -> [OrderID: Order] {
    let found = try await contexts.orders.orders(Array(Set(ids)))
      .filter { staff.merchant == nil || $0.merchant == staff.merchant }
    return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The postings of some orders, each with the part of the counter-entry that is theirs, so that they add up to zero.
  private static func part(
    of ledger: [LedgerEntry], for orders: Set<OrderID>, method: PaymentMethod
  ) -> [LedgerEntry] {
    let parties = Set(orders.map(\.description))
    return ledger.filter { $0.book == .order && parties.contains($0.party) }.flatMap { entry in
      let counter = LedgerEntry(
        booking: entry.booking, book: .providerClearing, party: method.rawValue,
        amount: Money(minor: -entry.amount.minor, currency: entry.amount.currency), payment: entry.payment, at: entry.at
      )
      return [counter, entry]
    }
  }
}

extension PaymentNotice {
  fileprivate var withoutBody: PaymentNotice {
    PaymentNotice(effect: effect, verification: verification, body: "", receivedAt: receivedAt)
  }
}
