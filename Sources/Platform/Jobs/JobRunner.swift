import Logging
import Storage
import Values

/// Does the jobs that come round. Every process may have a runner: the lease decides which of them does a run.
public struct JobRunner: Sendable {
  /// Between two looks at a job whose time hasn't come.
  private static let shortestWait = Duration.milliseconds(50)

  private let database: any Database
  private let jobs: [Job]
  private let clock: WallClock
  private let holder: String
  private let logger: Logger
  private let sleep: @Sendable (Duration) async throws -> Void

  /// - Parameter holder: distinct for each process, as in `host/pid`; at most 120 characters.
  public init(
    database: any Database, jobs: [Job], clock: WallClock, holder: String, logger: Logger,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    precondition(Set(jobs.map(\.name)).count == jobs.count, "jobs have distinct names")
    self.database = database
    self.jobs = jobs
    self.clock = clock
    self.holder = holder
    self.logger = logger
    self.sleep = sleep
  }

  /// Runs each job whenever it is due until the task is cancelled; then waits for the runs to heed the cancellation.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      for job in jobs { group.addTask { await repeatedly(job) } }
    }
  }

  /// Runs these on the spot, in the order of their names here, whether due or not and without a lease: for who moves the
  /// clock and is alone on the data.
  public func run(_ names: [String]) async throws {
    for name in names {
      try await jobs.first { $0.name == name }?.run()
    }
  }

  /// When each job went well last, wherever it ran; those that never did are left out.
  public static func lastSuccesses(on database: any Database) async throws -> [String: Timestamp] {
    try await database.read { transaction in
      let rows = try transaction.rows(
        "SELECT name, last_succeeded_at FROM job_lease WHERE last_succeeded_at IS NOT NULL ORDER BY name LIMIT 500")
      return Dictionary(
        try rows.map { (try $0["name"], try $0["last_succeeded_at"]) }, uniquingKeysWith: { first, _ in first })
    }
  }

  private func repeatedly(_ job: Job) async {
    while !Task.isCancelled {
      let wait: Duration
      do {
        switch try await take(job) {
        case .taken(let lease):
          try await perform(job, lease)
          wait = untilDue(job, startedAt: lease.startedAt)
        case .notBefore(let moment):
          wait = .milliseconds(moment.milliseconds - clock.now.milliseconds)
        }
      } catch {
        guard !Task.isCancelled else { return }
        logger.error("a job failed", metadata: ["job": "\(job.name)", "error": "\(error)"])
        wait = job.every
      }
      // A lease that another holds may be given back early, so the wait is never longer than a turn.
      guard (try? await sleep(max(Self.shortestWait, min(wait, job.every)))) != nil else { return }
    }
  }

  private func untilDue(_ job: Job, startedAt: Timestamp) -> Duration {
    .milliseconds(startedAt.adding(job.every).milliseconds - clock.now.milliseconds)
  }

  func take(_ job: Job) async throws -> JobLease.Answer {
    let now = clock.now
    return try await database.write { transaction in
      try JobLease.take(job, holder: holder, now: now, in: transaction)
    }
  }

  /// Runs the job with a heartbeat beside it, and gives the lease back whatever comes of it.
  func perform(_ job: Job, _ lease: JobLease) async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await job.run() }
        group.addTask { try await keep(lease, of: job) }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch {
      // One that was told to stop hasn't failed.
      await release(lease, errorText: Task.isCancelled ? nil : "\(error)")
      throw error
    }
    await release(lease, errorText: nil, isSuccess: true)
  }

  /// Ends only by cancellation, or by throwing when another process has taken the job over.
  private func keep(_ lease: JobLease, of job: Job) async throws {
    while true {
      try await sleep(job.lease / 3)
      try Task.checkCancellation()
      let until = clock.now.adding(job.lease)
      do {
        guard try await database.write({ try lease.extend(until: until, in: $0) }) else { throw LeaseLost() }
      } catch let lost as LeaseLost {
        throw lost
      } catch {
        try Task.checkCancellation()
        logger.warning("a heartbeat failed", metadata: ["job": "\(job.name)", "error": "\(error)"])
      }
    }
  }

  /// In a task of its own, so that a cancelled run still gives its lease back.
  private func release(_ lease: JobLease, errorText: String?, isSuccess: Bool = false) async {
    let now = clock.now
    let released = await Task.detached { [database] in
      try await database.write { try lease.release(now: now, errorText: errorText, isSuccess: isSuccess, in: $0) }
    }.result
    if case .failure(let error) = released {
      logger.warning("a lease runs out by itself", metadata: ["job": "\(lease.job)", "error": "\(error)"])
    }
  }
}

/// Another process took the job over because the heartbeat stayed away.
struct LeaseLost: Error {}
