import Values

/// Whose payments are listed.
public enum PaymentScope: Hashable, Codable, Sendable {
  case merchant(MerchantID)
  case platform
}

/// What a list of payments is narrowed to; what is nil narrows nothing.
public struct PaymentFilter: Hashable, Codable, Sendable {
  public var payment: PaymentID?
  /// The whole of it.
  public var providerNumber: String?
  public var order: OrderID?
  public var state: PaymentState?
  public var method: PaymentMethod?
  public var openedFrom: Timestamp?
  /// Exclusive.
  public var openedBefore: Timestamp?
  /// Of a merchant's list the amount of its own share.
  public var amountFrom: Money?
  public var amountTo: Money?

  public init(
    payment: PaymentID? = nil, providerNumber: String? = nil, order: OrderID? = nil, state: PaymentState? = nil,
    method: PaymentMethod? = nil, openedFrom: Timestamp? = nil, openedBefore: Timestamp? = nil,
    amountFrom: Money? = nil, amountTo: Money? = nil
  ) {
    self.payment = payment
    self.providerNumber = providerNumber
    self.order = order
    self.state = state
    self.method = method
    self.openedFrom = openedFrom
    self.openedBefore = openedBefore
    self.amountFrom = amountFrom
    self.amountTo = amountTo
  }
}

/// What a list of refunds is narrowed to; what is nil narrows nothing.
public struct RefundFilter: Hashable, Codable, Sendable {
  public var refund: RefundID?
  public var payment: PaymentID?
  public var order: OrderID?
  public var state: RefundState?
  public var requestedFrom: Timestamp?
  /// Exclusive.
  public var requestedBefore: Timestamp?
  public var amountFrom: Money?
  public var amountTo: Money?

  public init(
    refund: RefundID? = nil, payment: PaymentID? = nil, order: OrderID? = nil, state: RefundState? = nil,
    requestedFrom: Timestamp? = nil, requestedBefore: Timestamp? = nil, amountFrom: Money? = nil,
    amountTo: Money? = nil
  ) {
    self.refund = refund
    self.payment = payment
    self.order = order
    self.state = state
    self.requestedFrom = requestedFrom
    self.requestedBefore = requestedBefore
    self.amountFrom = amountFrom
    self.amountTo = amountTo
  }
}

/// What a list of notices is narrowed to; what is nil narrows nothing.
public struct NoticeFilter: Hashable, Codable, Sendable {
  public var method: PaymentMethod?
  public var payment: PaymentID?
  /// Whether its signature held.
  public var isBelieved: Bool?
  /// `moved`, `unknownNumber`.
  public var effect: String?
  public var from: Timestamp?
  /// Exclusive.
  public var before: Timestamp?

  public init(
    method: PaymentMethod? = nil, payment: PaymentID? = nil, isBelieved: Bool? = nil, effect: String? = nil,
    from: Timestamp? = nil, before: Timestamp? = nil
  ) {
    self.method = method
    self.payment = payment
    self.isBelieved = isBelieved
    self.effect = effect
    self.from = from
    self.before = before
  }
}

public enum NoticeTag: Identified { public static let prefix = "ntc" }

/// A notice as it was heard, whatever it was about.
public struct HeardNotice: Hashable, Codable, Sendable {
  /// All that a notice can do, in the order of a list of choices.
  public static let effects = ReportEffect.allCases.map(\.rawValue) + ["ofNoConcern", "notYet", "none"]

  public let id: ID<NoticeTag>
  public let method: PaymentMethod
  /// Nil where it isn't known, or nobody believes it.
  public let payment: PaymentID?
  public let notice: PaymentNotice
  /// Those that providers sign in, `name: value` line by line; nil of what was heard before they were kept.
  public let headers: String?

  public init(
    id: ID<NoticeTag>, method: PaymentMethod, payment: PaymentID?, headers: String? = nil, notice: PaymentNotice
  ) {
    self.id = id
    self.method = method
    self.payment = payment
    self.headers = headers
    self.notice = notice
  }

  public var isBelieved: Bool { notice.verification == "verified" }
}

/// What a provider told of a payment, and what it did.
public struct PaymentNotice: Hashable, Codable, Sendable {
  /// `moved`, `repeated`, `outOfOrder` and what else became of it.
  public let effect: String
  public let verification: String
  /// As it came, cut off where it is long; what isn't text is replaced.
  public let body: String
  public let receivedAt: Timestamp

  public init(effect: String, verification: String, body: String, receivedAt: Timestamp) {
    self.effect = effect
    self.verification = verification
    self.body = body
    self.receivedAt = receivedAt
  }
}

/// An order and whose it is.
public struct PlacedOrder: Hashable, Codable, Sendable {
  public let order: OrderID
  public let merchant: MerchantID

  public init(order: OrderID, merchant: MerchantID) {
    self.order = order
    self.merchant = merchant
  }
}

extension Payment {
  /// Whose the order is, as far as the payment knows.
  func merchant(of order: OrderID) -> MerchantID? { shares.first { $0.order == order }?.merchant }
}
