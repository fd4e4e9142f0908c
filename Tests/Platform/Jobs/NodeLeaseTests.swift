import Logging
import Storage
import Synchronization
import TestKit
import Testing
import Values

@testable import Jobs

struct NodeLeaseTests {
  let store: TestStore
  let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  init() async throws { store = try await TestStore(JobRunner.migrations) }

  private func take() async throws -> NodeLease {
    try await NodeLease(on: store.database, process: "host/1", clock: store.clock.clock, logger: logger)
  }

  /// Renews once, then ends.
  private func renew(_ lease: NodeLease, _ ids: IDGenerator) async {
    let rounds = Mutex(0)
    await lease.keep(ids) { _ in
      if rounds.withLock({ rounds in
        defer { rounds += 1 }; return rounds
      }) > 0 {
        throw CancellationError()
      }
    }
  }

  @Test func `a hundred processes have a hundred numbers, also when they begin at once and are called alike`()
    async throws
  {
    let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<100 { group.addTask { try await take().number } }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(numbers.count == 100)
  }

  @Test func `when all have been used, the one that is free the longest comes next, and none that is taken`()
    async throws
  {
    let first = try await take()
    let second = try await take()
    for _ in 2..<NodeLease.count { _ = try await take() }
    await #expect(throws: NoNodeFree.self) { _ = try await take() }
    await second.release()
    store.clock.advance(by: .seconds(1))
    await first.release()
    #expect(try await take().number == second.number)
    #expect(try await take().number == first.number)
    await #expect(throws: NoNodeFree.self) { _ = try await take() }
  }

  @Test func `a renewed number stays its process's own, and one that was lost is exchanged`() async throws {
    let ids = IDGenerator(clock: store.clock.clock, node: 0)
    _ = try await take()
    let kept = try await take()
    for _ in 2..<NodeLease.count { _ = try await take() }
    store.clock.advance(by: .minutes(10))
    await renew(kept, ids)
    store.clock.advance(by: .minutes(10))
    let others = try await (take(), take())
    #expect(![others.0.number, others.1.number].contains(kept.number))
    store.clock.advance(by: .minutes(20))
    for _ in 0..<NodeLease.count { _ = try await take() }
    store.clock.advance(by: .minutes(20))
    let former = kept.number
    await renew(kept, ids)
    #expect(kept.number != former)
    let made: ID<OrderTag> = ids.next()
    #expect(made.raw >> 12 & 1023 == Int64(kept.number))
  }
}
