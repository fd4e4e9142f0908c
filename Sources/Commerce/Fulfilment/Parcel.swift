import Values

/// What an order has to send, as the order says it now.
public struct OrderToSend: Hashable, Codable, Sendable {
  public struct Line: Hashable, Codable, Sendable {
    public let line: OrderLineID
    public let units: Int

    public init(line: OrderLineID, units: Int) {
      self.line = line
      self.units = units
    }
  }

  public let order: OrderID
  public let merchant: MerchantID
  public let buyer: AccountID
  public let lines: [Line]
  /// The last four digits of the recipient's number, which some carriers ask for.
  public let phoneEnd: String

  public init(order: OrderID, merchant: MerchantID, buyer: AccountID, lines: [Line], phoneEnd: String) {
    self.order = order
    self.merchant = merchant
    self.buyer = buyer
    self.lines = lines
    self.phoneEnd = phoneEnd
  }
}

public struct ParcelLine: Hashable, Codable, Sendable {
  public let line: OrderLineID
  public let quantity: Quantity

  public init(line: OrderLineID, quantity: Quantity) {
    self.line = line
    self.quantity = quantity
  }
}

public struct ParcelDraft: Sendable {
  /// Unique within the order: a form that is sent twice packs once. 1…64 characters.
  public var key: String
  /// Nil means all that is left.
  public var lines: [ParcelLine]?

  public init(key: String, lines: [ParcelLine]? = nil) {
    self.key = key
    self.lines = lines
  }
}

/// What stands on a parcel.
public struct ShippingLabel: Hashable, Codable, Sendable {
  /// The code of a carrier in the book, or the name of another one; 1…60 characters.
  public let carrier: String
  /// 4…40 letters, digits and dashes.
  public let trackingNumber: String

  public init(carrier: String, trackingNumber: String) {
    self.carrier = carrier
    self.trackingNumber = trackingNumber
  }
}

public struct Parcel: Hashable, Codable, Sendable {
  public let id: ParcelID
  public let order: OrderID
  public let state: ParcelState
  public let lines: [ParcelLine]
  /// Nil while it is only packed.
  public let label: ShippingLabel?
  public let packedAt: Timestamp
  public let handedOverAt: Timestamp?
  public let handedOverBy: StaffID?
  public let deliveredAt: Timestamp?
  /// The latest that its carrier said.
  public let latest: Trace?

  public init(
    id: ParcelID, order: OrderID, state: ParcelState, lines: [ParcelLine], label: ShippingLabel?, packedAt: Timestamp,
    handedOverAt: Timestamp?, handedOverBy: StaffID?, deliveredAt: Timestamp?, latest: Trace?
  ) {
    self.id = id
    self.order = order
    self.state = state
    self.lines = lines
    self.label = label
    self.packedAt = packedAt
    self.handedOverAt = handedOverAt
    self.handedOverBy = handedOverBy
    self.deliveredAt = deliveredAt
    self.latest = latest
  }

  public var units: Int { lines.reduce(0) { $0 + $1.quantity.count } }
}

/// All that is sent for one order.
public struct Consignment: Hashable, Codable, Sendable {
  public let order: OrderID
  public let merchant: MerchantID
  public let method: DeliveryMethod
  /// In the order of packing.
  public let parcels: [Parcel]
  /// When the last unit left; nil while some are still here.
  public let shippedAt: Timestamp?
  /// When the last parcel was delivered; nil while some are on their way.
  public let deliveredAt: Timestamp?

  public init(
    order: OrderID, merchant: MerchantID, method: DeliveryMethod, parcels: [Parcel], shippedAt: Timestamp?,
    deliveredAt: Timestamp?
  ) {
    self.order = order
    self.merchant = merchant
    self.method = method
    self.parcels = parcels
    self.shippedAt = shippedAt
    self.deliveredAt = deliveredAt
  }

  public var isShipped: Bool { shippedAt != nil }
  public var isDelivered: Bool { deliveredAt != nil }

  /// Units of each line in parcels that didn't come back.
  public var packed: [OrderLineID: Int] { units { $0.state != .returned } }
  /// Units of each line that are with a carrier, or were delivered by one.
  public var sent: [OrderLineID: Int] { units { $0.state.hasLeft && $0.state != .returned } }

  private func units(in isMeant: (Parcel) -> Bool) -> [OrderLineID: Int] {
    parcels.filter(isMeant).flatMap(\.lines).reduce(into: [:]) { $0[$1.line, default: 0] += $1.quantity.count }
  }
}

public struct ProofDraft: Sendable {
  /// How the carrier proves it, up to 1000 characters; may be empty beside a picture.
  public var text: String
  public var picture: FileKey?

  public init(text: String, picture: FileKey? = nil) {
    self.text = text
    self.picture = picture
  }
}

/// Why staff took an order for received.
public struct DeliveryProof: Hashable, Codable, Sendable {
  public let text: String
  public let picture: FileKey?
  public let staff: StaffID
  public let at: Timestamp

  public init(text: String, picture: FileKey?, staff: StaffID, at: Timestamp) {
    self.text = text
    self.picture = picture
    self.staff = staff
    self.at = at
  }
}
