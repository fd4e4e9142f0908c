import Events
import Foundation
import Governance
import Jobs
import Payments
import Storage
import Synchronization
import Values

/// What this process knows of itself: for balancers, for Prometheus, and for the staff's page of parts.
struct Vitals: Sendable {
  /// What the process does. Alone, it does all that the shop does.
  let part: String
  let startedAt: Timestamp
  let metrics: Metrics
  let health: Health
  let admission: Admission
  let breakers = BreakerList()
  let backlog: Glance<Backlog>

  /// What waits in the database, seen by all processes alike.
  struct Backlog: Sendable {
    var outbox = OutboxLag.none
    var deadLetters = 0
    var jobs: [String: Timestamp] = [:]
    /// Nil where that can't be told.
    var bills: BillStanding?
  }

  init(
    _ settings: Settings, parts: Set<Part>, startedAt: Timestamp,
    backlog: @escaping @Sendable () async throws -> Backlog
  ) {
    part = parts.name
    // Pages that are in memory, and a sentence elsewhere, are more than the error of a front that has nobody to ask.
    health = Health(outlastsFailures: parts == [.shop])
    self.startedAt = startedAt
    metrics = Metrics(labels: [("part", part)])
    admission = Admission(
      most: settings.server.requestsAtOnce, longestWait: .milliseconds(settings.server.longestWaitMilliseconds))
    self.backlog = Glance(look: backlog)
    tellOfItself()
    tellOfBacklog()
    tellOfBills()
  }

  private func tellOfItself() {
    metrics.readings("martlet_instance_info", "One for each process, with its version.", by: ["version"]) {
      [Metrics.Sample(Martlet.version, value: 1)]
    }
    ProcessReadings.add(to: metrics)
    metrics.readings("martlet_requests_under_way", "Requests that are being answered.") { [admission] in
      [Metrics.Sample(value: Double(admission.underWay))]
    }
    metrics.readings("martlet_processor_wait_seconds", "How long work waits for a processor, in seconds.") {
      [admission] in [Metrics.Sample(value: Double(admission.wait.milliseconds) / 1000)]
    }
    metrics.readings(
      "martlet_breaker_state", "Whether a dependency is asked: 0 yes, 1 on trial, 2 no.", by: ["dependency"]
    ) { [breakers] in
      breakers.all.map { Metrics.Sample($0.name, value: Double($0.state.rank)) }
    }
    metrics.readings("martlet_check_up", "Whether a check of the process succeeds.", by: ["check"]) { [health] in
      await health.report().findings.map { Metrics.Sample($0.name, value: $0.isWell ? 1 : 0) }
    }
  }

  private func tellOfBacklog() {
    read("martlet_outbox_waiting", "Facts that wait to be told.") { [Metrics.Sample(value: Double($0.outbox.count))] }
    read("martlet_outbox_age_seconds", "How long the oldest of the facts that wait has waited, in seconds.") {
      [Metrics.Sample(value: Double($0.outbox.age.milliseconds) / 1000)]
    }
    read("martlet_dead_letters", "Facts that a subscriber couldn't follow.") {
      [Metrics.Sample(value: Double($0.deadLetters))]
    }
    read(
      "martlet_jobs_last_success_timestamp_seconds",
      "When a job went well last, in any process, in seconds since 1970.",
      by: ["job"]
    ) { backlog in
      backlog.jobs.sorted { $0.key < $1.key }.map {
        Metrics.Sample($0.key, value: Double($0.value.milliseconds) / 1000)
      }
    }
  }

  /// Of the providers' bills.
  private func tellOfBills() {
    read("martlet_bill_differences_open", "Differences between bills and books that wait for a person.") {
      $0.bills.map { [Metrics.Sample(value: Double($0.openDifferences))] } ?? []
    }
    read("martlet_bills_failed", "Days whose bill was given up.") {
      $0.bills.map { [Metrics.Sample(value: Double($0.failedDays))] } ?? []
    }
    read(
      "martlet_bill_last_day_timestamp_seconds",
      "When the last day whose bill was compared began in UTC, in seconds since 1970.", by: ["method"]
    ) { backlog in
      (backlog.bills?.lastMatched ?? [:]).compactMap { method, day in
        day.flatMap { Timestamp(rfc3339: "\($0)T00:00:00Z") }.map {
          Metrics.Sample(method.rawValue, value: Double($0.milliseconds) / 1000)
        }
      }
    }
  }

  private func read(
    _ name: String, _ help: String, by labels: [String] = [],
    _ samples: @escaping @Sendable (Backlog) -> [Metrics.Sample]
  ) {
    metrics.readings(name, help, by: labels) { [backlog] in await backlog.value().map(samples) ?? [] }
  }
}

/// The breakers of a process.
final class BreakerList: Sendable {
  private let list = Mutex<[CircuitBreaker]>([])

  func add(_ breaker: CircuitBreaker) { list.withLock { $0.append(breaker) } }

  /// By name.
  var all: [CircuitBreaker] { list.withLock { $0 }.sorted { $0.name < $1.name } }
}

extension CircuitBreaker.State {
  /// As `martlet_breaker_state` tells it.
  fileprivate var rank: Int {
    switch self {
    case .closed: 0
    case .halfOpen: 1
    case .open: 2
    }
  }
}
