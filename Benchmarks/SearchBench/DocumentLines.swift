import Foundation
import MadeCatalogue
import Search
import Values

/// The goods as peers read them, a line each: id, titles, brand, categories, words and introductions (English and
/// Chinese after one another), price, numbers of brand and category, and what it is for grading.
struct DocumentLines {
  let catalogue: MadeCatalogue

  init(_ catalogue: MadeCatalogue) { self.catalogue = catalogue }

  func write() {
    for start in stride(from: 0, to: catalogue.count, by: 2000) {
      var lines = ""
      for index in start..<min(start + 2000, catalogue.count) { lines += line(index) + "\n" }
      FileHandle.standardOutput.write(Data(lines.utf8))
    }
  }

  private func line(_ index: Int) -> String {
    guard let document = catalogue.document(index) else { return "" }
    let (card, facts) = (document.card, catalogue.facts(index))
    let texts =
      [card.title.en, card.title.zhHans, document.brand]
      + [document.categoryNames, document.words, document.body].flatMap { [$0.en, $0.zhHans] }
    let numbers = [Int(facts.price), facts.brand, facts.leaf]
    let grading = [facts.kind, facts.leaf, facts.colour, facts.material, facts.brand, facts.series ?? -1]
    return (["\(index)"] + texts + numbers.map(String.init) + [grading.map(String.init).joined(separator: ",")])
      .joined(separator: "\t")
  }
}
