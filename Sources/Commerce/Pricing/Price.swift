import Values

public struct Price: Hashable, Codable, Sendable {
  /// What is paid for one unit.
  public let sale: Money
  /// The struck price beside it, when higher than `sale`.
  public let list: Money?

  public init(sale: Money, list: Money? = nil) {
    self.sale = sale
    self.list = list
  }
}

public struct PriceChange: Hashable, Sendable {
  public var variant: VariantID
  public var channel: Channel
  public var price: Price

  public init(variant: VariantID, channel: Channel = .main, price: Price) {
    self.variant = variant
    self.channel = channel
    self.price = price
  }
}

/// The prices of one product's variants, as staff ask them in a channel.
public struct PriceList: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public var variant: VariantID
    /// What people call it: its SKU, or what is chosen.
    public var name: String
    /// Nil takes the variant off sale.
    public var price: Price?

    public init(variant: VariantID, name: String, price: Price?) {
      self.variant = variant
      self.name = name
      self.price = price
    }
  }

  public var product: ProductID
  public var merchant: MerchantID
  /// The product's, for the log.
  public var name: String
  public var channel: Channel
  public var entries: [Entry]
  /// What whoever asks saw standing of the entries' variants; nil where what stands doesn't matter.
  public var seen: [VariantID: Price]?

  public init(
    product: ProductID, merchant: MerchantID, name: String, channel: Channel = .main, entries: [Entry],
    seen: [VariantID: Price]? = nil
  ) {
    self.seen = seen
    self.product = product
    self.merchant = merchant
    self.name = name
    self.channel = channel
    self.entries = entries
  }
}

/// What a merchant asks for sending goods: the first zone that names the destination counts, the widest last.
public struct FreightTemplate: Hashable, Codable, Sendable {
  public let merchant: MerchantID
  public var name: LocalizedText
  public var zones: [FreightZone]

  public init(merchant: MerchantID, name: LocalizedText, zones: [FreightZone]) {
    self.merchant = merchant
    self.name = name
    self.zones = zones
  }
}

public struct FreightZone: Hashable, Codable, Sendable {
  /// Beginnings of region codes: `31` is Shanghai, `3301` Hangzhou. Empty means everywhere.
  public var regions: [String]
  /// The first step: so many grams for so much.
  public var firstGrams: Int
  public var firstFee: Money
  /// Every started further step.
  public var nextGrams: Int
  public var nextFee: Money
  /// Goods worth this much or more (after discounts) travel free.
  public var freeFrom: Money?
  /// False: the merchant doesn't deliver there.
  public var delivers: Bool
  /// Days from payment until the goods usually arrive.
  public var deliveryDays: ClosedRange<Int>

  public init(
    regions: [String] = [], firstGrams: Int, firstFee: Money, nextGrams: Int, nextFee: Money, freeFrom: Money? = nil,
    delivers: Bool = true, deliveryDays: ClosedRange<Int> = 2...4
  ) {
    self.regions = regions
    self.firstGrams = firstGrams
    self.firstFee = firstFee
    self.nextGrams = nextGrams
    self.nextFee = nextFee
    self.freeFrom = freeFrom
    self.delivers = delivers
    self.deliveryDays = deliveryDays
  }
}
