import Events
import Values

public struct ParcelHandedOver: Event {
  public static let name = "fulfilment.parcelHandedOver"
  public let parcel: ParcelID
  public let order: OrderID
  public let carrier: String
  public let trackingNumber: String
  public let staff: StaffID
  /// Whether nothing of the order is left to be sent.
  public let isLast: Bool
  public var subject: String { order.description }

  public init(
    parcel: ParcelID, order: OrderID, carrier: String, trackingNumber: String, staff: StaffID, isLast: Bool
  ) {
    self.parcel = parcel
    self.order = order
    self.carrier = carrier
    self.trackingNumber = trackingNumber
    self.staff = staff
    self.isLast = isLast
  }
}

/// A carrier moved a parcel into another state.
public struct ParcelMoved: Event {
  public static let name = "fulfilment.parcelMoved"
  public let parcel: ParcelID
  public let order: OrderID
  public let state: ParcelState
  /// When the carrier says it happened.
  public let at: Timestamp
  public var subject: String { order.description }

  public init(parcel: ParcelID, order: OrderID, state: ParcelState, at: Timestamp) {
    self.parcel = parcel
    self.order = order
    self.state = state
    self.at = at
  }
}
