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
  /// Apply in their order.
  public var offers: [Offer]

  public init(
    channel: Channel, currency: Currency, lines: [Line], destination: RegionCode?, offers: [Offer] = []
  ) {
    self.offers = offers
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

  /// What each offer takes off the goods, in the order in which they applied.
  public var shares: [DiscountShare] { merchants.flatMap { $0.lines.flatMap(\.discounts) }.byOffer }
  /// Freight that offers bear.
  public var waived: [DiscountShare] { merchants.flatMap(\.waived).byOffer }
}

public struct MerchantQuote: Hashable, Codable, Sendable {
  public let merchant: MerchantID
  public let lines: [QuotedLine]
  public let goods: Money
  public let discount: Money
  public let freight: Money
  public let due: Money
  public let deliveryDays: ClosedRange<Int>
  /// Freight that an offer bears; no part of `freight` nor of `discount`.
  public let waived: [DiscountShare]

  public init(
    merchant: MerchantID, lines: [QuotedLine], goods: Money, discount: Money, freight: Money, due: Money,
    deliveryDays: ClosedRange<Int>, waived: [DiscountShare] = []
  ) {
    self.waived = waived
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
