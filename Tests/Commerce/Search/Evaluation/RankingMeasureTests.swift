import Foundation
import Search
import Testing
import Values

@Suite struct RankingMeasureTests {
  private static func products(_ ids: Int64...) -> [ProductID] { ids.map { ProductID(raw: $0) } }

  private static let grades: [ProductID: Double] = [
    ProductID(raw: 1): 3, ProductID(raw: 2): 2, ProductID(raw: 3): 0, ProductID(raw: 4): 1,
  ]

  @Test func `NDCG is what the formula says of a list that was worked out by hand`() throws {
    // (0 + 7/log2 3 + 0 + 3/log2 5) / (7/log2 2 + 3/log2 3 + 1/log2 4)
    let ndcg = try #require(RankingMeasure.ndcg(Self.products(3, 1, 9, 2), Self.grades))
    #expect(abs(ndcg - 0.607_757) < 0.000_001)
    #expect(RankingMeasure.ndcg(Self.products(1, 2, 4, 3), Self.grades) == 1)
    #expect(RankingMeasure.ndcg([], Self.grades) == 0)
    #expect(RankingMeasure.ndcg(Self.products(1), [ProductID(raw: 1): 0]) == nil)
    #expect(RankingMeasure.ndcg(Self.products(1), [:]) == nil)
  }

  @Test func `only the first ten count for NDCG, and what stands twice counts once`() throws {
    let far = (100..<110).map { ProductID(raw: $0) } + Self.products(1)
    #expect(RankingMeasure.ndcg(far, Self.grades) == 0)
    let twice = try #require(RankingMeasure.ndcg(Self.products(4, 4, 4), Self.grades))
    let once = try #require(RankingMeasure.ndcg(Self.products(4), Self.grades))
    #expect(twice == once)
    // The ideal order is cut in the same way.
    let many = Dictionary(uniqueKeysWithValues: (1...30).map { (ProductID(raw: $0), 1.0) })
    #expect(RankingMeasure.ndcg((1...10).map { ProductID(raw: $0) }, many) == 1)
  }

  @Test func `no order of the same finds has a better NDCG than the one by grades`() throws {
    var dice = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let grades = Dictionary(
        uniqueKeysWithValues: (1...12).map {
          (ProductID(raw: $0), Double(Int.random(in: 0...3, using: &dice)))
        })
      let finds = (1...20).map { ProductID(raw: $0) }.shuffled(using: &dice)
      guard let ndcg = RankingMeasure.ndcg(finds, grades) else { continue }
      #expect((0...1.000_000_001).contains(ndcg))
      let best = finds.sorted { grades[$0] ?? 0 > grades[$1] ?? 0 }
      #expect(abs((RankingMeasure.ndcg(best, grades) ?? 0) - 1) < 0.000_000_001)
    }
  }

  @Test func `recall is the share of what is relevant among the first hundred`() {
    #expect(RankingMeasure.recall(Self.products(9, 4), Self.grades) == 1.0 / 3)
    #expect(RankingMeasure.recall(Self.products(1, 2, 4), Self.grades) == 1)
    #expect(RankingMeasure.recall([], Self.grades) == 0)
    #expect(RankingMeasure.recall(Self.products(1), [ProductID(raw: 1): 0.5]) == nil)
    let late = (200..<300).map { ProductID(raw: $0) } + Self.products(1)
    #expect(RankingMeasure.recall(late, Self.grades) == 0)
  }

  @Test func `judged is the share of the first ten that somebody looked at`() {
    #expect(RankingMeasure.judged(Self.products(3, 9), Self.grades) == 0.5)
    #expect(RankingMeasure.judged([], Self.grades) == nil)
    let eleven = (50..<60).map { ProductID(raw: $0) } + Self.products(1)
    #expect(RankingMeasure.judged(eleven, Self.grades) == 0)
  }

  @Test func `queries count the same, those that say nothing are left out, and the worst come first`() {
    let good = JudgedQuery(text: "pot", grades: Self.grades)
    let empty = JudgedQuery(text: "nothing", grades: [ProductID(raw: 1): 0])
    let bad = JudgedQuery(text: "茶壶", grades: Self.grades)
    let evaluation = Evaluation([
      QueryEvaluation(good, finds: Self.products(1, 2, 4), found: 3),
      QueryEvaluation(empty, finds: Self.products(1), found: 1), QueryEvaluation(bad, finds: [], found: 0),
    ])
    #expect(evaluation.ndcg == 0.5 && evaluation.recall == 0.5 && evaluation.judged == 1)
    #expect(evaluation.withoutFinds == 1)
    #expect(good.language == .en && bad.language == .zhHans)
    let other = Evaluation([
      QueryEvaluation(good, finds: Self.products(4), found: 1),
      QueryEvaluation(empty, finds: [], found: 0), QueryEvaluation(bad, finds: Self.products(1), found: 1),
    ])
    let comparison = EvaluationComparison(evaluation, against: other)
    #expect(comparison.worstFirst.map(\.first.text) == ["茶壶", "pot", "nothing"])
    #expect(comparison.moved == (1, 1))
    #expect(comparison.worstFirst.map { $0.change == nil } == [false, false, true])
    #expect(Evaluation([]).ndcg == nil)
  }
}
