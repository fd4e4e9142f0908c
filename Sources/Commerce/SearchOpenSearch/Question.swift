import Foundation
import Search
import Values

/// A question of the shop as a search of OpenSearch, and its answer read.
struct Question: Sendable {
  /// How deep numbered pages go; OpenSearch refuses what is beyond (`index.max_result_window`).
  static let deepest = 10_000

  private let ask: EngineAsk
  private let filters: Filters
  private let words: WordsQuery
  private let limit: Int
  private let from: Int
  private let after: Place?

  /// Where a page ended.
  private struct Place: Sendable {
    let mode: WordsQuery.Mode
    let values: [JSON]
  }

  /// Nil where nothing can be found.
  init?(_ ask: EngineAsk) {
    guard let filters = Filters(ask) else { return nil }
    self.ask = ask
    self.filters = filters
    words = WordsQuery(ask.tree, weights: ask.weights)
    limit = min(max(ask.limit, 1), 100)
    switch ask.start {
    case .page(let page): (from, after) = ((max(1, min(page, Self.deepest)) - 1) * limit, nil)
    case .after(let cursor): (from, after) = (0, Self.place(cursor, ask.sort))
    }
  }

  /// What to ask first. A page that follows another keeps to what that one did.
  var first: WordsQuery.Mode { after?.mode ?? .all }
  /// Whether finds that hold some of the words will do where none holds all.
  var allowsSome: Bool { ask.tree.allowsPart && !words.isOpen && after == nil }
  private var isRanked: Bool { ask.sort == .relevance }

  /// Nil where nothing can meet it. A page beyond the deepest asks for no finds, so that only the counts come.
  func body(_ mode: WordsQuery.Mode) -> JSON? {
    let kinds = words.kinds
    guard
      let plain = words.query(mode),
      let scored = words.query(mode, scored: { isRanked ? Signals.scored($0, ask.weights, kinds: kinds) : $0 })
    else { return nil }
    // By other sorts they are found too, and stand where they belong.
    let pinned = isRanked || !ask.tree.wants.isEmpty ? ask.pinned.map(\.raw) : []
    let ordered = Signals.ordered(
      scored, first: pinned, last: isRanked ? ask.buried.map(\.raw).sorted() : [])
    let isReachable = from + limit < Self.deepest
    var body: [String: JSON] = [
      "query": ["bool": ["must": [ordered], "filter": .list(filters.fixed)]],
      "size": .number(isReachable ? Int64(limit + 1) : 0), "track_total_hits": true, "_source": false,
      "sort": .list(sort.map { field, order in .object([field: .text(order)]) }),
    ]
    if from > 0, isReachable { body["from"] = .number(Int64(from)) }
    if let after { body["search_after"] = .list(after.values) }
    if !filters.faceted.isEmpty { body["post_filter"] = Filters.all(filters.without(nil)) }
    var aggregations = ask.wantsFacets ? Facets(filters).aggregations : [:]
    // What is pinned is found whatever it holds, so that finds don't say whether anything holds the words.
    if !pinned.isEmpty, mode == .all { aggregations["held"] = ["filter": Filters.all(filters.without(nil) + [plain])] }
    if !aggregations.isEmpty { body["aggs"] = .object(aggregations) }
    return .object(body)
  }

  /// By which finds are sorted; of equal ones the newer product comes first.
  private var sort: [(field: String, order: String)] {
    let first =
      switch ask.sort {
      case .relevance: [("_score", "desc"), ("sold", "desc"), ("createdAt", "desc")]
      case .newest: [("createdAt", "desc")]
      case .bestSelling: [("sold", "desc"), ("createdAt", "desc")]
      case .priceUp: [("price", "asc")]
      case .priceDown: [("price", "desc")]
      case .rating: [("rating", "desc"), ("reviews", "desc")]
      }
    return first + [("product", "desc")]
  }

  /// Whether anything holds what was asked for.
  func holds(_ answer: FindsAnswer) -> Bool {
    (answer.aggregations?["held"]?.count ?? answer.hits.total?.value ?? answer.hits.hits.count) > 0
  }

  func read(_ answer: FindsAnswer, _ mode: WordsQuery.Mode) -> EngineAnswer {
    let hits = answer.hits.hits
    let page = hits.prefix(limit)
    let next = hits.count > limit ? page.last?.sort.flatMap { cursor(mode, $0) } : nil
    let total = answer.hits.total?.value ?? hits.count
    var found = EngineAnswer(
      products: page.compactMap { Int64($0.id).map { ProductID(raw: $0) } }, total: total, next: next,
      holdsAll: mode == .all || total == 0)
    if ask.wantsFacets { Facets(filters).read(answer.aggregations ?? [:], into: &found) }
    return found
  }

  private func cursor(_ mode: WordsQuery.Mode, _ values: [JSON]) -> Cursor? {
    let parts = values.compactMap { value -> String? in
      switch value {
      case .number(let number): "\(number)"
      case .decimal(let number): "\(number)"
      default: nil
      }
    }
    return parts.count == values.count ? Cursor([ask.sort.rawValue, mode.rawValue] + parts) : nil
  }

  /// Nil for a cursor of another sort, of another engine, or none at all: the list begins anew then.
  private static func place(_ cursor: Cursor, _ sort: SearchQuery.Sort) -> Place? {
    let lengths: [SearchQuery.Sort: Int] = [.relevance: 4, .bestSelling: 3, .rating: 3]
    guard cursor.parts.count == 2 + lengths[sort, default: 2], cursor.parts[0] == sort.rawValue,
      let mode = WordsQuery.Mode(rawValue: cursor.parts[1])
    else { return nil }
    let values = cursor.parts.dropFirst(2).compactMap { part -> JSON? in
      if let number = Int64(part) { return .number(number) }
      return Double(part).flatMap { $0.isFinite ? .decimal($0) : nil }
    }
    return values.count == cursor.parts.count - 2 ? Place(mode: mode, values: values) : nil
  }
}
