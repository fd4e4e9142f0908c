import Values

/// Amounts and times as a reader of a language writes them.
public struct Format: Sendable {
  public let language: Language
  /// Minutes east of UTC of the shop's wall clock.
  private let offsetMinutes: Int

  public init(_ language: Language, offsetMinutes: Int = 480) {
    self.language = language
    self.offsetMinutes = offsetMinutes
  }

  private static let signs = ["CNY": "¥", "USD": "$", "EUR": "€", "JPY": "¥", "GBP": "£"]

  /// `¥1,288.00`; a currency without a known sign is written after the number.
  public func money(_ money: Money) -> String {
    let text = money.decimalText
    let digits = text.drop { $0 == "-" }
    let whole = digits.prefix { $0 != "." }
    var grouped = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index).isMultiple(of: 3) { grouped += "," }
      grouped.append(digit)
    }
    let number = grouped + digits.dropFirst(whole.count)
    let minus = money.isNegative ? "−" : ""
    if let sign = Self.signs[money.currency.code] { return minus + sign + number }
    return "\(minus)\(number) \(money.currency.code)"
  }

  /// `¥`, or the code of a currency without a known sign.
  public func sign(of currency: Currency) -> String { Self.signs[currency.code] ?? currency.code }

  /// `12%`, `2.6%`.
  /// - Parameter tenths: of one percent.
  public func percent(tenths: Int64) -> String {
    let size = tenths.magnitude
    let minus = tenths < 0 ? "−" : ""
    return "\(minus)\(size / 10)\(size.isMultiple(of: 10) ? "" : ".\(size % 10)")%"
  }

  /// How much more or less there is: `+12%`, `−3%`, `±0%`.
  public func change(percent: Int64) -> String {
    (percent > 0 ? "+" : percent == 0 ? "±" : "") + self.percent(tenths: percent * 10)
  }

  /// `24 Nov 2026`, `2026年11月24日`.
  public func date(_ time: Timestamp) -> String {
    let civil = local(time)
    return switch language {
    case .en: "\(civil.day) \(Self.months[civil.month - 1]) \(civil.year)"
    case .zhHans: "\(civil.year)年\(civil.month)月\(civil.day)日"
    }
  }

  /// `24 Nov 2026, 16:05`.
  public func dateTime(_ time: Timestamp) -> String {
    let civil = local(time)
    let clock = (civil.hour < 10 ? "0" : "") + "\(civil.hour):" + (civil.minute < 10 ? "0" : "") + "\(civil.minute)"
    return switch language {
    case .en: "\(date(time)), \(clock)"
    case .zhHans: "\(date(time)) \(clock)"
    }
  }

  /// `2026-11-24`, as date fields of forms write it.
  public func formDate(_ time: Timestamp) -> String { String(local(time).rfc3339.prefix(10)) }

  /// The beginning of a day of the shop's calendar; nil unless it reads `2026-11-24`.
  public func startOfDay(_ text: String) -> Timestamp? {
    guard text.utf8.count == 10, let utc = Timestamp(rfc3339: text + "T00:00:00Z") else { return nil }
    return utc.adding(.minutes(-offsetMinutes))
  }

  /// `2026-11-24T16:05`, as fields of forms for a moment write it.
  public func formMoment(_ time: Timestamp) -> String { String(local(time).rfc3339.prefix(16)) }

  /// A moment of the shop's calendar; nil unless it reads `2026-11-24T16:05`.
  public func moment(_ text: String) -> Timestamp? {
    guard text.utf8.count == 16, let utc = Timestamp(rfc3339: text + ":00Z") else { return nil }
    return utc.adding(.minutes(-offsetMinutes))
  }

  private func local(_ time: Timestamp) -> CivilTime { time.adding(.minutes(offsetMinutes)).utc }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
