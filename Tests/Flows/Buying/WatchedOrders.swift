import Flows
import Orders
import Values

/// Orders as they are, with something that happens right after they are placed.
struct WatchedOrders: OrderService {
  let orders: any OrderService
  let afterPlace: @Sendable ([Order]) async throws -> Void

  func place(_ checkout: CheckoutOrders) async throws -> [Order] {
    let placed = try await orders.place(checkout)
    try await afterPlace(placed)
    return placed
  }
  func orders(checkout key: String) async throws -> [Order] { try await orders.orders(checkout: key) }
  func order(_ id: OrderID) async throws -> Order? { try await orders.order(id) }
  func order(number: OrderNumber) async throws -> Order? { try await orders.order(number: number) }
  func orders(_ ids: [OrderID]) async throws -> [Order] { try await orders.orders(ids) }
  func orders(_ scope: OrderScope, matching filter: OrderFilter, _ page: PageRequest) async throws -> Page<Order> {
    try await orders.orders(scope, matching: filter, page)
  }
  func counts(_ scope: OrderScope) async throws -> [OrderState: Int] { try await orders.counts(scope) }
  func timeline(of order: OrderID) async throws -> [TimelineEntry] { try await orders.timeline(of: order) }
  func markPaid(_ order: OrderID, by payment: PaymentID, amount: Money, at: Timestamp) async throws -> Order {
    try await orders.markPaid(order, by: payment, amount: amount, at: at)
  }
  func cancel(_ order: OrderID, by actor: Actor, reason: CancelReason) async throws -> Order {
    try await orders.cancel(order, by: actor, reason: reason)
  }
  func overdue(now: Timestamp, _ page: PageRequest) async throws -> Page<Order> {
    try await orders.overdue(now: now, page)
  }
  func pass(_ order: OrderID, by staff: StaffID, note: String) async throws -> Order {
    try await orders.pass(order, by: staff, note: note)
  }
  func ship(_ order: OrderID, _ shipment: ShipmentNote, by staff: StaffID) async throws -> Order {
    try await orders.ship(order, shipment, by: staff)
  }
  func confirmReceipt(_ order: OrderID, by actor: Actor) async throws -> Order {
    try await orders.confirmReceipt(order, by: actor)
  }
  func sales(of products: [ProductID]) async throws -> [ProductID: Int] { try await orders.sales(of: products) }
  func prune(checkoutsBefore: Timestamp, limit: Int) async throws -> Int {
    try await orders.prune(checkoutsBefore: checkoutsBefore, limit: limit)
  }
  func audit() async throws -> [Discrepancy] { try await orders.audit() }
}

extension Contexts {
  func with(_ orders: any OrderService) -> Contexts {
    Contexts(
      accounts: accounts, browsing: browsing, staff: staff, merchants: merchants, catalog: catalog,
      inventory: inventory, pricing: pricing, carts: carts, orders: orders, payments: payments, reviews: reviews,
      search: search)
  }
}
