import Values

public struct Order: Hashable, Codable, Sendable {
  public let id: OrderID
  public let number: OrderNumber
  /// Orders of one checkout share it, and one payment can cover them.
  public let checkout: String
  public let buyer: AccountID
  public let merchant: MerchantID
  public let channel: Channel
  public let state: OrderState
  public let lines: [OrderLine]
  public var destination: Destination
  /// The buyer's words, up to 500 characters.
  public let note: String
  public let amounts: OrderAmounts
  public let payment: PaymentID?
  public let shipment: ShipmentNote?
  public let placedAt: Timestamp
  /// When an unpaid order is cancelled; of one that a change made dearer, until when the rest can be paid.
  public let payBefore: Timestamp
  /// How often it was changed since it was placed.
  public let revision: Int
  /// Why it waits for a person, as screening found.
  public let heldFor: [HoldReason]
  /// Freight that offers bear in the buyer's stead; no part of its amounts.
  public let waived: [DiscountShare]
  /// Its buyer pays when the goods are handed over, and hasn't yet.
  public let paysAtDoor: Bool
  /// Nobody waits for what was to be paid at the door any more. It is taken all the same where it comes.
  public let wasWrittenOff: Bool

  public init(
    id: OrderID, number: OrderNumber, checkout: String, buyer: AccountID, merchant: MerchantID, channel: Channel,
    state: OrderState, lines: [OrderLine], destination: Destination, note: String, amounts: OrderAmounts,
    payment: PaymentID?, shipment: ShipmentNote?, placedAt: Timestamp, payBefore: Timestamp, revision: Int = 0,
    heldFor: [HoldReason] = [], waived: [DiscountShare] = [], paysAtDoor: Bool = false,
    wasWrittenOff: Bool = false
  ) {
    self.waived = waived
    self.id = id
    self.number = number
    self.checkout = checkout
    self.buyer = buyer
    self.merchant = merchant
    self.channel = channel
    self.state = state
    self.lines = lines
    self.destination = destination
    self.note = note
    self.amounts = amounts
    self.payment = payment
    self.shipment = shipment
    self.placedAt = placedAt
    self.payBefore = payBefore
    self.revision = revision
    self.heldFor = heldFor
    self.paysAtDoor = paysAtDoor
    self.wasWrittenOff = wasWrittenOff
  }

  /// What a change asks of the buyer on top of what is paid; nil where nothing is open.
  public var openDifference: Money? {
    guard state == .awaitingReview, !paysAtDoor, amounts.paid < amounts.due else { return nil }
    return Money(minor: amounts.due.minor - amounts.paid.minor, currency: amounts.due.currency)
  }

  /// Whether a change is asked for that is neither made nor dismissed.
  public var isEditAsked: Bool { state == .awaitingReview && heldFor.contains(.editAsked) }

  /// What each offer takes off its lines. What no offer is named for is in `amounts.discount` alone.
  public var shares: [DiscountShare] { lines.flatMap(\.shares).byOffer }

  /// What of an offer is on units that stayed with the buyer or are still to be sent, in minor units; nothing once it was
  /// cancelled.
  public func standing(of offer: String) throws -> Int64 {
    guard state != .cancelled else { return 0 }
    return try lines.reduce(0) { try $0 + $1.standing(of: offer) }
  }

  /// What of what somebody bears is on such units, in minor units.
  public func standing(borneBy bearer: DiscountShare.Bearer) throws -> Int64 {
    guard state != .cancelled else { return 0 }
    return try lines.reduce(0) { try $0 + $1.standing(borneBy: bearer) }
  }

  /// Whether an offer takes anything off its goods or its freight.
  public func bears(_ offer: String) -> Bool {
    waived.contains { $0.offer == offer } || lines.contains { $0.shares.contains { $0.offer == offer } }
  }

  /// What can be paid now: all of it while it awaits payment, later what a change added; nil where nothing can.
  public var payable: Money? { state == .awaitingPayment ? amounts.due : openDifference }
}

/// What a person reads out: the day in China and a running part that grows with time, `20261124-0482917305`; digits and
/// one dash, unique.
public struct OrderNumber: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
  public let rawValue: String
  public init?(rawValue: String) {
    guard (1...32).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 })
    else { return nil }
    self.rawValue = rawValue
  }
  public var description: String { rawValue }
}

/// A line as it was when the order was placed.
public struct OrderLine: Hashable, Codable, Sendable {
  public let id: OrderLineID
  public let variant: VariantID
  public let product: ProductID
  public let title: LocalizedText
  public let choice: LocalizedText
  public let sku: String
  public let picture: Picture?
  public let unit: Money
  public let quantity: Quantity
  public let discount: Money
  /// unit × quantity − discount.
  public let due: Money
  /// Units of these that were taken back, and are not to be shipped where they haven't been.
  public let returned: Int
  /// The offers of which `discount` is made, as far as it is of any.
  public let shares: [DiscountShare]

  public init(
    id: OrderLineID, variant: VariantID, product: ProductID, title: LocalizedText, choice: LocalizedText, sku: String,
    picture: Picture?, unit: Money, quantity: Quantity, discount: Money, due: Money, returned: Int = 0,
    shares: [DiscountShare] = []
  ) {
    self.shares = shares
    self.id = id
    self.variant = variant
    self.product = product
    self.title = title
    self.choice = choice
    self.sku = sku
    self.picture = picture
    self.unit = unit
    self.quantity = quantity
    self.discount = discount
    self.due = due
    self.returned = returned
  }

  /// Units that stayed with the buyer or are still to be sent.
  public var kept: Int { quantity.count - returned }

  /// What these units cost, of those that are kept, in minor units.
  public func keptDue() throws -> Int64 { try part(of: due) }

  func standing(of offer: String) throws -> Int64 {
    try part(of: Money(minor: shares.minor(of: offer), currency: due.currency))
  }

  /// What of its discount somebody bears.
  public func borne(by bearer: DiscountShare.Bearer) -> Money {
    Money(
      minor: shares.filter { $0.bearer == bearer }.reduce(0) { $0 + $1.amount.minor }, currency: due.currency)
  }

  func standing(borneBy bearer: DiscountShare.Bearer) throws -> Int64 { try part(of: borne(by: bearer)) }

  private func part(of amount: Money) throws -> Int64 {
    guard returned > 0 else { return amount.minor }
    return try amount.spread(over: [Int64(max(0, kept)), Int64(returned)])[0].minor
  }
}

public struct OrderAmounts: Hashable, Codable, Sendable {
  public let goods: Money
  public let discount: Money
  public let freight: Money
  /// goods − discount + freight.
  public let due: Money
  public let paid: Money

  public init(goods: Money, discount: Money, freight: Money, due: Money, paid: Money) {
    self.goods = goods
    self.discount = discount
    self.freight = freight
    self.due = due
    self.paid = paid
  }
}

/// Where the goods go, copied from the address book so that later edits there change nothing here.
public struct Destination: Hashable, Codable, Sendable {
  public let recipient: String
  public let phone: String
  public let region: RegionCode
  /// Province, city, district in words.
  public let regionName: LocalizedText
  public let street: String
  public let postcode: String

  public init(
    recipient: String, phone: String, region: RegionCode, regionName: LocalizedText, street: String, postcode: String
  ) {
    self.recipient = recipient
    self.phone = phone
    self.region = region
    self.regionName = regionName
    self.street = street
    self.postcode = postcode
  }
}

/// What stands on the parcel with which the last of an order left. All its parcels are known to Fulfilment.
public struct ShipmentNote: Hashable, Codable, Sendable {
  /// The code that Kuaidi100 knows the carrier by (`shunfeng`), or the name of another carrier; 1…60 characters.
  public let carrier: String
  /// 4…40 letters and digits.
  public let trackingNumber: String

  public init(carrier: String, trackingNumber: String) {
    self.carrier = carrier
    self.trackingNumber = trackingNumber
  }
}

public struct TimelineEntry: Hashable, Codable, Sendable {
  public enum Kind: String, Codable, Sendable {
    /// The buyer pays at the door.
    case promised
    case placed, paid, passed, shipped, readdressed, completed, cancelled
    /// Some units were taken back, and all of them.
    case partlyRefunded, refunded
    /// It waits for a person; the note says why, in codes.
    case held
    /// Staff changed it.
    case edited
    /// What a change added was paid.
    case supplemented
    /// The merchant won't deliver; the note says why.
    case rejected
    /// The merchant's people ask for a change, and it won't be made; the notes say what and why.
    case editAsked, editDismissed
    /// What was to be paid at the door isn't waited for any more; why stands in the note.
    case writtenOff
  }

  public let kind: Kind
  public let actor: Actor
  /// What a person added, or the tracking number, or the reason.
  public let note: String
  public let at: Timestamp

  public init(kind: Kind, actor: Actor, note: String, at: Timestamp) {
    self.kind = kind
    self.actor = actor
    self.note = note
    self.at = at
  }

  /// Whether it is the buyer's to read: why an order waits for a person isn't, nor what staff ask of one another.
  public var isForBuyer: Bool { ![.held, .editAsked, .editDismissed, .writtenOff].contains(kind) }

  /// What of the note the buyer may read: the tracking number, why it was cancelled and why the merchant won't deliver. Staff's words to one another and
  /// the books' own numbers stay inside; nil for them.
  public var buyerNote: String? {
    switch kind {
    case .shipped, .cancelled, .rejected: note.isEmpty ? nil : note
    case .placed, .promised, .paid, .passed, .readdressed, .completed, .partlyRefunded, .refunded, .held, .edited,
      .supplemented,
      .editAsked, .editDismissed, .writtenOff:
      nil
    }
  }
}

/// One checkout as `PlaceOrder` hands it over: an order per merchant.
public struct CheckoutOrders: Sendable {
  public struct NewOrder: Sendable {
    public var id: OrderID
    public var merchant: MerchantID
    public var lines: [NewLine]
    public var freight: Money
    /// The buyer's words to this merchant, up to 500 characters.
    public var note: String
    /// Freight that offers bear, besides `freight`.
    public var waived: [DiscountShare]

    public init(
      id: OrderID, merchant: MerchantID, lines: [NewLine], freight: Money, note: String = "",
      waived: [DiscountShare] = []
    ) {
      self.waived = waived
      self.id = id
      self.merchant = merchant
      self.lines = lines
      self.freight = freight
      self.note = note
    }
  }

  public struct NewLine: Sendable {
    public var variant: VariantID
    public var product: ProductID
    public var title: LocalizedText
    public var choice: LocalizedText
    public var sku: String
    public var picture: Picture?
    public var unit: Money
    public var quantity: Quantity
    public var discount: Money
    /// The offers of which `discount` is made: none, or all of it.
    public var shares: [DiscountShare]

    public init(
      variant: VariantID, product: ProductID, title: LocalizedText, choice: LocalizedText, sku: String,
      picture: Picture?,
      unit: Money, quantity: Quantity, discount: Money, shares: [DiscountShare] = []
    ) {
      self.shares = shares
      self.variant = variant
      self.product = product
      self.title = title
      self.choice = choice
      self.sku = sku
      self.picture = picture
      self.unit = unit
      self.quantity = quantity
      self.discount = discount
    }
  }

  public var key: String
  public var buyer: AccountID
  public var channel: Channel
  public var currency: Currency
  public var destination: Destination
  public var payBefore: Timestamp
  public var orders: [NewOrder]

  public init(
    key: String, buyer: AccountID, channel: Channel, currency: Currency, destination: Destination,
    payBefore: Timestamp, orders: [NewOrder]
  ) {
    self.key = key
    self.buyer = buyer
    self.channel = channel
    self.currency = currency
    self.destination = destination
    self.payBefore = payBefore
    self.orders = orders
  }
}
