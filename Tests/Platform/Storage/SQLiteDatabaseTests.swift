import Foundation
import Storage
import StorageSQLite
import Testing

@Suite struct SQLiteDatabaseTests {
  @Test func `every commit is flushed: the writer runs at synchronous FULL in WAL mode`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let database = try SQLiteDatabase(path: folder.appending(path: "a.db").path)
    let level = try await database.write { try $0.value("PRAGMA synchronous", as: Int.self) }
    let mode = try await database.write { try $0.value("PRAGMA journal_mode", as: String.self) }
    #expect(level == 2)
    #expect(mode == "wal")
    try await database.close()
  }

  @Test func `a column that came since a statement was prepared is among its rows`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let database = try SQLiteDatabase(path: folder.appending(path: "a.db").path)
    try await database.write {
      try $0.execute("CREATE TABLE shelf (id INTEGER PRIMARY KEY)")
      try $0.execute("INSERT INTO shelf (id) VALUES (7)")
    }
    func columns() async throws -> [String] {
      try await database.read { try $0.rows("SELECT * FROM shelf").first?.columns ?? [] }
    }
    #expect(try await columns() == ["id"])
    try await database.write { try $0.execute("ALTER TABLE shelf ADD COLUMN place INTEGER") }
    #expect(try await columns() == ["id", "place"])
    try await database.close()
  }

  @Test func `a statement that is run again while its rows are handed over gives each run its own`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let database = try SQLiteDatabase(path: folder.appending(path: "a.db").path)
    try await database.write {
      try $0.execute("CREATE TABLE shelf (id INTEGER PRIMARY KEY)")
      try $0.execute("INSERT INTO shelf (id) VALUES (1), (2), (3)")
    }
    func shelves(from least: Int) -> SQL { "SELECT id FROM shelf WHERE id >= \(least) ORDER BY id" }
    let (outer, inner) = (shelves(from: 1), (1...3).map(shelves(from:)))
    let (handed, read) = try await database.read { transaction in
      var (handed, read): ([[Int]], [[Int]]) = ([], [])
      try transaction.forEachRow(outer) { row in
        let id: Int = try row["id"]
        try transaction.forEachRow(inner[id - 1]) { handed.append([id, try $0["id"]]) }
        read.append(try transaction.rows(inner[id - 1]).map { try $0["id"] })
      }
      return (handed, read)
    }
    #expect(handed == [[1, 1], [1, 2], [1, 3], [2, 2], [2, 3], [3, 3]])
    #expect(read == [[1, 2, 3], [2, 3], [3]])
    // One that a fault ended in the midst is free again.
    struct Interrupted: Error {}
    await #expect(throws: Interrupted.self) {
      try await database.read { try $0.forEachRow(outer) { _ in throw Interrupted() } }
    }
    let again = try await database.read { try $0.rows(outer).count }
    #expect(again == 3)
    try await database.close()
  }
}
