import Accounts
import Fulfilment
import Orders
import Values

/// What staff do with orders at their desk: pass, ship. Rights and ownership are checked here, so that every
/// face refuses alike.
public struct WorkOrder: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// What of the orders a member of staff may see.
  public static func scope(of staff: Staff) -> OrderScope { staff.merchant.map(OrderScope.merchant) ?? .platform }

  /// Throws `OrderRefusal.unknownOrder` for an order that isn't the staff's merchant's.
  public func order(_ id: OrderID, for staff: Staff) async throws -> Order {
    guard let order = try await contexts.orders.order(id), staff.merchant == nil || staff.merchant == order.merchant
    else {
      throw OrderRefusal.unknownOrder
    }
    return order
  }

  public func pass(_ id: OrderID, by staff: Staff, note: String) async throws -> Order {
    try staff.require(.ordersReview)
    return try await contexts.orders.pass(order(id, for: staff).id, by: staff.id, note: note)
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
}
