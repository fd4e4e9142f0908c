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
}
