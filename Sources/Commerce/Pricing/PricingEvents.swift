import Events
import Values

public struct PriceChanged: Event {
  public static let name = "pricing.priceChanged"
  public let variants: [VariantID]
  public var subject: String { variants.first?.description ?? "" }

  public init(variants: [VariantID]) { self.variants = variants }
}
