import Search

/// What is asked for, in OpenSearch's query language. Tokens are ours on both sides, so that this engine finds what the
/// one within the program finds.
struct WordsQuery: Sendable {
  /// Which finds count.
  enum Mode: String, Sendable {
    /// Those that hold everything asked for.
    case all
    /// Those that hold some of it, those with more first.
    case some
  }

  /// More than any score of words reaches, so that who holds more comes first whatever it is worth.
  private static let step = 10_000.0
  /// What a word that only begins so is worth beside one that is held, whose rarity counts too.
  private static let prefixWorth = 2.0

  private let tree: QueryTree
  private let weights: RankingWeights

  init(_ tree: QueryTree, weights: RankingWeights) {
    self.tree = tree
    self.weights = weights
  }

  var isOpen: Bool { tree.wants.isEmpty }

  /// Nil where nothing can meet it.
  /// - Parameter scored: wraps what the score comes from.
  func query(_ mode: Mode, scored: (JSON) -> JSON = { $0 }) -> JSON? {
    if isOpen { return ["match_all": [:]] }
    let wants = tree.wants.compactMap { self.want($0) }
    switch mode {
    case .all:
      guard wants.count == tree.wants.count else { return nil }
      return scored(Self.bool(wants, atLeast: wants.count))
    case .some:
      let spare = spare
      guard !wants.isEmpty || spare != nil else { return nil }
      let words = scored(Self.bool(wants + [spare].compactMap(\.self), atLeast: 1))
      let steps = zip(tree.wants.filter { self.want($0) != nil }, wants).map { want, query in
        JSON.object([
          "constant_score": ["filter": query, "boost": .decimal(DocumentBody.rounded(want.weight * Self.step))]
        ])
      }
      return ["bool": ["must": [words], "should": .list(steps)]]
    }
  }

  private static func bool(_ wants: [JSON], atLeast: Int) -> JSON {
    ["bool": ["should": .list(wants), "minimum_should_match": .number(Int64(atLeast))]]
  }

  /// The best of its ways counts.
  private func want(_ want: QueryTree.Want) -> JSON? {
    let ways = want.ways.compactMap { way($0, boost: $0.worth * want.weight) }
    if ways.count == 1 { return ways[0] }
    return ways.isEmpty ? nil : ["dis_max": ["queries": .list(ways)]]
  }

  private func way(_ way: QueryTree.Way, boost: Double) -> JSON? {
    guard let last = way.tokens.last else { return nil }
    guard way.isPrefix else { return tokens(way.tokens, boost: boost) }
    let beginning: JSON = [
      "dis_max": [
        "queries": .list(
          [("title", weights.title), ("brand", weights.brand), ("category", weights.category)].map { field, weight in
            let boost = DocumentBody.rounded(boost * weight * Self.prefixWorth)
            return ["prefix": .object([field: ["value": .text(last), "boost": .decimal(boost)]])]
          })
      ]
    ]
    if way.tokens.count == 1 { return beginning }
    return ["bool": ["must": [tokens(Array(way.tokens.dropLast()), boost: boost), beginning]]]
  }

  /// All of them, each in any field; the field where it counts most decides, and the others add a little.
  private func tokens(_ tokens: [String], boost: Double) -> JSON {
    [
      "multi_match": [
        "query": .text(tokens.joined(separator: " ")), "type": "cross_fields", "operator": "and",
        "analyzer": "whitespace", "fields": fields, "tie_breaker": 0.2,
        "boost": .decimal(DocumentBody.rounded(boost)),
      ]
    ]
  }

  private var fields: JSON {
    .texts(
      [
        ("title", weights.title), ("brand", weights.brand), ("category", weights.category),
        ("attributes", weights.attributes), ("body", weights.body),
      ].map { "\($0)^\(DocumentBody.rounded($1))" })
  }

  /// For what our own tokens miss, such as irregular plurals: the names of goods as OpenSearch itself reads them.
  private var spare: JSON? {
    let typed = tree.wants.compactMap { $0.ways.first }.filter { !$0.isPrefix }.flatMap(\.tokens)
    guard !typed.isEmpty else { return nil }
    return [
      "multi_match": [
        "query": .text(typed.joined(separator: " ")), "type": "most_fields",
        "fields": ["names", "names.english"], "minimum_should_match": "2<67%", "boost": 0.5,
      ]
    ]
  }

  /// The tokens that say what kind of thing is asked for.
  var kinds: [String] {
    var seen: Set<String> = []
    return tree.wants.flatMap(\.ways).filter { !$0.isPrefix && $0.worth >= 0.6 }.flatMap(\.tokens).filter {
      seen.insert($0).inserted
    }
  }
}
