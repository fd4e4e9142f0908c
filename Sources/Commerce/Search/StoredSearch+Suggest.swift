import Synchronization
import Values

extension StoredSearch {
  private static let mostWords = 3

  public func suggest(_ text: String, language: Language, limit: Int) async throws -> [Suggestion] {
    let limit = min(max(limit, 1), 20)
    let terms = QueryTerm.terms(of: text)
    guard !terms.isEmpty else { return [] }
    let snapshot = state.withLock { $0 }
    let words = terms.count == 1 ? terms[0].typed.map { self.words(beginning: $0, in: snapshot) } ?? [] : []
    let query = SearchQuery(language: language)
    // More than are shown, since titles that only hold the pairs of a Chinese word are passed over.
    var tally = Tally(query, Filter(query, snapshot.columns), snapshot.columns, most: limit * 2, after: nil)
    tally.visit(snapshot.matches(terms, completes: true, titlesOnly: true))
    let figures = tally.finish().hits.map { snapshot.columns.figures(Int($0.number)) }
    let wanted = Folding.plain(String(text.prefix(QueryTerm.longestQuery))).split(separator: " ")
    let isHan = terms.allSatisfy { $0.typed == nil }
    let titles = try await cards(figures).filter { card in
      guard isHan else { return true }
      let title = Folding.plain(card.title.en + " " + card.title.zhHans)
      return wanted.allSatisfy { title.contains($0) }
    }
    let products = titles.map { Suggestion(text: $0.title[language], product: $0.product) }
    return Array((words.map { Suggestion(text: $0, product: nil) } + products).prefix(limit))
  }

  /// Words of titles that begin so, those of most products first.
  private func words(beginning typed: String, in snapshot: IndexState) -> [String] {
    let prefix = Array(typed.utf8)
    var counts: [String: Int] = [:]
    for placed in snapshot.segments {
      let segment = placed.segment
      for index in segment.tokens.range(prefix: prefix).prefix(200) {
        let count = segment.postings[segment.range(of: index)].prefix(1000).count { posting in
          posting & UInt32(Field.title) != 0 && snapshot.columns.isListed(placed.start + Int(posting >> 3))
        }
        if count > 0 { counts[String(decoding: segment.tokens.token(index), as: UTF8.self), default: 0] += count }
      }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostWords).map(\.key)
  }
}
