/// How much a product may hold. Lengths are in characters (Unicode scalars).
public struct DraftLimits: Sendable {
  public var title = 200
  public var subtitle = 300
  public var introduction = 200_000
  public var options = 3
  public var optionName = 100
  public var optionValues = 100
  public var optionValue = 100
  public var variants = 1000
  public var sku = 100
  public var barcode = 100
  public var weightGrams = 1_000_000
  public var pictures = 100
  public var source = 2000
  public var alternative = 300
  public var attributes = 200
  public var attributeName = 100
  public var attributeText = 1000
  public var attributeNumber = 40
  public var attributeUnit = 20
  public var tags = 100
  public var tag = 100
  public var extras = 200
  public var extraName = 200
  public var extraText = 20_000

  public static let standard = DraftLimits()
}
