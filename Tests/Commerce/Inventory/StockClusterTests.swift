import Events
import Inventory
import Storage
import StorageMySQL
import TestKit
import Testing
import Values

/// Stock on a cluster whose servers all take writes, as programs on different machines see it.
@Suite(.enabled(if: TestEngine.current == .mysql)) struct StockClusterTests {
  private static let variants = [VariantID(raw: 11), VariantID(raw: 12)]
  private static let stock = 150

  // req: 3.3.4-1
  @Test func `buyers on three servers never get more than there is, and a server that dies takes nothing with it`()
    async throws
  {
    let cluster = try await GaleraCluster.start()
    defer { cluster.stop() }
    let databases = try cluster.databases(MySQLLimits(connections: 6, statementSeconds: 60, lockSeconds: 20))
    let clock = TestClock()
    try await Migrator(StoredInventory.migrations + Outbox.migrations).run(on: databases[0], now: clock.now)
    let programs = databases.enumerated().map { number, database in
      let ids = IDGenerator(clock: clock.clock, node: number)
      return StoredInventory(
        database: database, outbox: Outbox(ids: ids, clock: clock.clock), ids: ids, clock: clock.clock)
    }
    let location = try await programs[0].location(named: "Main", of: MerchantID(raw: 1))
    try await programs[0].count(
      Self.variants.map { StockCount(variant: $0, location: location.id, onHand: Self.stock) }, key: "first",
      by: .system)
    try await eventually("the others have the stock") { try await held(databases) == [0, 0, 0] }

    #expect(try await hold(400, by: programs, named: "a") == 2 * Self.stock)
    try await eventually("the servers agree") { try await held(databases) == [300, 300, 300] }
    for program in programs { #expect(try await program.audit().isEmpty) }
    let refused = databases.map(\.retries).reduce(0) { $0 + $1.certifications + $1.deadlocks }
    #expect(refused > 0, "buyers on different servers met at the same rows, and came again")

    try await programs[0].count(
      Self.variants.map { StockCount(variant: $0, location: location.id, onHand: 2 * Self.stock) }, key: "second",
      by: .system)
    let acknowledged = try await hold(400, by: programs, named: "b") { cluster.crash(0) }
    // What was lost with its server in the midst of a commit may stand without having been acknowledged; never the reverse.
    try await eventually("the servers that live agree") {
      let held = try await held(Array(databases[1...]))
      return held[0] == held[1]
    }
    let after = try await held([databases[1]])[0] - 300
    #expect(acknowledged <= after && after <= 300)
    #expect(databases[0].retries.lostServers > 0)
    for program in programs { #expect(try await program.audit().isEmpty) }
    for database in databases { try await database.close() }
  }

  /// Takes one unit a buyer.
  /// - Parameter harm: done once a quarter of the buyers is through.
  /// - Returns: how many got one.
  private func hold(
    _ buyers: Int, by programs: [StoredInventory], named name: String, harm: @escaping @Sendable () -> Void = {}
  ) async throws -> Int {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<buyers {
        let program = programs[number % programs.count]
        let line = try InventoryFixture.lines((Self.variants[number % Self.variants.count], 1))
        group.addTask {
          do {
            _ = try await program.hold(
              line, key: HoldKey(rawValue: "\(name)\(number)"), until: TestClock.start.adding(.hours(1)))
            return true
          } catch is InventoryRefusal {
            return false
          } catch is StorageFault {
            return false
          }
        }
      }
      var (done, got) = (0, 0)
      for try await isHeld in group {
        done += 1
        got += isHeld ? 1 : 0
        if done == buyers / 4 { harm() }
      }
      return got
    }
  }

  /// Units held, as each server says it; -1 where the stock isn't there yet.
  private func held(_ databases: [MySQLDatabase]) async throws -> [Int] {
    var all: [Int] = []
    for database in databases {
      all.append(try await database.read { try $0.value("SELECT COALESCE(SUM(held), -1) AS held FROM stock") ?? -1 })
    }
    return all
  }
}
