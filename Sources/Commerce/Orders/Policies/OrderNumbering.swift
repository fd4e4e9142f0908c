import Synchronization
import Values

/// Gives order numbers: the day in China, a dash, and 10 digits that grow through the day. The digits are the moment in
/// the order's identifier, 115 numbers to the millisecond, so no counter row is shared between machines; within a process
/// the last number given only grows. Two machines may still meet, which the unique index refuses: the placing draws again.
final class OrderNumbering: Sendable {
  private static let perMillisecond: Int64 = 115
  private static let millisecondsPerDay: Int64 = 86_400_000
  private static let perDay: Int64 = 10_000_000_000
  private static let chinaOffset: Int64 = 8 * 3_600_000

  /// Day and digits together, as one number.
  private let last = Mutex<Int64>(0)

  func next(for order: OrderID) -> OrderNumber? {
    let milliseconds = (order.raw >> 22) + IDGenerator.epoch + Self.chinaOffset
    let node = (order.raw >> 12) & 1023
    let day = milliseconds / Self.millisecondsPerDay
    let floor =
      day * Self.perDay + milliseconds % Self.millisecondsPerDay * Self.perMillisecond + node % Self.perMillisecond
    let position = last.withLock { last in
      last = max(last + 1, floor)
      return last
    }
    let digits = String(position % Self.perDay)
    return OrderNumber(
      rawValue: Self.dayText(position / Self.perDay) + "-" + String(repeating: "0", count: 10 - digits.count) + digits)
  }

  /// When orders were placed whose numbers begin so; nil where any may. An order is placed some time after its number's
  /// moment, for which an hour is allowed.
  static func span(ofPrefix prefix: String) -> Range<Timestamp>? {
    let digits = prefix.prefix { $0 != "-" }.prefix(8)
    guard digits.count >= 4, let least = Int(digits.padded(with: "0")), let most = Int(digits.padded(with: "9")) else {
      return nil
    }
    let (first, last) = (start(of: least), start(of: most))
    return first <= last ? first.adding(.hours(-1))..<last.adding(.hours(25)) : nil
  }

  /// In China; a day or month that there isn't counts as the nearest before or after.
  private static func start(of day: Int) -> Timestamp {
    let (year, month, date) = (day / 10_000, min(12, max(1, day / 100 % 100)), min(31, max(1, day % 100)))
    // Days since 1970 of the proleptic Gregorian calendar, years counted from March.
    let shifted = month > 2 ? year : year - 1
    let (era, yearOfEra) = (shifted / 400, shifted % 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return Timestamp(milliseconds: Int64(days) * millisecondsPerDay - chinaOffset)
  }

  /// `20261124` for a count of days since 1970.
  static func dayText(_ days: Int64) -> String {
    let date = Timestamp(milliseconds: days * millisecondsPerDay).utc
    return String(date.year * 10_000 + date.month * 100 + date.day)
  }
}

extension Substring {
  fileprivate func padded(with digit: Character) -> String { self + String(repeating: digit, count: 8 - count) }
}
