import Values

/// When the tracker is asked. It may not be asked after one number more often than every 30 minutes, and tells by itself;
/// so it is asked when it was silent for long.
enum AskSchedule {
  /// After this long the shop stops to ask.
  static let patience = Duration.days(60)

  private static let retry = Backoff(first: .minutes(1), longest: .hours(1))

  /// The subscription couldn't be sent for the `failures`th time.
  static func nextSubscription(failures: Int, now: Timestamp) -> Timestamp {
    now.adding(retry.delay(afterFailures: failures, chance: 1))
  }

  /// Heard nothing since; asked `asks` times in a row without anything new: after 6, 12, 24, 24 … hours.
  static func nextQuestion(asks: Int, handedOverAt: Timestamp, now: Timestamp) -> Timestamp? {
    let next = now.adding(.hours(min(24, 6 << min(asks, 2))))
    return next > handedOverAt.adding(patience) ? nil : next
  }
}
