import Orders
import Values

/// The buyer has the goods: the order is completed.
public struct ConfirmReceipt: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Throws `OrderRefusal.unknownOrder` for another's order, `.wrongState` before it was shipped.
  public func run(_ order: OrderID, by account: AccountID) async throws -> Order {
    _ = try await contexts.order(order, of: account)
    return try await contexts.orders.confirmReceipt(order, by: .buyer(account))
  }
}
