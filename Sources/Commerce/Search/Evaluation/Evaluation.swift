import Values

/// What people judged of one query.
public struct JudgedQuery: Hashable, Sendable {
  public let text: String
  public let grades: [ProductID: Double]

  public init(text: String, grades: [ProductID: Double]) {
    self.text = text
    self.grades = grades
  }

  /// In which it is asked: Chinese as soon as it has a Chinese character.
  public var language: Language {
    text.unicodeScalars.contains { $0.properties.isIdeographic } ? .zhHans : .en
  }
}

/// How the finds of one query stand beside what was judged.
public struct QueryEvaluation: Hashable, Codable, Sendable {
  public let text: String
  /// How many products were judged for it.
  public let judgements: Int
  /// How many finds there are in all.
  public let found: Int
  /// As `RankingMeasure.ndcg` over the first ten.
  public let ndcg: Double?
  /// As `RankingMeasure.recall` over the first hundred.
  public let recall: Double?
  /// As `RankingMeasure.judged` over the first ten.
  public let judged: Double?

  /// - Parameter finds: the first hundred, in order.
  public init(_ query: JudgedQuery, finds: [ProductID], found: Int) {
    text = query.text
    judgements = query.grades.count
    self.found = found
    ndcg = RankingMeasure.ndcg(finds, query.grades)
    recall = RankingMeasure.recall(finds, query.grades)
    judged = RankingMeasure.judged(finds, query.grades)
  }
}

/// All queries of a file together: each counts the same, and where a measure says nothing the query is left out of it.
public struct Evaluation: Hashable, Codable, Sendable {
  /// In the order of the file.
  public let queries: [QueryEvaluation]

  public init(_ queries: [QueryEvaluation]) { self.queries = queries }

  public var ndcg: Double? { Self.mean(queries.map(\.ndcg)) }
  public var recall: Double? { Self.mean(queries.map(\.recall)) }
  public var judged: Double? { Self.mean(queries.map(\.judged)) }
  public var withoutFinds: Int { queries.count { $0.found == 0 } }

  private static func mean(_ values: [Double?]) -> Double? {
    let values = values.compactMap(\.self)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

/// Two settings beside one another, asked the same.
public struct EvaluationComparison: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    public let first: QueryEvaluation
    /// Nil where nothing is compared.
    public let second: QueryEvaluation?

    /// By how much the second is better; nil where either says nothing.
    public var change: Double? {
      guard let before = first.ndcg, let after = second?.ndcg else { return nil }
      return after - before
    }
  }

  public let first: Evaluation
  public let second: Evaluation?

  /// - Parameter second: of the same queries in the same order.
  public init(_ first: Evaluation, against second: Evaluation? = nil) {
    self.first = first
    self.second = second
  }

  /// The worst of the first setting come first, those that say nothing last.
  public var worstFirst: [Row] {
    rows.enumerated().sorted { left, right in
      let (one, other) = (left.element.first.ndcg ?? 2, right.element.first.ndcg ?? 2)
      return one == other ? left.offset < right.offset : one < other
    }.map(\.element)
  }

  /// In how many queries the second is better, and in how many worse, by more than rounding.
  public var moved: (better: Int, worse: Int) {
    let changes = rows.compactMap(\.change)
    return (changes.count { $0 > 1e-9 }, changes.count { $0 < -1e-9 })
  }

  private var rows: [Row] {
    first.queries.enumerated().map { index, query in
      Row(first: query, second: second.flatMap { $0.queries.indices.contains(index) ? $0.queries[index] : nil })
    }
  }
}
