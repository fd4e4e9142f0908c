import Flows
import Search
import Values

/// Words that find one another's goods.
struct SynonymAnswer: Encodable, Sendable {
  let id: String
  @OrNull var from: String?
  let words: [String]
  let version: Int

  init(_ group: SynonymGroup) {
    id = group.id.description
    _from = OrNull(wrappedValue: group.from)
    words = group.words
    version = group.version
  }
}

struct SearchRuleAnswer: Encodable, Sendable {
  let id: String
  let queries: [String]
  let pinned: [String]
  let buried: [String]
  @OrNull var redirect: String?
  @OrNull var from: String?
  @OrNull var until: String?
  let version: Int

  init(_ rule: QueryRule) {
    id = rule.id.description
    queries = rule.queries
    pinned = rule.pinned.map(\.description)
    buried = rule.buried.map(\.description)
    _redirect = OrNull(wrappedValue: rule.redirect)
    _from = OrNull(wrappedValue: rule.from?.description)
    _until = OrNull(wrappedValue: rule.until?.description)
    version = rule.version
  }
}

struct SearchQueryAnswer: Encodable, Sendable {
  /// Empty for all that the day had no room for.
  let query: String
  let language: String
  let asked: Int
  let withoutFinds: Int
  let opened: Int
  let bought: Int
  let found: Int

  init(_ count: QueryCount) {
    query = count.text
    language = count.language.rawValue
    asked = count.asked
    withoutFinds = count.zero
    opened = count.clicks
    bought = count.purchases
    found = count.found
  }
}

struct SearchDayAnswer: Encodable, Sendable {
  let day: String
  let asked: Int
  let withoutFinds: Int
  let opened: Int
  let bought: Int

  init(_ day: QueryDay) {
    self.day = day.day.description
    asked = day.asked
    withoutFinds = day.zero
    opened = day.clicks
    bought = day.purchases
  }
}

/// What a judgement file says of the finds: of all queries, and of each, the worst first.
struct SearchEvaluationAnswer: Encodable, Sendable {
  struct Measures: Encodable, Sendable {
    @OrNull var ndcg10: Double?
    @OrNull var recall100: Double?
    @OrNull var judged10: Double?

    init(_ evaluation: Evaluation) {
      _ndcg10 = OrNull(wrappedValue: evaluation.ndcg)
      _recall100 = OrNull(wrappedValue: evaluation.recall)
      _judged10 = OrNull(wrappedValue: evaluation.judged)
    }

    init(_ query: QueryEvaluation) {
      _ndcg10 = OrNull(wrappedValue: query.ndcg)
      _recall100 = OrNull(wrappedValue: query.recall)
      _judged10 = OrNull(wrappedValue: query.judged)
    }
  }

  struct Query: Encodable, Sendable {
    let query: String
    let judgements: Int
    let found: Int
    let measures: Measures
    @OrNull var against: Measures?
    @OrNull var foundAgainst: Int?

    init(_ row: EvaluationComparison.Row) {
      query = row.first.text
      judgements = row.first.judgements
      found = row.first.found
      measures = Measures(row.first)
      _against = OrNull(wrappedValue: row.second.map { Measures($0) })
      _foundAgainst = OrNull(wrappedValue: row.second?.found)
    }
  }

  let lines: Int
  /// Lines of goods that the shop doesn't have, which don't count.
  let unknownLines: Int
  let measures: Measures
  @OrNull var against: Measures?
  let queries: [Query]

  init(_ sheet: JudgementSheet, _ comparison: EvaluationComparison) {
    lines = sheet.lines
    unknownLines = sheet.unknown.count
    measures = Measures(comparison.first)
    _against = OrNull(wrappedValue: comparison.second.map { Measures($0) })
    queries = comparison.worstFirst.map(Query.init)
  }
}
