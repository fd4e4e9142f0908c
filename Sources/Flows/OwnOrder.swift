import Orders
import Values

extension Contexts {
  /// The account's order. Throws `OrderRefusal.unknownOrder` for another's, as for one that isn't there.
  public func order(_ id: OrderID, of account: AccountID) async throws -> Order {
    try Self.own(try await orders.order(id), account)
  }

  /// The same by its number as someone wrote it; one that can't be read names no order.
  public func order(numbered text: String?, of account: AccountID) async throws -> Order {
    guard let number = text.flatMap(OrderNumber.init(rawValue:)) else { throw OrderRefusal.unknownOrder }
    return try Self.own(try await orders.order(number: number), account)
  }

  private static func own(_ order: Order?, _ account: AccountID) throws -> Order {
    guard let order, order.buyer == account else { throw OrderRefusal.unknownOrder }
    return order
  }
}
