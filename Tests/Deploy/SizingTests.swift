import Foundation
import Storage
import StorageSQLite
import TestKit
import Testing
import Values

@testable import App

/// The table of sizes in docs/operations.md.
@Suite struct SizingTests {
  // req: 3.3.1-2
  @Test func `every table of the schema is accounted for in the advice on memory and disk`() async throws {
    let page = try String(contentsOf: packageFolder.appending(path: "docs/operations.md"), encoding: .utf8)
    let start = try #require(page.firstRange(of: "## How large the database must be")).upperBound
    let advice = page[start...].prefix(upTo: page[start...].firstRange(of: "\n## ")?.lowerBound ?? page.endIndex)
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-sizing-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let database = try SQLiteDatabase(path: folder.appending(path: "shop.db").path)
    try await Migrator(Shop.migrations).run(on: database, now: WallClock.system.now)
    let tables = try await database.read { transaction in
      try transaction.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .map { row -> String in try row["name"] }
    }
    try await database.close()
    #expect(tables.count > 40)
    for table in tables { #expect(advice.contains("`\(table)`"), "\(table)") }
  }
}
