import Admin
import Events
import Governance
import Jobs
import Orders
import Pages
import Payments
import Remote
import Search
import SearchOpenSearch
import Storage
import Values

extension Vitals {
  /// Tells how busy the database is, and whether it answers.
  /// - Parameter replicated: the same for reads that may be old. Nobody needs its replicas.
  func watch(_ database: any Database, _ replicated: any Database) {
    health.add(Health.Check("database", isNeeded: true) { _ = try await database.read { try $0.rows("SELECT 1") } })
    pools("martlet_pool_in_use", "Connections to the database that work.", replicated) { $0.working }
    pools("martlet_pool_size", "Connections to the database that there may be.", replicated) { $0.size }
    pools("martlet_pool_waiting", "Work that waits for a connection to the database.", replicated) { $0.waiting }
    for replica in replicated.workload.replicas {
      health.add(
        Health.Check("replica \(replica.name)", isNeeded: false) {
          guard replicated.workload.replicas.contains(where: { $0.name == replica.name && $0.isFit }) else {
            throw StorageFault.unavailable(replica.name)
          }
        })
    }
    metrics.readings(
      "martlet_replica_lag_seconds", "How much older than the database a replica is at most.", by: ["replica"]
    ) {
      replicated.workload.replicas.compactMap { replica in
        replica.lag.map { Metrics.Sample(replica.name, value: Double($0.milliseconds) / 1000) }
      }
    }
    metrics.readings(
      "martlet_transaction_retries_total", "Transactions that had to run again.", .counter, by: ["reason"]
    ) {
      database.workload.retries.sorted { $0.key < $1.key }.map { Metrics.Sample($0.key, value: Double($0.value)) }
    }
  }

  private func pools(
    _ name: String, _ help: String, _ database: any Database, _ value: @escaping @Sendable (Workload.Pool) -> Int
  ) {
    metrics.readings(name, help, by: ["pool"]) {
      database.workload.pools.map { Metrics.Sample($0.name, value: Double(value($0))) }
    }
  }

  /// Counts what this process tells, orders and payments among it.
  func watch(_ outbox: Outbox) {
    let told = metrics.counters("martlet_events_told_total", "Facts told by this process.", by: ["event"])
    let orders = metrics.counter("martlet_orders_placed_total", "Orders placed.")
    let payments = metrics.counter("martlet_payments_captured_total", "Payments whose money has arrived.")
    outbox.onTold { name in
      told.with(name).add()
      switch name {
      case OrderPlaced.name: orders.add()
      case PaymentCaptured.name: payments.add()
      default: break
      }
    }
  }

  /// Tells how far the search index of this process is behind its table.
  func watch(_ search: StoredSearch) {
    metrics.readings(
      "martlet_search_lag_seconds",
      "How long the oldest change of goods that this process's search index hasn't taken over waits, in seconds."
    ) {
      guard let lag = try? await search.lag() else { return [] }
      return [Metrics.Sample(value: lag)]
    }
  }

  func watch(_ bus: any EventBus) {
    metrics.readings(
      "martlet_events_missed", "Facts that what this process keeps in memory couldn't follow yet."
    ) { [Metrics.Sample(value: Double(bus.missed))] }
    metrics.readings(
      "martlet_queue_waiting", "Facts that wait at the broker for a subscriber of this process.", by: ["subscriber"]
    ) {
      bus.waiting.sorted { $0.key < $1.key }.map { Metrics.Sample($0.key, value: Double($0.value)) }
    }
  }

  /// Without its lists being current the process goes on with those that it knew.
  func watch(_ registry: any Registry) {
    health.add(
      Health.Check("registry", isNeeded: false) { guard registry.isCurrent else { throw TemporarilyUnavailable() } })
  }

  /// Counts the calls to other parts, and tells whether these are asked.
  func watch(_ elsewhere: Elsewhere) {
    let figures = CallFigures.made(metrics)
    for caller in elsewhere.callers {
      caller.count(in: figures)
      breakers.add(caller.breaker)
    }
  }

  /// While the cluster can't be asked, the process finds by itself.
  func watch(_ search: OpenSearchEngine) {
    health.add(Health.Check("openSearch", isNeeded: false) { _ = try await search.count() })
    breakers.add(search.breaker)
  }

  func watch(_ switches: Switches) {
    metrics.readings("martlet_switch_on", "Whether what operators can switch off is on.", by: ["switch"]) {
      switches.states.map { Metrics.Sample($0.name.rawValue, value: $0.isOn ? 1 : 0) }
    }
  }

  /// - Parameter caches: by the name that people know.
  func watch(caches: KeyValuePairs<String, @Sendable () -> CacheUsage>) {
    let caches = caches.map { ($0.key, $0.value) }
    func tell(_ name: String, _ help: String, _ kind: Metrics.Kind, _ value: @escaping @Sendable (CacheUsage) -> Double)
    {
      metrics.readings(name, help, kind, by: ["cache"]) { caches.map { Metrics.Sample($0.0, value: value($0.1())) } }
    }
    tell("martlet_cache_hits_total", "Asked for and there.", .counter) { Double($0.hits) }
    tell("martlet_cache_misses_total", "Asked for and not there.", .counter) { Double($0.misses) }
    tell("martlet_cache_bytes", "What a cache holds, in bytes.", .gauge) { Double($0.bytes) }
  }

  /// The same jobs, each run traced, timed and counted.
  func watched(_ jobs: [Job]) -> [Job] {
    let runs = metrics.counters("martlet_job_runs_total", "Runs of jobs in this process.", by: ["job", "outcome"])
    let seconds = metrics.histograms(
      "martlet_job_seconds", "Time that a run of a job takes, in seconds.", by: ["job"],
      bounds: [0.01, 0.1, 1, 10, 60, 600])
    return jobs.map { job in
      let (time, success, failure) = (
        seconds.with(job.name), runs.with(job.name, "success"), runs.with(job.name, "failure")
      )
      return Job(job.name, every: job.every, lease: job.lease) {
        let began = ContinuousClock.now
        do {
          try await TraceParent.$current.withValue(TraceParent.made()) { try await job.run() }
          success.add()
        } catch {
          if !(error is CancellationError) { failure.add() }
          throw error
        }
        time.observe(began.duration(to: .now))
      }
    }
  }
}

extension Vitals {
  /// For the page of parts.
  /// - Parameter registry: knows the processes.
  func partsReport(of registry: any Registry) -> @Sendable () async -> PartsReport {
    { [self] in
      let health = await health.report()
      var report = PartsReport()
      report.instances = registry.instances.map { instance in
        PartsReport.Instance(
          part: instance.part, address: "\(instance.address)", version: instance.version,
          startedAt: instance.startedAt, isHealthy: instance.condition.health == .healthy, load: instance.condition.load
        )
      }
      report.findings = health.findings
      report.breakers = breakers.all.map { ($0.name, $0.state) }
      report.backlog = await backlog.value().map {
        PartsReport.Backlog(facts: $0.outbox.count, oldest: $0.outbox.age, deadLetters: $0.deadLetters)
      }
      return report
    }
  }
}
