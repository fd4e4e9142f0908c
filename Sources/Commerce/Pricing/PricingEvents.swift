import Events
import Values

public struct PriceChanged: Event {
  public static let name = "pricing.priceChanged"
  public let variants: [VariantID]
  public var subject: String { variants.first?.description ?? "" }

  public init(variants: [VariantID]) { self.variants = variants }
}

/// A merchant's freight template was saved.
public struct FreightChanged: Event {
  public static let name = "pricing.freightChanged"
  public let merchant: MerchantID
  public var subject: String { merchant.description }

  public init(merchant: MerchantID) { self.merchant = merchant }
}
