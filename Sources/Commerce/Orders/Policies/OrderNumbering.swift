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
    let date = Timestamp(milliseconds: days * millisecondsPerDay).utc
    return String(date.year * 10_000 + date.month * 100 + date.day)
  }
}
