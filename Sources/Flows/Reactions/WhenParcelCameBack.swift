import Fulfilment
import Logging
import Orders
import Payments
import Values

/// A carrier brought back what was to be paid at the door: the order is over, and its goods are on the shelf again. What was
/// paid before goes the way of returns.
public struct WhenParcelCameBack: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  public func run(_ event: ParcelMoved) async throws {
    guard event.state == .returned, let order = try await contexts.orders.order(event.order), order.paysAtDoor,
      order.state == .awaitingReceipt
    else { return }
    // Of several parcels the others may still be on their way to the buyer.
    let parcels = try await contexts.fulfilment.consignment(of: order.id)?.parcels ?? []
    guard parcels.allSatisfy({ $0.state == .returned }) else { return }
    do {
      _ = try await contexts.refuseAtDoor(order, by: .system)
    } catch OrderRefusal.changedMeanwhile {
      // Its money came in the same moment: it is a paid order now.
    }
  }
}
