import Foundation
import MadeCatalogue
import Search
import TestKit
import Testing
import Values

/// How well search finds, as numbers that may not fall. What was judged of the demo shop stands in
/// `Tests/Commerce/Search/Golden/demo.csv`: a handle stands for all goods that have it, 3 is what was asked for, 2 does
/// as well, 1 is near, and what isn't named is 0.
@Suite struct GoldenTests {
  enum Floor {
    static let demoNDCG = 0.90
    static let demoRecall = 0.82
    static let madeNDCG = 0.87
    static let rightFirst = 0.95
  }

  // req: 3.1.4-1
  @Test func `what people judged of the demo shop's goods is found, the best first`() async throws {
    let goods = try DemoGoods()
    let golden = try await GoldenSearch(goods.documents)
    var measured: [Measured] = []
    for judged in try JudgedText.read(products: goods.products) {
      let query = SearchQuery(text: judged.text, language: judged.language, limit: 100)
      let finds = try await golden.search.search(query).cards.map(\.product)
      measured.append(try Measured(judged, finds))
    }
    #expect(measured.count >= 220)
    let worst = measured.sorted { $0.ndcg < $1.ndcg }.prefix(15).map { "\($0.text) \(rounded($0.ndcg))" }
    let (ndcg, recall) = (mean(measured.map(\.ndcg)), mean(measured.map(\.recall)))
    #expect(ndcg >= Floor.demoNDCG, "NDCG@10 \(rounded(ndcg)); the worst: \(worst.joined(separator: ", "))")
    let lost = measured.filter { $0.recall < 1 }.prefix(15).map(\.text)
    #expect(recall >= Floor.demoRecall, "recall@100 \(rounded(recall)); not whole: \(lost.joined(separator: ", "))")
  }

  @Test func `a slip in a word of a title is answered with the word that was meant`() async throws {
    let goods = try DemoGoods()
    let golden = try await GoldenSearch(goods.documents)
    let (words, known) = (goods.titleWords, goods.knownWords)
    var random = MadeRandom(6)
    var slips: [(typed: String, meant: String)] = []
    while slips.count < 320 {
      let word = words[Int(random.next() >> 1) % words.count]
      let typed = MadeQueries.slip(of: word, &random)
      if typed != word, !known.contains(typed), !known.contains(typed + "s") { slips.append((typed, word)) }
    }
    try await expectRight(slips, golden)
  }

  // req: 3.1.4-1
  @Test func `made goods are found by kind, colour, material, brand and series`() async throws {
    let catalogue = MadeCatalogue(count: 3000)
    let queries = MadeQueries(catalogue, each: 160)
    let golden = try await GoldenSearch(catalogue.documents(0..<catalogue.count))
    var values: [(ndcg: Double, text: String)] = []
    for question in queries.judged {
      let query = SearchQuery(text: question.text, language: question.language, limit: 10)
      let found = try await golden.search.search(query)
      let grades = found.cards.map { Double(question.grade(catalogue.facts(catalogue.index($0.product)))) }
      guard let ndcg = RankingMeasure.ndcg(grades, best: question.ideal.map(Double.init)) else { continue }
      values.append((ndcg, question.text))
    }
    let worst = values.sorted { $0.ndcg < $1.ndcg }.prefix(15).map { "\($0.text) \(rounded($0.ndcg))" }
    let ndcg = mean(values.map(\.ndcg))
    #expect(ndcg >= Floor.madeNDCG, "NDCG@10 \(rounded(ndcg)); the worst: \(worst.joined(separator: ", "))")
    try await expectRight(queries.slips.map { ($0.typed, $0.meant) }, golden)
  }

  /// Right is the word itself, or whatever has the same finds, such as its plural.
  private func expectRight(_ slips: [(typed: String, meant: String)], _ golden: GoldenSearch) async throws {
    var wrong: [String] = []
    for slip in slips {
      let found = try await golden.search.search(SearchQuery(text: slip.typed, language: .en, limit: 100))
      if found.correction?.text.lowercased() == slip.meant { continue }
      let said = found.correction?.text ?? "nothing"
      let meant = try await golden.search.search(
        SearchQuery(text: slip.meant, language: .en, limit: 100, isExact: true))
      let offered = try await golden.search.search(SearchQuery(text: said, language: .en, limit: 100, isExact: true))
      let isSame = found.correction != nil && offered.cards.map(\.product) == meant.cards.map(\.product)
      if !isSame { wrong.append("\(slip.typed): \(said), not \(slip.meant)") }
    }
    let share = 1 - Double(wrong.count) / Double(slips.count)
    let shown = wrong.prefix(20).joined(separator: "; ")
    #expect(share >= Floor.rightFirst, "\(rounded(share)) of \(slips.count) were right: \(shown)")
  }
}

/// A query with what was judged of it.
struct JudgedText {
  let text: String
  let grades: [ProductID: Double]

  var language: Language { text.unicodeScalars.contains { $0.properties.isIdeographic } ? .zhHans : .en }

  static func read(products: [String: [ProductID]]) throws -> [JudgedText] {
    let file = DemoGoods.root.appending(path: "Tests/Commerce/Search/Golden/demo.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
    var (order, grades) = ([String](), [String: [ProductID: Double]]())
    for line in lines {
      let parts = line.split(separator: ",").map(String.init)
      try #require(parts.count == 3, "\(line)")
      let grade = try #require(Double(parts[2]), "\(line)")
      if grades[parts[0]] == nil { order.append(parts[0]) }
      for product in try #require(products[parts[1]], "\(line)") {
        grades[parts[0], default: [:]][product] = grade
      }
    }
    return order.map { JudgedText(text: $0, grades: grades[$0] ?? [:]) }
  }
}

private struct Measured {
  let text: String
  /// Over the first ten finds.
  let ndcg: Double
  /// The share of all goods with a grade that is among the first hundred.
  let recall: Double

  /// Fails the test for a query of which nothing is judged to be good: it would count for nothing, or as whole.
  init(_ judged: JudgedText, _ finds: [ProductID]) throws {
    text = judged.text
    ndcg = try #require(RankingMeasure.ndcg(finds, judged.grades), "\(judged.text)")
    recall = try #require(RankingMeasure.recall(finds, judged.grades), "\(judged.text)")
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

private func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
