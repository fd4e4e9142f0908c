import Values

/// When a bill is asked for, and how long.
enum BillSchedule {
  /// After each try in vain.
  private static let pauses: [Duration] = [
    .minutes(5), .minutes(15), .minutes(30), .hours(1), .hours(2), .hours(4), .hours(6),
  ]
  /// From the day's end on.
  private static let patience: Duration = .days(5)
  /// Providers say of a bill that isn't made, too, that there is none: how long after its hour that isn't believed of a day
  /// on which something moved.
  static let emptyPatience: Duration = .hours(2)
  /// How long whoever works on a day has it before another may take it up.
  static let lease: Duration = .minutes(10)
  /// How long one fetching may take.
  static let longestFetch: Duration = .minutes(60)
  /// Days before the first run that are gone through when there were payments then.
  static let daysBack = 31
  /// So near to midnight the bill of the day beside may have a movement.
  static let carryOver: Duration = .hours(3)

  /// Nil when it isn't tried any more.
  static func next(after tries: Int, now: Timestamp, dayEnd: Timestamp) -> Timestamp? {
    guard now < dayEnd.adding(patience) else { return nil }
    return now.adding(pauses[min(max(tries - 1, 0), pauses.count - 1)])
  }
}
