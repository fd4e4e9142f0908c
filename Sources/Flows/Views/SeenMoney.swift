import Orders
import Payments
import Refunds
import Settlement
import Values

/// A payment as somebody may see it: all of it, or the shares of one merchant's orders.
public struct SeenPayment: Sendable {
  public let payment: Payment
  /// By the shares that may be seen; an order that isn't known is left out.
  public let orders: [OrderID: Order]
  public let shares: [OpenPayment.Share]
  public let amount: Money
  public let refunded: Money

  init(_ payment: Payment, orders: [OrderID: Order], refunds: [Refund], isWhole: Bool) {
    self.payment = payment
    let shares = isWhole ? payment.shares : payment.shares.filter { orders[$0.order] != nil }
    self.shares = shares
    self.orders = orders.filter { order in shares.contains { $0.order == order.key } }
    let currency = payment.amount.currency
    amount = isWhole ? payment.amount : Money(minor: shares.reduce(0) { $0 + $1.amount.minor }, currency: currency)
    let own = refunds.filter { refund in
      refund.payment == payment.id && refund.state == .settled && shares.contains { $0.order == refund.order }
    }
    refunded =
      isWhole ? payment.refunded : Money(minor: own.reduce(0) { $0 + $1.amount.minor }, currency: currency)
  }
}

public struct SeenRefund: Sendable {
  public let refund: Refund
  /// Nil when it isn't known.
  public let order: Order?
}

public struct PaymentDetail: Sendable {
  public let seen: SeenPayment
  /// The oldest first.
  public let refunds: [Refund]
  public let ledger: [LedgerEntry]
  /// The newest first; without bodies for those who may not read them.
  public let notices: [PaymentNotice]
}

/// All that moved money for an order.
public struct OrderLedger: Sendable {
  public let order: Order
  /// The newest first.
  public let payments: [Payment]
  public let refunds: [Refund]
  public let edits: [OrderEdit]
  public let cases: [RefundCase]
  /// Both sides of each booking, in the order in which they were made.
  public let entries: [LedgerEntry]
  /// How it stands between platform and merchant; nil where nothing is known yet, and for those who may not see it.
  public let account: OrderAccount?

  /// The bookings, the oldest first, each with what the shop holds for the order from then on.
  public var lines: [Line] {
    var balance: Int64 = 0
    let own = entries.filter { $0.book == .order }.sorted { ($0.at, $0.booking) < ($1.at, $1.booking) }
    return own.map { entry in
      balance -= entry.amount.minor
      return Line(entry: entry, balance: Money(minor: balance, currency: entry.amount.currency))
    }
  }

  public struct Line: Sendable {
    /// The order's side: negative where money came for it.
    public let entry: LedgerEntry
    public let balance: Money

    public var isCapture: Bool { entry.isCapture }
  }
}

extension LedgerEntry {
  /// Whether its booking took money in rather than gave it back.
  public var isCapture: Bool { booking.hasPrefix("capture:") }
}

public enum SoughtMoney: Sendable {
  case payment(PaymentID)
  case refund(RefundID)
  case order(OrderID)
  case providerNumber(String)
}

extension PaymentFilter {
  /// Narrowed to what was sought; nothing narrows nothing.
  public func narrowed(to sought: SoughtMoney?) -> PaymentFilter {
    var filter = self
    switch sought {
    case .payment(let id): filter.payment = id
    case .order(let id): filter.order = id
    case .providerNumber(let number): filter.providerNumber = number
    // A refund's stands in the other list.
    case .refund: filter.payment = PaymentID(raw: -1)
    case nil: break
    }
    return filter
  }
}

extension RefundFilter {
  /// Narrowed to what was sought; nothing narrows nothing.
  public func narrowed(to sought: SoughtMoney?) -> RefundFilter {
    var filter = self
    switch sought {
    case .payment(let id): filter.payment = id
    case .order(let id): filter.order = id
    case .refund(let id): filter.refund = id
    case .providerNumber: filter.refund = RefundID(raw: -1)
    case nil: break
    }
    return filter
  }
}
