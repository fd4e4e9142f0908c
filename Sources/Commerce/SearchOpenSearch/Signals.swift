import Search

/// What raises and lowers the score of words: each thing by a share that is bounded, whatever the figures are.
enum Signals {
  /// The score is multiplied with the sum of all that apply.
  static func scored(_ query: JSON, _ weights: RankingWeights, kinds: [String]) -> JSON {
    var functions: [JSON] = [
      ["filter": ["term": ["inStock": true]], "weight": 1.0],
      ["filter": ["term": ["inStock": false]], "weight": .decimal(DocumentBody.rounded(1 - weights.stock))],
    ]
    func add(_ weight: Double, _ function: [String: JSON]) {
      guard weight > 0 else { return }
      functions.append(.object(function.merging(["weight": .decimal(DocumentBody.rounded(weight))]) { $1 }))
    }
    add(weights.sales, ["field_value_factor": ["field": "salesSignal", "missing": 0]])
    add(weights.rating, ["field_value_factor": ["field": "ratingSignal", "missing": 0]])
    // From the beginning of the day, so that scores stand still while somebody pages.
    add(
      weights.freshness, ["exp": ["createdAt": ["origin": "now/d", "scale": "30d", "decay": 0.5]]])
    if !kinds.isEmpty { add(weights.kind, ["filter": ["terms": ["head": .texts(kinds)]]]) }
    return [
      "function_score": [
        "query": query, "functions": .list(functions), "score_mode": "sum", "boost_mode": "multiply",
      ]
    ]
  }

  /// Puts some last and others first, in their order.
  static func ordered(_ query: JSON, first: [Int64], last: [Int64]) -> JSON {
    var query = query
    if !last.isEmpty {
      query = [
        "boosting": [
          "positive": query, "negative": ["terms": ["product": .list(last.map { .number($0) })]],
          "negative_boost": 0.000001,
        ]
      ]
    }
    guard !first.isEmpty else { return query }
    // Higher than any other score, and apart from one another by more than a score can be rounded.
    let places = first.enumerated().map { place, product in
      JSON.object([
        "constant_score": [
          "filter": ["term": ["product": .number(product)]], "boost": .number(4_000_000 - Int64(place) * 1000),
        ]
      ])
    }
    return ["dis_max": ["queries": .list(places + [query])]]
  }
}
