import Values

/// When the centre asks a provider by itself.
enum QuerySchedule {
  private static let sinceOpened: [Duration] = [.seconds(30), .minutes(2), .minutes(5), .minutes(15)]
  private static let sinceEnded: [Duration] = [.minutes(10), .hours(1), .hours(24)]
  private static let sinceRefund: [Duration] = [.minutes(1), .minutes(5), .minutes(30)]

  /// For an open payment: 30 s, 2, 5 and 15 minutes after it was opened, then at expiry, when it is also closed; should
  /// that fail, every 5 minutes.
  static func next(openedAt: Timestamp, expiresAt: Timestamp, now: Timestamp) -> Timestamp {
    let times = sinceOpened.map { openedAt.adding($0) }.filter { $0 < expiresAt } + [expiresAt]
    return times.first { $0 > now } ?? now.adding(.minutes(5))
  }

  /// For a payment that was closed or refused, in case money comes late and its notice is lost: 10 minutes, an hour and a
  /// day after that, then nil.
  /// - Parameter payableUntil: where it can still be paid by an old handover, until when: a minute later it is asked, too.
  static func next(endedAt: Timestamp, payableUntil: Timestamp?, now: Timestamp) -> Timestamp? {
    var times = sinceEnded.map { endedAt.adding($0) }
    if let payableUntil, payableUntil > endedAt { times.append(payableUntil.adding(.minutes(1))) }
    return times.filter { $0 > now }.min()
  }

  /// For a refund without an answer: 1, 5, 30 minutes after it was asked for, then hourly.
  static func next(refundRequestedAt: Timestamp, now: Timestamp) -> Timestamp {
    sinceRefund.map { refundRequestedAt.adding($0) }.first { $0 > now } ?? now.adding(.hours(1))
  }
}
