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
  func orders(checkouts keys: [String]) async throws -> [Order] { try await orders.orders(checkouts: keys) }
  func orders(numbers: [OrderNumber]) async throws -> [Order] { try await orders.orders(numbers: numbers) }
  func order(_ id: OrderID) async throws -> Order? { try await orders.order(id) }
  func order(number: OrderNumber) async throws -> Order? { try await orders.order(number: number) }
  func orders(_ ids: [OrderID]) async throws -> [Order] { try await orders.orders(ids) }
  func orders(_ scope: OrderScope, matching filter: OrderFilter, _ page: PageRequest) async throws -> Page<Order> {
    try await orders.orders(scope, matching: filter, page)
  }
  func counts(_ scope: OrderScope) async throws -> [OrderState: Int] { try await orders.counts(scope) }
  func waiting(of merchants: [MerchantID]) async throws -> [MerchantID: Int] {
    try await orders.waiting(of: merchants)
  }
  func purchases(of buyers: [AccountID], at merchant: MerchantID?) async throws -> [AccountID: Purchases] {
    try await orders.purchases(of: buyers, at: merchant)
  }
  func orders(of buyer: AccountID, at merchant: MerchantID?, _ page: PageRequest) async throws -> Page<Order> {
    try await orders.orders(of: buyer, at: merchant, page)
  }
  func shown(among files: [FileKey]) async throws -> Set<FileKey> { try await orders.shown(among: files) }
  func timeline(of order: OrderID) async throws -> [TimelineEntry] { try await orders.timeline(of: order) }
  func timelines(of ids: [OrderID]) async throws -> [OrderID: [TimelineEntry]] {
    try await orders.timelines(of: ids)
  }
  func markPaid(_ order: OrderID, by payment: PaymentID, amount: Money, at: Timestamp) async throws -> Order {
    try await orders.markPaid(order, by: payment, amount: amount, at: at)
  }
  func promise(_ order: OrderID, by payment: PaymentID) async throws -> Order {
    try await orders.promise(order, by: payment)
  }
  func refuseAtDoor(_ order: OrderID, by actor: Actor) async throws -> Order {
    try await orders.refuseAtDoor(order, by: actor)
  }
  func writeOff(_ order: OrderID, reason: String, by staff: StaffID) async throws -> Order {
    try await orders.writeOff(order, reason: reason, by: staff)
  }
  func allowUntil(_ payBefore: Timestamp, _ orders: [OrderID]) async throws {
    try await self.orders.allowUntil(payBefore, orders)
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
  func screen(_ order: OrderID, passes: Bool, reasons: [HoldReason]) async throws -> Order {
    try await orders.screen(order, passes: passes, reasons: reasons)
  }
  func edit(_ order: OrderID, as id: OrderEditID, _ change: OrderChange, by staff: StaffID) async throws -> Order {
    try await orders.edit(order, as: id, change, by: staff)
  }
  func reject(
    _ order: OrderID, by actor: Actor, reason: CancelReason, words: String, notAfter: Timestamp?
  ) async throws -> Order {
    try await orders.reject(order, by: actor, reason: reason, words: words, notAfter: notAfter)
  }
  func askForEdit(_ order: OrderID, wish: String, by staff: StaffID) async throws -> Order {
    try await orders.askForEdit(order, wish: wish, by: staff)
  }
  func dismissEdit(_ order: OrderID, words: String, by staff: StaffID) async throws -> Order {
    try await orders.dismissEdit(order, words: words, by: staff)
  }
  func flagUnpaidDifferences(now: Timestamp, limit: Int) async throws -> Int {
    try await orders.flagUnpaidDifferences(now: now, limit: limit)
  }
  func takeDifference(_ order: OrderID, by payment: PaymentID, amount: Money, at: Timestamp) async throws -> Order {
    try await orders.takeDifference(order, by: payment, amount: amount, at: at)
  }
  func edits(of order: OrderID) async throws -> [OrderEdit] { try await orders.edits(of: order) }
  func edits(of ids: [OrderID]) async throws -> [OrderID: [OrderEdit]] { try await orders.edits(of: ids) }
  func edit(_ id: OrderEditID) async throws -> OrderEdit? { try await orders.edit(id) }
  func supplements(of orders: [OrderID]) async throws -> [OrderID: [Supplement]] {
    try await self.orders.supplements(of: orders)
  }
  func ship(_ order: OrderID, _ shipment: ShipmentNote, by staff: StaffID) async throws -> Order {
    try await orders.ship(order, shipment, by: staff)
  }
  func readdress(_ order: OrderID, to destination: Destination, by staff: StaffID) async throws -> Order {
    try await orders.readdress(order, to: destination, by: staff)
  }
  func confirmReceipt(_ order: OrderID, by actor: Actor) async throws -> Order {
    try await orders.confirmReceipt(order, by: actor)
  }
  func keepBack(_ units: [OrderLineID: Int], of order: OrderID, key: String) async throws -> Order {
    try await orders.keepBack(units, of: order, key: key)
  }
  func letGo(_ units: [OrderLineID: Int], of order: OrderID, key: String) async throws -> Bool {
    try await orders.letGo(units, of: order, key: key)
  }
  func takeBack(
    _ units: [OrderLineID: Int], of order: OrderID, key: String, ifUnshipped: Bool, packed: [OrderLineID: Int],
    by actor: Actor
  ) async throws -> Order {
    try await orders.takeBack(units, of: order, key: key, ifUnshipped: ifUnshipped, packed: packed, by: actor)
  }
  func sales(of products: [ProductID]) async throws -> [ProductID: Int] { try await orders.sales(of: products) }
  func prune(checkoutsBefore: Timestamp, limit: Int) async throws -> Int {
    try await orders.prune(checkoutsBefore: checkoutsBefore, limit: limit)
  }
  func noteNames(limit: Int) async throws -> Int { try await orders.noteNames(limit: limit) }
  func audit() async throws -> [Discrepancy] { try await orders.audit() }
}

extension Contexts {
  func with(_ orders: any OrderService) -> Contexts {
    Contexts(
      accounts: accounts, customers: customers, browsing: browsing, staff: staff, deskViews: deskViews,
      merchants: merchants,
      catalog: catalog,
      inventory: inventory, stockroom: stockroom, pricing: pricing, coupons: coupons, points: points,
      carts: carts, orders: orders, payments: payments, reconciliation: reconciliation,
      refunds: refunds, fulfilment: fulfilment,
      reviews: reviews, search: search, searchRules: searchRules, searchLedger: searchLedger, content: content,
      shelves: shelves, imports: imports, insight: insight, settlement: settlement, messages: messages)
  }
}
