/// Hundredths of a percent: 550 is 5.5 %.
public struct BasisPoints: RawRepresentable, Hashable, Comparable, Codable, Sendable {
  public static let range = 0...10_000
  public static let zero = BasisPoints(0)

  public let rawValue: Int

  public init?(rawValue: Int) {
    guard Self.range.contains(rawValue) else { return nil }
    self.rawValue = rawValue
  }

  private init(_ known: Int) { rawValue = known }

  /// Reads percent with at most two decimals: `5`, `5.5`, `0.25`.
  public init?(percentText text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : ""
    guard let whole = parts.first, (1...3).contains(whole.utf8.count), fraction.utf8.count <= 2,
      parts.count == 1 || !fraction.isEmpty,
      (whole.utf8 + Array(fraction.utf8)).allSatisfy({ (48...57).contains($0) }),
      let hundredths = Int(whole + fraction + String(repeating: "0", count: 2 - fraction.utf8.count))
    else { return nil }
    self.init(rawValue: hundredths)
  }

  /// `5.5`.
  public var percentText: String { Self.percentText(of: rawValue) }

  /// `5.5` for 550, whether it is in the range or not.
  public static func percentText(of points: Int) -> String {
    let (whole, rest) = points.quotientAndRemainder(dividingBy: 100)
    guard rest > 0 else { return String(whole) }
    return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// The share of the amount by the rule that spreads remainders everywhere: half a minor unit is rounded up.
  public func of(_ amount: Money) throws -> Money {
    try amount.spread(over: [Int64(rawValue), Int64(Self.range.upperBound - rawValue)])[0]
  }

  public static func < (left: BasisPoints, right: BasisPoints) -> Bool { left.rawValue < right.rawValue }
}
