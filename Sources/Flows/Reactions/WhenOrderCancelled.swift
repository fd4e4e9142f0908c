import Inventory
import Orders
import Values

/// A cancelled order gives its goods back.
public struct WhenOrderCancelled: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  public func run(_ event: OrderCancelled) async throws {
    guard let order = try await contexts.orders.order(event.order) else { return }
    // False when a payment confirmed it in the same moment; that reaction puts the goods back itself.
    _ = try await contexts.inventory.release(HoldKey(order))
  }
}
