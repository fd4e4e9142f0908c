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
    #expect(replayed(try store.begin(key, holder: "acc", body: body)) == nil)
    store.finish(key, body: body, answer)
    #expect(replayed(try store.begin(key, holder: "acc", body: body)) == "made")
  }

  @Test func `another body under the same key is refused`() throws {
    let store = Idempotency(clock: clock.clock)
    _ = try store.begin(key, holder: "acc", body: body)
    store.finish(key, body: body, answer)
    #expect(throws: APIRefusal.idempotencyMismatch) {
      try store.begin(key, holder: "acc", body: ByteBuffer(string: "[]"))
    }
  }

  @Test func `a request that is under way is said to be, and one that failed can be tried again`() throws {
    let store = Idempotency(clock: clock.clock)
    _ = try store.begin(key, holder: "acc", body: body)
    #expect(throws: APIRefusal.idempotencyRunning) { try store.begin(key, holder: "acc", body: body) }
    store.abandon(key)
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
    _ = try store.begin(key, holder: "acc", body: body)
    store.finish(key, body: body, answer)
    clock.advance(by: .hours(23))
    #expect(replayed(try store.begin(key, holder: "acc", body: body)) == "made")
    clock.advance(by: .hours(2))
    #expect(replayed(try store.begin(key, holder: "acc", body: body)) == nil)
  }

  @Test func `the oldest make room when it is full, in entries and in bytes`() throws {
    let store = Idempotency(clock: clock.clock, bounds: .init(entries: 3, bytes: 10_000))
    func key(_ number: Int) -> Idempotency.Key { .init(caller: "acc", key: "\(number)", address: "/") }
    for number in 0..<20 {
      _ = try store.begin(key(number), holder: "acc", body: body)
      store.finish(key(number), body: body, answer)
    }
    #expect(replayed(try store.begin(key(19), holder: "acc", body: body)) == "made")
    #expect(replayed(try store.begin(key(0), holder: "acc", body: body)) == nil)

    let small = Idempotency(clock: clock.clock, bounds: .init(entries: 100, bytes: 1000))
    for number in 0..<10 {
      _ = try small.begin(key(number), holder: "acc", body: body)
      small.finish(key(number), body: body, Answer(body: ByteBuffer(repeating: 65, count: 400)))
    }
    #expect(replayed(try small.begin(key(0), holder: "acc", body: body)) == nil)
    #expect(replayed(try small.begin(key(9), holder: "acc", body: body)) != nil)
  }

  @Test func `a holder who keeps too much forgets their own, and nobody else's`() throws {
    let store = Idempotency(clock: clock.clock, bounds: .init(entriesEach: 5, bytesEach: 2000))
    _ = try store.begin(key, holder: "acc", body: body)
    store.finish(key, body: body, answer)
    func other(_ number: Int) -> Idempotency.Key { .init(caller: "device \(number)", key: "k", address: "/") }
    for number in 0..<1000 {
      _ = try store.begin(other(number), holder: "client 192.0.2.1", body: body)
      store.finish(
        other(number), body: body, Answer(body: ByteBuffer(repeating: 65, count: number % 2 == 0 ? 10 : 900)))
    }
    #expect(replayed(try store.begin(key, holder: "acc", body: body)) == "made")
    #expect(replayed(try store.begin(other(999), holder: "client 192.0.2.1", body: body)) != nil)
    #expect(replayed(try store.begin(other(0), holder: "client 192.0.2.1", body: body)) == nil)
  }
}
