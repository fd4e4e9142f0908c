import Orders
import Payments
import Values

/// Tells the payment centre whose the orders are of shares and refunds that don't say so, slice by slice, so that a merchant's
/// list has them.
public struct PlaceShares: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// - Returns: how many shares and refunds it asked after.
  public func run(limit: Int) async throws -> Int {
    let unplaced = try await contexts.payments.unplaced(limit: limit)
    guard !unplaced.isEmpty else { return 0 }
    let orders = Array(Set(unplaced))
    let sales = try await contexts.sales(of: orders)
    // Those of no order that is known are nobody's, and aren't asked after again.
    try await contexts.payments.place(
      orders.map { PlacedOrder(order: $0, merchant: sales[$0]?.merchant ?? MerchantID(raw: 0)) })
    return unplaced.count
  }
}
