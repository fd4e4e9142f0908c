import AuditLog
import Events
import Foundation
import Storage
import Values

/// A database of its own for one test, with what every context needs beside it. Its folder goes when the store does.
public final class TestStore: Sendable {
  public let database: any Database
  public let clock = TestClock()
  public let ids: IDGenerator
  public let outbox: Outbox
  public let folder: URL
  /// All that was applied, for tests that migrate on.
  public let migrations: [Migration]
  private let remove: @Sendable () async -> Void

  public init(_ migrations: [Migration]) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "martlet-test-\(UUID().uuidString)")
    ids = IDGenerator(clock: clock.clock, node: 0)
    outbox = Outbox(ids: ids, clock: clock.clock)
    let events = migrations.contains { $0.context == "events" } ? [] : [Self.outboxTable]
    let log = migrations.contains { $0.context == "log" } ? [] : DeedLog.migrations
    self.migrations = migrations + events + log
    (database, remove) = try await TestEngine.open(self.migrations, in: folder)
  }

  deinit { Task.detached { [remove] in await remove() } }

  /// What was told so far, in order, as names.
  public func toldEvents() async throws -> [EventEnvelope] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM outbox ORDER BY id").map { row in
        EventEnvelope(
          id: try row["id"], name: try row["name"], version: try row["version"], subject: try row["subject"],
          occurredAt: try row["occurred_at"], payload: try row["payload"],
          trace: try row["trace"])
      }
    }
  }

  private static let outboxTable = Migration("events", 1, "001_CreateOutbox") { transaction in
    try transaction.create(
      TableDefinition(
        "outbox",
        [
          .integer("id"), .text("name", 100), .integer("version"), .text("subject", 100), .integer("occurred_at"),
          .text("payload", 65_536), .text("trace", 55, nullable: true),
        ]))
  }
}
