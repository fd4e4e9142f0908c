import Values

/// Something that happened to the money of an order, or to the order itself. All that the books say follows from these.
public struct OrderFact: Hashable, Codable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// The buyer's money came.
    case captured
    /// Money came that the order doesn't take: it is held for the buyer until it has gone back, and is nobody else's.
    case stray
    /// Money went back to the buyer.
    case refunded
    /// What the provider keeps for its work.
    case fee
    /// What it gives back of that.
    case feeReturned
    /// Money came that is nobody's yet: a part of what is due, or more than that.
    case unclear
    /// It went again, or is counted elsewhere; or money went that nobody here had asked for.
    case unclearLeft
    /// The platform bears what won't come, or won't come back.
    case lost
    /// Some of that came after all.
    case regained
    /// The order takes what is unclear: with it, it is paid.
    case taken
    /// It takes it no more: it is paid in another way.
    case released
    /// What the platform bears of what the buyer was spared: of several the one with the highest key counts.
    case borne
    /// The order is completed, or all of it was taken back: from here on its money is the merchant's.
    case ended
  }

  /// Names the fact for good, 80 characters at most: `capture:pay_…:ord_…`, `refund:rfd_…`, `fee:…`, `borne:ord_…`,
  /// `unclear:ucm_…`, `ended:ord_…`. It is the booking's name as well.
  public let key: String
  public let kind: Kind
  /// The provider's short name, of at most 20 characters; empty for what no provider has to do with.
  public let method: String
  /// Nil for an end and for what the platform bears.
  public let payment: PaymentID?
  /// Never negative; zero for an end.
  public let amount: Money
  /// Whether the platform bears it: money given back out of its own goodwill.
  public let isPlatforms: Bool
  public let at: Timestamp

  public init(
    key: String, kind: Kind, method: String = "", payment: PaymentID? = nil, amount: Money, isPlatforms: Bool = false,
    at: Timestamp
  ) {
    self.key = key
    self.kind = kind
    self.method = method
    self.payment = payment
    self.amount = amount
    self.isPlatforms = isPlatforms
    self.at = at
  }

  public static func captureKey(_ payment: PaymentID, _ order: OrderID) -> String { "capture:\(payment):\(order)" }
  public static func refundKey(_ refund: RefundID) -> String { "refund:\(refund)" }
  /// The part of a movement that the buyer's balance gave or got.
  public static func ofBalance(_ key: String) -> String { "\(key):balance" }
  /// What is borne falls with the units that go back, and their number tells which word of it is the last.
  public static func borneKey(_ order: OrderID, unitsBack: Int) -> String {
    let number = String(unitsBack)
    return "borne:\(order):\(String(repeating: "0", count: max(0, 9 - number.utf8.count)))\(number)"
  }
  /// - Parameter movement: what the payment centre calls it, `ucm_…`.
  public static func unclearKey(_ movement: String) -> String { "unclear:\(movement)" }
  public static func endKey(_ order: OrderID) -> String { "ended:\(order)" }
}

/// What is known of an order and its money. Saying more of it than is known already is harmless.
public struct OrderNote: Sendable {
  /// A part of what was sold, as the order ended.
  public struct Part: Hashable, Codable, Sendable {
    /// What it cost the buyer, and what the platform bears of it; parts are weighed by it.
    public let amount: Money
    /// The categories of its goods, the nearest first.
    public let categories: [CategoryID]

    public init(amount: Money, categories: [CategoryID]) {
      self.amount = amount
      self.categories = categories
    }
  }

  public let order: OrderID
  /// What people call it, at most 32 characters.
  public let number: String
  public let merchant: MerchantID
  public let currency: Currency
  public let placedAt: Timestamp
  public let facts: [OrderFact]
  /// The goods; used when the facts have an end and none was known before.
  public let parts: [Part]
  /// As the buyer paid it, with what the platform bears of it.
  public let freight: Money

  public init(
    order: OrderID, number: String, merchant: MerchantID, currency: Currency, placedAt: Timestamp, facts: [OrderFact],
    parts: [Part] = [], freight: Money
  ) {
    self.order = order
    self.number = number
    self.merchant = merchant
    self.currency = currency
    self.placedAt = placedAt
    self.facts = facts
    self.parts = parts
    self.freight = freight
  }
}

/// A line of a provider's bill that says what a payment cost, or what of that came back with a refund.
public struct ProviderFee: Hashable, Codable, Sendable {
  /// Names the line for good, 40 characters at most.
  public let key: String
  public let payment: PaymentID
  /// Whose alone it is; nil for all orders of the payment.
  public let order: OrderID?
  public let method: String
  /// Negative where the provider gives some back.
  public let amount: Money
  public let at: Timestamp

  public init(
    key: String, payment: PaymentID, order: OrderID? = nil, method: String, amount: Money, at: Timestamp
  ) {
    self.key = key
    self.payment = payment
    self.order = order
    self.method = method
    self.amount = amount
    self.at = at
  }
}

extension OrderFact.Kind {
  /// Of money that isn't anybody's yet.
  public static let ofUnclear: Set<OrderFact.Kind> = [.unclear, .unclearLeft, .lost, .regained, .taken, .released]
}

extension [OrderFact] {
  /// Whether the order has taken what had been unclear, and is paid by it.
  public var tookUnclear: Bool {
    reduce(Int64(0)) { sum, fact in
      switch fact.kind {
      case .taken: sum + fact.amount.minor
      case .released: sum - fact.amount.minor
      default: sum
      }
    } > 0
  }

  /// What the platform bears of the order of these facts, as was said last; nil where nothing ever was.
  public var borne: Money? { filter { $0.kind == .borne }.max { $0.key < $1.key }?.amount }
}
