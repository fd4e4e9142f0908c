import Values

/// What staff change in a paid order before it is passed, as the merchant asks. What isn't named stays.
public struct OrderChange: Sendable {
  public struct Line: Hashable, Sendable {
    public var line: OrderLineID
    /// 0 takes the line out.
    public var quantity: Int
    public var unit: Money

    public init(line: OrderLineID, quantity: Int, unit: Money) {
      self.line = line
      self.quantity = quantity
      self.unit = unit
    }
  }

  /// The order's revision that was looked at.
  public var revision: Int
  public var lines: [Line]
  public var added: [CheckoutOrders.NewLine]
  public var freight: Money?
  public var destination: Destination?
  /// The buyer's words as the merchant has them now.
  public var note: String?
  /// Why, for the merchant's own people; up to 500 characters.
  public var reason: String
  /// Until when a higher sum is to be paid.
  public var payBefore: Timestamp
  /// From then on it isn't made any more, since others may act on the order as it was; nil for no such time.
  public var notAfter: Timestamp?

  public init(
    revision: Int, lines: [Line] = [], added: [CheckoutOrders.NewLine] = [], freight: Money? = nil,
    destination: Destination? = nil, note: String? = nil, reason: String = "", payBefore: Timestamp,
    notAfter: Timestamp? = nil
  ) {
    self.revision = revision
    self.lines = lines
    self.added = added
    self.freight = freight
    self.destination = destination
    self.note = note
    self.reason = reason
    self.payBefore = payBefore
    self.notAfter = notAfter
  }

  /// The order's amounts once it is changed so; what is paid never stands above what is due. Throws `FieldFaults` as the
  /// change itself would.
  public func amounts(of order: Order) throws -> OrderAmounts {
    try EditedOrder(order, self) { OrderLineID(raw: 0) }.amounts
  }

  /// How many units of each variant the order has once it is changed so.
  public func units(of order: Order) -> [VariantID: Int] {
    let changed = Dictionary(lines.map { ($0.line, $0.quantity) }, uniquingKeysWith: { _, later in later })
    var units: [VariantID: Int] = [:]
    for line in order.lines { units[line.variant, default: 0] += changed[line.id] ?? line.quantity.count }
    for line in added { units[line.variant, default: 0] += line.quantity.count }
    return units
  }
}

/// A change that was made, or the rejection that ended the order: what was before and after, and what money it moves.
public struct OrderEdit: Hashable, Codable, Sendable {
  public enum Kind: String, Codable, Sendable { case changed, rejected }

  /// One thing that differs. Amounts are decimal text in the order's currency.
  public struct Difference: Hashable, Codable, Sendable {
    public enum What: String, CaseIterable, Codable, Sendable {
      case added, removed, quantity, unit, freight, recipient, phone, region, street, postcode, note
    }

    public let what: What
    /// The SKU of the line, where it is about one.
    public let sku: String
    public let before: String
    public let after: String

    public init(_ what: What, sku: String = "", before: String, after: String) {
      self.what = what
      self.sku = sku
      self.before = before
      self.after = after
    }
  }

  public let id: OrderEditID
  public let order: OrderID
  public let kind: Kind
  /// The order's revision from then on.
  public let revision: Int
  public let actor: Actor
  public let reason: String
  public let differences: [Difference]
  public let dueBefore: Money
  public let dueAfter: Money
  /// What goes back to the buyer because of it; zero where nothing does.
  public let refund: Money
  public let at: Timestamp

  public init(
    id: OrderEditID, order: OrderID, kind: Kind, revision: Int, actor: Actor, reason: String,
    differences: [Difference], dueBefore: Money, dueAfter: Money, refund: Money, at: Timestamp
  ) {
    self.id = id
    self.order = order
    self.kind = kind
    self.revision = revision
    self.actor = actor
    self.reason = reason
    self.differences = differences
    self.dueBefore = dueBefore
    self.dueAfter = dueAfter
    self.refund = refund
    self.at = at
  }
}

/// Money that came on top of the order's first payment, because a change made it dearer.
public struct Supplement: Hashable, Codable, Sendable {
  public let payment: PaymentID
  public let amount: Money
  public let at: Timestamp

  public init(payment: PaymentID, amount: Money, at: Timestamp) {
    self.payment = payment
    self.amount = amount
    self.at = at
  }
}
