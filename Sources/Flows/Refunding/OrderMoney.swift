import Orders
import Payments
import Refunds
import Values

/// The money that payments hold for one order, and what of it went or is on its way back.
struct OrderMoney: Sendable {
  struct Holding: Sendable {
    /// Whose share it is: the order, or for an exchange's other goods also an order that was exchanged for them.
    let order: OrderID
    let payment: PaymentID
    let share: Money
    /// Of this share, the oldest first.
    let refunds: [Refund]

    /// Minor units that can still be given back.
    var left: Int64 {
      share.minor - refunds.filter { $0.state != .failed }.reduce(0) { $0 + $1.amount.minor }
    }
  }

  /// Those of the order itself come first, and of each order the payment that paid it first.
  let holdings: [Holding]
  let currency: Currency
  /// What came, less what changes of the order sent back or are about to; nothing of an order that is over, whose money
  /// goes back by itself. It is for cases to share out.
  let paid: Money

  init(of order: Order, contexts: Contexts) async throws {
    let replacement = try await Replacement(order, contexts: contexts)
    // What is left of what was paid for one that was ended goes back by itself.
    let isEnded = replacement != nil && order.state == .cancelled
    var holdings: [Holding] = []
    for payer in (isEnded ? [] : [order]) + (replacement?.payers ?? []) {
      holdings += try await Self.holdings(of: payer, contexts)
    }
    self.holdings = holdings
    currency = order.amounts.due.currency
    let cases = try await contexts.refunds.cases(of: order.id)
    let later = try await Later(cases, contexts)
    let most: Int64
    if let replacement {
      let own = try await Self.own(of: order, cases, contexts)
      // What later orders took is in what is granted for them, so it isn't taken off here already.
      let reachable = Self.reachable(holdings, by: cases + later.cases) + (isEnded ? own : 0)
      most = replacement.isOutcome(order) ? min(replacement.worth.minor + own, reachable) : 0
    } else {
      most = order.state == .cancelled ? 0 : order.amounts.paid.minor
    }
    paid = Money(minor: max(0, most - later.granted), currency: currency)
  }

  /// Minor units that were paid for what an exchange brought itself; of one that was ended, those that its cases took.
  private static func own(of order: Order, _ cases: [RefundCase], _ contexts: Contexts) async throws -> Int64 {
    guard order.state == .cancelled else { return order.amounts.paid.minor }
    return given(try await holdings(of: order, contexts), for: cases)
  }

  private static func holdings(of order: Order, _ contexts: Contexts) async throws -> [Holding] {
    // Money that the order didn't take is on its way back already.
    let taken = try await contexts.takenPayments(of: order)
    var holdings: [Holding] = []
    for payment in try await contexts.payments.payments(of: order.id) where payment.state.hasMoney {
      guard taken.contains(payment.id), let share = payment.shares.first(where: { $0.order == order.id }) else {
        continue
      }
      let refunds = try await contexts.payments.refunds(of: payment.id).filter { $0.order == order.id }
      holdings.append(Holding(order: order.id, payment: payment.id, share: share.amount, refunds: refunds))
    }
    return holdings.filter { $0.payment == order.payment } + holdings.filter { $0.payment != order.payment }
  }

  /// Minor units that the payments have left, with what they have given for these cases already.
  private static func reachable(_ holdings: [Holding], by cases: [RefundCase]) -> Int64 {
    holdings.reduce(0) { $0 + max(0, $1.left) } + given(holdings, for: cases)
  }

  private static func given(_ holdings: [Holding], for cases: [RefundCase]) -> Int64 {
    let own = Set(cases.map(\.id))
    return holdings.flatMap(\.refunds).filter { refund in
      refund.state != .failed && RefundKey.refundCase(in: refund.key).map { own.contains($0) } == true
    }.reduce(0) { $0 + $1.amount.minor }
  }

  /// The cases of what exchanges brought, and of what was exchanged for that in turn.
  private struct Later {
    var cases: [RefundCase] = []
    /// Minor units that were granted for it and that its own payments don't have; they come out of the same payments.
    var granted: Int64 = 0

    init(_ exchanges: [RefundCase], _ contexts: Contexts) async throws {
      for other in exchanges.compactMap(\.replacement) {
        guard let order = try await contexts.orders.order(other) else { continue }
        let own = try await contexts.refunds.cases(of: other)
        let later = try await Later(own, contexts)
        cases += own + later.cases
        let granted = own.filter(\.state.isLive).reduce(later.granted) { $0 + ($1.granted?.minor ?? 0) }
        self.granted += max(0, granted - (try await OrderMoney.own(of: order, own, contexts)))
      }
    }
  }

  func refunds(of refund: RefundCaseID) -> [Refund] {
    holdings.flatMap(\.refunds).filter { RefundKey.names(refund, in: $0.key) }
  }
}

/// The payment centre's keys of a case's refunds: the case and a number, so that a repeat is the same refund and another try
/// is another.
enum RefundKey {
  static func of(_ refund: RefundCaseID, number: Int) -> String { "\(refund)_\(number)" }
  static func names(_ refund: RefundCaseID, in key: String) -> Bool { key.hasPrefix("\(refund)_") }

  static func refundCase(in key: String) -> RefundCaseID? {
    guard let end = key.lastIndex(of: "_") else { return nil }
    return RefundCaseID(key[..<end])
  }
}

extension Order {
  /// How many units it has of each line.
  var units: [OrderLineID: Int] {
    Dictionary(lines.map { ($0.id, $0.quantity.count) }, uniquingKeysWith: { first, _ in first })
  }
}

extension RefundableOrder {
  /// Throws `RefundRefusal.notRefundable` for an order that isn't paid in full or is over. Who doesn't want to pay what a
  /// change added cancels the order.
  init(_ order: Order, contexts: Contexts) async throws {
    let completed =
      order.state == .completed
      ? try await contexts.orders.timeline(of: order.id).last { $0.kind == .completed }?.at : nil
    let worth = try await Replacement(order, contexts: contexts)?.worth(of: order) ?? [:]
    try self.init(order, completedAt: completed, worth: worth)
  }

  private init(_ order: Order, completedAt: Timestamp?, worth: [OrderLineID: Money]) throws {
    guard order.openDifference == nil, !order.paysAtDoor else { throw RefundRefusal.notRefundable }
    let wasShipped: Bool
    switch order.state {
    case .awaitingReview, .awaitingShipment: wasShipped = false
    case .awaitingReceipt, .completed: wasShipped = true
    case .awaitingPayment, .cancelled, .refunded: throw RefundRefusal.notRefundable
    }
    self.init(order, wasShipped: wasShipped, completedAt: completedAt, worth: worth)
  }

  /// Of an order in any state, where nothing is asked back by its buyer.
  /// - Parameter worth: of lines that stand for money which was paid elsewhere.
  init(
    _ order: Order, wasShipped: Bool, completedAt: Timestamp? = nil, worth: [OrderLineID: Money] = [:]
  ) {
    self.init(
      id: order.id, merchant: order.merchant, buyer: order.buyer,
      lines: order.lines.map {
        Line(id: $0.id, variant: $0.variant, quantity: $0.quantity, due: worth[$0.id] ?? $0.due)
      },
      freight: order.amounts.freight, wasShipped: wasShipped, completedAt: completedAt,
      revision: order.revision)
  }
}
