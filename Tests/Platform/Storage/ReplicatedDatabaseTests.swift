import Foundation
import Storage
import StorageMySQL
import Synchronization
import TestKit
import Testing

/// A server and a replica that follows it, for those who may read what is some seconds old.
@Suite(.serialized, .enabled(if: TestEngine.current == .mysql)) struct ReplicatedDatabaseTests {
  private static let servers = Task { try await ReplicatedServers.start() }
  private static let limits = MySQLLimits(connections: 4, statementSeconds: 20)

  private func address(_ servers: ReplicatedServers) throws -> MySQLAddress {
    try MySQLAddress(servers.main.url(of: "shop"))
  }

  /// Runs the body with a database whose replicas are at these ports.
  private func withReplicas(
    _ servers: ReplicatedServers, at ports: [Int], said: Sentences = Sentences(),
    _ body: (ReplicatedDatabase) async throws -> Void
  ) async throws {
    let address = try address(servers)
    let main = MySQLDatabase(address, limits: Self.limits)
    let hosts = try MySQLAddress.hosts(ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")[...])
    let database = ReplicatedDatabase(
      main, replicas: hosts.map(address.at), limits: Self.limits, mostLag: .seconds(3), say: said.add)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(database))
    } catch {
      outcome = .failure(error)
      Issue.record("\(said.all) \(database.workload.replicas)")
    }
    try await database.close()
    try await main.close()
    try outcome.get()
  }

  private func port(_ database: ReplicatedDatabase) async throws -> Int? {
    try await database.read { try $0.value("SELECT @@port", as: Int.self) }
  }

  @Test func `reads go to the replica, and all else to the server`() async throws {
    let servers = try await Self.servers.value
    try await servers.main.run("CREATE TABLE shop.note (id INT PRIMARY KEY)")
    try await withReplicas(servers, at: [servers.replica.port]) { database in
      try await eventually { try await port(database) == servers.replica.port }
      for id in 1...20 {
        let place = try await database.write { transaction in
          try transaction.execute("INSERT INTO note (id) VALUES (\(id))")
          return try transaction.value("SELECT @@port", as: Int.self)
        }
        #expect(place == servers.main.port)
      }
      let inside = try await database.withSchemaLock {
        try await $0.read { try $0.value("SELECT @@port", as: Int.self) }
      }
      #expect(inside == servers.main.port)
      // Nothing but the replica's own copy has it.
      try await servers.replica.run("INSERT INTO shop.note (id) VALUES (1000)")
      try await eventually {
        try await database.read { try $0.value("SELECT MAX(id) + COUNT(*) FROM note", as: Int.self) } == 1021
      }
      #expect(database.workload.pools.map(\.name) == ["write", "read", "replica 127.0.0.1:\(servers.replica.port)"])
      #expect(database.workload.replicas.allSatisfy { $0.isFit && $0.lag.map { $0 <= .seconds(3) } == true })
    }
  }

  @Test func `a replica that stands still is passed over before it is too old, and read again when it has caught up`()
    async throws
  {
    let servers = try await Self.servers.value
    try await servers.main.run("CREATE TABLE shop.pulse (id INT PRIMARY KEY)", "INSERT INTO shop.pulse VALUES (0)")
    let said = Sentences()
    try await withReplicas(servers, at: [servers.replica.port], said: said) { database in
      try await eventually { try await port(database) == servers.replica.port }
      try await servers.replica.run("STOP SLAVE SQL_THREAD")
      let changed = ContinuousClock.now
      try await database.write { try $0.execute("UPDATE pulse SET id = 1") }
      var passedOver = false
      while !passedOver {
        let began = ContinuousClock.now
        let (place, pulse) = try await database.read { transaction in
          (
            try transaction.value("SELECT @@port", as: Int.self),
            try transaction.value("SELECT id FROM pulse", as: Int.self)
          )
        }
        passedOver = place == servers.main.port
        #expect(pulse == (passedOver ? 1 : 0))
        // Chosen just before, it may be read a moment later.
        try #require(passedOver || changed.duration(to: began) < .seconds(10), "what is too old is still read")
        try await Task.sleep(for: .milliseconds(5))
      }
      try await eventually { said.all.contains { $0.hasSuffix("is passed over: it is more than 3.0 seconds behind") } }
      try await servers.replica.run("START SLAVE SQL_THREAD")
      try await eventually { try await port(database) == servers.replica.port }
      #expect(try await database.read { try $0.value("SELECT id FROM pulse", as: Int.self) } == 1)
    }
  }

  @Test func `a table that the replica hasn't yet is read at the server`() async throws {
    let servers = try await Self.servers.value
    try await servers.main.run(
      "SET SESSION sql_log_bin = 0", "CREATE TABLE shop.newer (id INT PRIMARY KEY)", "INSERT INTO shop.newer VALUES (7)"
    )
    try await withReplicas(servers, at: [servers.replica.port]) { database in
      try await eventually { try await port(database) == servers.replica.port }
      #expect(try await database.read { try $0.value("SELECT id FROM newer", as: Int.self) } == 7)
      #expect(try await port(database) == servers.replica.port)
    }
  }

  @Test func `a replica that takes writes is passed over, and one that isn't there as well`() async throws {
    let servers = try await Self.servers.value
    let nobody = try LoopbackPort.free()
    let said = Sentences()
    try await withReplicas(servers, at: [nobody, servers.replica.port], said: said) { database in
      try await eventually { try await port(database) == servers.replica.port }
      try await servers.replica.run("SET GLOBAL read_only = 0")
      try await eventually { try await port(database) == servers.main.port }
      try await servers.replica.run("SET GLOBAL read_only = 1")
      try await eventually { try await port(database) == servers.replica.port }
      #expect(said.all.contains { $0.hasSuffix("\(servers.replica.port) is passed over: it isn't read-only") })
      #expect(said.all.contains { $0.contains("\(nobody) is passed over: Can't connect") })
    }
  }

  @Test func `a server that follows nobody is no replica`() async throws {
    let servers = try await Self.servers.value
    let stranger = try await MariaDBServer.start(["--read-only"])
    defer { stranger.stop() }
    try await stranger.run("CREATE DATABASE shop")
    try await withReplicas(servers, at: [stranger.port]) { database in
      for _ in 1...20 {
        let place = try await port(database)
        #expect(place == servers.main.port)
      }
    }
  }

  // req: 3.3.6-3
  @Test func `no read fails when the replica dies`() async throws {
    let servers = try await ReplicatedServers.start()
    defer { servers.stop() }
    try await withReplicas(servers, at: [servers.replica.port]) { database in
      try await eventually { try await port(database) == servers.replica.port }
      let reading = Task {
        var places: [Int?] = []
        repeat { places.append(try await port(database)) } while places.last != servers.main.port
        return places
      }
      kill(try servers.replica.processID, SIGKILL)
      #expect(try await reading.value.last == servers.main.port)
      for _ in 1...50 {
        let place = try await port(database)
        #expect(place == servers.main.port)
      }
      #expect(database.workload.replicas.map(\.isFit) == [false])
    }
  }
}

private final class Sentences: Sendable {
  private let list = Mutex<[String]>([])
  var all: [String] { list.withLock { $0 } }
  @Sendable func add(_ sentence: String) { list.withLock { $0.append(sentence) } }
}
