import Events
import Values

/// The free stock of these variants is no longer what it was.
public struct StockChanged: Event {
  public static let name = "inventory.stockChanged"
  public let variants: [VariantID]
  public var subject: String { variants.first?.description ?? "" }

  public init(variants: [VariantID]) { self.variants = variants }
}
