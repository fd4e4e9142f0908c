import Storage
import StorageMySQL
import Synchronization
import TestKit
import Testing

private let counterTable = Migration("counters", 1, "001_CreateCounter") { transaction in
  try transaction.create(TableDefinition("counter", [.integer("id"), .integer("size")]))
}

/// A cluster whose servers all take writes, and agree on an order of commits alone.
@Suite(.enabled(if: TestEngine.current == .mysql)) struct CertificationTests {
  @Test func `a commit that comes after another server's runs again, is counted, and both have their effect`()
    async throws
  {
    let cluster = try await GaleraCluster.start(nodes: 2)
    defer { cluster.stop() }
    let databases = try cluster.databases(MySQLLimits(connections: 2, statementSeconds: 60, lockSeconds: 20))
    let (late, quick) = (databases[0], databases[1])
    try await Migrator([counterTable]).run(on: late, now: TestClock.start)
    try await late.write { try $0.execute("INSERT INTO counter (id, size) VALUES (1, 1)") }
    try await eventually("the other has the row") { (try? await size(quick)) == 1 }

    let (holding, door) = (AsyncStream.makeStream(of: Void.self), Door())
    let attempts = Mutex(0)
    let writing = Task {
      try await late.write { transaction in
        let attempt = attempts.withLock { count in
          count += 1
          return count
        }
        try transaction.execute("UPDATE counter SET size = size + 10 WHERE id = 1")
        // Once: who runs again finds what the other has done.
        guard attempt == 1 else { return }
        holding.continuation.yield()
        door.pass()
      }
    }
    for await _ in holding.stream { break }
    try await quick.write { try $0.execute("UPDATE counter SET size = size + 100 WHERE id = 1") }
    // It has its place in the order, so that the one that is still open can have none: whether it is told so by its own
    // server, which has the change already, or when it asks for its place, it's the commit that is refused.
    door.open()
    try await writing.value
    let refused = late.retries.certifications
    #expect(refused >= 1)
    #expect(late.workload.retries["certification"] == refused)
    #expect(quick.retries.certifications == 0)
    for database in databases {
      try await eventually("both servers have both changes") { try await size(database) == 111 }
      try await database.close()
    }
  }

  private func size(_ database: MySQLDatabase) async throws -> Int? {
    try await database.read { try $0.value("SELECT size FROM counter WHERE id = 1", as: Int.self) }
  }
}
