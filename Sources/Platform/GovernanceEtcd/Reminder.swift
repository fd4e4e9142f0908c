import Values

/// Lets something that lasts be said once, and again each minute.
struct Reminder {
  private static let pause = Duration.minutes(1)
  private var nextAt: ContinuousClock.Instant?

  /// Whether it was said and isn't over.
  var isOn: Bool { nextAt != nil }

  /// Whether it's time to say it.
  mutating func isDue(now: ContinuousClock.Instant = .now) -> Bool {
    if let nextAt, now < nextAt { return false }
    nextAt = now.advanced(by: Self.pause)
    return true
  }

  /// Answers whether it had been said.
  mutating func end() -> Bool {
    defer { nextAt = nil }
    return isOn
  }
}
