import Storage
import Synchronization
import Values

extension StoredSearch {
  private static let mostWords = 3
  private static let mostShelves = 2
  /// Who suggests a dozen doesn't look through all that begins with a letter.
  private static let enough = 500
  /// Finds whose shelves are read, and as many as are asked for at least.
  private static let fewFinds = 12
  /// Finds whose titles tell how Chinese words go on.
  private static let tellingFinds = 24

  public func suggest(_ query: SuggestQuery) async throws -> [Suggestion] {
    let limit = min(max(query.limit, 1), 20)
    let text = Self.cut(query.text)
    let kept = try await reader(nil)
    let vocabulary = engine.vocabulary
    let read = try await kept.reader.read(text, isTyping: true, vocabulary: vocabulary)
    guard !read.tree.wants.isEmpty, read.tree.wants.contains(where: { !$0.ways.isEmpty }) else { return [] }
    let continuations = Continuations(completing: text)
    let fewest = continuations == nil ? Self.fewFinds : Self.tellingFinds
    let answer = try await engine.find(
      EngineAsk(
        tree: read.tree, limit: max(limit, fewest), weights: kept.tuning.weights, wantsFacets: false,
        enough: Self.enough))
    let cards = try await cards(answer.products)
    let words =
      if let continuations {
        continuations.offers(among: cards.map { $0.title[.zhHans] })
      } else {
        try await self.words(completing: text, in: vocabulary)
      }
    let products = cards.prefix(max(limit, Self.fewFinds)).map {
      Suggestion(text: $0.title[query.language], target: .product($0.product))
    }
    let shelves = try await self.shelves(Array(cards.prefix(Self.fewFinds)), text, query.language)
    let queries = words.map { Suggestion(text: $0, target: .query) }
    // Products keep room where there are any.
    let heads = Array((queries + shelves).prefix(max(limit - min(products.count, (limit + 1) / 2), 0)))
    return Array((heads + products).prefix(limit))
  }

  /// The text with its last word completed by words of goods, those of most goods first.
  private func words(completing text: String, in vocabulary: any Vocabulary) async throws -> [String] {
    guard let last = text.split(separator: " ").last, text.last?.isWhitespace == false,
      last.utf8.allSatisfy({ $0 < 0x80 }), last.utf8.count >= 2
    else { return [] }
    let typed = last.lowercased()
    let before = text.dropLast(last.count)
    return try await vocabulary.written(beginning: typed, limit: Self.mostWords + 1)
      .filter { $0.token != typed }.prefix(Self.mostWords).map { before + $0.token }
  }

  /// Categories and brands of the finds of which a name holds what is typed, those of the best finds first.
  private func shelves(_ cards: [ProductCard], _ text: String, _ language: Language) async throws -> [Suggestion] {
    let wanted = Folding.plain(text).split(separator: " ")
    func fits(_ name: String) -> Bool {
      let folded = Folding.plain(name)
      return !wanted.isEmpty && wanted.allSatisfy { folded.contains($0) }
    }
    let documents = try await database.read { try SearchDocumentTable.documents(cards.map(\.product), in: $0) }
    let known = Dictionary(documents.map { ($0.0.card.product, $0.0) }, uniquingKeysWith: { $1 })
    var brands: [Suggestion] = []
    var categories: [Suggestion] = []
    func note(_ suggestion: Suggestion, in list: inout [Suggestion]) {
      if list.count < Self.mostShelves, !list.contains(suggestion) { list.append(suggestion) }
    }
    for document in cards.compactMap({ known[$0.product] }) {
      if let brand = document.card.brand, fits(document.brand) {
        note(Suggestion(text: document.brand, target: .brand(brand)), in: &brands)
      }
      // The nearest category's name stands first.
      let names = [document.categoryNames[language], document.categoryNames.en, document.categoryNames.zhHans]
        .map { $0.split(separator: "\n").first.map(String.init) ?? "" }
      if let category = document.card.category, let name = names.first(where: { !$0.isEmpty }),
        names.contains(where: fits)
      {
        note(Suggestion(text: name, target: .category(category)), in: &categories)
      }
    }
    return categories + brands
  }
}
