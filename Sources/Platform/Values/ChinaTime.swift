/// What clocks and calendars in China show: eight hours ahead of UTC, all year.
extension Timestamp {
  private static let ahead = Duration.hours(8)

  public var inChina: CivilTime { adding(Self.ahead).utc }

  /// `2026-01-15`.
  public var chineseDay: String { String(inChina.rfc3339.prefix(10)) }

  /// `2026-01-15 10:20:30`.
  public var chineseText: String {
    let text = inChina.rfc3339
    return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
  }

  /// `2026-01-15 10:20:30.123`.
  public var chineseTextToMilliseconds: String {
    let text = inChina.rfc3339
    return text.prefix(10) + " " + text.dropFirst(11).prefix(12)
  }

  /// RFC 3339 with China's offset, in whole seconds: `2026-01-15T10:20:30+08:00`.
  public var chineseRFC3339: String { inChina.rfc3339.prefix(19) + "+08:00" }

  /// Reads `2026-01-15 10:20:30`, with or without a fraction; nil for anything else.
  public init?(chineseText text: String) {
    guard text.utf8.dropFirst(10).first == UInt8(ascii: " "), text.utf8.last.map({ (48...57).contains($0) }) == true
    else { return nil }
    self.init(rfc3339: text + "+08:00")
  }

  /// Midnight at which a day begins, `2026-01-15`; nil for what is no day.
  public init?(chineseDay day: String) {
    guard day.utf8.count == 10 else { return nil }
    self.init(rfc3339: day + "T00:00:00+08:00")
  }
}
