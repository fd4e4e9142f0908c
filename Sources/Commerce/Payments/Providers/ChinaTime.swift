import Values

extension Timestamp {
  private static let eight = Duration.hours(8)

  /// As clocks in China show it: `2026-01-15 10:20:30`.
  var chineseText: String {
    let text = adding(Self.eight).utc.rfc3339
    return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
  }

  /// RFC 3339 with China's offset, in whole seconds: `2026-01-15T10:20:30+08:00`.
  var chineseRFC3339: String { adding(Self.eight).utc.rfc3339.prefix(19) + "+08:00" }

  /// Reads `2026-01-15 10:20:30`, with or without a fraction, as clocks in China show it; nil for anything else.
  init?(chineseText text: String) { self.init(rfc3339: text + "+08:00") }
}
