import Values

public struct QuoteRequest: Hashable, Codable, Sendable {
  public struct Line: Hashable, Codable, Sendable {
    public let variant: VariantID
    public let product: ProductID
    public let merchant: MerchantID
    public let quantity: Quantity
    /// Grams of one unit.
    public let weightGrams: Int
    /// False for what travels without a parcel: it weighs nothing, and alone it costs no freight.
    public let requiresShipping: Bool

    public init(
      variant: VariantID, product: ProductID, merchant: MerchantID, quantity: Quantity, weightGrams: Int,
      requiresShipping: Bool = true
    ) {
      self.variant = variant
      self.product = product
      self.merchant = merchant
      self.quantity = quantity
      self.weightGrams = weightGrams
      self.requiresShipping = requiresShipping
    }
  }

  public var channel: Channel
  public var currency: Currency
  public var lines: [Line]
  public var destination: RegionCode?

  public init(channel: Channel, currency: Currency, lines: [Line], destination: RegionCode?) {
    self.channel = channel
    self.currency = currency
    self.lines = lines
    self.destination = destination
  }
}

/// Lines priced, grouped by merchant. Every total is the sum of its parts, to the cent.
public struct Quote: Hashable, Codable, Sendable {
  public let merchants: [MerchantQuote]
  public let goods: Money
  public let discount: Money
  public let freight: Money
  /// What has to be paid: goods − discount + freight.
  public let due: Money
  /// False when the freight was guessed without a destination.
  public let isForDestination: Bool

  public init(
    merchants: [MerchantQuote], goods: Money, discount: Money, freight: Money, due: Money, isForDestination: Bool
  ) {
    self.merchants = merchants
    self.goods = goods
    self.discount = discount
    self.freight = freight
    self.due = due
    self.isForDestination = isForDestination
  }
}

public struct MerchantQuote: Hashable, Codable, Sendable {
  public let merchant: MerchantID
  public let lines: [QuotedLine]
  public let goods: Money
  public let discount: Money
  public let freight: Money
  public let due: Money
  public let deliveryDays: ClosedRange<Int>

  public init(
    merchant: MerchantID, lines: [QuotedLine], goods: Money, discount: Money, freight: Money, due: Money,
    deliveryDays: ClosedRange<Int>
  ) {
    self.merchant = merchant
    self.lines = lines
    self.goods = goods
    self.discount = discount
    self.freight = freight
    self.due = due
    self.deliveryDays = deliveryDays
  }
}

public struct QuotedLine: Hashable, Codable, Sendable {
  public let variant: VariantID
  public let quantity: Quantity
  public let unit: Price
  /// unit × quantity.
  public let goods: Money
  public let discounts: [DiscountShare]
  /// goods − discounts.
  public let due: Money

  public init(
    variant: VariantID, quantity: Quantity, unit: Price, goods: Money, discounts: [DiscountShare], due: Money
  ) {
    self.variant = variant
    self.quantity = quantity
    self.unit = unit
    self.goods = goods
    self.discounts = discounts
    self.due = due
  }
}

/// A line's part of an offer, kept so that refunds and settlement can follow it.
public struct DiscountShare: Hashable, Codable, Sendable {
  public enum Bearer: String, Codable, Sendable { case merchant, platform }
  /// The offer's code.
  public let offer: String
  public let bearer: Bearer
  /// Positive.
  public let amount: Money

  public init(offer: String, bearer: Bearer, amount: Money) {
    self.offer = offer
    self.bearer = bearer
    self.amount = amount
  }
}

/// Every way in which Pricing says no.
public enum PricingRefusal: Refusal, Hashable {
  case notForSale(VariantID)
  case notDelivered(MerchantID, RegionCode)
  case nothingToPrice
  case amountTooLarge

  public var code: String {
    switch self {
    case .notForSale: "notForSale"
    case .notDelivered: "notDelivered"
    case .nothingToPrice: "nothingToPrice"
    case .amountTooLarge: "amountTooLarge"
    }
  }

  public var details: [String: String] {
    switch self {
    case .notForSale(let variant): ["variant": variant.description]
    case .notDelivered(let merchant, let region): ["merchant": merchant.description, "region": region.rawValue]
    case .nothingToPrice, .amountTooLarge: [:]
    }
  }
}
