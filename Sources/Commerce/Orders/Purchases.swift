import Values

/// What a buyer ordered, summed up.
public struct Purchases: Hashable, Sendable {
  /// All that were placed, whatever became of them.
  public let orders: Int
  /// What is paid on them, an amount for each currency.
  public let paid: [Money]
  public let lastPlacedAt: Timestamp

  public init(orders: Int, paid: [Money], lastPlacedAt: Timestamp) {
    self.orders = orders
    self.paid = paid
    self.lastPlacedAt = lastPlacedAt
  }

  /// Of two currencies together.
  func and(_ other: Purchases) -> Purchases {
    Purchases(
      orders: orders + other.orders, paid: paid + other.paid, lastPlacedAt: max(lastPlacedAt, other.lastPlacedAt))
  }
}
