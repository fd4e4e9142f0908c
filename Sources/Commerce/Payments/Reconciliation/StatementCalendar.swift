import Values

/// When a provider's days begin, and when the bill of one is there.
public struct StatementCalendar: Hashable, Sendable {
  /// Alipay and WeChat Pay: days of China, bills from about ten in the morning after.
  public static let china = StatementCalendar(offsetMinutes: 480, readyHour: 10, keptDays: 90)
  /// Stripe: days of UTC, at hand once they are over.
  public static let utc = StatementCalendar(offsetMinutes: 0, readyHour: 1, keptDays: 90)

  /// Of the provider's clock, minutes east of UTC.
  public let offsetMinutes: Int
  /// On the day after, by the provider's clock.
  public let readyHour: Int
  /// How long a bill can be fetched.
  public let keptDays: Int

  public init(offsetMinutes: Int, readyHour: Int, keptDays: Int) {
    self.offsetMinutes = offsetMinutes
    self.readyHour = readyHour
    self.keptDays = keptDays
  }

  /// The day on which the moment falls.
  public func day(of moment: Timestamp) -> ProviderDay {
    ProviderDay(known: String(moment.adding(.minutes(offsetMinutes)).utc.rfc3339.prefix(10)))
  }

  /// From its first moment to that of the next; nil for a day that no calendar has.
  public func span(of day: ProviderDay) -> Range<Timestamp>? {
    guard let start = Timestamp(rfc3339: "\(day.rawValue)T00:00:00Z")?.adding(.minutes(-offsetMinutes)) else {
      return nil
    }
    return start..<start.adding(.days(1))
  }

  /// When the bill may be there for the first time.
  func ready(_ span: Range<Timestamp>) -> Timestamp { span.upperBound.adding(.hours(readyHour)) }
}

extension ProviderDay: Comparable, CustomStringConvertible {
  init(known rawValue: String) { self.rawValue = rawValue }

  public static func < (left: ProviderDay, right: ProviderDay) -> Bool { left.rawValue < right.rawValue }
  public var description: String { rawValue }

  /// The days of the calendar before and after; itself for one that no calendar has.
  public func adding(_ days: Int) -> ProviderDay {
    guard let noon = Timestamp(rfc3339: "\(rawValue)T12:00:00Z") else { return self }
    return ProviderDay(known: String(noon.adding(.days(days)).utc.rfc3339.prefix(10)))
  }
}

extension PaymentProvider {
  public var statements: StatementCalendar? { .china }

  public func readStatement(
    file _: String, _: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    throw ProviderFault.refused(code: "noFiles")
  }
}
