import Accounts
import Fulfilment
import Orders
import Values

/// What staff do with orders at their desk: pass, ship. Rights and ownership are checked here, so that every
/// face refuses alike.
public struct WorkOrder: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Work on orders is their review, their parcels, and what is given back of them: with none of these rights nobody has any
  /// business with them, at no face.
  public static let readers: Set<StaffRight> = [.ordersReview, .ordersShip, .refundsApprove]

  /// Whether they may see orders at all.
  public static func opens(to staff: Staff) -> Bool { staff.hasAny(of: readers) }

  /// What of the orders a member of staff may see. Throws `StaffRefusal.notAllowed`.
  public static func scope(of staff: Staff) throws -> OrderScope {
    try staff.require(anyOf: readers)
    return staff.orders
  }

  /// Throws `OrderRefusal.unknownOrder` for an order that isn't the staff's merchant's, `StaffRefusal.notAllowed` before
  /// that.
  public func order(_ id: OrderID, for staff: Staff) async throws -> Order {
    try staff.require(anyOf: Self.readers)
    guard let order = try await contexts.orders.order(id), staff.merchant == nil || staff.merchant == order.merchant
    else {
      throw OrderRefusal.unknownOrder
    }
    return order
  }

  /// The same of a number, which is nil where the address names none.
  public func order(_ number: OrderNumber?, for staff: Staff) async throws -> Order {
    try staff.require(anyOf: Self.readers)
    guard let number, let order = try await contexts.orders.order(number: number),
      staff.merchant == nil || staff.merchant == order.merchant
    else { throw OrderRefusal.unknownOrder }
    return order
  }

  public func pass(_ id: OrderID, by staff: Staff, note: String) async throws -> Order {
    try staff.require(.ordersReview)
    return try await contexts.orders.pass(order(id, for: staff).id, by: staff.id, note: note)
  }

  /// Asks whoever reviews the order for a change of it; whoever of its merchant works on orders may. Throws as
  /// `OrderService.askForEdit`, and `StaffRefusal.forMerchantsAlone`.
  public func askForEdit(_ id: OrderID, wish: String, by staff: Staff) async throws -> Order {
    let order = try await order(id, for: staff)
    guard staff.merchant != nil else { throw StaffRefusal.forMerchantsAlone }
    return try await contexts.orders.askForEdit(order.id, wish: wish, by: staff.id)
  }

  /// A reviewer says no, or the merchant's people take back what they asked for.
  public func dismissEdit(_ id: OrderID, words: String, by staff: Staff) async throws -> Order {
    if staff.merchant == nil { try staff.require(.ordersReview) }
    return try await contexts.orders.dismissEdit(order(id, for: staff).id, words: words, by: staff.id)
  }

  /// All that isn't in a parcel yet, in one. Throws as `ShipOrder.send` does.
  public func ship(_ id: OrderID, _ shipment: ShipmentNote, by staff: Staff) async throws -> Order {
    try staff.require(.ordersShip)
    let label = ShippingLabel(carrier: shipment.carrier, trackingNumber: shipment.trackingNumber)
    // A form that is sent twice sends one parcel.
    let draft = ParcelDraft(key: "rest-\(String(shipment.trackingNumber.prefix(40)))")
    return try await ShipOrder(contexts).send(draft, label, of: order(id, for: staff), by: staff.id)
  }
}

extension Staff {
  /// Throws `StaffRefusal.notAllowed`.
  public func require(_ right: StaffRight) throws {
    guard rights.contains(right) else { throw StaffRefusal.notAllowed(right) }
  }

  public func hasAny(of wanted: Set<StaffRight>) -> Bool { !rights.isDisjoint(with: wanted) }

  /// Throws `StaffRefusal.notAllowed` with the first of the rights, whatever face asks.
  public func require(anyOf wanted: Set<StaffRight>) throws {
    guard !hasAny(of: wanted), let first = wanted.min(by: { $0.rawValue < $1.rawValue }) else { return }
    throw StaffRefusal.notAllowed(first)
  }

  /// Whose orders they work on, for those who work on any, or on what became of them.
  var orders: OrderScope { merchant.map(OrderScope.merchant) ?? .platform }
}
