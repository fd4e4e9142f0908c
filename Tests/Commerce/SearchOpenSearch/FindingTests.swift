import Foundation
import Governance
import Search
import SearchOpenSearch
import TestKit
import Testing
import Values

/// Questions of shoppers, held against recorded exchanges.
@Suite struct FindingTests {
  // req: 3.1.4-1
  @Test func `words, filters and counts are one question, each facet counted without its own filter`() async throws {
    try await RecordedCluster.play("find-facets") { cluster in
      let ask = EngineAsk(
        tree: headphones, categories: [CategoryID(raw: 3)], brands: [BrandID(raw: 5)],
        priceFrom: Money(minor: 1000, currency: .cny), priceTo: Money(minor: 90_000, currency: .cny), inStockOnly: true,
        ratingFrom: 40, attributes: ["color": ["black", "white"]], limit: 2)
      let found = try await engine(cluster).find(ask)
      #expect(found.ids == [11, 7] && found.total == 3 && found.holdsAll)
      #expect(
        found.brandFacet == [
          FacetCount(value: BrandID(raw: 5), count: 3), FacetCount(value: BrandID(raw: 6), count: 2),
        ])
      #expect(found.categoryFacet == [FacetCount(value: CategoryID(raw: 3), count: 3)])
      #expect(
        found.ratingFacet == [
          FacetCount(value: 40, count: 3), FacetCount(value: 30, count: 5), FacetCount(value: 20, count: 5),
          FacetCount(value: 10, count: 5),
        ])
      let colors = try #require(found.attributeFacets.first)
      #expect(colors.attribute == "color" && colors.name == LocalizedText(en: "Color", zhHans: "颜色"))
      // Some goods call black otherwise; all are counted.
      #expect(colors.values.map(\.value) == ["black", "red"] && colors.values.map(\.count) == [3, 1])
      #expect(colors.values.first?.label == LocalizedText(en: "Black", zhHans: "黑色"))
      #expect(found.attributeFacets.map(\.attribute) == ["color", "size"])
    }
  }

  @Test func `where nothing holds all words, finds that hold some of them come, those with more first`() async throws {
    try await RecordedCluster.play("find-some") { cluster in
      let found = try await engine(cluster).find(EngineAsk(tree: headphones, limit: 2, wantsFacets: false))
      #expect(found.ids == [4, 9] && found.total == 2 && !found.holdsAll && found.next == nil)
    }
  }

  @Test func `while somebody types, finds hold all words and what begins as the last one`() async throws {
    try await RecordedCluster.play("find-typing") { cluster in
      let tree = QueryTree([Want([Way(["sony"])]), Want([Way(["wh"], isPrefix: true)])], allowsPart: false)
      let found = try await engine(cluster).find(EngineAsk(tree: tree, limit: 2, wantsFacets: false))
      #expect(found.ids.isEmpty && found.total == 0)
    }
  }

  @Test func `what a rule pins stands first and what it buries last, and neither says that words are held`()
    async throws
  {
    try await RecordedCluster.play("find-ruled") { cluster in
      let ask = EngineAsk(
        tree: headphones, limit: 2, pinned: [ProductID(raw: 9), ProductID(raw: 4)], buried: [ProductID(raw: 7)],
        wantsFacets: false)
      let found = try await engine(cluster).find(ask)
      #expect(found.ids == [9, 4] && found.total == 4 && found.holdsAll)
    }
  }

  @Test func `a cursor goes on behind the last find of the page, of the same copies`() async throws {
    try await RecordedCluster.play("find-pages") { cluster in
      let engine = try engine(cluster)
      var ask = EngineAsk(tree: headphones, limit: 2, wantsFacets: false)
      let first = try await engine.find(ask)
      #expect(first.ids == [12, 11] && first.total == 3)
      let text = try #require(first.next).description
      ask.start = .after(try #require(Cursor(text)))
      let second = try await engine.find(ask)
      #expect(second.ids == [7] && second.total == 3 && second.next == nil)
      #expect(cluster.recording.preferences.count == 2 && Set(cluster.recording.preferences).count == 1)
    }
  }

  @Test func `a list without words is sorted by what was asked for, and numbered pages skip`() async throws {
    try await RecordedCluster.play("find-list") { cluster in
      let ask = EngineAsk(tree: QueryTree(), sort: .priceUp, limit: 2, start: .page(2), wantsFacets: false)
      let found = try await engine(cluster).find(ask)
      #expect(found.ids == [5, 6] && found.total == 5 && found.next != nil)
    }
  }

  @Test func `what can't be met asks nobody`() async throws {
    let engine = try engine(["http://127.0.0.1:1"])
    let yuan = Money(minor: 100, currency: .cny)
    let nothing = [
      EngineAsk(tree: QueryTree([Want([])], allowsPart: false)), EngineAsk(tree: QueryTree([Want([])])),
      EngineAsk(tree: headphones, priceFrom: Money(minor: 200, currency: .cny), priceTo: yuan),
    ]
    for ask in nothing {
      let found = try await engine.find(ask)
      #expect(found.ids.isEmpty && found.total == 0)
    }
  }

  @Test func `a node without its cluster is left, and the next attempt answers`() async throws {
    try await RecordedCluster.play("find-away") { cluster in
      let found = try await engine(cluster).find(EngineAsk(tree: QueryTree(), limit: 2, wantsFacets: false))
      #expect(found.ids == [3] && found.total == 1)
    }
  }

  @Test func `where nobody answers, search is unavailable, and after five failures nobody is asked`() async throws {
    let engine = try engine(["http://127.0.0.1:1", "http://127.0.0.1:2"])
    for _ in 0..<5 {
      let refusal = await #expect(throws: TemporarilyUnavailable.self) {
        _ = try await engine.find(EngineAsk(tree: headphones))
      }
      #expect(refusal?.kind == .unavailable)
    }
    #expect(engine.breaker.state == .open)
  }

  @Test func `the next node answers where one doesn't, and hears who asks`() async throws {
    try await RecordedCluster.play("count") { cluster in
      let login = OpenSearchAddress.Login(user: "martlet", password: "secret")
      let engine = try engine(["http://127.0.0.1:1", cluster.url], login: login)
      let count = try await engine.count()
      #expect(count == 42)
      #expect(cluster.recording.logins == ["Basic bWFydGxldDpzZWNyZXQ="])
    }
  }

  @Test func `a refused login is unavailable, too, and isn't tried again`() async throws {
    try await RecordedCluster.play("refused") { cluster in
      let engine = try engine(cluster)
      _ = await #expect(throws: TemporarilyUnavailable.self) { _ = try await engine.count() }
    }
  }
}
