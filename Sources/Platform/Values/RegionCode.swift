/// A Chinese administrative division: 6 digits after GB/T 2260, of which the first two name the province and the first
/// four the city.
public struct RegionCode: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
  public let rawValue: String

  public init?(rawValue: String) {
    guard rawValue.utf8.count == 6, rawValue.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    self.rawValue = rawValue
  }

  public var province: String { String(rawValue.prefix(2)) }
  public var city: String { String(rawValue.prefix(4)) }
  public var description: String { rawValue }
}
