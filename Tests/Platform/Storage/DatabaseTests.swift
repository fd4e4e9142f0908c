import Storage
import Synchronization
import TestKit
import Testing
import Values

private let noteTable = Migration("notes", 1, "001_CreateNote") { transaction in
  try transaction.create(
    TableDefinition("note", [.integer("id"), .text("words", 10)], unique: [["words"]], checks: ["id > 0"]))
}

/// What every engine must do.
@Suite struct DatabaseTests {
  // req: 3.1.3-2
  @Test func `what is written can be read back, emoji and quotes included`() async throws {
    let store = try await TestStore([noteTable])
    try await store.database.write { try $0.execute("INSERT INTO note (id, words) VALUES (\(1), \("茶'\"🍵"))") }
    let words = try await store.database.read { try $0.value("SELECT words FROM note", as: String.self) }
    #expect(words == "茶'\"🍵")
  }

  @Test func `a body that throws leaves nothing and does not disturb the others of its group`() async throws {
    let store = try await TestStore([noteTable])
    struct Stop: Error {}
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 1...100 {
        group.addTask {
          do {
            try await store.database.write { transaction in
              try transaction.execute("INSERT INTO note (id, words) VALUES (\(number), \("n\(number)"))")
              if number.isMultiple(of: 3) { throw Stop() }
            }
            return true
          } catch { return false }
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    let stored = try await store.database.read { try $0.value("SELECT COUNT(*) FROM note", as: Int.self) }
    #expect(outcomes == 67)
    #expect(stored == 67)
  }

  @Test func `actions after commit run once and only when the commit stands`() async throws {
    let store = try await TestStore([noteTable])
    let count = Counter()
    struct Stop: Error {}
    try await store.database.write { $0.afterCommit { count.add() } }
    try? await store.database.write { transaction in
      transaction.afterCommit { count.add() }
      throw Stop()
    }
    #expect(count.value == 1)
  }

  @Test func `limits of text, uniqueness and checks are told as faults that a context can act on`() async throws {
    let store = try await TestStore([noteTable])
    try await store.database.write { try $0.execute("INSERT INTO note (id, words) VALUES (1, 'one')") }
    await #expect {
      try await store.database.write { try $0.execute("INSERT INTO note (id, words) VALUES (2, 'one')") }
    } throws: { error in
      if case StorageFault.duplicateKey = error { true } else { false }
    }
    for bad: SQL in [
      "INSERT INTO note (id, words) VALUES (3, 'much too long')", "INSERT INTO note (id, words) VALUES (-1, 'x')",
    ] {
      await #expect {
        try await store.database.write { try $0.execute(bad) }
      } throws: { error in
        if case StorageFault.constraint = error { true } else { false }
      }
    }
  }

  @Test func `a statement that fails inside a body can be caught there and the body goes on`() async throws {
    let store = try await TestStore([noteTable])
    try await store.database.write { transaction in
      try transaction.execute("INSERT INTO note (id, words) VALUES (1, 'one')")
      _ = try? transaction.execute("INSERT INTO note (id, words) VALUES (1, 'two')")
      try transaction.execute("INSERT INTO note (id, words) VALUES (2, 'two')")
    }
    let stored = try await store.database.read { try $0.value("SELECT COUNT(*) FROM note", as: Int.self) }
    #expect(stored == 2)
  }

  @Test func `reads see a snapshot and cannot write`() async throws {
    let store = try await TestStore([noteTable])
    await #expect(throws: (any Error).self) {
      try await store.database.read { _ = try $0.rows("INSERT INTO note (id, words) VALUES (1, 'one') ") }
    }
  }

  @Test func `after closing every call says so`() async throws {
    let store = try await TestStore([noteTable])
    try await store.database.close()
    await #expect(throws: StorageFault.closed) { try await store.database.write { _ in } }
    await #expect(throws: StorageFault.closed) { try await store.database.read { _ in } }
  }

  @Test func `a schema from a newer program is refused before anything is touched`() async throws {
    let store = try await TestStore([noteTable])
    let second = Migration("notes", 2, "002_AddNothing") { _ in }
    try await Migrator(store.migrations + [second]).run(on: store.database, now: store.clock.now)
    await #expect {
      try await Migrator(store.migrations).run(on: store.database, now: store.clock.now)
    } throws: { error in
      if case StorageFault.unknownSchema = error { true } else { false }
    }
  }

  @Test func `who is interrupted between migrations goes on with the one that is missing`() async throws {
    struct Broken: Error {}
    let store = try await TestStore([noteTable])
    let second = Migration("notes", 2, "002_IndexNote") { try $0.createIndex("note_by_words", on: "note", ["words"]) }
    let broken = Migration("notes", 3, "003_AddIndex") { transaction in
      try transaction.createIndex("note_by_both", on: "note", ["words", "id"])
      throw Broken()
    }
    let whole = Migration("notes", 3, "003_AddIndex") { transaction in
      // Also what the first steps made may be made again.
      try transaction.createIndex("note_by_words", on: "note", ["words"])
      try transaction.createIndex("note_by_both", on: "note", ["words", "id"])
    }
    await #expect(throws: Broken.self) {
      try await Migrator(store.migrations + [second, broken]).run(on: store.database, now: store.clock.now)
    }
    let applied = try await Migrator(store.migrations + [second, whole]).run(on: store.database, now: store.clock.now)
    #expect(applied == ["003_AddIndex"])
  }

  @Test func `migrations run once however often and from however many starts at once`() async throws {
    let store = try await TestStore([])
    let applied = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 1...8 {
        group.addTask {
          try await Migrator(store.migrations + [noteTable]).run(on: store.database, now: store.clock.now)
        }
      }
      return try await group.reduce(into: 0) { $0 += $1.count }
    }
    #expect(applied == 1)
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)
  func add() { count.withLock { $0 += 1 } }
  var value: Int { count.withLock { $0 } }
}
