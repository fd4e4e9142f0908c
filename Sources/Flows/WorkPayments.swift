import Accounts
import Fulfilment
import Orders
import Payments
import Refunds
import Values

/// What staff do about money: they confirm what came for the shop's own methods, see to cases, and credit balances. Staff of
/// a merchant see the cases of their own orders; that money came, at a door too, is said by the platform's alone, since
/// statements pay merchants what the platform received.
public struct WorkPayments: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.paymentsView) }
  public static func decides(_ staff: Staff) -> Bool { staff.rights.contains(.paymentsConfirm) }
  public static func credits(_ staff: Staff) -> Bool {
    staff.merchant == nil && staff.rights.contains(.balanceCredit)
  }

  /// Throws `StaffRefusal.notAllowed`.
  public func cases(for staff: Staff, open: Bool, _ page: PageRequest) async throws -> Page<SeenCase> {
    try staff.require(.paymentsView)
    let found = try await contexts.payments.cases(ViewMoney.scope(of: staff), open: open, page)
    return try await seen(found)
  }

  public func openCount(for staff: Staff) async throws -> Int {
    guard Self.opens(to: staff) else { return 0 }
    return try await contexts.payments.openCases(ViewMoney.scope(of: staff))
  }

  /// Answers the case as it is then. Throws `PaymentRefusal`, `StaffRefusal.notAllowed`, `FieldFaults`, and
  /// `OrderRefusal.wrongState` where the order of what is to be written off isn't completed.
  @discardableResult
  public func decide(
    _ id: PaymentCaseID, _ decision: PaymentCase.Decision, reason: String, by staff: Staff
  ) async throws -> SeenCase {
    try staff.require(.paymentsConfirm)
    guard let known = try await contexts.payments.paymentCase(id),
      staff.merchant == nil || known.merchant == staff.merchant
    else { throw PaymentRefusal.unknownCase }
    if known.decisions.contains(decision), !Self.decisions(on: known, by: staff).contains(decision) {
      throw StaffRefusal.notAllowed(.paymentsConfirm)
    }
    // The order first, which may refuse; what is cut off in between is decided once more.
    if decision == .writeOff, known.kind != .refundTooLarge { try await writeOff(known, reason: reason, by: staff) }
    let decided = try await contexts.payments.decide(id, decision, reason: reason, by: staff.id)
    guard let now = try await seen(Page(items: [decided], next: nil)).items.first else {
      throw PaymentRefusal.unknownCase
    }
    return now
  }

  /// What staff can do about a case. What came to the platform or was paid out by it is for its own staff to say: a
  /// merchant's note what the shop did by itself, or have it try again.
  public static func decisions(on item: PaymentCase, by staff: Staff) -> [PaymentCase.Decision] {
    guard decides(staff) else { return [] }
    if staff.merchant == nil { return item.decisions }
    return switch item.kind {
    case .paidAfterClose, .paidTwice, .paidForCancelled: item.decisions
    case .refundStuck: item.decisions.filter { $0 == .tryAgain }
    case .amountMismatch, .refundByHand, .refundFailedLater, .refundTooLarge, .paidShort, .paidTooMuch, .neverPaid: []
    }
  }

  /// The same, by how the order stands: what was never paid at the door, or not wholly, is written off once the goods are
  /// with the buyer; what left a provider at any time.
  public static func decisions(on seen: SeenCase, by staff: Staff) -> [PaymentCase.Decision] {
    let isUnpaid = seen.order.map { $0.state == .completed && $0.paysAtDoor } ?? false
    let writesOff = isUnpaid || seen.item.kind == .refundTooLarge
    return decisions(on: seen.item, by: staff).filter { $0 != .writeOff || writesOff }
  }

  private func writeOff(_ item: PaymentCase, reason: String, by staff: Staff) async throws {
    guard item.isOpen else { throw PaymentRefusal.caseHandled }
    guard item.decisions.contains(.writeOff), let order = item.order else { throw PaymentRefusal.wrongForCase }
    _ = try await contexts.orders.writeOff(order, reason: reason, by: staff.id)
  }

  private static let byWord: Set<PaymentMethod> = [.cash, .transfer]

  /// Whether the staff can say that money came for it.
  public static func confirms(_ payment: Payment, _ staff: Staff) -> Bool {
    staff.merchant == nil && decides(staff) && byWord.contains(payment.method)
  }

  /// Whether its money counts once the platform's staff say that it came.
  public static func waitsForPlatform(_ payment: Payment) -> Bool {
    byWord.contains(payment.method) && payment.state.isOpen
  }

  /// What was found for a payment for which the staff can say that money came. Throws `StaffRefusal.notAllowed`, and
  /// `PaymentRefusal.unknownPayment` for one for which they can't, as for one that there isn't.
  public func received(_ id: PaymentID?, for staff: Staff) async throws -> ReceivedMoney {
    try staff.require(.paymentsConfirm)
    guard staff.merchant == nil else { throw StaffRefusal.notAllowed(.paymentsConfirm) }
    guard let id, let payment = try await contexts.payments.payment(id), Self.confirms(payment, staff) else {
      throw PaymentRefusal.unknownPayment
    }
    return ReceivedMoney(
      payment: payment, receipts: try await contexts.payments.receipts(of: id),
      paidBack: try await paidBack(of: payment))
  }

  /// What came for a payment without its money, and was paid back since.
  private func paidBack(of payment: Payment) async throws -> Money {
    let left: [UnclearMoney] =
      if let order = payment.shares.first?.order, !payment.state.hasMoney {
        try await contexts.payments.unclearMoney(of: order).filter { $0.payment == payment.id && $0.kind == .left }
      } else {
        []
      }
    return Money(minor: left.reduce(0) { $0 + $1.amount.minor }, currency: payment.amount.currency)
  }

  /// Throws `PaymentRefusal`, `StaffRefusal.notAllowed`, `FieldFaults`.
  public func confirm(_ receipt: MoneyReceipt, by staff: Staff) async throws -> Payment {
    try staff.require(.paymentsConfirm)
    guard staff.merchant == nil else { throw StaffRefusal.notAllowed(.paymentsConfirm) }
    guard let payment = try await contexts.payments.payment(receipt.payment) else {
      throw PaymentRefusal.unknownPayment
    }
    guard Self.confirms(payment, staff) else { throw PaymentRefusal.notOwnMethod }
    return try await contexts.payments.confirm(receipt, by: staff.id)
  }

  /// Whose balance the staff may see and add to. Throws `CustomerRefusal.unknownCustomer`, `StaffRefusal.notAllowed`.
  public func customer(_ id: AccountID?, for staff: Staff) async throws -> Account {
    guard Self.credits(staff) else { throw StaffRefusal.notAllowed(.balanceCredit) }
    guard let id, let account = try await contexts.accounts.account(id) else { throw CustomerRefusal.unknownCustomer }
    return account
  }

  /// What the shop owes a customer, and how it came to be, the newest first. Throws as `customer`.
  public func balance(
    of id: AccountID?, in currency: Currency, _ page: PageRequest, for staff: Staff
  ) async throws -> SeenBalance {
    let account = try await customer(id, for: staff)
    return SeenBalance(
      account: account, amount: try await contexts.payments.balance(of: account.id, in: currency),
      movements: try await contexts.payments.movements(of: account.id, page))
  }

  /// Throws `CustomerRefusal.unknownCustomer`, `StaffRefusal.notAllowed`, `FieldFaults`.
  public func credit(_ credit: BalanceCredit, by staff: Staff) async throws -> BalanceMovement {
    try staff.require(.balanceCredit)
    guard staff.merchant == nil else { throw StaffRefusal.notAllowed(.balanceCredit) }
    guard let account = try await contexts.accounts.account(credit.account), !account.isErased else {
      throw CustomerRefusal.unknownCustomer
    }
    return try await contexts.payments.credit(credit, by: staff.id)
  }

  /// The buyer didn't take what was to be paid at the door, and the goods are back. Throws `OrderRefusal`,
  /// `StaffRefusal.notAllowed`, and `PaymentRefusal` when its payment can't be closed.
  public func refuseAtDoor(_ order: OrderID, by staff: Staff) async throws -> Order {
    try staff.require(.ordersShip)
    guard let known = try await contexts.orders.order(order),
      staff.merchant == nil || staff.merchant == known.merchant
    else { throw OrderRefusal.unknownOrder }
    return try await contexts.refuseAtDoor(known, by: .staff(staff.id))
  }

  private func seen(_ found: Page<PaymentCase>) async throws -> Page<SeenCase> {
    let orders = try await contexts.orders.orders(Array(Set(found.items.compactMap(\.order))))
    let refunds = try await contexts.payments.refunds(of: Array(Set(found.items.map(\.payment))))
    return found.map { item in
      SeenCase(
        item: item, order: orders.first { $0.id == item.order },
        refunds: refunds.filter { refund in
          refund.payment == item.payment
            && (item.refund.map { $0 == refund.id } ?? (item.order == nil || refund.order == item.order))
        })
    }
  }
}

/// A case with what the shop did about it by itself.
public struct SeenCase: Sendable {
  public let item: PaymentCase
  /// Nil when it isn't known.
  public let order: Order?
  /// The oldest first.
  public let refunds: [Refund]
}

/// What was found for a payment of one of the shop's own methods.
public struct ReceivedMoney: Sendable {
  public let payment: Payment
  /// The oldest first.
  public let receipts: [MoneyReceipt]
  /// What of it went back before the payment had its money.
  public let paidBack: Money

  /// What is still to come; zero where all of it, or more, is there.
  public var left: Money {
    Money(
      minor: max(0, payment.atProvider.minor + paidBack.minor - receipts.reduce(0) { $0 + $1.amount.minor }),
      currency: payment.amount.currency)
  }
}

/// What the shop owes a customer.
public struct SeenBalance: Sendable {
  public let account: Account
  /// In the currency that was asked for.
  public let amount: Money
  /// In all currencies.
  public let movements: Page<BalanceMovement>
}

extension Contexts {
  /// Ends an order that was to be paid at the door: its payment first, so that no money is taken for it any more.
  func refuseAtDoor(_ order: Order, by actor: Actor) async throws -> Order {
    guard order.paysAtDoor, [.awaitingShipment, .awaitingReceipt].contains(order.state) else {
      if order.state == .cancelled { return order }
      throw OrderRefusal.wrongState(order.state)
    }
    // What is in a parcel already leaves, or is unpacked first.
    if order.state == .awaitingShipment, try await fulfilment.consignment(of: order.id)?.parcels.isEmpty == false {
      throw RefundRefusal.unitsPacked
    }
    try await closePayments(for: order)
    let ended = try await orders.refuseAtDoor(order.id, by: actor)
    try await fulfilment.close(order.id)
    return ended
  }
}
