import Accounts
import Catalog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Search
import Storage
import StorageSQLite
import Synchronization
import TestKit
import Testing
import Values

@testable import API
@testable import App

/// The index of a shop that serves: made anew beside its shoppers, and kept from following.
@Suite struct SearchUpkeepTests {
  /// Enough that making them anew takes longer than an answer.
  private static let lamps = 2000
  private static let fewestAnswers = 40
  /// Far more than it takes to give so many answers.
  private static let mostRounds = 100

  /// Goods that search alone knows, so that there is something to make anew.
  private static func fill(_ test: TestShop, of merchant: Merchant) async throws {
    let price = try test.yuan("12.00")
    let documents = try (1...lamps).map { number -> SearchDocument in
      let product = ProductID(raw: Int64(number))
      let figures = ProductFigures(
        product: product, price: price, listPrice: nil, hasPriceRange: false, inStock: true, sold: 0, ratingTenths: 0,
        reviewCount: 0)
      let card = ProductCard(
        product: product, handle: try #require(Slug(rawValue: "lamp-\(number)")), merchant: merchant.id,
        title: LocalizedText(en: "Lamp number \(number)", zhHans: "台灯 \(number)"), picture: nil, category: nil,
        brand: nil, figures: figures)
      return SearchDocument(card: card, createdAt: test.shop.clock.now)
    }
    _ = try await test.shop.search.index(documents)
  }

  private static func found(_ test: TestShop, _ text: String) async throws -> [String] {
    let answer = try await test.program.get("/products?exact=true&q=\(text)")
    try #require(answer.status == 200, "\(answer.text)")
    return answer["items"]?.items.compactMap { $0["id"]?.text } ?? []
  }

  private static func indexFiles(_ test: TestShop) throws -> Set<String> {
    let folder = test.settings.searchFolder.appending(path: "0").path
    return Set(try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sqlite") })
  }

  // req: 3.1.4-1
  @Test
  func `shoppers find goods all the while the index is made anew beside them, and then what was edited meanwhile`()
    async throws
  {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let known = try await test.product(of: merchant)
      let edited = try await test.product(
        of: merchant, "kettle", title: LocalizedText(en: "Copper kettle", zhHans: "铜器"))
      let api = test.program.with(token: try await test.issued(of: merchant).secret.rawValue)
      try await Self.fill(test, of: merchant)
      let before = try Self.indexFiles(test)
      let making = Making()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await Self.makeAnew(test, making) }
        for place in ["/search?q=teapot", "/search?q=%E8%8C%B6%E5%A3%B6", "/api/v1/products?q=teapot", "/c/tea"] {
          group.addTask { try await Self.shop(at: place, for: known, test, making) }
        }
        group.addTask {
          try await eventually("shoppers are answered meanwhile") { making.answers >= 5 }
          let draft: JSONValue = ["title": ["en": "Samovar"], "variants": [["sku": "kettle-red"]]]
          let answer = try await api.put("/admin/products/\(edited.id)", draft)
          #expect(answer.status == 200, "\(answer.text)")
          making.noteEdit()
        }
        try await group.waitForAll()
      }
      #expect(making.answers >= Self.fewestAnswers, "answered while the index was made anew")
      let after = try Self.indexFiles(test)
      #expect(!before.isEmpty && before.isDisjoint(with: after), "another index took the place of the one before")
      try await test.settle()
      #expect(try await Self.found(test, "samovar") == ["\(edited.id)"])
      #expect(try await Self.found(test, "copper") == [])
      #expect(try await Self.found(test, "teapot") == ["\(known.id)"])
      let check = try await test.shop.search.check()
      #expect(check.isWhole && check.rows == Self.lamps + 2, "\(check)")
    }
  }

  /// Again and again, until shoppers were answered meanwhile and somebody has edited something.
  private static func makeAnew(_ test: TestShop, _ making: Making) async throws {
    defer { making.end() }
    for round in 1...mostRounds {
      making.begin(round)
      try await test.shop.search.rebuildIndex()
      if making.answers >= fewestAnswers, making.isEdited { return }
    }
  }

  /// Asks until nothing is made anew any more.
  private static func shop(at place: String, for product: Product, _ test: TestShop, _ making: Making) async throws {
    let browser = test.browser()
    while let round = making.round {
      let answer = try await browser.get(place)
      making.noteAnswer(in: round)
      guard answer.status == 200, answer.body.contains("\(product.id)"), !answer.body.contains("class=\"empty\"") else {
        Issue.record("\(place) in round \(round): \(answer.status) \(answer.body.prefix(300))")
        return
      }
    }
  }

  /// What the process tells Prometheus, in seconds.
  private static func lag(_ test: TestShop) async throws -> Double? {
    let figures = try await test.browser().get("/metrics").body
    let line = figures.split(separator: "\n").first { $0.hasPrefix("martlet_search_lag_seconds") }
    return line?.split(separator: " ").last.flatMap { Double($0) }
  }

  // req: 3.1.4-1 3.3.6-1
  @Test func `the lag grows while the index takes nothing over, and is nothing once it has`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let api = test.program.with(token: try await test.issued(of: merchant).secret.rawValue)
      let index = try StuckIndex(in: test.settings.searchFolder)
      // As a shop does that serves.
      let following = Task { await test.shop.followSearch() }
      defer { following.cancel() }
      #expect(try await Self.lag(test) == 0)
      try await index.stick()
      let draft: JSONValue = ["title": ["en": "Samovar"], "variants": [["sku": "teapot-red"]]]
      #expect(try await api.put("/admin/products/\(product.id)", draft).status == 200)
      try await test.settle()
      // Longer than it is followed after when nothing is wrong.
      try await eventually("it is told how far the index is behind") { try await Self.lag(test) ?? 0 > 1 }
      #expect(try await Self.found(test, "samovar") == [])
      #expect(try await Self.found(test, "clay") == ["\(product.id)"])
      try await index.loosen()
      try await eventually("the index has caught up") { try await Self.lag(test) == 0 }
      #expect(try await Self.found(test, "samovar") == ["\(product.id)"])
      #expect(try await Self.found(test, "clay") == [])
      following.cancel()
      await following.value
      try await index.close()
    }
  }
}

/// How far it is that an index is made anew, and how many were answered meanwhile.
private final class Making: Sendable {
  private struct State {
    var round: Int? = 0
    var answers = 0
    var isEdited = false
  }

  private let state = Mutex(State())

  /// Nil when no other will come.
  var round: Int? { state.withLock { $0.round } }
  var answers: Int { state.withLock { $0.answers } }
  var isEdited: Bool { state.withLock { $0.isEdited } }

  func begin(_ round: Int) { state.withLock { $0.round = round } }
  func end() { state.withLock { $0.round = nil } }
  func noteEdit() { state.withLock { $0.isEdited = true } }

  /// - Parameter round: in which it was asked; an answer that another round has begun before isn't counted.
  func noteAnswer(in round: Int) {
    state.withLock { state in
      if round > 0, state.round == round { state.answers += 1 }
    }
  }
}

/// The file of a process's index, which can be kept from taking anything more, as by a disk that is full.
private struct StuckIndex {
  private let file: SQLiteDatabase

  init(in folder: URL) throws {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    let index = files?.first { $0.lastPathComponent.hasPrefix("index-") && $0.pathExtension == "sqlite" }
    file = try SQLiteDatabase(path: try #require(index).path, isDerived: true)
  }

  func stick() async throws {
    try await file.write {
      try $0.execute(
        "CREATE TRIGGER stuck BEFORE UPDATE ON state BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    }
  }

  func loosen() async throws { try await file.write { try $0.execute("DROP TRIGGER stuck") } }

  func close() async throws { try await file.close() }
}
