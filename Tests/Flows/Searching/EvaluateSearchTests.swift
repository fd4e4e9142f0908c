import Catalog
import Flows
import Foundation
import Governance
import Search
import TestKit
import Testing
import Values

@Suite struct EvaluateSearchTests {
  /// The goods of a shop, judged for one query a line.
  private func sheet(_ lines: Int, _ shop: BuyingFixture) async throws -> JudgementSheet {
    let variant = try #require(try await shop.contexts.catalog.variants([shop.variants[0]]).values.first)
    let place = FileManager.default.temporaryDirectory.appending(path: "judgements-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: place) }
    let text = (0..<lines).map { "word \($0 / 5),\($0.isMultiple(of: 5) ? "\(variant.product)" : "gone-\($0)"),2\n" }
    try Data(text.joined().utf8).write(to: place)
    return try await EvaluateSearch(shop.contexts).sheet(place)
  }

  @Test func `five thousand lines are read, and those of unknown goods are told and don't count`() async throws {
    let sheet = try await sheet(5_000, try await BuyingFixture())
    #expect(sheet.lines == 5_000 && sheet.queries.count == 1_000 && sheet.unknown.count == 4_000)
    #expect(sheet.unknown.first?.line == 2)
  }

  @Test func `two settings are measured by the same queries, and what takes longer than a request may is refused`()
    async throws
  {
    let shop = try await BuyingFixture()
    let evaluate = EvaluateSearch(shop.contexts)
    let sheet = try await sheet(10, shop)
    let alone = try await evaluate.compare(sheet, with: nil)
    #expect(alone.second == nil && alone.first.queries.count == 2)
    let both = try await evaluate.compare(sheet, with: .weights(RankingWeights(title: 2)))
    #expect(both.second?.queries.map(\.text) == both.first.queries.map(\.text))
    let faults = await #expect(throws: FieldFaults.self) {
      _ = try await Deadline.carrying(.zero) { try await evaluate.compare(sheet, with: .plain) }
    }
    #expect(faults?.faults.map(\.code) == ["takesTooLong"])
  }
}
