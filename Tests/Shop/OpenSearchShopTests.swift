import Accounts
import Catalog
import Flows
import Foundation
import Governance
import Merchants
import NIOHTTP1
import Orders
import Search
import Synchronization
import TestKit
import Testing
import Values

@testable import API
@testable import App

/// A whole shop whose goods are found in a cluster. What that answers is recorded, and unlike what the shop would find
/// by itself.
@Suite struct OpenSearchShopTests {
  private static func settings(_ url: String) -> [String] {
    [
      "--search-engine", "openSearch", "--search-open-search-url", url,
      // A busy machine answers late.
      "--search-open-search-timeout-milliseconds", "10000",
    ]
  }

  /// A teapot and a clay pot, which the cluster finds for `teapot`, the clay pot first.
  private struct Stage {
    let test: TestShop
    let teapot: Product
    let pot: Product

    init(_ test: TestShop, _ cluster: PlayedCluster) async throws {
      self.test = test
      let merchant = try await test.merchant()
      teapot = try await test.product(of: merchant)
      pot = try await test.pot(of: merchant, "one", material: LocalizedText(en: "Clay", zhHans: "陶"))
      let tea = try #require(teapot.content.category)
      let pots = try #require(pot.content.category)
      let brand = try #require(teapot.content.brand)
      try cluster.call([
        "teapot": teapot.id.raw, "pot": pot.id.raw, "tea": tea.raw, "pots": pots.raw, "brand": brand.raw,
      ])
    }

    func shows(_ page: String) -> [Bool] { [teapot, pot].map { page.contains("/products/\($0.id)") } }

    /// Whether no question failed.
    var isAnswered: Bool {
      test.shop.vitals.breakers.all.first { $0.name == "openSearch" }?.state == .closed
    }
  }

  /// Runs a shop whose cluster answers as it was recorded, to which nothing else may be asked.
  private static func run(_ body: @escaping @Sendable (Stage, PlayedCluster) async throws -> Void) async throws {
    let cluster = try await PlayedCluster("whole-shop")
    try await TestShop.run(settings(cluster.url)) { test in
      let stage = try await Stage(test, cluster)
      try await body(stage, cluster)
      #expect(stage.isAnswered)
    }
    #expect(cluster.strange.isEmpty, "\(cluster.strange.joined(separator: "\n"))")
    try await cluster.close()
  }

  // req: 3.1.4-1
  @Test func `what goes on sale is handed to the cluster`() async throws {
    try await Self.run { stage, cluster in
      try await stage.test.shop.search.follow()
      for (product, word) in [(stage.teapot, "teapot"), (stage.pot, "clay")] {
        #expect(cluster.fed.contains { $0.contains("\"product\":\(product.id.raw),") && $0.contains(word) })
      }
      #expect(cluster.fed.contains { $0.contains("\"_id\":\"applied\"") })
    }
  }

  // req: 3.1.4-1
  @Test func `pages show what the cluster finds, in its order and with its counts`() async throws {
    try await Self.run { stage, _ in
      let browser = stage.test.browser()
      let home = try await browser.get("/")
      #expect(home.status == 200 && stage.shows(home.body) == [true, false])

      let found = try await browser.get("/search?q=teapot")
      #expect(found.status == 200 && found.body.contains("2 results"))
      let first = try #require(found.body.range(of: "/products/\(stage.pot.id)"))
      let second = try #require(found.body.range(of: "/products/\(stage.teapot.id)"))
      #expect(first.lowerBound < second.lowerBound)
      for (field, value, count) in [
        ("category", "tea", "1"), ("category", "pots", "1"), ("brand", "riverlight", "1"), ("a.colour", "blue", "2"),
        ("a.colour", "red", "1"),
      ] {
        #expect(FilterRow(found.body, field, value)?.count == count, "\(field)=\(value)")
      }

      let narrow = try await browser.get("/search?q=teapot&category=tea")
      #expect(narrow.status == 200 && narrow.body.contains("1 result<"))
      #expect(stage.shows(narrow.body) == [true, false])
      #expect(FilterRow(narrow.body, "category", "tea")?.isChosen == true)
      #expect(FilterRow(narrow.body, "category", "pots")?.count == "1")

      let shelf = try await browser.get("/c/tea")
      #expect(shelf.status == 200 && shelf.body.contains("2 results") && stage.shows(shelf.body) == [true, true])
      let product = try await browser.get("/products/\(stage.teapot.id)")
      #expect(product.status == 200)
      let related = try #require(product.body.firstMatch(of: /<section id="related"[\s\S]*?<\/section>/)).0
      #expect(stage.shows(String(related)) == [false, true])
    }
  }

  // req: 3.1.4-1
  @Test func `while somebody types, words and goods come from the cluster`() async throws {
    try await Self.run { stage, _ in
      let page = try await stage.test.browser().get("/search/suggest?q=teap&lang=en")
      #expect(page.status == 200 && page.body.contains("href=\"/search?q=teapotty\""))
      #expect(stage.shows(page.body) == [false, true])
    }
  }

  // req: 3.1.4-1
  @Test func `programs get what the cluster finds, with its counts`() async throws {
    try await Self.run { stage, _ in
      let answer = try await stage.test.program.get("/products?q=teapot")
      #expect(answer.status == 200 && answer["total"]?.integer == 2)
      let ids = [answer["items"]?[0]?["id"]?.text, answer["items"]?[1]?["id"]?.text]
      #expect(ids == ["\(stage.pot.id)", "\(stage.teapot.id)"])
      let counts = Self.counts(answer)
      #expect(counts == ["tea": 1, "pots": 1])
      let narrow = try await stage.test.program.get("/products?q=teapot&category=tea")
      #expect(narrow["total"]?.integer == 1 && narrow["items"]?[0]?["id"]?.text == "\(stage.teapot.id)")
    }
  }

  @Test func `a file of judgements measures the finds of the cluster`() async throws {
    try await Self.run { stage, _ in
      let answer = try await Self.measure("query,product,grade\nteapot,one,3\nteapot,teapot,1\n", stage.test)
      #expect(answer.status == 200)
      #expect(answer.body.contains("teapot,2,2,1.0000,1.0000,"), "\(answer.body)")
    }
  }

  /// Categories by how many goods they have.
  private static func counts(_ answer: APIClient.Answer) -> [String: Int64] {
    guard case .list(let facets)? = answer["categories"] else { return [:] }
    let pairs = facets.compactMap { facet -> (String, Int64)? in
      guard let slug = facet["slug"]?.text, let count = facet["count"]?.integer else { return nil }
      return (slug, count)
    }
    return Dictionary(pairs, uniquingKeysWith: { one, _ in one })
  }

  private static func measure(_ file: String, _ test: TestShop) async throws -> Browser.Answer {
    let desk = try await test.staff(of: nil, [.searchTune])
    let (type, bytes) = Browser.parts([("do", "csv")], sending: ("judgements", "judged.csv", Array(file.utf8)))
    return try await desk.send(
      .POST, "/admin/search/evaluation", body: bytes, headers: ["content-type": type, "origin": desk.base])
  }

  // MARK: Away

  // req: 3.1.4-1 3.3.6-3
  @Test func `while the cluster is away the shop sells, and finds by itself`() async throws {
    try await TestShop.run(Self.settings("http://127.0.0.1:\(try freePort())")) { test in
      let merchant = try await test.merchant()
      let teapot = try await test.product(of: merchant)
      _ = try await test.pot(of: merchant, "one", material: LocalizedText(en: "Clay", zhHans: "陶"))
      let browser = test.browser()
      for path in [
        "/", "/products/\(teapot.id)", "/search?q=teapot", "/search?q=%E8%8C%B6%E5%A3%B6", "/c/tea",
        "/search/suggest?q=teap&lang=en",
      ] {
        let page = try await browser.get(path)
        #expect(page.status == 200 && page.body.contains("/products/\(teapot.id)"), "\(path)")
      }
      let found = try await browser.get("/search?q=teapot").body
      #expect(found.contains("1 result<") && FilterRow(found, "brand", "riverlight")?.count == "1")
      let answer = try await test.program.get("/products?q=teapot")
      #expect(answer.status == 200 && answer["total"]?.integer == 1)
      #expect(Self.counts(answer) == ["tea": 1])
      let measured = try await Self.measure("teapot,teapot,3\n", test)
      #expect(measured.status == 200 && measured.body.contains("teapot,1,1,1.0000,1.0000,"), "\(measured.body)")

      let (buyer, account, address) = try await test.buyer()
      let order = try await test.placedOrder(teapot, by: buyer, account: account, address: address)
      #expect(order.state == .awaitingPayment)
      try await test.settle()
      let asked = test.shop.vitals.breakers.all.first { $0.name == "openSearch" }?.state
      #expect(asked == .open || asked == .halfOpen, "it was asked first")
    }
  }

  @Test func `a shop whose cluster hangs ends at once when it is told to`() async throws {
    let bell = Doorbell()
    let cluster = try await LoopbackServer { head, _ in
      // For this answer the feed waits a minute.
      if head.uri.hasSuffix("/_doc/applied") { bell.ring() }
      return nil
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-hanging-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let storage = try await TestStorage.arguments()
    let shop = Process.martlet(
      ["serve"] + storage.arguments + [
        "--home-folder", packageFolder.path, "--data-folder", folder.path, "--http-port", "\(try freePort())",
        "--sandbox-port", "\(try freePort())", "--catalog-fetches-pictures", "false", "--search-engine", "openSearch",
        "--search-open-search-url", cluster.url, "--search-open-search-timeout-milliseconds", "100",
      ])
    let ending = try shop.start()
    defer { if shop.isRunning { kill(shop.processIdentifier, SIGKILL) } }
    try await eventually("the cluster is asked", within: .seconds(120)) { bell.hasRung }
    shop.terminate()
    try await eventually("it has ended", within: .seconds(25)) { !shop.isRunning }
    #expect(await ending.status == 0)
    try await cluster.close()
    await storage.remove()
  }

  // MARK: Settings

  @Test func `settings by which no cluster can be asked end the start with one sentence`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-unsearched-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let serve = ["serve", "--home-folder", packageFolder.path, "--data-folder", folder.path]
    let engine = ["--search-engine", "openSearch"]
    let url = "--search-open-search-url"
    let nodes = "not nodes such as https://10.0.0.5:9200,https://10.0.0.6:9200"
    let refused: [([String], String)] = [
      (["--search-engine", "elastic"], "search.engine: 'elastic' is not "),
      (engine, "search.openSearch.url: '' is \(nodes)"),
      (engine + [url, "10.0.0.5"], "search.openSearch.url: '10.0.0.5' is \(nodes)"),
      (engine + [url, "https://martlet:s3cret@10.0.0.5:9200"], "search.openSearch.url: '…@10.0.0.5:9200' is \(nodes)"),
      ([url, "https://10.0.0.5:9200"], "search.openSearch.url: 'https://10.0.0.5:9200' is not empty"),
      (
        engine + [url, "https://10.0.0.5:9200", "--search-open-search-user", "martlet"],
        "search.openSearch.passwordFile: '' is not a file that can be read"
      ),
    ]
    for (arguments, sentence) in refused {
      let outcome = try await martlet(serve + arguments)
      #expect(outcome.status == 78, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.hasPrefix("Error: setting \(sentence)"), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(!outcome.errors.contains("s3cret"))
    }
  }
}

/// Whether somebody was there.
private final class Doorbell: Sendable {
  private let state = Mutex(false)

  var hasRung: Bool { state.withLock { $0 } }
  func ring() { state.withLock { $0 = true } }
}
