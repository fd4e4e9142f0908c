import HTTPTypes
import Hummingbird
import TestKit
import Testing
import Values

@testable import API

@Suite struct IdempotencyTests {
  private let clock = TestClock()
  private let key = Idempotency.Key(caller: "acc", key: "k", address: "/orders")
  private let body = ByteBuffer(string: "{}")
  private let answer = Answer(status: .created, body: ByteBuffer(string: "made"))

  private func replayed(_ outcome: Idempotency.Outcome) -> String? {
    if case .replay(let answer) = outcome { String(buffer: answer.body) } else { nil }
  }

  @Test func `the second request gets the first one's answer`() throws {
    let store = Idempotency(clock: clock.clock)
    let first = try store.begin(key, holder: "acc", body: body)
    #expect(replayed(first) == nil)
    store.finish(key, attempt: first.attempt, body: body, answer)
    #expect(replayed(try store.begin(key, holder: "acc", body: body)) == "made")
  }

  @Test func `another body under the same key is refused`() throws {
    let store = Idempotency(clock: clock.clock)
    let attempt = try store.begin(key, holder: "acc", body: body).attempt
    store.finish(key, attempt: attempt, body: body, answer)
    #expect(throws: APIRefusal.idempotencyMismatch) {
      try store.begin(key, holder: "acc", body: ByteBuffer(string: "[]"))
    }
  }

  @Test func `a request that is under way is said to be, and one that failed can be tried again`() throws {
    let store = Idempotency(clock: clock.clock)
    let first = try store.begin(key, holder: "acc", body: body)
    #expect(throws: APIRefusal.idempotencyRunning) { try store.begin(key, holder: "acc", body: body) }
    store.abandon(key, attempt: first.attempt + 1)
    #expect(throws: APIRefusal.idempotencyRunning) { try store.begin(key, holder: "acc", body: body) }
    store.abandon(key, attempt: first.attempt)
    #expect(replayed(try store.begin(key, holder: "acc", body: body)) == nil)
  }

  @Test func `keys of another caller or path are other keys`() throws {
    let store = Idempotency(clock: clock.clock)
    _ = try store.begin(key, holder: "acc", body: body)
    #expect(
      replayed(try store.begin(.init(caller: "other", key: "k", address: "/orders"), holder: "acc", body: body)) == nil)
    #expect(
      replayed(try store.begin(.init(caller: "acc", key: "k", address: "/cart"), holder: "acc", body: body)) == nil)
  }

  @Test func `an answer is forgotten after a day`() throws {
    let store = Idempotency(clock: clock.clock)
    let attempt = try store.begin(key, holder: "acc", body: body).attempt
    store.finish(key, attempt: attempt, body: body, answer)
    clock.advance(by: .hours(23))
    #expect(replayed(try store.begin(key, holder: "acc", body: body)) == "made")
    clock.advance(by: .hours(2))
    #expect(replayed(try store.begin(key, holder: "acc", body: body)) == nil)
  }

  @Test func `the oldest make room when it is full, in entries and in bytes`() throws {
    let store = Idempotency(clock: clock.clock, bounds: .init(entries: 3, bytes: 10_000))
    func key(_ number: Int) -> Idempotency.Key { .init(caller: "acc", key: "\(number)", address: "/") }
    for number in 0..<20 {
      let attempt = try store.begin(key(number), holder: "acc", body: body).attempt
      store.finish(key(number), attempt: attempt, body: body, answer)
    }
    #expect(replayed(try store.begin(key(19), holder: "acc", body: body)) == "made")
    #expect(replayed(try store.begin(key(0), holder: "acc", body: body)) == nil)

    let small = Idempotency(clock: clock.clock, bounds: .init(entries: 100, bytes: 1000))
    for number in 0..<10 {
      let attempt = try small.begin(key(number), holder: "acc", body: body).attempt
      small.finish(key(number), attempt: attempt, body: body, Answer(body: ByteBuffer(repeating: 65, count: 400)))
    }
    #expect(replayed(try small.begin(key(0), holder: "acc", body: body)) == nil)
    #expect(replayed(try small.begin(key(9), holder: "acc", body: body)) != nil)
  }

  @Test func `a holder who keeps too much forgets their own, and nobody else's`() throws {
    let store = Idempotency(clock: clock.clock, bounds: .init(entriesEach: 5, bytesEach: 2000))
    let attempt = try store.begin(key, holder: "acc", body: body).attempt
    store.finish(key, attempt: attempt, body: body, answer)
    func other(_ number: Int) -> Idempotency.Key { .init(caller: "device \(number)", key: "k", address: "/") }
    for number in 0..<1000 {
      let attempt = try store.begin(other(number), holder: "client 192.0.2.1", body: body).attempt
      store.finish(
        other(number), attempt: attempt, body: body,
        Answer(body: ByteBuffer(repeating: 65, count: number % 2 == 0 ? 10 : 900)))
    }
    #expect(replayed(try store.begin(key, holder: "acc", body: body)) == "made")
    #expect(replayed(try store.begin(other(999), holder: "client 192.0.2.1", body: body)) != nil)
    #expect(replayed(try store.begin(other(0), holder: "client 192.0.2.1", body: body)) == nil)
  }
}

extension Idempotency.Outcome {
  /// That which the caller is to make; one that none has where another's answer was given.
  fileprivate var attempt: Int64 { if case .proceed(let attempt) = self { attempt } else { 0 } }
}
