import MadeCatalogue
import Search
import Testing
import Values

/// What it gains to tell the thing that is asked for from what is made for it: the same questions with that weight as it
/// is usually, and without it.
@Suite struct KindTests {
  /// By how much NDCG@10 must be better with it.
  enum Floor {
    static let demoGain = 0.0005
    static let madeGain = 0.005
  }

  // req: 3.1.6-1
  @Test func `things before what is made for them: what people judged of the demo shop is found better`() async throws {
    let goods = try DemoGoods()
    let golden = try await GoldenSearch(goods.documents)
    let judged = try JudgedText.read(products: goods.products)
    try await expectGain(of: Floor.demoGain, "demo shop", golden, judged.map { ($0.text, $0.language) }) {
      place, finds in
      RankingMeasure.ndcg(finds, judged[place].grades)
    }
  }

  // req: 3.1.6-1
  @Test func `things before what is made for them: made goods are found better`() async throws {
    let catalogue = MadeCatalogue(count: 3000)
    let questions = MadeQueries(catalogue, each: 160).judged.filter { $0.ideal.contains { $0 > 0 } }
    let golden = try await GoldenSearch(catalogue.documents(0..<catalogue.count))
    try await expectGain(of: Floor.madeGain, "made goods", golden, questions.map { ($0.text, $0.language) }) {
      place, finds in
      let grades = finds.map { Double(questions[place].grade(catalogue.facts(catalogue.index($0)))) }
      return RankingMeasure.ndcg(grades, best: questions[place].ideal.map(Double.init))
    }
  }

  private func expectGain(
    of floor: Double, _ name: String, _ golden: GoldenSearch, _ questions: [(text: String, language: Language)],
    _ measure: (_ place: Int, _ finds: [ProductID]) -> Double?
  ) async throws {
    var without = RankingWeights()
    without.kind = 0
    var means: [Double] = []
    for weights in [RankingWeights(), without] {
      var values: [Double] = []
      for (place, question) in questions.enumerated() {
        let found = try await golden.search.search(
          SearchQuery(
            text: question.text, language: question.language, limit: RankingMeasure.first,
            tuning: SearchTuning(weights: weights)))
        if let value = measure(place, found.cards.map(\.product)) { values.append(value) }
      }
      try #require(!values.isEmpty)
      means.append(values.reduce(0, +) / Double(values.count))
    }
    let gain = means[0] - means[1]
    print("NDCG@10 of the \(name): \(means[0]) with the kind of thing, \(means[1]) without it")
    #expect(gain >= floor, "\(means[0]) with the kind of thing, \(means[1]) without it")
  }
}
