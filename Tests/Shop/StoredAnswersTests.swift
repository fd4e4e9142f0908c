import Foundation
import HTTPTypes
import Hummingbird
import Storage
import TestKit
import Testing
import Values

@testable import API
@testable import App

/// The answer book that programs share.
@Suite struct StoredAnswersTests {
  private let key = Idempotency.Key(caller: "acc_1", key: "k", address: "/api/v1/sessions")
  private let body = ByteBuffer(string: #"{"email":"lin@example.com"}"#)

  private func replayed(_ outcome: Idempotency.Outcome) -> Answer? {
    if case .replay(let answer) = outcome { answer } else { nil }
  }

  private func made(_ token: String) -> Answer {
    var answer = Answer(status: .created, body: ByteBuffer(string: token))
    answer.headers[.location] = "/here"
    return answer
  }

  @Test func `what one program answered, another answers again, and nobody reads it in the database`() async throws {
    let store = try await TestStore(StoredAnswers.migrations)
    let (one, two) = (
      StoredAnswers(database: store.database, clock: store.clock.clock, renewEvery: .days(1)),
      StoredAnswers(database: store.database, clock: store.clock.clock, renewEvery: .days(1))
    )
    let first = try await one.begin(key, holder: "acc_1", body: body)
    #expect(replayed(first) == nil)
    await #expect(throws: APIRefusal.idempotencyRunning) { try await two.begin(key, holder: "acc_1", body: body) }
    try await one.finish(key, attempt: first.attempt, body: body, made("a secret token"))
    let again = replayed(try await two.begin(key, holder: "acc_1", body: body))
    #expect(again.map { String(buffer: $0.body) } == "a secret token")
    #expect(again?.status == .created && again?.headers[.location] == "/here")
    await #expect(throws: APIRefusal.idempotencyMismatch) {
      try await two.begin(key, holder: "acc_1", body: ByteBuffer(string: "{}"))
    }
    let stored: [UInt8] = try #require(try await store.database.read { try $0.value("SELECT answer FROM api_answer") })
    #expect(!String(decoding: stored, as: UTF8.self).contains("secret"))
  }

  @Test func `of many at once one acts, and one that was given up or whose program died can be tried again`()
    async throws
  {
    let store = try await TestStore(StoredAnswers.migrations)
    let book = StoredAnswers(database: store.database, clock: store.clock.clock, renewEvery: .days(1))
    let (key, body) = (key, body)
    let began = await withTaskGroup { group in
      for _ in 1...20 {
        group.addTask { try? await book.begin(key, holder: "acc_1", body: body).attempt }
      }
      return await group.reduce(into: [Int64]()) { $0 += $1.map { [$0] } ?? [] }
    }
    #expect(began.count == 1)
    try await book.abandon(key, attempt: began[0])
    let lost = try await book.begin(key, holder: "acc_1", body: body)
    store.clock.advance(by: .minutes(12))
    let second = try await book.begin(key, holder: "acc_1", body: body)
    #expect(replayed(second) == nil)
    // The one that was taken for lost comes to its end after all.
    try await book.abandon(key, attempt: lost.attempt)
    await #expect(throws: APIRefusal.idempotencyRunning) { try await book.begin(key, holder: "acc_1", body: body) }
    try await book.finish(key, attempt: lost.attempt, body: body, made("lost"))
    await #expect(throws: APIRefusal.idempotencyRunning) { try await book.begin(key, holder: "acc_1", body: body) }
    try await book.finish(key, attempt: second.attempt, body: body, made("late"))
    let again = replayed(try await book.begin(key, holder: "acc_1", body: body))
    #expect(again.map { String(buffer: $0.body) } == "late")
    store.clock.advance(by: .hours(25))
    #expect(replayed(try await book.begin(key, holder: "acc_1", body: body)) == nil)
    store.clock.advance(by: .hours(25))
    try await book.prune()
    #expect(try await store.database.read { try $0.value("SELECT COUNT(*) FROM api_answer") } == 0)
  }

  @Test func `a holder keeps the latest two hundred, and large answers aren't kept`() async throws {
    let store = try await TestStore(StoredAnswers.migrations)
    let book = StoredAnswers(database: store.database, clock: store.clock.clock, renewEvery: .days(1))
    func key(_ number: Int) -> Idempotency.Key { .init(caller: "acc_1", key: "\(number)", address: "/") }
    for number in 1...205 {
      store.clock.advance(by: .milliseconds(1))
      let attempt = try await book.begin(key(number), holder: "acc_1", body: body).attempt
      try await book.finish(key(number), attempt: attempt, body: body, made("\(number)"))
    }
    #expect(try await store.database.read { try $0.value("SELECT COUNT(*) FROM api_answer") } == 200)
    #expect(replayed(try await book.begin(key(1), holder: "acc_1", body: body)) == nil)
    #expect(replayed(try await book.begin(key(205), holder: "acc_1", body: body)) != nil)
    let attempt = try await book.begin(key(999), holder: "acc_2", body: body).attempt
    try await book.finish(
      key(999), attempt: attempt, body: body, Answer(body: ByteBuffer(repeating: 65, count: 100_000)))
    #expect(replayed(try await book.begin(key(999), holder: "acc_2", body: body)) == nil)
  }

  @Test func `a request that takes long stays under way as long as its program lives`() async throws {
    let store = try await TestStore(StoredAnswers.migrations)
    let (key, body) = (key, body)
    let other = StoredAnswers(database: store.database, clock: store.clock.clock, renewEvery: .days(1))
    do {
      let living = StoredAnswers(database: store.database, clock: store.clock.clock, renewEvery: .milliseconds(10))
      let attempt = try await living.begin(key, holder: "acc_1", body: body).attempt
      store.clock.advance(by: .minutes(1))
      let now = store.clock.clock.now
      try await eventually("it says that it is under way") {
        try await store.database.read { try $0.value("SELECT began_at FROM api_answer") } == now
      }
      await #expect(throws: APIRefusal.idempotencyRunning) { try await other.begin(key, holder: "acc_1", body: body) }
      try await living.abandon(key, attempt: attempt)
    }
    #expect(replayed(try await other.begin(key, holder: "acc_1", body: body)) == nil)
  }
}

extension Idempotency.Outcome {
  /// That which the caller is to make; one that none has where another's answer was given.
  fileprivate var attempt: Int64 { if case .proceed(let attempt) = self { attempt } else { 0 } }
}
