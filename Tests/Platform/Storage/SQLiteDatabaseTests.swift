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
}
