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

  /// `20261124` for a count of days since 1970.
  static func dayText(_ days: Int64) -> String {
    // Civil from days: the year begins in March, so that the leap day is its last.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return String(year * 10_000 + month * 100 + day)
  }
}
