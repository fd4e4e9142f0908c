import Foundation
import Storage
import StorageSQLite
import Synchronization

/// Files of the embedded engine with a schema and no rows of tests: made once for each schema, and copied for each test.
enum SchemaFile {
  private static let files = Mutex<[SchemaName: Task<URL, any Error>]>([:])

  /// - Parameter file: isn't there yet; its folder is made.
  static func copy(_ migrations: [Migration], to file: URL) async throws {
    let template = try await files.withLock { files in
      let name = SchemaName(migrations)
      let made = files[name] ?? Task { try await make(migrations) }
      files[name] = made
      return made
    }.value
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: template, to: file)
  }

  private static func make(_ migrations: [Migration]) async throws -> URL {
    let file = FileManager.default.temporaryDirectory.appending(path: "martlet-schema-\(UUID().uuidString)/shop.db")
    let database = try SQLiteDatabase(path: file.path)
    try await Migrator(migrations).run(on: database, now: TestClock.start)
    try await database.close()
    return file
  }
}

/// What tells schemas apart: the names of all steps.
struct SchemaName: Hashable {
  private let steps: [String]

  init(_ migrations: [Migration]) { steps = migrations.map { "\($0.context)/\($0.name)" }.sorted() }
}
