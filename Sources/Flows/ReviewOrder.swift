import Accounts
import Catalog
import Inventory
import Orders
import Payments
import Pricing
import Values

/// What staff do with a paid order before it is packed: change it as the merchant asks, pass it, or reject it.
public struct ReviewOrder: Sendable {
  /// A change as a form asks for it. What is nil stays.
  public struct Input: Sendable {
    /// The order's revision that was looked at.
    public var revision: Int
    public var lines: [OrderChange.Line]
    /// The merchant's item to add, by its SKU; empty adds none.
    public var addedSKU: String
    public var addedQuantity: Int
    public var freight: Money?
    public var address: AddressDraft?
    public var note: String?
    public var reason: String

    public init(
      revision: Int, lines: [OrderChange.Line] = [], addedSKU: String = "", addedQuantity: Int = 1,
      freight: Money? = nil, address: AddressDraft? = nil, note: String? = nil, reason: String = ""
    ) {
      self.revision = revision
      self.lines = lines
      self.addedSKU = addedSKU
      self.addedQuantity = addedQuantity
      self.freight = freight
      self.address = address
      self.note = note
      self.reason = reason
    }
  }

  /// How long units that a change adds are held until the order has them.
  private static let spareTime = Duration.hours(1)

  private let contexts: Contexts
  private let work: WorkOrder
  private let regions: RegionDirectory
  private let differenceTime: Duration
  private let ids: IDGenerator
  private let clock: WallClock

  /// - Parameter differenceTime: how long the buyer may take to pay what a change adds.
  public init(
    _ contexts: Contexts, regions: RegionDirectory, differenceTime: Duration, ids: IDGenerator, clock: WallClock
  ) {
    self.contexts = contexts
    work = WorkOrder(contexts)
    self.regions = regions
    self.differenceTime = differenceTime
    self.ids = ids
    self.clock = clock
  }

  /// Goods first, money second: units that are more are held before anything changes. Throws `StaffRefusal`, `OrderRefusal`,
  /// `InventoryRefusal.soldOut`, `PaymentRefusal.providerUnavailable` while the buyer's open payment can't be closed,
  /// `RefundRefusal.caseOpen` while something of it is asked back, and `FieldFaults`.
  public func edit(_ id: OrderID, _ input: Input, by staff: Staff) async throws -> Order {
    try staff.require(.ordersReview)
    let order = try await work.order(id, for: staff)
    guard order.state == .awaitingReview else { throw OrderRefusal.wrongState(order.state) }
    guard order.revision == input.revision else { throw OrderRefusal.changedMeanwhile }
    // Before its payment is closed: what is paid at the door was opened for this amount.
    guard !order.paysAtDoor else { throw OrderRefusal.paysAtDoor }
    var change = try await change(order, input)
    try Self.expectSameGoods(change, of: order)
    change.notAfter = try await contexts.makeWay(for: order)
    let edit: OrderEditID = ids.next()
    let spare = HoldKey(edit: edit)
    let more = Self.more(order, change)
    if !more.isEmpty {
      _ = try await contexts.inventory.hold(more, key: spare, until: clock.now.adding(Self.spareTime))
    }
    do {
      return try await contexts.orders.edit(order.id, as: edit, change, by: staff.id)
    } catch let refusal as any Refusal {
      // Of anything else nobody knows whether it was done: the hold ends by itself then.
      if !more.isEmpty { _ = try await contexts.inventory.release(spare) }
      throw refusal
    }
  }

  /// What the order would come to. Throws as `edit`, and changes nothing.
  public func preview(_ id: OrderID, _ input: Input, by staff: Staff) async throws -> OrderAmounts {
    try staff.require(.ordersReview)
    let order = try await work.order(id, for: staff)
    return try await change(order, input).amounts(of: order)
  }

  /// Ends the order; all that is paid goes back by itself. Throws as `edit`.
  public func reject(_ id: OrderID, reason: String, by staff: Staff) async throws -> Order {
    try staff.require(.ordersReview)
    let order = try await work.order(id, for: staff)
    guard order.state == .awaitingReview else { throw OrderRefusal.wrongState(order.state) }
    let notAfter = try await contexts.makeWay(for: order)
    return try await contexts.orders.reject(
      order.id, by: .staff(staff.id), reason: .rejected, words: reason, notAfter: notAfter)
  }

  /// Passes those of the orders that can be passed.
  /// - Returns: how many were, and why others weren't.
  public func passAll(
    _ numbers: [OrderNumber], by staff: Staff
  ) async throws -> (passed: Int, refused: [OrderNumber: any Refusal]) {
    try staff.require(.ordersReview)
    return try await each(numbers) { _ = try await work.pass($0.id, by: staff, note: "") }
  }

  /// Ends those of the orders that can be ended, for one reason. Throws `FieldFaults` without one, before any is.
  /// - Returns: how many were, and why others weren't.
  public func rejectAll(
    _ numbers: [OrderNumber], reason: String, by staff: Staff
  ) async throws -> (rejected: Int, refused: [OrderNumber: any Refusal]) {
    try staff.require(.ordersReview)
    var faults = FieldFaults()
    let reason = faults.text(reason, "reason", max: 500, multiline: true)
    try faults.throwIfAny()
    return try await each(numbers) { _ = try await reject($0.id, reason: reason, by: staff) }
  }

  private func each(
    _ numbers: [OrderNumber], _ act: (Order) async throws -> Void
  ) async throws -> (Int, [OrderNumber: any Refusal]) {
    var done = 0
    var refused: [OrderNumber: any Refusal] = [:]
    for number in numbers {
      do {
        guard let order = try await contexts.orders.order(number: number) else { throw OrderRefusal.unknownOrder }
        try await act(order)
        done += 1
      } catch let refusal as any Refusal {
        refused[number] = refusal
      }
    }
    return (done, refused)
  }

  /// What an exchange brings stands for goods that were paid for and given back: it comes as agreed, or is rejected.
  private static func expectSameGoods(_ change: OrderChange, of order: Order) throws {
    guard Replacement.exchange(of: order) != nil else { return }
    let amounts = try change.amounts(of: order)
    guard amounts == order.amounts, change.added.isEmpty,
      change.lines.allSatisfy({ wanted in
        order.lines.contains { $0.id == wanted.line && $0.quantity.count == wanted.quantity && $0.unit == wanted.unit }
      })
    else { throw OrderRefusal.bringsExchange }
  }

  private func change(_ order: Order, _ input: Input) async throws -> OrderChange {
    var faults = FieldFaults()
    let added = try await added(input, to: order, &faults)
    let destination = destination(input.address, &faults)
    try faults.throwIfAny()
    return OrderChange(
      revision: input.revision, lines: input.lines, added: added, freight: input.freight, destination: destination,
      note: input.note, reason: input.reason, payBefore: clock.now.adding(differenceTime))
  }

  /// The item at its price of today, as it would be ordered now.
  private func added(
    _ input: Input, to order: Order, _ faults: inout FieldFaults
  ) async throws -> [CheckoutOrders.NewLine] {
    let sku = faults.text(input.addedSKU, "sku", max: 100, required: false)
    guard !sku.isEmpty else { return [] }
    guard let quantity = Quantity(input.addedQuantity) else {
      faults.add("skuQuantity", "outOfRange", ["min": "1", "max": String(Quantity.range.upperBound)])
      return []
    }
    guard let variant = try await contexts.catalog.variant(sku: sku, of: order.merchant), variant.isPublished,
      let price = try await contexts.pricing.prices(of: [variant.id], in: order.channel)[variant.id],
      price.sale.currency == order.amounts.due.currency
    else {
      faults.add("sku", "unknown")
      return []
    }
    return [
      CheckoutOrders.NewLine(
        variant: variant.id, product: variant.product, title: variant.title, choice: variant.choice, sku: variant.sku,
        picture: variant.picture, unit: price.sale, quantity: quantity, discount: .zero(price.sale.currency))
    ]
  }

  private func destination(_ draft: AddressDraft?, _ faults: inout FieldFaults) -> Destination? {
    guard let draft else { return nil }
    guard let region = RegionCode(rawValue: draft.region), regions.isAddressable(region) else {
      faults.add("region", "unknownRegion")
      return nil
    }
    return Destination(
      recipient: draft.recipient, phone: draft.phone, region: region, regionName: regions.name(of: region),
      street: draft.street, postcode: draft.postcode)
  }

  /// The units that the order hasn't yet. Nonsense in the quantities is refused by Orders.
  private static func more(_ order: Order, _ change: OrderChange) -> [HoldLine] {
    var had: [VariantID: Int] = [:]
    for line in order.lines { had[line.variant, default: 0] += line.quantity.count }
    return change.units(of: order).sorted { $0.key < $1.key }.compactMap { variant, units in
      Quantity(units - (had[variant] ?? 0)).map { HoldLine(variant: variant, quantity: $0) }
    }
  }
}

extension HoldKey {
  /// The units that a change of an order adds, until the order's own hold has them.
  public init(edit: OrderEditID) { self.init(rawValue: "edit/\(edit)") }
}
