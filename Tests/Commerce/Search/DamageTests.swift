import Foundation
import PartKit
import Search
import Storage
import StorageSQLite
import Synchronization
import TestKit
import Testing
import Values

/// A file that turns out to be damaged while it serves.
@Suite struct DamageTests {
  @Test func `a look-up that meets damage is turned away, and the index is made anew once`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index((1...5).map { document($0, "Oak lamp") })
    let state = DamageState()
    let told = Mutex<[String]>([])
    let engine = LocalEngine(
      folder: shop.store.folder.appending(path: "damaged").path, clock: shop.store.clock.clock,
      tell: { text in told.withLock { $0.append(text) } }
    ) { DamagedFile(file: try SQLiteDatabase(path: $0, isDerived: true), number: state.opened(), state: state) }
    let search = SearchFixture.search(shop.store, engine: engine)
    try await search.load()
    try await search.renewIndex()
    let lamp = SearchQuery(text: "lamp", language: .en)
    #expect(try await search.search(lamp).total == 5)
    // What was asked for lately is answered from memory.
    let oak = SearchQuery(text: "oak", language: .en)
    let opened = state.count
    state.damage(upTo: opened)
    for _ in 1...3 {
      await #expect(throws: TemporarilyUnavailable.self) { try await search.search(oak) }
    }
    #expect(told.withLock { $0.count } == 1)
    // How far its own index is it knows without the file.
    let isVisible = try await search.follow()
    #expect(!isVisible)
    try await search.renewIndex()
    #expect(try await search.search(oak).total == 5)
    let renewed = state.count
    #expect(renewed > opened)
    try await search.renewIndex()
    #expect(state.count == renewed)
    try await search.close()
  }
}

/// Which files can't be read any more.
private final class DamageState: Sendable {
  private let state = Mutex((opened: 0, damaged: 0))

  func opened() -> Int {
    state.withLock { state in
      state.opened += 1
      return state.opened
    }
  }

  var count: Int { state.withLock { $0.opened } }
  func damage(upTo number: Int) { state.withLock { $0.damaged = number } }
  func isDamaged(_ number: Int) -> Bool { state.withLock { number <= $0.damaged } }
}

private struct DamagedFile: Database {
  let file: SQLiteDatabase
  let number: Int
  let state: DamageState

  var dialect: any Dialect { file.dialect }
  var isShared: Bool { file.isShared }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> Value) async throws -> Value {
    guard !state.isDamaged(number) else { throw StorageFault.damaged("a page") }
    return try await file.read(body)
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
    try await file.write(body)
  }

  func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Database) async throws -> Value
  ) async throws -> Value { try await file.withSchemaLock(body) }

  func close() async throws { try await file.close() }
}
