import Governance
import Synchronization
import TestKit
import Testing
import Values

struct Broken: Error {}

struct DeadlineTests {
  @Test func `work within its time is answered`() async throws {
    #expect(try await Deadline.run(within: .seconds(60)) { 7 } == 7)
  }

  @Test func `work beyond its time is cancelled and refused`() async {
    await #expect(throws: DeadlineExceeded.self) {
      try await Deadline.run(within: .milliseconds(5)) { try await Task.sleep(for: .seconds(600)) }
    }
  }

  @Test func `a deadline that has passed runs nothing`() async {
    let ran = Mutex(false)
    await #expect(throws: DeadlineExceeded.self) {
      try await Deadline.run(within: .zero) { ran.withLock { $0 = true } }
    }
    #expect(ran.withLock { $0 } == false)
  }

  @Test func `the earlier deadline stays in force`() async throws {
    try await Deadline.run(within: .seconds(60)) {
      let outer = Deadline.current
      try await Deadline.run(within: .seconds(600)) { #expect(Deadline.current == outer) }
      try await Deadline.run(within: .seconds(1)) { #expect(Deadline.remaining(atMost: .seconds(600)) <= .seconds(1)) }
    }
    #expect(Deadline.remaining(atMost: .seconds(3)) == .seconds(3))
  }

  @Test func `what was given altogether is remembered while less and less is left`() async throws {
    #expect(Deadline.given == nil)
    try await Deadline.run(within: .seconds(60)) {
      try await Deadline.carrying(.seconds(1)) {
        try await Deadline.run(within: .seconds(600)) { #expect(Deadline.given == .seconds(60)) }
      }
    }
  }

  @Test func `a fault of the work is passed on`() async {
    await #expect(throws: Broken.self) { try await Deadline.run(within: .seconds(60)) { throw Broken() } }
  }
}

struct RateLimitTests {
  @Test func `a burst is let through and then refilled with time`() {
    let clock = TestClock()
    let limit = RateLimit(burst: 3, perMinute: 6, clock: clock.clock)
    #expect((0..<4).map { _ in limit.take("a") } == [nil, nil, nil, 10])
    #expect(limit.take("b") == nil)
    clock.advance(by: .seconds(9))
    #expect(limit.take("a") == 1)
    clock.advance(by: .seconds(1))
    #expect(limit.take("a") == nil)
    clock.advance(by: .hours(10))
    #expect((0..<4).map { _ in limit.take("a") == nil } == [true, true, true, false])
    limit.clear("a")
    #expect(limit.take("a") == nil)
  }

  @Test func `a clock that steps back gives nothing away`() {
    let clock = TestClock()
    let limit = RateLimit(burst: 1, perMinute: 60, clock: clock.clock)
    #expect(limit.take("a") == nil)
    clock.advance(by: .hours(-1))
    #expect(limit.take("a") == 1)
    clock.advance(by: .hours(1))
    #expect(limit.take("a") == 1)
  }

  @Test func `a flood of keys stays within the capacity and is still limited`() {
    let limit = RateLimit(burst: 1, perMinute: 0, clock: TestClock().clock, capacity: 100)
    for index in 0..<10_000 { #expect(limit.take("key \(index)") == nil) }
    #expect(limit.take("key 9999") == 3600)
  }

  @Test func `a flood of other keys doesn't free one that is exhausted`() {
    let limit = RateLimit(burst: 3, perMinute: 0, clock: TestClock().clock, capacity: 100)
    for _ in 1...3 { #expect(limit.take("victim") == nil) }
    for index in 0..<10_000 { #expect(limit.take("key \(index)") == nil) }
    #expect(limit.take("victim") == 3600)
  }

  @Test func `a hundred tasks share one bucket`() async {
    let limit = RateLimit(burst: 50, perMinute: 1, clock: TestClock().clock)
    let allowed = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<100 { group.addTask { limit.take("a") == nil } }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(allowed == 50)
  }
}

struct RetryTests {
  @Test func `what fails for a while succeeds in the end, with growing waits`() async throws {
    let waits = Mutex<[Duration]>([])
    let retry = Retry(
      attempts: 4, backoff: Backoff(first: .milliseconds(100), longest: .milliseconds(300)),
      sleep: { wait in waits.withLock { $0.append(wait) } }, chance: { 1 })
    var calls = 0
    let answer = try await retry.run { () -> Int in
      calls += 1
      if calls < 4 { throw Broken() }
      return calls
    }
    #expect(answer == 4)
    #expect(waits.withLock { $0 } == [.milliseconds(100), .milliseconds(200), .milliseconds(300)])
  }

  @Test func `attempts are bounded and the last error is thrown`() async {
    let retry = Retry(attempts: 3, sleep: { _ in })
    var calls = 0
    await #expect(throws: Broken.self) {
      try await retry.run {
        calls += 1
        throw Broken()
      }
    }
    #expect(calls == 3)
  }

  @Test(arguments: [FieldFaults(), CancellationError(), DeadlineExceeded(), CircuitOpen(name: "x")] as [any Error])
  func `a no and a cancellation aren't tried again`(error: any Error) async {
    var calls = 0
    await #expect(throws: (any Error).self) {
      try await Retry(attempts: 5, sleep: { _ in }).run {
        calls += 1
        throw error
      }
    }
    #expect(calls == 1)
  }

  @Test func `no wait goes beyond the deadline`() async {
    let slept = Mutex(false)
    await #expect(throws: Broken.self) {
      try await Deadline.run(within: .seconds(30)) {
        try await Retry(
          attempts: 5, backoff: Backoff(first: .seconds(60), longest: .seconds(60)),
          sleep: { _ in slept.withLock { $0 = true } }, chance: { 1 }
        ).run { throw Broken() }
      }
    }
    #expect(slept.withLock { $0 } == false)
  }
}

struct CircuitBreakerTests {
  let clock = TestClock()

  private func fail(_ breaker: CircuitBreaker, times: Int = 1) async {
    for _ in 0..<times { _ = try? await breaker.run { throw Broken() } }
  }

  @Test func `it opens after failures in a row and refuses without calling`() async throws {
    let breaker = CircuitBreaker("x", failures: 3, clock: clock.clock)
    await fail(breaker, times: 2)
    try await breaker.run {}
    await fail(breaker, times: 2)
    #expect(breaker.state == .closed)
    await fail(breaker)
    #expect(breaker.state == .open)
    var isCalled = false
    await #expect(throws: CircuitOpen.self) { try await breaker.run { isCalled = true } }
    #expect(!isCalled)
  }

  @Test func `after its pause one probe decides`() async throws {
    let breaker = CircuitBreaker("x", failures: 1, openFor: .seconds(10), clock: clock.clock)
    await fail(breaker)
    clock.advance(by: .seconds(10))
    #expect(breaker.state == .halfOpen)
    await fail(breaker)
    #expect(breaker.state == .open)
    clock.advance(by: .seconds(10))
    try await breaker.run { () -> Void in
      await #expect(throws: CircuitOpen.self) { try await breaker.run {} }
    }
    #expect(breaker.state == .closed)
  }

  @Test func `a cancelled probe lets the next one try`() async throws {
    let breaker = CircuitBreaker("x", failures: 1, clock: clock.clock)
    await fail(breaker)
    clock.advance(by: .seconds(10))
    await #expect(throws: CancellationError.self) { try await breaker.run { throw CancellationError() } }
    try await breaker.run {}
    #expect(breaker.state == .closed)
  }

  @Test func `a call that says nothing is neither counted nor takes anything back`() async throws {
    let breaker = CircuitBreaker("x", failures: 2, openFor: .seconds(10), clock: clock.clock)
    func sayNothing() async {
      await #expect(throws: Broken.self) { try await breaker.run(judging: { _ in .none }) { throw Broken() } }
    }
    for _ in 1...5 { await sayNothing() }
    #expect(breaker.state == .closed)
    await fail(breaker)
    await sayNothing()
    await fail(breaker)
    #expect(breaker.state == .open)
    clock.advance(by: .seconds(10))
    await sayNothing()
    #expect(breaker.state == .halfOpen)
    try await breaker.run {}
    #expect(breaker.state == .closed)
  }

  @Test func `late news of old calls doesn't close it`() async throws {
    let breaker = CircuitBreaker("x", failures: 1, clock: clock.clock)
    try await breaker.run { await fail(breaker) }
    #expect(breaker.state == .open)
  }

  @Test func `a no of the business isn't a failure`() async {
    let breaker = CircuitBreaker("x", failures: 1, clock: clock.clock)
    await #expect(throws: FieldFaults.self) { try await breaker.run { throw FieldFaults() } }
    #expect(breaker.state == .closed)
    await #expect(throws: DeadlineExceeded.self) { try await breaker.run { throw DeadlineExceeded() } }
    #expect(breaker.state == .open)
  }

  @Test func `a clock set back doesn't keep it open for ever`() async throws {
    let breaker = CircuitBreaker("x", failures: 1, clock: clock.clock)
    await fail(breaker)
    clock.advance(by: .days(-30))
    try await breaker.run {}
    #expect(breaker.state == .closed)
  }
}
