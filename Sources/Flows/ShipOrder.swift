import Fulfilment
import Orders
import Values

/// Sends ordered goods: into parcels, and with a carrier. An order awaits its receipt once the last of its units has left;
/// until then it awaits shipment, however many parcels are on their way.
public struct ShipOrder: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Packs without sending.
  public func pack(_ draft: ParcelDraft, of order: Order, by staff: StaffID) async throws -> Parcel {
    try Self.expectSendable(order)
    return try await contexts.fulfilment.pack(draft, of: OrderToSend(order), by: staff)
  }

  /// Packs and hands over in one. Throws `FulfilmentRefusal`, `FieldFaults`, and `OrderRefusal.wrongState` for an order
  /// that is over, also when it ends meanwhile: its goods stay here then.
  public func send(
    _ draft: ParcelDraft, _ label: ShippingLabel, of order: Order, by staff: StaffID
  ) async throws -> Order {
    try Self.expectSendable(order)
    let sent = try await contexts.fulfilment.send(draft, label, of: OrderToSend(order), by: staff)
    return try await moveOn(order, sent, label, by: staff) { parcel in
      try await contexts.fulfilment.takeBack(parcel)
      try await contexts.fulfilment.unpack(parcel, by: staff)
    }
  }

  public func handOver(
    _ parcel: ParcelID, _ label: ShippingLabel, of order: Order, by staff: StaffID
  ) async throws -> Order {
    try Self.expectSendable(order)
    let sent = try await contexts.fulfilment.handOver(parcel, label, of: OrderToSend(order), by: staff)
    return try await moveOn(order, sent, label, by: staff) { try await contexts.fulfilment.takeBack($0) }
  }

  /// Units were taken off an order before they left: where all the others are on their way, it awaits its receipt.
  func moveOn(_ order: OrderID) async throws {
    guard let order = try await contexts.orders.order(order), order.state == .awaitingShipment,
      let sent = try await contexts.fulfilment.recount(OrderToSend(order)), sent.isShipped,
      let last = sent.parcels.last(where: { $0.state.hasLeft && $0.state != .returned }), let label = last.label,
      let staff = last.handedOverBy
    else { return }
    let note = ShipmentNote(carrier: label.carrier, trackingNumber: label.trackingNumber)
    do { _ = try await contexts.orders.ship(order.id, note, by: staff) } catch OrderRefusal.wrongState { return }
  }

  /// What is repeated after a crash between the two contexts; harmless when nothing is to be done.
  func moveOn(_ order: OrderID, _ note: ShipmentNote, by staff: StaffID) async throws {
    guard let order = try await contexts.orders.order(order), order.state == .awaitingShipment,
      try await contexts.fulfilment.consignment(of: order.id)?.isShipped == true
    else { return }
    do { _ = try await contexts.orders.ship(order.id, note, by: staff) } catch OrderRefusal.wrongState { return }
  }

  private func moveOn(
    _ order: Order, _ sent: Consignment, _ label: ShippingLabel, by staff: StaffID,
    undo: (ParcelID) async throws -> Void
  ) async throws -> Order {
    if let parcel = sent.parcels.last(where: { $0.label == label }), try await isOverPacked(order.id, sent) {
      try await undo(parcel.id)
      throw FulfilmentRefusal.overPacked
    }
    // Goods that are sent again are those of an order that has moved on long ago.
    guard sent.isShipped, order.state == .awaitingShipment else { return order }
    let note = ShipmentNote(carrier: label.carrier, trackingNumber: label.trackingNumber)
    do {
      return try await contexts.orders.ship(order.id, note, by: staff)
    } catch let refusal as OrderRefusal {
      guard let now = try await contexts.orders.order(order.id) else { throw refusal }
      // Somebody else moved it on with another parcel in the same moment.
      if now.state == .awaitingReceipt || now.state == .completed { return now }
      if let parcel = sent.parcels.last(where: { $0.label?.trackingNumber == label.trackingNumber }) {
        try await undo(parcel.id)
      }
      throw refusal
    }
  }

  /// Whether units that are in parcels were taken off the order since it was read.
  private func isOverPacked(_ order: OrderID, _ sent: Consignment) async throws -> Bool {
    guard let now = try await contexts.orders.order(order), now.state == .awaitingShipment || now.state == .refunded
    else { return false }
    let packed = sent.packed
    return now.lines.contains { packed[$0.id] ?? 0 > $0.kept }
  }

  /// Goods that came back may be sent again while the buyer waits for them.
  private static func expectSendable(_ order: Order) throws {
    guard order.state == .awaitingShipment || order.state == .awaitingReceipt else {
      throw OrderRefusal.wrongState(order.state)
    }
  }
}

extension OrderToSend {
  public init(_ order: Order) {
    let digits = order.destination.phone.filter { $0.isASCII && $0.isNumber }
    self.init(
      order: order.id, merchant: order.merchant, buyer: order.buyer,
      lines: order.lines.map { Line(line: $0.id, units: $0.kept) }, phoneEnd: String(digits.suffix(4)))
  }
}
