import Fulfilment
import Orders
import Values

/// The last parcel has left: the order awaits its receipt. The flow that sent it does the same at once; this is for when it
/// was broken off. And an order that is over waits for nobody.
public struct WhenParcelHandedOver: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  public func run(_ event: ParcelHandedOver) async throws {
    guard event.isLast else { return }
    try await ShipOrder(contexts).moveOn(
      event.order, ShipmentNote(carrier: event.carrier, trackingNumber: event.trackingNumber), by: event.staff)
  }

  public func close(_ event: OrderCompleted) async throws { try await contexts.fulfilment.close(event.order) }
}
