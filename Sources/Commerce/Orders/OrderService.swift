import Values

/// What was bought: orders with their lines as they were, their states, and how they got there.
public protocol OrderService: Sendable {
  /// Writes all orders of one checkout in one transaction and tells `OrderPlaced` for each. Repeating the checkout's key
  /// answers the orders that stand, whatever the input.
  func place(_ checkout: CheckoutOrders) async throws -> [Order]
  /// The orders of a checkout key; empty when it was never placed.
  func orders(checkout key: String) async throws -> [Order]

  func order(_ id: OrderID) async throws -> Order?
  func order(number: OrderNumber) async throws -> Order?
  func orders(_ ids: [OrderID]) async throws -> [Order]
  /// The newest first. The scope is part of every query: an account sees its own, a merchant its own.
  func orders(_ scope: OrderScope, matching filter: OrderFilter, _ page: PageRequest) async throws -> Page<Order>
  /// How many orders stand in each state.
  func counts(_ scope: OrderScope) async throws -> [OrderState: Int]
  func timeline(of order: OrderID) async throws -> [TimelineEntry]

  /// Notes the captured money and moves `awaitingPayment → awaitingReview` (on to `awaitingShipment` where the review
  /// policy passes it), and counts the sale, once: repeating a payment changes nothing. Tells `OrderPaid`. Throws
  /// `OrderRefusal.notPayable` when the order is cancelled or was paid by another payment, and
  /// `.amountMismatch` when the money isn't what was due: the caller refunds then.
  func markPaid(_ order: OrderID, by payment: PaymentID, amount: Money, at: Timestamp) async throws -> Order
  /// Only while unpaid, checked in the same statement. A buyer reaches only their own (`.unknownOrder`). Tells
  /// `OrderCancelled`. Harmless when cancelled already.
  func cancel(_ order: OrderID, by actor: Actor, reason: CancelReason) async throws -> Order
  /// Orders unpaid past their deadline, oldest first.
  func overdue(now: Timestamp, _ page: PageRequest) async throws -> Page<Order>

  /// The only way to approve. Throws `.wrongState` unless it awaits review.
  func pass(_ order: OrderID, by staff: StaffID, note: String) async throws -> Order
  /// Throws `FieldFaults` without carrier and tracking number, `.wrongState`. Tells `OrderShipped`.
  func ship(_ order: OrderID, _ shipment: ShipmentNote, by staff: StaffID) async throws -> Order
  /// The buyer signs, or staff on the carrier's proof. Tells `OrderCompleted`. Harmless when completed already.
  func confirmReceipt(_ order: OrderID, by actor: Actor) async throws -> Order

  /// Units of orders that were paid, per product, each counted once; a refund doesn't take them off again.
  func sales(of products: [ProductID]) async throws -> [ProductID: Int]
  /// Forgets one slice of the checkout keys placed before the moment; their orders stay. Such a key is no longer known to
  /// have been placed.
  /// - Parameter limit: at most 500.
  /// - Returns: how many were forgotten.
  func prune(checkoutsBefore: Timestamp, limit: Int) async throws -> Int
  /// Checks that amounts add up, states agree with timelines, and sales figures with lines.
  func audit() async throws -> [Discrepancy]
}

public enum OrderScope: Hashable, Sendable {
  case buyer(AccountID)
  case merchant(MerchantID)
  case platform
}

/// The five filters of the order centre, each alone or with others.
public struct OrderFilter: Hashable, Codable, Sendable {
  /// Beginning of an order number.
  public var number: String?
  /// Part of a product name on any line, in any language.
  public var productName: String?
  public var placedFrom: Timestamp?
  /// Exclusive.
  public var placedBefore: Timestamp?
  public var dueFrom: Money?
  public var dueTo: Money?
  public var paidFrom: Money?
  public var paidTo: Money?
  /// Empty means all.
  public var states: Set<OrderState>

  public init(
    number: String? = nil, productName: String? = nil, placedFrom: Timestamp? = nil, placedBefore: Timestamp? = nil,
    dueFrom: Money? = nil, dueTo: Money? = nil, paidFrom: Money? = nil, paidTo: Money? = nil,
    states: Set<OrderState> = []
  ) {
    self.number = number
    self.productName = productName
    self.placedFrom = placedFrom
    self.placedBefore = placedBefore
    self.dueFrom = dueFrom
    self.dueTo = dueTo
    self.paidFrom = paidFrom
    self.paidTo = paidTo
    self.states = states
  }
}
