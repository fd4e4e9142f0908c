/// Where a parcel stands. The moves are data: `allowed` is the whole of it.
public enum ParcelState: String, CaseIterable, Codable, Sendable {
  case packed
  case handedOver
  case inTransit
  case delivered
  /// It came back to its merchant.
  case returned

  public static let allowed: [ParcelState: Set<ParcelState>] = [
    .packed: [.handedOver],
    .handedOver: [.inTransit, .delivered, .returned],
    .inTransit: [.delivered, .returned],
    // Signed for by mistake, or refused at the door after all.
    .delivered: [.returned],
    .returned: [],
  ]

  public func canMove(to next: ParcelState) -> Bool { Self.allowed[self]?.contains(next) ?? false }

  /// Whether the carrier has or had it.
  public var hasLeft: Bool { self != .packed }
}

/// How the last part of the way goes.
public enum DeliveryMethod: String, CaseIterable, Codable, Sendable {
  /// The courier rings at the address.
  case door
  /// A station or locker near the address keeps it.
  case station
  /// The buyer fetches it at the carrier's branch.
  case branch
}
