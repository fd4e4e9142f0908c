import Accounts
import Fulfilment
import Orders
import Values

/// What staff do with goods on their way: pack, send, mend, sign for. Rights and ownership are checked here, so that every
/// face refuses alike.
public struct WorkShipping: Sendable {
  private let contexts: Contexts
  private let work: WorkOrder
  private let shipping: ShipOrder
  private let regions: RegionDirectory

  public init(_ contexts: Contexts, regions: RegionDirectory) {
    self.contexts = contexts
    self.regions = regions
    work = WorkOrder(contexts)
    shipping = ShipOrder(contexts)
  }

  /// The order, for staff who may send it. Throws `OrderRefusal.unknownOrder`, `StaffRefusal.notAllowed`.
  public func order(_ order: OrderID, by staff: Staff) async throws -> Order { try await own(order, staff) }

  public func pack(_ order: OrderID, _ draft: ParcelDraft, by staff: Staff) async throws -> Parcel {
    try await shipping.pack(draft, of: own(order, staff), by: staff.id)
  }

  public func send(
    _ order: OrderID, _ draft: ParcelDraft, _ label: ShippingLabel, by staff: Staff
  ) async throws -> Order {
    try await shipping.send(draft, label, of: own(order, staff), by: staff.id)
  }

  public func unpack(_ parcel: ParcelID, of order: OrderID, by staff: Staff) async throws {
    _ = try await own(parcel, of: own(order, staff))
    try await contexts.fulfilment.unpack(parcel, by: staff.id)
  }

  /// Hands over what is only packed, and corrects what has left. Throws `OrderRefusal.wrongState` once the order is
  /// completed.
  public func label(
    _ parcel: ParcelID, of order: OrderID, _ label: ShippingLabel, by staff: Staff
  ) async throws -> Order {
    let order = try await own(order, staff)
    let standing = try await own(parcel, of: order)
    if !standing.state.hasLeft { return try await shipping.handOver(parcel, label, of: order, by: staff.id) }
    try Self.expectOpen(order)
    _ = try await contexts.fulfilment.correct(parcel, label, by: staff.id)
    return order
  }

  public func choose(_ method: DeliveryMethod, for order: OrderID, by staff: Staff) async throws {
    let order = try await own(order, staff)
    try Self.expectOpen(order)
    try await contexts.fulfilment.choose(method, for: OrderToSend(order), by: staff.id)
  }

  /// Throws `FieldFaults` for an address that can't be sent to.
  public func readdress(_ order: OrderID, to draft: AddressDraft, by staff: Staff) async throws -> Order {
    let order = try await own(order, staff)
    try Self.expectOpen(order)
    let address = try draft.checked(regions)
    return try await contexts.orders.readdress(
      order.id,
      to: Destination(
        recipient: address.recipient, phone: address.phone, region: address.region,
        regionName: regions.name(of: address.region), street: address.street, postcode: address.postcode),
      by: staff.id)
  }

  /// Throws what `complete` would, before a picture is stored for it.
  public func expectCompletable(_ order: OrderID, by staff: Staff) async throws {
    let order = try await own(order, staff)
    guard order.state == .awaitingReceipt else { throw OrderRefusal.wrongState(order.state) }
  }

  /// Signs for the buyer on the carrier's proof, which is kept. Where the carrier itself said that all has been delivered,
  /// that is proof enough. Throws `FieldFaults` where there is none.
  public func complete(_ order: OrderID, _ proof: ProofDraft, by staff: Staff) async throws -> Order {
    let order = try await own(order, staff)
    guard order.state == .awaitingReceipt else { throw OrderRefusal.wrongState(order.state) }
    let isProven = try await contexts.fulfilment.consignment(of: order.id)?.isDelivered == true
    if !isProven || !proof.text.isEmpty || proof.picture != nil {
      _ = try await contexts.fulfilment.keep(proof, of: OrderToSend(order), by: staff.id)
    }
    let completed = try await contexts.orders.confirmReceipt(order.id, by: .staff(staff.id))
    try await contexts.fulfilment.close(order.id)
    return completed
  }

  private static func expectOpen(_ order: Order) throws {
    guard order.state == .awaitingShipment || order.state == .awaitingReceipt else {
      throw OrderRefusal.wrongState(order.state)
    }
  }

  /// A merchant's staff reach their merchant's orders alone, and who may do nothing hears so before anything else.
  private func own(_ order: OrderID, _ staff: Staff) async throws -> Order {
    try staff.require(.ordersShip)
    return try await work.order(order, for: staff)
  }

  private func own(_ parcel: ParcelID, of order: Order) async throws -> Parcel {
    guard let found = try await contexts.fulfilment.consignment(of: order.id)?.parcels.first(where: { $0.id == parcel })
    else { throw FulfilmentRefusal.unknownParcel }
    return found
  }
}
