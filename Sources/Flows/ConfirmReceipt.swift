import Orders
import Values

/// The buyer has the goods: the order is completed.
public struct ConfirmReceipt: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Throws `OrderRefusal.unknownOrder` for another's order, `.wrongState` before it was shipped.
  public func run(_ order: OrderID, by account: AccountID) async throws -> Order {
    guard let found = try await contexts.orders.order(order), found.buyer == account else {
      throw OrderRefusal.unknownOrder
    }
    return try await contexts.orders.confirmReceipt(order, by: .buyer(account))
  }
}
