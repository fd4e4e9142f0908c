import Values

/// Ten minutes of a day of the shop's calendar: as finely as a day that isn't over is compared with another.
public struct DayStretch: RawRepresentable, Hashable, Comparable, Codable, Sendable {
  public static let perHour = 6
  public static let perDay = 24 * perHour
  private static let length: Int64 = 600_000

  /// 0…143.
  public let rawValue: Int

  /// Brings what is outside to the nearest that is one.
  public init(rawValue: Int) { self.rawValue = min(max(rawValue, 0), Self.perDay - 1) }

  /// The stretch in which the moment falls.
  public init(_ moment: Timestamp) {
    self.init(rawValue: Int((moment.milliseconds - ShopDay(moment).start.milliseconds) / Self.length))
  }

  public static let last = DayStretch(rawValue: perDay - 1)

  /// 0…23.
  public var hour: Int { rawValue / Self.perHour }

  public static func < (left: DayStretch, right: DayStretch) -> Bool { left.rawValue < right.rawValue }
}
