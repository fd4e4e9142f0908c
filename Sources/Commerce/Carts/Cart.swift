import Values

/// Whose cart it is: an account, or a device until someone logs in.
public enum CartOwner: Hashable, Sendable {
  case account(AccountID)
  /// The device's token.
  case device(String)
}

public struct Cart: Hashable, Codable, Sendable {
  /// Nil while the cart was never used.
  public let id: CartID?
  /// Grows by one with every change.
  public let version: Int
  public let channel: Channel
  /// The newest first.
  public let lines: [CartLine]
  /// The code of the coupon that its owner named; nil without one.
  public let coupon: String?
  /// How many points its owner wants to spend, as far as they can be.
  public let points: Int

  public init(
    id: CartID?, version: Int, channel: Channel, lines: [CartLine], coupon: String? = nil, points: Int = 0
  ) {
    self.coupon = coupon
    self.points = points
    self.id = id
    self.version = version
    self.channel = channel
    self.lines = lines
  }

  public var ticked: [CartLine] { lines.filter(\.isTicked) }
  /// Units over all lines, for the mark in the header.
  public var unitCount: Int { lines.reduce(0) { $0 + $1.quantity.count } }
}

public struct CartLine: Hashable, Codable, Sendable {
  public let id: CartLineID
  public let variant: VariantID
  public let product: ProductID
  public let merchant: MerchantID
  public let quantity: Quantity
  public let isTicked: Bool
  /// The unit price that the owner last saw, to say when it has changed.
  public let seenPrice: Money
  public let addedAt: Timestamp

  public init(
    id: CartLineID, variant: VariantID, product: ProductID, merchant: MerchantID, quantity: Quantity, isTicked: Bool,
    seenPrice: Money, addedAt: Timestamp
  ) {
    self.id = id
    self.variant = variant
    self.product = product
    self.merchant = merchant
    self.quantity = quantity
    self.isTicked = isTicked
    self.seenPrice = seenPrice
    self.addedAt = addedAt
  }
}

public struct CartItem: Hashable, Codable, Sendable {
  public let variant: VariantID
  public let product: ProductID
  public let merchant: MerchantID
  public let quantity: Quantity
  public let seenPrice: Money

  public init(variant: VariantID, product: ProductID, merchant: MerchantID, quantity: Quantity, seenPrice: Money) {
    self.variant = variant
    self.product = product
    self.merchant = merchant
    self.quantity = quantity
    self.seenPrice = seenPrice
  }
}

/// One attempt to order, by the cart and version that it orders: two tabs that submit the same cart make the same key.
public struct CheckoutKey: RawRepresentable, Hashable, Codable, Sendable {
  /// Up to 80 characters.
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(cart: CartID, version: Int) { rawValue = "\(cart)/\(version)" }

  /// Nil for a key that isn't one.
  var cart: CartID? { rawValue.split(separator: "/").first.flatMap { CartID($0) } }
}

public struct FrozenCart: Hashable, Codable, Sendable {
  public let key: CheckoutKey
  public let cart: CartID
  public let lines: [CartLine]
  /// Whether another attempt had set the same apart before.
  public let isRepeat: Bool
  /// Other attempts to order this cart, at other versions, that were neither settled nor thawed: they are under way, have
  /// failed, or broke off after their orders were placed.
  public let others: [CheckoutKey]
  /// As the cart had them at this version.
  public let coupon: String?
  public let points: Int

  public init(
    key: CheckoutKey, cart: CartID, lines: [CartLine], isRepeat: Bool, others: [CheckoutKey] = [],
    coupon: String? = nil, points: Int = 0
  ) {
    self.coupon = coupon
    self.points = points
    self.key = key
    self.cart = cart
    self.lines = lines
    self.isRepeat = isRepeat
    self.others = others
  }
}

/// Every way in which Carts says no.
public enum CartRefusal: Refusal, Hashable {
  case unknownLine
  case tooManyLines
  case tooMany(VariantID)
  case cartChanged
  case nothingTicked

  public var code: String {
    switch self {
    case .unknownLine: "unknownCartLine"
    case .tooManyLines: "tooManyCartLines"
    case .tooMany: "tooManyUnits"
    case .cartChanged: "cartChanged"
    case .nothingTicked: "nothingTicked"
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownLine: .notFound
    case .tooMany, .nothingTicked: .invalid
    case .tooManyLines, .cartChanged: .conflict
    }
  }
}
