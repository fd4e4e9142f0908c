import Foundation
import Logging
import Storage
import Synchronization
import TestKit
import Testing
import Values

@testable import Jobs

struct NotNow: Error {}

extension JobRunner {
  /// One run, if the job is due and nobody holds its lease.
  func once(_ job: Job) async throws {
    guard case .taken(let lease) = try await take(job) else { throw NotNow() }
    try await perform(job, lease)
  }
}

struct Broken: Error {}

final class Gate: Sendable {
  private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      defer { state = (true, []) }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

struct JobRunnerTests {
  let store: TestStore

  init() async throws { store = try await TestStore(JobRunner.migrations) }

  private func leases(_ condition: SQL) async throws -> Int? {
    try await store.database.read { try $0.value("SELECT COUNT(*) FROM job_lease WHERE \(condition)") }
  }

  private static let forever: @Sendable (Duration) async throws -> Void = { _ in
    try await Task.sleep(for: .seconds(3600))
  }

  private func runner(
    _ jobs: Job..., holder: String = "one",
    sleep: @escaping @Sendable (Duration) async throws -> Void = JobRunnerTests.forever
  ) -> JobRunner {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return JobRunner(
      database: store.database, jobs: jobs, clock: store.clock.clock, holder: holder, logger: logger, sleep: sleep)
  }

  @Test func `a job comes round each time it is due, on the hour of the clock`() async throws {
    let clock = store.clock
    let done = Gate()
    let count = Counter()
    let job = Job("a.b", every: .minutes(5)) { if count.next() == 4 { done.open() } }
    let waits = Mutex<[Duration]>([])
    let runner = runner(job) { wait in
      if wait == .seconds(20) { return try await Self.forever(wait) }
      waits.withLock { $0.append(wait) }
      clock.advance(by: wait)
      try Task.checkCancellation()
    }
    let running = Task { await runner.run() }
    await done.pass()
    running.cancel()
    await running.value
    #expect(waits.withLock { $0.prefix(3) } == [.minutes(5), .minutes(5), .minutes(5)])
  }

  @Test func `of a hundred that want the lease one gets it`() async throws {
    let (entered, gate) = (Gate(), Gate())
    let count = Counter()
    let job = Job("a.b", every: .seconds(1)) {
      _ = count.next()
      entered.open()
      await gate.pass()
    }
    let refusals = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<100 {
        let runner = runner(job, holder: "p\(index)")
        group.addTask {
          do {
            try await runner.once(job)
            return false
          } catch {
            return error is NotNow
          }
        }
      }
      group.addTask {
        await entered.pass()
        return false
      }
      var refused = 0
      for await isRefused in group {
        refused += isRefused ? 1 : 0
        if refused == 99 { gate.open() }
      }
      return refused
    }
    #expect(refusals == 99)
    #expect(count.value == 1)
  }

  @Test func `a run that failed is remembered with its reason and tried again`() async throws {
    let count = Counter()
    let job = Job("a.b", every: .seconds(1)) { if count.next() == 1 { throw Broken() } }
    let runner = runner(job)
    await #expect(throws: Broken.self) { try await runner.once(job) }
    #expect(try await leases("last_error = 'Broken()' AND lease_until = 0") == 1)
    store.clock.advance(by: .seconds(1))
    try await runner.once(job)
    #expect(try await leases("last_error IS NULL AND holder = 'one' AND last_finished_at = \(store.clock.now)") == 1)
  }

  @Test func `a job that fails comes round again by itself`() async throws {
    let clock = store.clock
    let done = Gate()
    let count = Counter()
    let job = Job("a.b", every: .minutes(1)) {
      if count.next() == 3 { done.open() }
      throw Broken()
    }
    let runner = runner(job) { wait in
      if wait == .seconds(20) { return try await Self.forever(wait) }
      clock.advance(by: wait)
      try Task.checkCancellation()
    }
    let running = Task { await runner.run() }
    await done.pass()
    running.cancel()
    await running.value
    #expect(count.value >= 3)
  }

  @Test func `a holder that went silent is taken over after its lease`() async throws {
    let (entered, gate) = (Gate(), Gate())
    let hangs = Job("a.b", every: .seconds(1), lease: .seconds(30)) {
      entered.open()
      await gate.pass()
    }
    let silent = runner(hangs, holder: "silent")
    let passes = Job("a.b", every: .seconds(1), lease: .seconds(30)) {}
    let other = runner(passes, holder: "other")
    let hanging = Task { try await silent.once(hangs) }
    await entered.pass()
    store.clock.advance(by: .seconds(29))
    await #expect(throws: NotNow.self) { try await other.once(passes) }
    store.clock.advance(by: .seconds(1))
    try await other.once(passes)
    gate.open()
    _ = await hanging.result
    // The silent one, when it comes back, must not write over the other's record.
    #expect(try await leases("holder = 'other'") == 1)
  }

  @Test func `heartbeats hold the lease while the work takes long`() async throws {
    let (entered, gate, beaten) = (Gate(), Gate(), Gate())
    let clock = store.clock
    let beats = Counter()
    let hangs = Job("a.b", every: .seconds(1), lease: .seconds(30)) {
      entered.open()
      await gate.pass()
    }
    let long = runner(hangs, holder: "long") { wait in
      guard beats.next() <= 10 else {
        beaten.open()
        return try await Self.forever(wait)
      }
      clock.advance(by: wait)
    }
    let working = Task { try await long.once(hangs) }
    await entered.pass()
    await beaten.pass()
    let passes = Job("a.b", every: .seconds(1)) {}
    await #expect(throws: NotNow.self) { try await runner(passes, holder: "other").once(passes) }
    gate.open()
    try await working.value
  }

  @Test func `one whose lease was taken over is cancelled`() async throws {
    let database = store.database
    let job = Job("a.b", every: .seconds(1)) {
      _ = try await database.write { try $0.execute("UPDATE job_lease SET holder = 'thief'") }
      try await Task.sleep(for: .seconds(3600))
    }
    let runner = runner(job) { _ in try await Task.sleep(for: .milliseconds(1)) }
    await #expect(throws: (any Error).self) { try await runner.once(job) }
    #expect(try await leases("holder = 'thief'") == 1)
  }

  @Test func `cancellation ends the work and gives the lease back`() async throws {
    let entered = Gate()
    let runner = runner(
      Job("a.b", every: .seconds(1)) {
        entered.open()
        try await Task.sleep(for: .seconds(3600))
      }, Job("c.d", every: .seconds(1)) {})
    let running = Task { await runner.run() }
    await entered.pass()
    running.cancel()
    await running.value
    #expect(try await leases("lease_until <> 0 OR last_error IS NOT NULL") == 0)
  }

  @Test func `a clock that was set back doesn't put a job to sleep`() async throws {
    let count = Counter()
    let done = Gate()
    let job = Job("a.b", every: .hours(1)) { if count.next() == 2 { done.open() } }
    try await runner(job).once(job)
    store.clock.advance(by: .days(-30))
    let running = Task { await runner(job).run() }
    await done.pass()
    running.cancel()
    await running.value
    #expect(count.value == 2)
  }
}

final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
