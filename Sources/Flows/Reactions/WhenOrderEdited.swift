import Inventory
import Orders
import Values

/// What follows when staff have changed an order: the stock that it has taken, and money that goes back.
public struct WhenOrderEdited: Sendable {
  private let contexts: Contexts
  private let giveBack: GiveBack

  public init(_ contexts: Contexts, giveBack: GiveBack) {
    self.contexts = contexts
    self.giveBack = giveBack
  }

  public func run(_ event: OrderEdited) async throws {
    try await bringStock(of: event.order, using: HoldKey(edit: event.edit))
    guard event.refund.isPositive, let edit = try await contexts.orders.edit(event.edit) else { return }
    try await giveBack.run(edit)
  }

  /// To what the order has now, which may be more than this change; again, if another was made meanwhile.
  private func bringStock(of id: OrderID, using spare: HoldKey) async throws {
    while let order = try await contexts.orders.order(id) {
      guard order.state != .cancelled else {
        // All of it comes back with the cancellation.
        _ = try await contexts.inventory.release(spare)
        return
      }
      do {
        try await contexts.inventory.revise(
          HoldKey(order), to: order.lines.map { HoldLine(variant: $0.variant, quantity: $0.quantity) }, using: spare,
          by: .system)
      } catch InventoryRefusal.holdEnded(let key) {
        guard try await contexts.orders.order(id)?.state == .cancelled else { throw InventoryRefusal.holdEnded(key) }
        continue
      }
      if try await contexts.orders.order(id)?.revision == order.revision { return }
    }
  }
}
