import Storage
import Values

/// The right to do one run of a job, of which the database gives out one at a time.
struct JobLease: Sendable {
  static let errorLimit = 1000

  enum Answer: Sendable {
    case taken(JobLease)
    /// Another holds it, or it isn't time yet. Nothing changes before that moment, save that the holder may be done early.
    case notBefore(Timestamp)
  }

  let job: String
  let holder: String
  /// Marks this run among those of the same holder.
  let startedAt: Timestamp

  static func take(
    _ job: Job, holder: String, now: Timestamp, in transaction: any Transaction
  ) throws -> Answer {
    var isTaken = try claim(job, holder: holder, now: now, in: transaction)
    if !isTaken {
      // The row is made when it is missed, since an insert beside one that is there locks it against its own change.
      let isNew = try transaction.execute(
        transaction.dialect.insertIfAbsent(into: "job_lease", [("name", job.name.sqlValue)]))
      if isNew == 1 { isTaken = try claim(job, holder: holder, now: now, in: transaction) }
    }
    if isTaken { return .taken(JobLease(job: job.name, holder: holder, startedAt: now)) }
    let row = try transaction.row("SELECT lease_until, last_started_at FROM job_lease WHERE name = \(job.name)")
    let until: Timestamp = try row?["lease_until"] ?? now
    let started: Timestamp? = try row?["last_started_at"]
    let next = started.map { $0.adding(job.every) } ?? now
    return .notBefore(max(until, next))
  }

  private static func claim(
    _ job: Job, holder: String, now: Timestamp, in transaction: any Transaction
  ) throws -> Bool {
    // A start in the future is one from before the clock was set back.
    try transaction.execute(
      """
      UPDATE job_lease SET holder = \(holder), lease_until = \(now.adding(job.lease)), last_started_at = \(now)
      WHERE name = \(job.name) AND lease_until <= \(now)
        AND (last_started_at IS NULL OR last_started_at <= \(now.adding(.zero - job.every)) OR last_started_at > \(now))
      """) == 1
  }

  /// Answers false when the lease was lost to another.
  func extend(until: Timestamp, in transaction: any Transaction) throws -> Bool {
    try transaction.execute("UPDATE job_lease SET lease_until = \(until) WHERE \(isMine)") == 1
  }

  /// - Parameter errorText: nil for a run that went well, or was stopped.
  func release(now: Timestamp, errorText: String?, isSuccess: Bool, in transaction: any Transaction) throws {
    let success: SQL = isSuccess ? ", last_succeeded_at = \(now)" : ""
    let cut = errorText.map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(Self.errorLimit))) }
    try transaction.execute(
      """
      UPDATE job_lease SET lease_until = 0, last_finished_at = \(now), last_error = \(cut as String?)\(success)
      WHERE \(isMine)
      """)
  }

  private var isMine: SQL { "name = \(job) AND holder = \(holder) AND last_started_at = \(startedAt)" }
}
