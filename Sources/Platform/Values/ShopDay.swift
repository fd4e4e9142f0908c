/// A day of the shop's calendar, which is China's: the number of days since 1970-01-01.
public struct ShopDay: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
  /// Minutes east of UTC.
  private static let offset: Duration = .minutes(480)
  private static let length: Int64 = 86_400_000

  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The day on which the moment falls.
  public init(_ moment: Timestamp) {
    let local = moment.adding(Self.offset).milliseconds
    rawValue = Int(local >= 0 ? local / Self.length : (local + 1) / Self.length - 1)
  }

  /// Reads `2026-11-24`.
  public init?(text: String) {
    guard text.utf8.count == 10, let utc = Timestamp(rfc3339: text + "T00:00:00Z") else { return nil }
    self.init(utc.adding(.zero - Self.offset))
  }

  /// When it begins.
  public var start: Timestamp { Timestamp(milliseconds: Int64(rawValue) * Self.length).adding(.zero - Self.offset) }

  public func adding(_ days: Int) -> ShopDay { ShopDay(rawValue: rawValue + days) }

  /// `2026-11-24`.
  public var description: String { String(start.adding(Self.offset).utc.rfc3339.prefix(10)) }

  public static func < (left: ShopDay, right: ShopDay) -> Bool { left.rawValue < right.rawValue }
}
