/// Where an order stands. The moves are data: `allowed` is the whole of it.
public enum OrderState: String, CaseIterable, Codable, Sendable {
  case awaitingPayment
  case awaitingReview
  case awaitingShipment
  case awaitingReceipt
  case completed
  case cancelled
  case refunded

  public static let allowed: [OrderState: Set<OrderState>] = [
    .awaitingPayment: [.awaitingReview, .cancelled],
    .awaitingReview: [.awaitingShipment, .cancelled, .refunded],
    .awaitingShipment: [.awaitingReceipt, .cancelled, .refunded],
    // Cancelled where it was to be paid at the door and was refused there.
    .awaitingReceipt: [.completed, .cancelled, .refunded],
    .completed: [.refunded],
    .cancelled: [],
    .refunded: [],
  ]

  public func canMove(to next: OrderState) -> Bool { Self.allowed[self]?.contains(next) ?? false }
}

public enum CancelReason: String, Codable, Sendable {
  case byBuyer, unpaidInTime, soldOut, rejected, refusedAtDoor
  /// The coupon or the points that it was placed with had gone meanwhile.
  case discountGone
}
