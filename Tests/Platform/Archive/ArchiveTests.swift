import Archive
import Foundation
import Storage
import StorageSQLite
import Synchronization
import TestKit
import Testing
import Values

private let tables = Migration("notes", 1, "001_CreateNoteAndTag") { transaction in
  try transaction.create(
    TableDefinition(
      "note",
      [
        .integer("id"), .text("words", 60_000, nullable: true), .real("weight"), .blob("bytes", 100),
      ]))
  try transaction.create(
    TableDefinition(
      "tag", [.text("name", 20), .integer("note_id"), .integer("position")], primaryKey: ["name", "note_id"],
      unique: [["note_id", "position"]]))
}

/// From the engine of this run to the embedded one and back.
@Suite struct ArchiveTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-archive-\(UUID().uuidString)")
  private let clock = TestClock().clock

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func filled(notes: Int = 2500) async throws -> TestStore {
    let store = try await TestStore([tables])
    try await store.database.write { transaction in
      for id in 1...notes {
        let words = id.isMultiple(of: 7) ? nil : "茶 '\(id)' 🍵\n\\ \"x\" "
        try transaction.execute(
          """
          INSERT INTO note (id, words, weight, bytes)
          VALUES (\(Int64(id) << 40), \(words), \(Double(id) / 3), \([UInt8(id % 256), 0, 255]))
          """)
        for (position, name) in ["b", "B", "a "].enumerated() {
          try transaction.execute(
            "INSERT INTO tag (name, note_id, position) VALUES (\(name), \(id), \(position))")
        }
      }
    }
    return store
  }

  private func embedded(_ name: String) throws -> SQLiteDatabase {
    try SQLiteDatabase(path: folder.appending(path: name).path)
  }

  private func everything(_ database: any Database) async throws -> [[SQLValue]] {
    try await database.read { transaction in
      try transaction.rows("SELECT id, words, weight, bytes FROM note ORDER BY id").map(\.values)
        + transaction.rows("SELECT name, note_id, position FROM tag ORDER BY name, note_id").map(\.values)
    }
  }

  private func isUnfinished(_ database: any Database) async throws -> Bool {
    do {
      try await ArchiveTarget.expectWhole(database)
      return false
    } catch ArchiveFault.unfinished {
      return true
    }
  }

  // req: 3.1.3-2
  @Test func `a backup brings back every row to the last bit, into whichever engine`() async throws {
    let store = try await filled()
    let file = folder.appending(path: "shop.backup")
    let count = try await Backup(of: store.database, clock: clock).write(to: file) { _, _ in }
    #expect(count == 10_000 + store.migrations.count)
    let rights = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(rights == 0o600)
    let copy = try embedded("copy.db")
    let restored = try await Restore(into: copy, migrations: store.migrations, clock: clock).read(from: file) { _, _ in
    }
    #expect(restored == count)
    #expect(try await everything(copy) == everything(store.database))
    // And back into the engine of this run.
    let empty = try await TestStore([])
    _ = try await Restore(into: empty.database, migrations: store.migrations, clock: clock).read(from: file) { _, _ in }
    #expect(try await everything(empty.database) == everything(store.database))
    try await copy.close()
  }

  @Test func `a backup is of one moment, whatever is written meanwhile`() async throws {
    let store = try await filled(notes: 3000)
    let file = folder.appending(path: "shop.backup")
    let writing = Task {
      var id: Int64 = 1
      while !Task.isCancelled {
        let next = id
        try await store.database.write { transaction in
          try transaction.execute("INSERT INTO note (id, words, weight, bytes) VALUES (\(next), '', 0, \([UInt8]()))")
          try transaction.execute("INSERT INTO tag (name, note_id, position) VALUES ('n', \(-next), 0)")
        }
        id += 1
      }
    }
    let tally = Mutex<[String: Int]>([:])
    _ = try await Backup(of: store.database, clock: clock).write(to: file) { table, rows in
      tally.withLock { $0[table] = rows }
    }
    writing.cancel()
    _ = try? await writing.value
    let rows = tally.withLock { $0 }
    #expect(rows["tag"] == 9000 + (rows["note"] ?? 0) - 3000)
  }

  @Test func `a restore that was broken off is never taken for a shop's data`() async throws {
    let store = try await filled()
    let file = folder.appending(path: "shop.backup")
    _ = try await Backup(of: store.database, clock: clock).write(to: file) { _, _ in }
    let target = try embedded("target.db")
    let restore = Restore(into: target, migrations: store.migrations, clock: clock)
    let broken = Task {
      try await restore.read(from: file) { table, _ in
        if table == "note" { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    await #expect(throws: CancellationError.self) { try await broken.value }
    #expect(try await isUnfinished(target))
    await #expect(throws: ArchiveFault.notEmpty) { try await restore.read(from: file) { _, _ in } }
    try await target.close()
    let whole = try embedded("whole.db")
    _ = try await Restore(into: whole, migrations: store.migrations, clock: clock).read(from: file) { _, _ in }
    #expect(try await !isUnfinished(whole))
    try await whole.close()
  }

  @Test func `a file that is damaged, cut off or no backup, and a place that isn't empty, store nothing`() async throws
  {
    let store = try await filled(notes: 10)
    let file = folder.appending(path: "shop.backup")
    _ = try await Backup(of: store.database, clock: clock).write(to: file) { _, _ in }
    let text = try String(contentsOf: file, encoding: .utf8)
    let target = try embedded("target.db")
    let restore = Restore(into: target, migrations: store.migrations, clock: clock)
    for (bad, fault) in [
      ("", ArchiveFault.noBackup), ("Handle,Title\n", .noBackup), (String(text.dropLast(90)), .cutOff),
      (text.replacing("茶 '3'", with: "茶 '4'"), .damaged(line: text.split(separator: "\n").count)),
      (text.replacing(#""tags":1"#, with: "").replacing(#""notes":1"#, with: #""notes":9"#), .newerSchema("notes")),
    ] {
      let path = folder.appending(path: "bad.backup")
      try Data(bad.utf8).write(to: path)
      await #expect(throws: fault) { try await restore.read(from: path) { _, _ in } }
    }
    #expect(try await target.read { try $0.rows($0.dialect.tables) }.isEmpty)
    await #expect(throws: ArchiveFault.notEmpty) {
      try await Restore(into: store.database, migrations: store.migrations, clock: clock).read(from: file) { _, _ in }
    }
    try await target.close()
  }

  // req: 3.1.3-2
  @Test func `a move carries on where it was broken off, follows later changes, and proves that both are the same`()
    async throws
  {
    let store = try await filled()
    let target = try embedded("moved.db")
    let move = Move(from: store.database, to: target, migrations: store.migrations, clock: clock)
    try await move.prepare()
    let broken = Task {
      try await move.copy { table, _, _ in
        if table == "note" { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    await #expect(throws: CancellationError.self) { try await broken.value }
    #expect(try await isUnfinished(target))
    try await move.prepare()
    let written = Mutex<[String: Int]>([:])
    try await move.copy { table, _, count in written.withLock { $0[table] = count } }
    #expect(written.withLock { $0["note"] } == 0)
    #expect(try await move.compare().allSatisfy(\.isEqual))
    // The shop sells on: rows come, change and go, and what is unique goes to another row.
    try await store.database.write { transaction in
      try transaction.execute("DELETE FROM note WHERE id = \(Int64(5) << 40)")
      try transaction.execute("UPDATE note SET words = 'other' WHERE id = \(Int64(2400) << 40)")
      try transaction.execute("DELETE FROM tag WHERE note_id = 1 AND name = 'b'")
      try transaction.execute("INSERT INTO tag (name, note_id, position) VALUES ('A', 1, 0)")
    }
    #expect(try await move.compare().filter { !$0.isEqual }.map(\.table) == ["note", "tag"])
    try await move.copy { _, _, _ in }
    #expect(try await move.compare().allSatisfy(\.isEqual))
    #expect(try await everything(target) == everything(store.database))
    try await move.finish()
    #expect(try await !isUnfinished(target))
    try await target.close()
  }

  @Test func `a copy that nobody has worked on yet is brought up to date, and a shop's data never is`() async throws {
    let store = try await filled(notes: 10)
    let target = try embedded("moved.db")
    let move = Move(from: store.database, to: target, migrations: store.migrations, clock: clock)
    try await move.prepare()
    try await move.copy { _, _, _ in }
    try await move.finish()
    let file = folder.appending(path: "copy.backup")
    _ = try await Backup(of: target, clock: clock).write(to: file) { _, _ in }
    await #expect(throws: ArchiveFault.notEmpty) {
      try await Restore(into: target, migrations: store.migrations, clock: clock).read(from: file) { _, _ in }
    }
    #expect(try await !isUnfinished(target))

    try await store.database.write { try $0.execute("UPDATE note SET words = 'other' WHERE id = \(Int64(3) << 40)") }
    try await move.prepare()
    // What is neither the old copy nor the new one serves nobody.
    #expect(try await isUnfinished(target))
    try await move.copy { _, _, _ in }
    #expect(try await move.compare().allSatisfy(\.isEqual))
    try await move.finish()
    #expect(try await everything(target) == everything(store.database))

    // What a copy holds goes on as a shop's own, and so does the shop.
    let other = try embedded("other.db")
    _ = try await Restore(into: other, migrations: store.migrations, clock: clock).read(from: file) { _, _ in }
    try await ArchiveTarget.takeUp(target)
    try await ArchiveTarget.takeUp(target)
    for shop in [target, other] {
      let again = Move(from: store.database, to: shop, migrations: store.migrations, clock: clock)
      await #expect(throws: ArchiveFault.notEmpty) { try await again.prepare() }
      #expect(try await !isUnfinished(shop))
      try await shop.close()
    }
  }

  @Test(arguments: [false, true])
  func `a copy is brought up to date by a newer program as well`(isFinished: Bool) async throws {
    let store = try await filled(notes: 10)
    let target = try embedded("moved.db")
    let first = Move(from: store.database, to: target, migrations: store.migrations, clock: clock)
    try await first.prepare()
    try await first.copy { _, _, _ in }
    if isFinished { try await first.finish() }
    let newer =
      store.migrations + [
        Migration("notes", 2, "002_CreateShelf") { transaction in
          try transaction.create(TableDefinition("shelf", [.integer("id")]))
        }
      ]
    try await Migrator(newer).run(on: store.database, now: clock.now)
    try await store.database.write { try $0.execute("INSERT INTO shelf (id) VALUES (7)") }
    let second = Move(from: store.database, to: target, migrations: newer, clock: clock)
    try await second.prepare()
    try await second.copy { _, _, _ in }
    #expect(try await second.compare().allSatisfy(\.isEqual))
    #expect(try await target.read { try $0.rows("SELECT id FROM shelf") }.count == 1)
    try await target.close()
  }

  @Test func `of two moves into one database the later goes on, and a shop that works there ends both`() async throws {
    let store = try await filled(notes: 10)
    let target = try embedded("moved.db")
    let moves = (0...1).map { _ in
      Move(from: store.database, to: target, migrations: store.migrations, clock: clock)
    }
    try await moves[0].prepare()
    await #expect(throws: ArchiveFault.unfinished) { try await ArchiveTarget.takeUp(target) }
    try await moves[1].prepare()
    await #expect(throws: ArchiveFault.takenOver) { try await moves[0].copy { _, _, _ in } }
    await #expect(throws: ArchiveFault.takenOver) { try await moves[0].finish() }
    #expect(try await target.read { try $0.rows("SELECT id FROM note") }.isEmpty)
    try await moves[1].copy { _, _, _ in }
    await #expect(throws: ArchiveFault.unfinished) { try await ArchiveTarget.takeUp(target) }
    try await moves[1].finish()

    // Many processes of the shop start at once.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...8 { group.addTask { try await ArchiveTarget.takeUp(target) } }
      try await group.waitForAll()
    }
    try await target.write { try $0.execute("UPDATE note SET words = 'sold'") }
    for move in moves {
      await #expect(throws: ArchiveFault.takenOver) { try await move.copy { _, _, _ in } }
      await #expect(throws: ArchiveFault.takenOver) { try await move.finish() }
      await #expect(throws: ArchiveFault.notEmpty) { try await move.prepare() }
    }
    let words = try await target.read {
      try $0.rows("SELECT DISTINCT words FROM note").map { try $0["words"] as String }
    }
    #expect(words == ["sold"])
    try await target.close()
  }

  @Test func `half a copy is neither moved on nor kept as a backup`() async throws {
    let store = try await filled(notes: 10)
    let half = try embedded("half.db")
    let move = Move(from: store.database, to: half, migrations: store.migrations, clock: clock)
    try await move.prepare()
    let next = try embedded("next.db")
    let onwards = Move(from: half, to: next, migrations: store.migrations, clock: clock)
    await #expect(throws: ArchiveFault.unfinished) { try await onwards.prepare() }
    let file = folder.appending(path: "half.backup")
    await #expect(throws: ArchiveFault.unfinished) {
      _ = try await Backup(of: half, clock: clock).write(to: file) { _, _ in }
    }
    #expect(!FileManager.default.fileExists(atPath: file.path))
    try await move.copy { _, _, _ in }
    try await move.finish()
    try await onwards.prepare()
    for database in [half, next] { try await database.close() }
  }
}
