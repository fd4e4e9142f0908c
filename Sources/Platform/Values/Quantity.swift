/// How many units of one variant: 1…9999.
public struct Quantity: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
  public static let range = 1...9999
  public let count: Int

  /// Nil outside 1…9999.
  public init?(_ count: Int) {
    guard Self.range.contains(count) else { return nil }
    self.count = count
  }

  public static let one = Quantity(unchecked: 1)
  private init(unchecked count: Int) { self.count = count }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Quantity(try container.decode(Int.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a quantity lies within 1…9999")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(count)
  }

  /// The sum, held at the upper end of the range.
  public func adding(_ other: Quantity) -> Quantity {
    Quantity(unchecked: min(count + other.count, Self.range.upperBound))
  }

  public static func < (left: Quantity, right: Quantity) -> Bool { left.count < right.count }
  public var description: String { String(count) }
}
