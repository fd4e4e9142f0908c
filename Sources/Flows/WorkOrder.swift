import Accounts
import Orders
import Values

/// What staff do with orders at their desk: pass, ship, complete. Rights and ownership are checked here, so that every
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
    try allow(.ordersReview, staff)
    return try await contexts.orders.pass(order(id, for: staff).id, by: staff.id, note: note)
  }

  public func ship(_ id: OrderID, _ shipment: ShipmentNote, by staff: Staff) async throws -> Order {
    try allow(.ordersShip, staff)
    return try await contexts.orders.ship(order(id, for: staff).id, shipment, by: staff.id)
  }

  /// Signs for the buyer on the carrier's proof.
  public func complete(_ id: OrderID, by staff: Staff) async throws -> Order {
    try allow(.ordersShip, staff)
    return try await contexts.orders.confirmReceipt(order(id, for: staff).id, by: .staff(staff.id))
  }

  private func allow(_ right: StaffRight, _ staff: Staff) throws {
    guard staff.rights.contains(right) else { throw StaffRefusal.notAllowed(right) }
  }
}

public enum StaffRefusal: Refusal, Hashable {
  case notAllowed(StaffRight)

  public var code: String { "notAllowed" }
  public var details: [String: String] {
    switch self {
    case .notAllowed(let right): ["right": right.rawValue]
    }
  }
  public var kind: RefusalKind { .forbidden }
}
