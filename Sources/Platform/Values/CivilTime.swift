/// A moment as the Gregorian calendar and the clock tell it in UTC.
public struct CivilTime: Hashable, Sendable {
  public let year: Int
  /// 1…12.
  public let month: Int
  /// 1…31.
  public let day: Int
  public let hour: Int
  public let minute: Int
  public let second: Int
  public let millisecond: Int
  /// 0 is Sunday.
  public let weekday: Int

  /// `2026-07-01T08:09:10.123Z`.
  public var rfc3339: String {
    let date = "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))"
    return date + "T\(hour.padded(2)):\(minute.padded(2)):\(second.padded(2)).\(millisecond.padded(3))Z"
  }
}

extension Timestamp {
  public var utc: CivilTime {
    let (days, rest) = milliseconds.flooredDivision(by: 86_400_000)
    let (year, month, day) = Self.date(ofDay: days)
    return CivilTime(
      year: Int(year), month: Int(month), day: Int(day), hour: Int(rest / 3_600_000), minute: Int(rest / 60_000 % 60),
      second: Int(rest / 1000 % 60), millisecond: Int(rest % 1000), weekday: Int((days + 4).flooredDivision(by: 7).rest)
    )
  }

  /// Reads RFC 3339 text of the years 0001…9999, with or without fraction, with `Z` or an offset; what is finer than a
  /// millisecond is cut off. Nil for dates that the calendar doesn't have.
  public init?(rfc3339 text: String) {
    var digits = DigitReader(text)
    guard let year = digits.number(of: 4), year > 0, digits.skip("-"), let month = digits.number(of: 2),
      digits.skip("-"), let day = digits.number(of: 2), digits.skip("T") || digits.skip("t") || digits.skip(" "),
      let hour = digits.number(of: 2), digits.skip(":"), let minute = digits.number(of: 2), digits.skip(":"),
      let second = digits.number(of: 2), let milliseconds = digits.fraction(), let offset = digits.offsetMinutes(),
      digits.isAtEnd, (1...12).contains(month), hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = Self.day(ofYear: year, month: month, day: day)
    guard day > 0, Self.date(ofDay: days) == (year, month, day) else { return nil }
    let minutes = days * 1440 + hour * 60 + minute - offset
    self.init(milliseconds: (minutes * 60 + second) * 1000 + milliseconds)
  }

  // Days since 1970 and back, counted in eras of 400 years that begin in March, so that the leap day comes last.

  private static func day(ofYear year: Int64, month: Int64, day: Int64) -> Int64 {
    let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(ofDay days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

private struct DigitReader {
  private var rest: ArraySlice<UInt8>

  init(_ text: String) { rest = Array(text.utf8)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(of count: Int) -> Int64? {
    var value: Int64 = 0
    for _ in 0..<count {
      guard let digit = rest.popFirst(), (48...57).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - 48)
    }
    return value
  }

  /// Milliseconds after an optional point; 0 without one.
  mutating func fraction() -> Int64? {
    guard skip(".") else { return 0 }
    let digits = rest.prefix { (48...57).contains($0) }
    rest = rest.dropFirst(digits.count)
    guard !digits.isEmpty else { return nil }
    return (0..<3).reduce(0) { value, place in
      value * 10 + (place < digits.count ? Int64(digits[digits.startIndex + place] - 48) : 0)
    }
  }

  mutating func offsetMinutes() -> Int64? {
    if skip("Z") || skip("z") { return 0 }
    let isEast = skip("+")
    guard isEast || skip("-"), let hours = number(of: 2), skip(":"), let minutes = number(of: 2), hours < 24,
      minutes < 60
    else { return nil }
    return (isEast ? 1 : -1) * (hours * 60 + minutes)
  }
}

extension Int64 {
  /// The quotient rounded down and the remainder that is never negative.
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }
}

extension Int {
  fileprivate func padded(_ width: Int) -> String {
    let digits = String(magnitude)
    return (self < 0 ? "-" : "") + String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}
