import Values

/// What this context must know of an order to take a request for it.
public struct RefundableOrder: Hashable, Sendable {
  public struct Line: Hashable, Sendable {
    public let id: OrderLineID
    public let variant: VariantID
    public let quantity: Quantity
    /// What the line cost, discounts taken off.
    public let due: Money

    public init(id: OrderLineID, variant: VariantID, quantity: Quantity, due: Money) {
      self.id = id
      self.variant = variant
      self.quantity = quantity
      self.due = due
    }
  }

  public let id: OrderID
  public let merchant: MerchantID
  public let buyer: AccountID
  public let lines: [Line]
  public let freight: Money
  public let wasShipped: Bool
  /// When the goods were received; nil before.
  public let completedAt: Timestamp?
  /// How often it had been changed when it was read.
  public let revision: Int

  public init(
    id: OrderID, merchant: MerchantID, buyer: AccountID, lines: [Line], freight: Money, wasShipped: Bool,
    completedAt: Timestamp?, revision: Int = 0
  ) {
    self.id = id
    self.merchant = merchant
    self.buyer = buyer
    self.lines = lines
    self.freight = freight
    self.wasShipped = wasShipped
    self.completedAt = completedAt
    self.revision = revision
  }
}

public struct RefundDraft: Sendable {
  public struct Line: Hashable, Sendable {
    public let line: OrderLineID
    public let quantity: Quantity
    public let wanted: VariantID?
    /// Of an exchange: what the wanted units cost more than these did, below zero where they are cheaper; nil: the same.
    public var difference: Money?

    public init(line: OrderLineID, quantity: Quantity, wanted: VariantID? = nil, difference: Money? = nil) {
      self.line = line
      self.quantity = quantity
      self.wanted = wanted
      self.difference = difference
    }
  }

  public var order: RefundableOrder
  /// What a buyer may ask for: `moneyOnly`, `goodsBack`, `exchange`.
  public var kind: RefundCase.Kind
  public var reason: RefundCase.Reason
  /// Up to 1000 characters; needed where the reason is `other`.
  public var explanation: String
  /// At least one, each line of the order at most once.
  public var lines: [Line]
  /// Up to 6.
  public var evidence: [FileKey]

  public init(
    order: RefundableOrder, kind: RefundCase.Kind, reason: RefundCase.Reason, explanation: String, lines: [Line],
    evidence: [FileKey] = []
  ) {
    self.order = order
    self.kind = kind
    self.reason = reason
    self.explanation = explanation
    self.lines = lines
    self.evidence = evidence
  }
}

public struct GoodwillDraft: Sendable {
  /// Up to 64 characters, one for each time that money is given for the order.
  public var key: String
  public var order: RefundableOrder
  public var amount: Money
  /// What the order has of the money that came, less what changes of it send back.
  public var paid: Money
  /// Why, for the buyer to read: 1…500 characters; may be empty where the shop gives it by itself.
  public var words: String
  public var actor: Actor
  /// Whether it goes to the buyer's balance instead of back to where it came from.
  public var toBalance = false

  public init(
    key: String, order: RefundableOrder, amount: Money, paid: Money, words: String, by actor: Actor
  ) {
    self.key = key
    self.order = order
    self.amount = amount
    self.paid = paid
    self.words = words
    self.actor = actor
  }

  public init(
    key: String, order: RefundableOrder, amount: Money, paid: Money, words: String, staff: StaffID
  ) {
    self.init(key: key, order: order, amount: amount, paid: paid, words: words, by: .staff(staff))
  }
}

public struct ProviderRefundDraft: Sendable {
  public var order: RefundableOrder
  public var part: SettledPart

  public init(order: RefundableOrder, part: SettledPart) {
    self.order = order
    self.part = part
  }
}

/// What is agreed to.
public struct RefundGrant: Sendable {
  /// Nil: what was asked, or as much of it as is left of what was paid.
  public var amount: Money?
  /// What the order has of the money that came, less what changes of it send back.
  public var paid: Money
  /// Whether the goods must be back first.
  public var needsGoods: Bool
  /// Gives the money of an exchange instead of other goods.
  public var asMoney: Bool
  /// Words for the buyer, up to 500 characters.
  public var answer: String
  /// How many units of each line the order has, by which it is seen whether all of it is asked back still and the freight
  /// goes along; empty where that isn't to be asked.
  public var ordered: [OrderLineID: Int]

  public init(
    amount: Money? = nil, paid: Money, needsGoods: Bool = false, asMoney: Bool = false, answer: String = "",
    ordered: [OrderLineID: Int] = [:]
  ) {
    self.amount = amount
    self.paid = paid
    self.needsGoods = needsGoods
    self.asMoney = asMoney
    self.answer = answer
    self.ordered = ordered
  }
}

/// One refund of the payment centre that is done.
public struct SettledPart: Hashable, Codable, Sendable {
  public let refund: RefundID
  public let payment: PaymentID
  public let amount: Money

  public init(refund: RefundID, payment: PaymentID, amount: Money) {
    self.refund = refund
    self.payment = payment
    self.amount = amount
  }
}
