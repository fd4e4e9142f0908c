import Values

/// What people decide about ranking: which words mean the same, what stands on top of a query, what counts how much.
public struct SearchTuning: Hashable, Codable, Sendable {
  public var synonyms: [SynonymGroup]
  public var rules: [QueryRule]
  public var weights: RankingWeights

  public init(
    synonyms: [SynonymGroup] = [], rules: [QueryRule] = [], weights: RankingWeights = RankingWeights()
  ) {
    self.synonyms = synonyms
    self.rules = rules
    self.weights = weights
  }

  public static let plain = SearchTuning()
}

public struct SynonymGroup: Hashable, Codable, Sendable, Identifiable {
  public let id: SynonymID
  /// Nil for both ways: each of `words` also finds the others. Else who asks for `from` also finds `words`, and not the
  /// other way round.
  public var from: String?
  /// 1…20, each 1…60 characters; two at least when both ways.
  public var words: [String]
  /// From 1, grows with each change.
  public var version: Int

  public init(id: SynonymID, from: String? = nil, words: [String], version: Int = 1) {
    self.id = id
    self.from = from
    self.words = words
    self.version = version
  }
}

/// What happens when people ask for certain words.
public struct QueryRule: Hashable, Codable, Sendable, Identifiable {
  public let id: QueryRuleID
  /// 1…20 texts of 1…100 characters, compared as queries are read: without case, accents, width and plural.
  public var queries: [String]
  /// Stand first, in this order, when they are on sale and pass the filters; up to 20.
  public var pinned: [ProductID]
  /// Stand last; up to 100.
  public var buried: [ProductID]
  /// A path of the shop, beginning with one slash; up to 200 characters. Nil finds as ever.
  public var redirect: String?
  /// Nil at once.
  public var from: Timestamp?
  /// Nil for ever.
  public var until: Timestamp?
  /// From 1, grows with each change.
  public var version: Int

  public init(
    id: QueryRuleID, queries: [String], pinned: [ProductID] = [], buried: [ProductID] = [], redirect: String? = nil,
    from: Timestamp? = nil, until: Timestamp? = nil, version: Int = 1
  ) {
    self.id = id
    self.queries = queries
    self.pinned = pinned
    self.buried = buried
    self.redirect = redirect
    self.from = from
    self.until = until
    self.version = version
  }

  public func isInForce(at now: Timestamp) -> Bool {
    (from.map { $0 <= now } ?? true) && (until.map { now < $0 } ?? true)
  }
}

/// How much each thing counts. Fields weigh against one another; signals are shares by which they can raise a score at most,
/// so that what is asked for stays ahead of what sells.
public struct RankingWeights: Hashable, Codable, Sendable {
  /// 0…20 each.
  public var title: Double
  public var brand: Double
  public var category: Double
  public var attributes: Double
  public var body: Double
  /// How much being the very kind of thing that is asked for raises a score, 0…3.
  public var kind: Double
  /// 0…1 each: the most by which the best sold, best rated, newest raise their scores.
  public var sales: Double
  public var rating: Double
  public var freshness: Double
  /// 0…1: the share of a score that goods out of stock lose.
  public var stock: Double

  public init(
    title: Double = 8, brand: Double = 5, category: Double = 4, attributes: Double = 2, body: Double = 0.6,
    kind: Double = 0.8, sales: Double = 0.15, rating: Double = 0.08, freshness: Double = 0.04, stock: Double = 0.25
  ) {
    self.title = title
    self.brand = brand
    self.category = category
    self.attributes = attributes
    self.body = body
    self.kind = kind
    self.sales = sales
    self.rating = rating
    self.freshness = freshness
    self.stock = stock
  }

  /// Each weight with its name, as settings, forms and files call it, and the range that it must be in.
  public static let fields:
    [(name: String, path: any WritableKeyPath<RankingWeights, Double> & Sendable, range: ClosedRange<Double>)] = [
      ("title", \.title, 0...20), ("brand", \.brand, 0...20), ("category", \.category, 0...20),
      ("attributes", \.attributes, 0...20), ("body", \.body, 0...20), ("kind", \.kind, 0...3),
      ("sales", \.sales, 0...1), ("rating", \.rating, 0...1), ("freshness", \.freshness, 0...1),
      ("stock", \.stock, 0...1),
    ]
}
