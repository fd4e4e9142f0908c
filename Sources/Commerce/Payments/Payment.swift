import Values

/// The short name of a provider: `sandbox`, `alipay`. 1…20 of `a-z`.
public struct PaymentMethod: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
  /// Of payments of nothing: no provider takes them.
  public static let free = PaymentMethod(known: "free")
  /// Of payments from the buyer's balance alone.
  public static let balance = PaymentMethod(known: "balance")
  /// Cash, or a card, at the door.
  public static let cash = PaymentMethod(known: "cash")
  /// A transfer to the shop's account, which staff find on its statement.
  public static let transfer = PaymentMethod(known: "transfer")

  public let rawValue: String

  init(known rawValue: String) { self.rawValue = rawValue }

  public init?(rawValue: String) {
    guard (1...20).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy({ (97...122).contains($0) }) else {
      return nil
    }
    self.rawValue = rawValue
  }
  public var description: String { rawValue }
}

public struct OpenPayment: Codable, Sendable {
  public struct Share: Hashable, Codable, Sendable {
    public let order: OrderID
    public let amount: Money
    /// Whose the order is, for lists of one merchant's; nil where nobody has said yet.
    public let merchant: MerchantID?

    public init(order: OrderID, amount: Money, merchant: MerchantID? = nil) {
      self.order = order
      self.amount = amount
      self.merchant = merchant
    }
  }

  public var method: PaymentMethod
  public var payer: AccountID
  /// The amounts come from the orders, never from a browser. At least one; one currency.
  public var shares: [Share]
  /// What the buyer reads at the provider, up to 120 characters.
  public var subject: String
  public var language: Language
  public var expiresAt: Timestamp
  /// What the money is for beyond the orders themselves: `edit-2`. Payments for another occasion stand beside one another,
  /// of one occasion an order has one. Nil for the orders themselves; up to 40 of `a-z 0-9 -`.
  public var occasion: String?
  /// One that the method knows.
  public var way: PaymentWay
  public var client: PayingClient
  /// Where the orders were made.
  public var channel: Channel
  /// How much of it is taken from the payer's balance; all of it with the method `balance`, less than all with any other.
  /// Nil for nothing.
  public var fromBalance: Money?

  public init(
    method: PaymentMethod, payer: AccountID, shares: [Share], subject: String, language: Language, expiresAt: Timestamp,
    occasion: String? = nil, way: PaymentWay = .page, client: PayingClient = PayingClient(), channel: Channel = .main,
    fromBalance: Money? = nil
  ) {
    self.method = method
    self.payer = payer
    self.shares = shares
    self.subject = subject
    self.language = language
    self.expiresAt = expiresAt
    self.occasion = occasion
    self.way = way
    self.client = client
    self.channel = channel
    self.fromBalance = fromBalance
  }
}

public struct Payment: Hashable, Codable, Sendable {
  public let id: PaymentID
  public let method: PaymentMethod
  public let payer: AccountID
  public let shares: [OpenPayment.Share]
  public let amount: Money
  public let state: PaymentState
  /// The provider's number, once known.
  public let providerNumber: String?
  public let refunded: Money
  public let openedAt: Timestamp
  public let expiresAt: Timestamp
  public let capturedAt: Timestamp?
  /// As it was opened for.
  public let occasion: String?
  public let way: PaymentWay
  /// The part of the amount that came from the payer's balance, or is kept there for it while the payment is open.
  public let fromBalance: Money
  /// The part that the provider is asked for.
  public var atProvider: Money { Money(minor: amount.minor - fromBalance.minor, currency: amount.currency) }

  public init(
    id: PaymentID, method: PaymentMethod, payer: AccountID, shares: [OpenPayment.Share], amount: Money,
    state: PaymentState,
    providerNumber: String?, refunded: Money, openedAt: Timestamp, expiresAt: Timestamp, capturedAt: Timestamp?,
    occasion: String? = nil, way: PaymentWay = .page, fromBalance: Money? = nil
  ) {
    self.id = id
    self.method = method
    self.payer = payer
    self.shares = shares
    self.amount = amount
    self.state = state
    self.providerNumber = providerNumber
    self.refunded = refunded
    self.openedAt = openedAt
    self.expiresAt = expiresAt
    self.capturedAt = capturedAt
    self.occasion = occasion
    self.way = way
    self.fromBalance = fromBalance ?? .zero(amount.currency)
  }
}

public struct OpenedPayment: Codable, Sendable {
  public let payment: Payment
  public let handover: Handover

  public init(payment: Payment, handover: Handover) {
    self.payment = payment
    self.handover = handover
  }
}

/// How the buyer gets to the provider.
public enum Handover: Hashable, Codable, Sendable, CustomStringConvertible, CustomReflectable {
  /// Send the browser there.
  case redirect(url: String)
  /// Show as a QR code.
  case code(text: String)
  /// Hand to the provider's client library inside an app or mini-program.
  case client(parameters: [String: String])
  /// Nowhere: the payment is captured already.
  case settled
  /// Nowhere: the shop's own page says what to do, and staff say when the money is there.
  case here

  /// Its kind alone: what it hands over opens the payment.
  public var description: String {
    switch self {
    case .redirect: "redirect"
    case .code: "code"
    case .client: "client"
    case .settled: "settled"
    case .here: "here"
    }
  }

  public var customMirror: Mirror { Mirror(self, unlabeledChildren: EmptyCollection<Any>()) }
}

public struct RefundRequest: Hashable, Codable, Sendable {
  /// Up to 64 of `A-Z a-z 0-9 _ -`; one refund has one key for ever.
  public var key: String
  public var payment: PaymentID
  /// Which order the money was for; it gets back at most its share.
  public var order: OrderID
  public var amount: Money
  /// Up to 200 characters.
  public var reason: String
  /// Whether all of it goes to the payer's balance, whatever it was paid with. Else it goes back where it came from: what
  /// was paid last, at the provider, first, and then what the balance gave.
  public var toBalance: Bool

  public init(
    key: String, payment: PaymentID, order: OrderID, amount: Money, reason: String, toBalance: Bool = false
  ) {
    self.key = key
    self.payment = payment
    self.order = order
    self.amount = amount
    self.reason = reason
    self.toBalance = toBalance
  }
}

public struct Refund: Hashable, Codable, Sendable {
  public let id: RefundID
  public let key: String
  public let payment: PaymentID
  public let order: OrderID
  public let amount: Money
  public let state: RefundState
  public let reason: String
  public let requestedAt: Timestamp
  /// When the provider said that the money is gone.
  public let settledAt: Timestamp?
  /// The part that goes to the payer's balance.
  public let toBalance: Money
  /// The part that the provider is asked to send back.
  public var atProvider: Money { Money(minor: amount.minor - toBalance.minor, currency: amount.currency) }

  public init(
    id: RefundID, key: String, payment: PaymentID, order: OrderID, amount: Money, state: RefundState, reason: String,
    requestedAt: Timestamp, settledAt: Timestamp? = nil, toBalance: Money? = nil
  ) {
    self.id = id
    self.key = key
    self.payment = payment
    self.order = order
    self.amount = amount
    self.state = state
    self.reason = reason
    self.requestedAt = requestedAt
    self.settledAt = settledAt
    self.toBalance = toBalance ?? .zero(amount.currency)
  }
}

/// One side of a booking. The entries of one `booking` add up to zero.
public struct LedgerEntry: Hashable, Codable, Sendable {
  public enum Book: String, Codable, Sendable {
    /// What stands at a provider, or, with the party `balance`, what the buyers' balances gave.
    case providerClearing
    case order
  }

  public let booking: String
  public let book: Book
  /// Whose: an account, a provider, an order.
  public let party: String
  /// Positive comes in, negative goes out.
  public let amount: Money
  public let payment: PaymentID
  public let at: Timestamp

  public init(booking: String, book: Book, party: String, amount: Money, payment: PaymentID, at: Timestamp) {
    self.booking = booking
    self.book = book
    self.party = party
    self.amount = amount
    self.payment = payment
    self.at = at
  }
}
