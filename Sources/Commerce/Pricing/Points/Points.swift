import Values

/// One movement of a buyer's points: a row of their ledger.
public struct PointEntry: Hashable, Codable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// For goods that were bought, and taken back since those were.
    case earned, takenBack
    /// Paid with, and returned since what they paid for was.
    case spent, returned
    /// By staff.
    case adjusted
  }

  public let id: PointEntryID
  public let buyer: AccountID
  public let kind: Kind
  /// Below zero where they went.
  public let points: Int
  /// After it.
  public let balance: Int
  /// The checkout, where they were spent or returned.
  public let checkout: String?
  /// The order that they were earned by.
  public let order: OrderID?
  /// What staff wrote to it, up to 200 characters.
  public let note: String
  public let actor: Actor
  public let at: Timestamp

  public init(
    id: PointEntryID, buyer: AccountID, kind: Kind, points: Int, balance: Int, checkout: String? = nil,
    order: OrderID? = nil, note: String = "", actor: Actor, at: Timestamp
  ) {
    self.id = id
    self.buyer = buyer
    self.kind = kind
    self.points = points
    self.balance = balance
    self.checkout = checkout
    self.order = order
    self.note = note
    self.actor = actor
    self.at = at
  }
}

/// Points that a checkout spends.
public struct PointUse: Hashable, Codable, Sendable {
  public enum State: String, Codable, Sendable {
    /// Set apart for orders that aren't placed yet.
    case held
    /// Its orders are placed.
    case settled
    /// Nothing came of it.
    case givenBack
  }

  public let checkout: String
  public let buyer: AccountID
  public let points: Int
  /// What they take off.
  public let worth: Money
  /// How many of them went back.
  public let returned: Int
  public let state: State

  public init(checkout: String, buyer: AccountID, points: Int, worth: Money, returned: Int, state: State) {
    self.checkout = checkout
    self.buyer = buyer
    self.points = points
    self.worth = worth
    self.returned = returned
    self.state = state
  }
}

/// What an order has brought its buyer.
public struct PointEarning: Hashable, Codable, Sendable {
  public let order: OrderID
  public let buyer: AccountID
  /// By now.
  public let points: Int
  /// When it was completed, and minor units that its goods had cost by then.
  public let brought: Int
  public let goods: Int64

  public init(order: OrderID, buyer: AccountID, points: Int, brought: Int, goods: Int64) {
    self.order = order
    self.buyer = buyer
    self.points = points
    self.brought = brought
    self.goods = goods
  }

  /// What is left of it once no more than so many minor units are paid for its goods.
  public func left(for kept: Int64) -> Int {
    brought - PointTerms.returned(of: brought, worth: goods, standing: kept)
  }
}

/// What a checkout takes points for.
public struct PointTaking: Hashable, Sendable {
  public var buyer: AccountID
  /// Up to 120 characters; a repeat is the same use.
  public var checkout: String
  /// Positive.
  public var points: Int
  public var worth: Money
  /// From then on it is looked whether anything came of it.
  public var until: Timestamp

  public init(buyer: AccountID, checkout: String, points: Int, worth: Money, until: Timestamp) {
    self.buyer = buyer
    self.checkout = checkout
    self.points = points
    self.worth = worth
    self.until = until
  }
}

/// Every way in which points say no.
public enum PointRefusal: Refusal, Hashable {
  case notEnoughPoints(balance: Int)
  /// For these goods no more can be spent.
  case tooManyPoints(most: Int)
  /// The shop has none.
  case pointsOff

  public var code: String {
    switch self {
    case .notEnoughPoints: "notEnoughPoints"
    case .tooManyPoints: "tooManyPoints"
    case .pointsOff: "pointsOff"
    }
  }

  public var details: [String: String] {
    switch self {
    case .notEnoughPoints(let balance): ["balance": String(balance)]
    case .tooManyPoints(let most): ["most": String(most)]
    case .pointsOff: [:]
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .notEnoughPoints, .pointsOff: .conflict
    case .tooManyPoints: .invalid
    }
  }
}
