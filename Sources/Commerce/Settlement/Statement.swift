import Values

/// What a merchant gets for a period: a row of the statement table.
public struct Statement: Hashable, Codable, Sendable {
  public let id: StatementID
  public let merchant: MerchantID
  public let period: SettlementPeriod
  public let state: StatementState
  public let orders: Int
  public let sums: StatementSums
  public let drawnAt: Timestamp
  public let drawnBy: Actor
  public let approvedAt: Timestamp?
  public let approvedBy: Actor?
  public let paidAt: Timestamp?
  /// The bank's, of what was paid; empty before.
  public let reference: String
  public let cancelledAt: Timestamp?

  public init(
    id: StatementID, merchant: MerchantID, period: SettlementPeriod, state: StatementState, orders: Int,
    sums: StatementSums, drawnAt: Timestamp, drawnBy: Actor, approvedAt: Timestamp? = nil, approvedBy: Actor? = nil,
    paidAt: Timestamp? = nil, reference: String = "", cancelledAt: Timestamp? = nil
  ) {
    self.id = id
    self.merchant = merchant
    self.period = period
    self.state = state
    self.orders = orders
    self.sums = sums
    self.drawnAt = drawnAt
    self.drawnBy = drawnBy
    self.approvedAt = approvedAt
    self.approvedBy = approvedBy
    self.paidAt = paidAt
    self.reference = reference
    self.cancelledAt = cancelledAt
  }

  /// Where a list goes on after it.
  public var cursor: Cursor { Cursor([String(id.raw)]) }
}

/// What was paid, and what of it the merchant gets.
public struct StatementSums: Hashable, Codable, Sendable {
  public let paid: Money
  /// What buyers were spared and the platform bears.
  public let borne: Money
  public let refunds: Money
  public let commission: Money
  public let fee: Money
  /// paid + borne − refunds − commission − fee.
  public let net: Money

  public init(paid: Money, borne: Money, refunds: Money, commission: Money, fee: Money, net: Money) {
    self.paid = paid
    self.borne = borne
    self.refunds = refunds
    self.commission = commission
    self.fee = fee
    self.net = net
  }
}

/// What a statement has of an order: all of it at first, and in later ones what changed since, which may be below zero.
public struct StatementLine: Hashable, Codable, Sendable {
  public let order: OrderID
  /// What people call it.
  public let number: String
  public let endedAt: Timestamp
  public let sums: StatementSums

  public init(order: OrderID, number: String, endedAt: Timestamp, sums: StatementSums) {
    self.order = order
    self.number = number
    self.endedAt = endedAt
    self.sums = sums
  }

  public var cursor: Cursor { Cursor([String(order.raw)]) }
}

public struct StatementFilter: Hashable, Codable, Sendable {
  public var merchant: MerchantID?
  public var state: StatementState?
  public var drawnFrom: Timestamp?
  public var drawnBefore: Timestamp?

  public init(
    merchant: MerchantID? = nil, state: StatementState? = nil, drawnFrom: Timestamp? = nil,
    drawnBefore: Timestamp? = nil
  ) {
    self.merchant = merchant
    self.state = state
    self.drawnFrom = drawnFrom
    self.drawnBefore = drawnBefore
  }
}

/// What a run did.
public struct SettlementRun: Hashable, Codable, Sendable {
  /// Statements that it drew.
  public let drawn: [StatementID]
  /// Statements of the period that were there already.
  public let standing: [StatementID]
  /// Merchants who would owe something, or get nothing: what is open goes into their next statement.
  public let carried: [MerchantID]

  public init(drawn: [StatementID], standing: [StatementID], carried: [MerchantID]) {
    self.drawn = drawn
    self.standing = standing
    self.carried = carried
  }
}

/// How the money of an order stands between platform and merchant.
public struct OrderAccount: Hashable, Codable, Sendable {
  public let order: OrderID
  public let merchant: MerchantID
  /// What came of it; `net` is what is owed to the merchant in all, zero before the order ended.
  public let sums: StatementSums
  /// What went back and the platform bears.
  public let goodwill: Money
  /// Nil before the order ended.
  public let endedAt: Timestamp?
  /// Owed and in no statement yet.
  public let open: Money
  /// The rates that it was settled by, each once, the lowest first; empty before it ended.
  public let rates: [BasisPoints]

  public init(
    order: OrderID, merchant: MerchantID, sums: StatementSums, goodwill: Money, endedAt: Timestamp?, open: Money,
    rates: [BasisPoints]
  ) {
    self.order = order
    self.merchant = merchant
    self.sums = sums
    self.goodwill = goodwill
    self.endedAt = endedAt
    self.open = open
    self.rates = rates
  }
}

/// What is owed to a merchant, in one currency.
public struct MerchantBalance: Hashable, Codable, Sendable {
  /// Owed and in no statement yet.
  public let open: Money
  /// In statements that aren't paid yet.
  public let stated: Money

  public init(open: Money, stated: Money) {
    self.open = open
    self.stated = stated
  }
}
