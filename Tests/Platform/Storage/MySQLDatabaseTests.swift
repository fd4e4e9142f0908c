import Foundation
import Governance
import Storage
import StorageMySQL
import Synchronization
import TestKit
import Testing
import Values

private let noteTable = Migration("notes", 1, "001_CreateNote") { transaction in
  try transaction.create(TableDefinition("note", [.integer("id"), .text("words", 60_000), .integer("size")]))
}

/// What only a server can do to those who use it.
@Suite(.enabled(if: TestEngine.current == .mysql)) struct MySQLDatabaseTests {
  private func database(_ limits: MySQLLimits = MySQLLimits(connections: 4)) async throws -> MySQLDatabase {
    let server = try await MariaDBServer.shared
    let address = try MySQLAddress(server.url(of: try await server.makeDatabase()))
    let patient = MySQLDatabase(address, limits: MySQLLimits(connections: 1, statementSeconds: 60))
    try await Migrator([noteTable]).run(on: patient, now: TestClock.start)
    try await patient.close()
    return MySQLDatabase(address, limits: limits)
  }

  private func insert(_ count: Int, into database: MySQLDatabase, words: String = "words") async throws {
    try await database.write { transaction in
      for id in 1...count {
        try transaction.execute("INSERT INTO note (id, words, size) VALUES (\(id), \(words), \(id))")
      }
    }
  }

  /// Its only connection for reads is taken until the door opens.
  private func occupied(_ database: MySQLDatabase) async -> (long: Task<Void, any Error>, door: Door) {
    let (holding, door) = (AsyncStream.makeStream(of: Void.self), Door())
    let long = Task {
      try await database.read { _ in
        holding.continuation.yield()
        door.pass()
      }
    }
    for await _ in holding.stream { break }
    return (long, door)
  }

  /// Two that each change both rows, the other way round, and meet halfway.
  private func cross(
    _ database: MySQLDatabase, second: @escaping @Sendable (any Transaction, SQL) throws -> Void
  ) async throws -> [Int] {
    try await insert(2, into: database)
    let meeting = Meeting()
    await withThrowingTaskGroup(of: Void.self) { group in
      for (first, last) in [(1, 2), (2, 1)] {
        group.addTask {
          try await database.write { transaction in
            try transaction.execute("UPDATE note SET size = size + 10 WHERE id = \(first)")
            // Once each: who runs again meets nobody.
            meeting.arrive()
            try second(transaction, "UPDATE note SET size = size + 10 WHERE id = \(last)")
          }
        }
      }
    }
    return try await database.read { try $0.rows("SELECT size FROM note ORDER BY id").map { try $0["size"] } }
  }

  @Test func `who loses a deadlock runs again, and both have their effect`() async throws {
    let database = try await database()
    #expect(try await cross(database) { try $0.execute($1) } == [21, 22])
    #expect(database.retries.deadlocks == 1)
    try await database.close()
  }

  @Test func `a deadlock that a body swallows is not taken for success`() async throws {
    let database = try await database()
    #expect(try await cross(database) { _ = try? $0.execute($1) } == [21, 22])
    try await database.close()
  }

  @Test func `who waits too long for a lock runs again, three times in all`() async throws {
    let database = try await database(MySQLLimits(connections: 4, statementSeconds: 60, lockSeconds: 1))
    try await insert(1, into: database)
    let (holding, door) = (AsyncStream.makeStream(of: Void.self), Door())
    let holder = Task {
      try await database.write { transaction in
        try transaction.execute("UPDATE note SET size = size + 10 WHERE id = 1")
        holding.continuation.yield()
        door.pass()
      }
    }
    for await _ in holding.stream { break }
    await #expect(throws: StorageFault.busy) {
      try await database.write { try $0.execute("UPDATE note SET size = 0 WHERE id = 1") }
    }
    #expect(database.retries.lockTimeouts == 3)

    let attempts = Mutex(0)
    try await database.write { transaction in
      let attempt = attempts.withLock { count in
        count += 1
        return count
      }
      // The lock is let go of once it was waited for in vain.
      if attempt == 2 { door.open() }
      try transaction.execute("UPDATE note SET size = size + 100 WHERE id = 1")
    }
    try await holder.value
    let timeouts = database.retries.lockTimeouts
    #expect(timeouts > 3)
    #expect(database.workload.retries["lock_timeout"] == timeouts)
    #expect(try await database.read { try $0.value("SELECT size FROM note", as: Int.self) } == 111)
    try await database.close()
  }

  @Test func `a connection that is lost in the middle leaves nothing, and the transaction runs again`() async throws {
    let database = try await database()
    let attempts = Mutex(0)
    try await database.write { transaction in
      let isFirst = attempts.withLock { count in
        count += 1
        return count == 1
      }
      try transaction.execute("INSERT INTO note (id, words, size) VALUES (1, 'a', 1)")
      if isFirst { _ = try? transaction.execute("KILL CONNECTION_ID()") }
      try transaction.execute("INSERT INTO note (id, words, size) VALUES (2, 'b', 2)")
    }
    #expect(attempts.withLock { $0 } == 2)
    #expect(database.retries.lostServers == 1)
    #expect(try await database.read { try $0.value("SELECT COUNT(*) FROM note", as: Int.self) } == 2)
    try await database.close()
  }

  @Test func `when the first server dies the next one is turned to`() async throws {
    let (first, second) = (try await MariaDBServer.start(), try await MariaDBServer.start())
    defer {
      first.stop()
      second.stop()
    }
    let url = "mysql://martlet:martlet@127.0.0.1:\(first.port),127.0.0.1:\(second.port)/mysql"
    let database = MySQLDatabase(try MySQLAddress(url), limits: MySQLLimits(connections: 2))
    func port() async throws -> Int? {
      _ = try await database.write { try $0.value("SELECT @@port", as: Int.self) }
      return try await database.read { try $0.value("SELECT @@port", as: Int.self) }
    }
    #expect(try await port() == first.port)
    kill(try first.processID, SIGKILL)
    #expect(try await port() == second.port)
    #expect(database.retries.lostServers >= 2)
    try await database.close()
  }

  @Test func `a statement that takes too long is ended by the server, and the connection lives on`() async throws {
    let database = try await database(MySQLLimits(connections: 1, statementSeconds: 1))
    await #expect(throws: StorageFault.busy) {
      try await database.read { _ = try $0.rows("SELECT SLEEP(30)") }
    }
    #expect(try await database.read { try $0.value("SELECT 1", as: Int.self) } == 1)
    try await database.close()
  }

  @Test func `rows are handed over one at a time, also while the body asks for others`() async throws {
    let database = try await database()
    try await insert(1200, into: database)
    let sum = try await database.read { transaction in
      var sum = 0
      try transaction.forEachRow("SELECT id FROM note ORDER BY id") { row in
        let id: Int = try row["id"]
        sum += try transaction.value("SELECT size FROM note WHERE id = \(id)") ?? 0
      }
      return sum
    }
    #expect(sum == 1200 * 1201 / 2)
    try await database.close()
  }

  @Test func `long texts, bytes, sums and nothing come back as they are`() async throws {
    let database = try await database()
    let long = String(repeating: "茶", count: 20_000)
    try await insert(3, into: database)
    try await database.write { try $0.execute("UPDATE note SET words = \(long) WHERE id = 2") }
    let row = try #require(
      try await database.read {
        try $0.row(
          """
          SELECT SUM(size) AS total, AVG(size) AS mean, MAX(words) AS words, NULL AS nothing, x'00ff' AS bytes,
            COUNT(*) > 2 AS many, 'a' || 'b' AS joined FROM note
          """)
      })
    #expect(try row["total"] == 6)
    #expect(try row["mean"] == 2.0)
    #expect(try row["words"] == long)
    #expect(try row["nothing"] == Int?.none)
    #expect(try row["bytes"] == [UInt8]([0, 255]))
    #expect(try row["many"] == true)
    #expect(try row["joined"] == "ab")
    let words = try await database.read {
      try $0.rows("SELECT words FROM note ORDER BY id").map { try $0["words"] as String }
    }
    #expect(words == ["words", long, "words"])
    try await database.close()
  }

  @Test func `an insert that tolerates duplicates tolerates nothing else`() async throws {
    let database = try await database()
    let dialect = database.dialect
    let inserted = try await database.write { transaction in
      try (1...2).map { _ in
        try transaction.execute(
          dialect.insertIfAbsent(into: "note", [("id", .integer(1)), ("words", .text("a")), ("size", .integer(1))]))
      }
    }
    #expect(inserted == [1, 0])
    await #expect {
      try await database.write { transaction in
        _ = try? transaction.execute(
          dialect.insertIfAbsent(into: "note", [("id", .integer(2)), ("words", .null), ("size", .integer(1))]))
      }
    } throws: { error in
      if case StorageFault.constraint = error { true } else { false }
    }
    #expect(try await database.read { try $0.value("SELECT COUNT(*) FROM note", as: Int.self) } == 1)
    try await database.close()
  }

  @Test func `a statement too long to be kept tells how many rows it changed, and what it mangled`() async throws {
    let database = try await database()
    try await insert(3, into: database)
    let many = Array(1...600)
    #expect(try await database.write { try $0.execute("UPDATE note SET size = 7 WHERE id IN \(list: many)") } == 3)
    #expect(try await database.write { try $0.execute("DELETE FROM note WHERE id IN \(list: many)") } == 3)
    let words = SQLValue.text(String(repeating: "w", count: 70_000))
    let tolerant = database.dialect.insertIfAbsent(
      into: "note", [("id", .integer(9)), ("words", words), ("size", .integer(1))])
    let long = SQL(text: tolerant.text + String(repeating: " ", count: 2000), arguments: tolerant.arguments)
    await #expect {
      try await database.write { try $0.execute(long) }
    } throws: { error in
      if case StorageFault.constraint = error { true } else { false }
    }
    #expect(try await database.read { try $0.value("SELECT COUNT(*) FROM note", as: Int.self) } == 0)
    try await database.close()
  }

  @Test func `who waits for a connection is told when his time is up`() async throws {
    let database = try await database(MySQLLimits(connections: 1))
    let (long, door) = await occupied(database)
    await #expect(throws: DeadlineExceeded.self) {
      try await Deadline.carrying(.milliseconds(50)) { try await database.read { _ in } }
    }
    door.open()
    try await long.value
    try await database.close()
  }

  @Test func `spaces and case tell texts apart`() async throws {
    let database = try await database()
    try await insert(1, into: database, words: "Tea")
    for other in ["tea", "Tea ", "Téa"] {
      let found = try await database.read {
        try $0.value("SELECT COUNT(*) FROM note WHERE words = \(other)", as: Int.self)
      }
      #expect(found == 0, "\(other)")
    }
    try await database.close()
  }

  @Test func `more statements than are kept prepared do no harm`() async throws {
    let database = try await database(MySQLLimits(connections: 1))
    for round in 1...2 {
      for number in 1...450 {
        let text = "SELECT ? + \(number) AS sum"
        let sum = try await database.read { try $0.value(SQL(text: text, arguments: [.integer(1)]), as: Int.self) }
        try #require(sum == number + 1, "round \(round)")
      }
    }
    try await database.close()
  }

  @Test func `who waits for a connection and is cancelled is told at once`() async throws {
    let database = try await database(MySQLLimits(connections: 1))
    let (long, door) = await occupied(database)
    let waiting = Task { try await database.read { _ in } }
    try await eventually { database.usage.contains { $0.pool == "read" && $0.waiting == 1 } }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    door.open()
    try await long.value
    try await database.close()
  }

  @Test func `a wrong password, a missing database and a silent host are told by the server's own number`() async throws
  {
    let server = try await MariaDBServer.shared
    let port = server.port
    for (url, code) in [
      ("mysql://martlet:wrong@127.0.0.1:\(port)/mysql", UInt32(1045)),
      ("mysql://martlet:martlet@127.0.0.1:\(port)/nowhere", 1049),
      ("mysql://martlet:martlet@127.0.0.1:\(try LoopbackPort.free())/mysql", 2002),
    ] {
      let database = MySQLDatabase(try MySQLAddress(url), limits: MySQLLimits(connections: 1, connectSeconds: 2))
      let fault = await #expect(throws: MySQLFault.self) { try await database.check() }
      #expect(fault?.code == code || code == 2002 && fault?.code == 2003, "\(url): \(String(describing: fault))")
      try await database.close()
    }
  }
}

/// Two who wait for each other once, on threads of their own.
private final class Meeting: Sendable {
  private let state = Mutex(0)
  private let both = DispatchSemaphore(value: 0)

  func arrive() {
    let number = state.withLock { count in
      count += 1
      return count
    }
    if number == 1 { _ = both.wait(timeout: .now() + 30) }
    if number == 2 { both.signal() }
  }
}
