import Foundation
import PartKit
import Search
import Storage
import TestKit
import Testing
import Values

/// What becomes of the index's file: over restarts, crashes, damage and while it is made anew.
@Suite struct IndexFileTests {
  private static func lamps(_ ids: ClosedRange<Int64>) -> [SearchDocument] {
    ids.map { document($0, "Lamp number \($0)", "台灯", choices: ["Colour": $0 % 2 == 0 ? "red" : "blue"]) }
  }

  private static func everything(of search: StoredSearch) async throws -> [SearchResult] {
    var all: [SearchResult] = []
    for text in ["", "lamp", "台灯", "number 7"] {
      all.append(try await search.search(SearchQuery(text: text, language: .en, sort: .newest, limit: 100)))
    }
    return all
  }

  /// Path of the file that counts.
  private static func file(_ shop: SearchFixture) throws -> URL {
    let folder = shop.store.folder.appending(path: "search/0")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sqlite") }
    return folder.appending(path: try #require(names.max()))
  }

  @Test func `a restart finds what was found before, and reads nothing anew`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index(Self.lamps(1...300))
    _ = try await shop.search.remove([ProductID(raw: 7)])
    _ = try await shop.search.update([figures(9, price: 5, sold: 3)])
    let before = try await Self.everything(of: shop.stored)
    let file = try Self.file(shop)
    let later = try await shop.restarted()
    #expect(try await Self.everything(of: later) == before)
    #expect(try Self.file(shop) == file)
    #expect(try await later.check().isWhole)
  }

  @Test func `what a process wrote before it died is found by the next, though the index was behind`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index(Self.lamps(1...50))
    try await shop.stored.close()
    // Written by another process, or after the index's last commit.
    let writer = SearchFixture.search(shop.store, engine: SearchFixture.engine(shop.store, folder: "other"))
    _ = try await writer.index(Self.lamps(51...80))
    _ = try await writer.remove([ProductID(raw: 1)])
    let later = try await shop.beside()
    #expect(try await later.search(SearchQuery(text: "lamp", language: .en)).total == 79)
    #expect(try await later.check().isWhole)
  }

  private static func size(_ file: URL) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int) ?? 0
  }

  @Test func `files as a crash leaves them in mid-write open whole`() async throws {
    let shop = try await SearchFixture(.stored)
    let file = try Self.file(shop)
    let log = URL(fileURLWithPath: file.path + "-wal")
    var random = SplitMix(state: 3)
    var copies = 0
    for batch in 0..<20 {
      let before = (file: try Data(contentsOf: file), log: Self.size(log))
      _ = try await shop.search.index(Self.lamps(Int64(batch * 40 + 1)...Int64(batch * 40 + 40)))
      _ = try await shop.search.update([figures(Int64(batch + 1), price: Int64(batch + 7))])
      // Where the log has gone into the file meanwhile, a shorter one would be none that a crash leaves.
      guard try Data(contentsOf: file) == before.file, Self.size(log) > before.log else { continue }
      let folder = shop.store.folder.appending(path: "copies/\(copies)/0")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let copy = folder.appending(path: file.lastPathComponent)
      try before.file.write(to: copy)
      let whole = try Data(contentsOf: log)
      let length = before.log + Int(random.next() % UInt64(whole.count - before.log))
      try whole.prefix(length).write(to: URL(fileURLWithPath: copy.path + "-wal"))
      copies += 1
    }
    #expect(copies >= 10)
    for copy in 0..<copies {
      let engine = SearchFixture.engine(shop.store, folder: "copies/\(copy)")
      let later = SearchFixture.search(shop.store, engine: engine)
      try await later.load()
      #expect(try await later.search(SearchQuery(text: "lamp", language: .en)).total == 800, "\(copy)")
      #expect(try await later.check().isWhole)
      try await later.close()
    }
  }

  @Test(arguments: ["", "no database at all", String(repeating: "x", count: 100_000)])
  func `a damaged file is put aside and made anew`(_ content: String) async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index(Self.lamps(1...40))
    let before = try await Self.everything(of: shop.stored)
    try await shop.stored.close()
    try Data(content.utf8).write(to: try Self.file(shop))
    let later = try await shop.beside()
    #expect(try await Self.everything(of: later) == before)
    #expect(try await later.check().isWhole)
  }

  @Test func `made anew while goods change, it has all of them`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index(Self.lamps(1...2500))
    let search = shop.stored
    let feeding = Task {
      for batch in 0..<30 {
        let id = Int64(batch * 50 + 1)
        _ = try await search.index([document(id, "Lantern"), document(5000 + id, "Lantern")])
        _ = try await search.update([figures(id + 1, price: id)])
        _ = try await search.remove([ProductID(raw: id + 2)])
        let found = try await search.search(SearchQuery(text: "lantern", language: .en, limit: 100))
        #expect(found.total == batch * 2 + 2)
      }
    }
    for _ in 0..<3 { try await search.rebuildIndex() }
    try await feeding.value
    #expect(try await search.search(SearchQuery(text: "lantern", language: .en)).total == 60)
    #expect(try await search.search(SearchQuery(language: .en)).total == 2500)
    #expect(try await search.check() == (try await shop.beside().check()))
    #expect(try await search.check().isWhole)
  }

  @Test func `the check finds and repairs what the index hasn't`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index(Self.lamps(1...20))
    try await shop.store.database.write { transaction in
      // Nobody who writes through search would leave the versions as they are.
      _ = try transaction.execute("UPDATE search_document SET version = 3 WHERE product_id = 4")
      _ = try transaction.execute("DELETE FROM search_document WHERE product_id = 5")
    }
    let found = try await shop.stored.check()
    #expect(found.missing == [ProductID(raw: 4)] && found.extra == [ProductID(raw: 5)])
    #expect(try await !shop.stored.check(repairing: true).isWhole)
    #expect(try await shop.stored.check().isWhole)
    #expect(try await shop.search.search(SearchQuery(text: "lamp", language: .en)).total == 19)
  }
}
