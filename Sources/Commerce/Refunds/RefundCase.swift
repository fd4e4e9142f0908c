import Values

/// What a buyer asks back, or a merchant gives, and what became of it: a row of the request table.
public struct RefundCase: Hashable, Codable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// Money, and nothing comes back: the goods never left, never came, or stay with the buyer.
    case moneyOnly
    case goodsBack
    /// Another choice of the same goods. What it costs less goes back, what it costs more is paid before it is sent.
    case exchange
    /// Money that the merchant gives without being asked.
    case goodwill
    /// Begun at the payment provider.
    case atProvider

    /// Whether the buyer is to send the goods back.
    public var bringsGoods: Bool { self == .goodsBack || self == .exchange }
  }

  public enum Reason: String, CaseIterable, Codable, Sendable {
    case changedMind, notArrived, damaged, notAsDescribed, wrongGoods, other

    /// Whether it's for the merchant to answer for.
    public var isFault: Bool { self != .changedMind && self != .other }
  }

  public struct Line: Hashable, Codable, Sendable {
    public let line: OrderLineID
    public let variant: VariantID
    public let quantity: Quantity
    /// The share of these units in what the line cost.
    public let amount: Money
    /// What is wanted instead, of an exchange.
    public let wanted: VariantID?
    /// What that costs more than these units did, at the price of the day it was asked; below zero where it is cheaper.
    public let difference: Money
    /// How many can be sold again, once they are back and looked at.
    public let restocked: Int?

    public init(
      line: OrderLineID, variant: VariantID, quantity: Quantity, amount: Money, wanted: VariantID?,
      difference: Money? = nil, restocked: Int?
    ) {
      self.line = line
      self.variant = variant
      self.quantity = quantity
      self.amount = amount
      self.wanted = wanted
      self.difference = difference ?? .zero(amount.currency)
      self.restocked = restocked
    }
  }

  public let id: RefundCaseID
  public let order: OrderID
  public let merchant: MerchantID
  public let buyer: AccountID
  public let kind: Kind
  public let state: State
  public let reason: Reason
  /// The buyer's words, or those of the merchant who gives money by himself; up to 1000 characters.
  public let explanation: String
  public let lines: [Line]
  /// Up to 6 pictures.
  public let evidence: [FileKey]
  /// The freight that goes back with the last units of an order; a part of `asked`.
  public let freight: Money
  public let asked: Money
  /// What was agreed, at most what was asked; nil while nothing is.
  public let granted: Money?
  /// Whether the goods had left when it was asked.
  public let wasShipped: Bool
  /// What the merchant said to it, up to 500 characters.
  public let answer: String
  public let parcel: ReturnParcel?
  public let replacement: OrderID?
  public let requestedAt: Timestamp
  public let changedAt: Timestamp
  /// Whether the money goes to the buyer's balance, whatever it was paid with.
  public let toBalance: Bool

  public init(
    id: RefundCaseID, order: OrderID, merchant: MerchantID, buyer: AccountID, kind: Kind, state: State, reason: Reason,
    explanation: String, lines: [Line], evidence: [FileKey], freight: Money, asked: Money, granted: Money?,
    wasShipped: Bool, answer: String, parcel: ReturnParcel?, replacement: OrderID?, requestedAt: Timestamp,
    changedAt: Timestamp, toBalance: Bool = false
  ) {
    self.id = id
    self.order = order
    self.merchant = merchant
    self.buyer = buyer
    self.kind = kind
    self.state = state
    self.reason = reason
    self.explanation = explanation
    self.lines = lines
    self.evidence = evidence
    self.freight = freight
    self.asked = asked
    self.granted = granted
    self.wasShipped = wasShipped
    self.answer = answer
    self.parcel = parcel
    self.replacement = replacement
    self.requestedAt = requestedAt
    self.changedAt = changedAt
    self.toBalance = toBalance
  }

  /// What was given unasked has no reason of the buyer's.
  public var hasReason: Bool { kind != .goodwill && kind != .atProvider }
  /// What the other goods of an exchange cost more, all in all; below zero where they are cheaper.
  public var difference: Money {
    Money(minor: lines.reduce(0) { $0 + $1.difference.minor }, currency: asked.currency)
  }
  /// Where a list goes on after this case.
  public var cursor: Cursor { Cursor([String(id.raw)]) }
  /// Whether the goods never left the merchant: they must not be shipped any more, and are back at once.
  public var stopsShipping: Bool { kind == .moneyOnly && !wasShipped }
  /// The units that leave the order for good.
  public var units: [OrderLineID: Int] {
    Dictionary(lines.map { ($0.line, $0.quantity.count) }, uniquingKeysWith: +)
  }
}

/// How goods come back.
public struct ReturnParcel: Hashable, Codable, Sendable {
  /// The code that the shop knows the carrier by, or the name of another one; 1…60 characters.
  public let carrier: String
  /// 4…40 letters, digits and dashes.
  public let trackingNumber: String

  public init(carrier: String, trackingNumber: String) {
    self.carrier = carrier
    self.trackingNumber = trackingNumber
  }
}

/// What requests stand for of one line of an order.
public struct RefundClaim: Hashable, Codable, Sendable {
  public let units: Int
  public let amount: Int64

  public init(units: Int, amount: Int64) {
    self.units = units
    self.amount = amount
  }
}

/// Something that happened to a case.
public struct RefundStep: Hashable, Codable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    case requested, approved, goodsAsked, goodsSent, received, rejected, withdrawn, reopened, sent, settled, failed
  }

  public let kind: Kind
  public let actor: Actor
  /// What a person added, how the goods travel, or a code of why.
  public let note: String
  public let at: Timestamp

  public init(kind: Kind, actor: Actor, note: String, at: Timestamp) {
    self.kind = kind
    self.actor = actor
    self.note = note
    self.at = at
  }
}

/// Money that went back: a row of the record table.
public struct RefundRecord: Hashable, Codable, Sendable {
  public let id: RefundRecordID
  public let request: RefundCaseID
  public let order: OrderID
  /// Nil where no money went: an exchange, or goods that cost nothing.
  public let refund: RefundID?
  public let payment: PaymentID?
  public let amount: Money
  public let at: Timestamp

  /// Where a list goes on after it.
  public var cursor: Cursor { Cursor([String(id.raw)]) }

  public init(
    id: RefundRecordID, request: RefundCaseID, order: OrderID, refund: RefundID?, payment: PaymentID?, amount: Money,
    at: Timestamp
  ) {
    self.id = id
    self.request = request
    self.order = order
    self.refund = refund
    self.payment = payment
    self.amount = amount
    self.at = at
  }
}
