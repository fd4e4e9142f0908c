/// Where a sale is made: every price, cart and order belongs to one. A shop starts with one channel.
public struct Channel: RawRepresentable, Hashable, Codable, Sendable {
  /// 1…32 of `a-z 0-9 -`.
  public let rawValue: String

  public static let main = Channel(unchecked: "main")

  public init?(rawValue: String) {
    guard (1...32).contains(rawValue.utf8.count),
      rawValue.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
    else { return nil }
    self.rawValue = rawValue
  }

  private init(unchecked: String) { rawValue = unchecked }
}
