import MadeCatalogue
import Search
import Testing
import Values

@Suite struct MadeCatalogueTests {
  private let catalogue = MadeCatalogue(count: 400)

  @Test func `the same seed makes the same goods, in whatever order they are made`() {
    let again = MadeCatalogue(count: 10_000)
    let first = catalogue.documents(0..<50)
    let reversed = (0..<50).reversed().compactMap { again.document($0) }
    #expect(first == Array(reversed.reversed()))
    #expect(MadeCatalogue(count: 400, seed: 1).documents(0..<50) != first)
  }

  @Test func `every product can be made, has words in both languages and something to filter by`() {
    let documents = catalogue.documents(0..<400)
    #expect(documents.count == 400)
    for document in documents {
      #expect(!document.card.title.en.isEmpty && !document.card.title.zhHans.isEmpty)
      #expect(!document.body.en.isEmpty && !document.body.zhHans.isEmpty)
      #expect(document.choices.count == 2)
    }
  }

  @Test func `a few brands are common and most are rare`() {
    let counts = Dictionary(grouping: (0..<400).map { catalogue.facts($0).brand }, by: { $0 }).mapValues(\.count)
    let most = counts.values.max() ?? 0
    #expect(most >= 4)
    #expect(counts.values.count { $0 == 1 } > counts.count / 2)
  }

  @Test func `questions judge what they ask for best and other kinds not at all`() throws {
    let queries = MadeQueries(catalogue, each: 30)
    for question in queries.judged {
      #expect(question.ideal.first == 3, "\(question.text) is asked of a product that is there")
      let grades = (0..<400).map { question.grade(catalogue.facts($0)) }
      #expect(Array(grades.filter { $0 > 0 }.sorted(by: >).prefix(10)) == question.ideal)
      guard let kind = question.kind, let leaf = question.leaf else { continue }
      for index in 0..<400 where catalogue.facts(index).kind != kind && catalogue.facts(index).leaf != leaf {
        #expect(grades[index] == 0)
      }
    }
  }

  @Test func `slips are one letter away from what was meant`() {
    let slips = MadeQueries(catalogue, each: 50).slips
    #expect(slips.count == 100)
    for slip in slips {
      #expect(abs(slip.typed.count - slip.meant.count) <= 1)
      #expect(slip.typed != slip.meant)
    }
  }

  @Test func `about one slip in six is made at the first letter`() {
    let firsts = MadeQueries(catalogue, each: 150).slips.filter { $0.typed.first != $0.meant.first }
    #expect((35...60).contains(firsts.count))
    #expect(firsts.contains { $0.typed == $0.meant.dropFirst() }, "missing")
    #expect(firsts.contains { $0.typed.dropFirst() == $0.meant.dropFirst() }, "wrong")
    #expect(firsts.contains { $0.typed.count == $0.meant.count && $0.typed.sorted() == $0.meant.sorted() }, "turned")
  }
}
