import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Search
import Values

/// What people search for, and how good the finds are.
struct StaffSearchFigureEndpoints: Sendable {
  private static let types = ["text/csv", "text/plain", "text/tab-separated-values", "application/octet-stream"]
  private static let rivals = ["weights", "withoutSynonyms", "withoutRules", "plain"]
  /// Where no day is named.
  private static let usualDays = 28

  private let parts: APIParts
  private var ledger: ReadSearchLedger { parts.flows.readSearchLedger }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [queries.exporting("queries"), days, evaluation] }

  private var queries: Endpoint {
    let description = Self.spanning(
      APIDescription(
        .get, "/admin/search/queries", .staffFigures, "What people searched for, with what came of it",
        access: StaffSearchEndpoints.access, with: "SearchQueryPage")
    ).query("containing", .text, "Those with this text.")
      .query("withoutFinds", .flag, "Only those that found nothing.")
      .query(
        "sort", .choice(QueryCountAsk.Sort.allCases.map(\.rawValue)),
        "The most of this first, of `clickRate` and `purchaseRate` the least; `asked` usually."
      )
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      var faults = FieldFaults()
      let (from, to) = span(call, &faults)
      let text = call.sought("containing", max: SearchQuery.longestText, &faults) ?? ""
      let withoutFinds = call.query.flag("withoutFinds", &faults)
      let sort: QueryCountAsk.Sort = call.choice("sort", &faults) ?? .asked
      try faults.throwIfAny()
      let page = try await ledger.queries(
        QueryCountAsk(
          from: from, to: to, withoutFinds: withoutFinds, containing: text, sort: sort, page: try call.page()),
        for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(SearchQueryAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var days: Endpoint {
    let description = Self.spanning(
      APIDescription(
        .get, "/admin/search/days", .staffFigures,
        "How much was searched for on each day, the oldest first; of a longer span its newest 400 days",
        access: StaffSearchEndpoints.access, with: "SearchDayList")
    ).refusing("invalidInput")
    return Endpoint(description) { call in
      var faults = FieldFaults()
      let (from, to) = span(call, &faults)
      try faults.throwIfAny()
      let days = try await ledger.days(from: from, to: to, for: try call.staff())
      return try Answer(ListAnswer(items: days.map(SearchDayAnswer.init)))
    }
  }

  private static func spanning(_ description: APIDescription) -> APIDescription {
    description.query("from", .text, "The first day, such as 2026-11-24; four weeks before the last one usually.")
      .query("to", .text, "The last day; today usually.")
  }

  private func span(_ call: APICall, _ faults: inout FieldFaults) -> (from: ShopDay, to: ShopDay) {
    func day(_ name: String) -> ShopDay? {
      guard let text = call.query[name], !text.isEmpty else { return nil }
      let day = ShopDay(text: text)
      if day == nil { faults.add(name, "notADate") }
      return day
    }
    let to = day("to") ?? ledger.today
    let from = day("from") ?? to.adding(1 - Self.usualDays)
    if from > to { faults.add("from", "rangeReversed", ["other": "to"]) }
    return (from, to)
  }

  private var evaluation: Endpoint {
    Endpoint(measuring) { call in
      let staff = try call.staff()
      let setting = try Self.setting(call.query, over: try await parts.flows.tuneSearch.tuning(for: staff).weights)
      guard let file = call.file, file.size > 0 else { throw FieldFaults(field: "file", code: "missing") }
      let evaluate = parts.flows.evaluateSearch
      return try await FieldFaults.calling(["judgements": "file"]) {
        let sheet = try await evaluate.sheet(file.place, for: staff)
        return try Answer(SearchEvaluationAnswer(sheet, try await evaluate.compare(sheet, with: setting)))
      }
    }
  }

  private var measuring: APIDescription {
    let description = APIDescription(
      .post, "/admin/search/evaluation", .staffFigures,
      "Asks the queries of a judgement file (CSV: query, product, grade) and measures the finds, for what is in force "
        + "and perhaps for another setting, told beside it as `against`. Nothing of it is kept",
      access: StaffSearchEndpoints.access, with: "SearchEvaluation"
    ).query("against", .choice(Self.rivals), "The setting to compare with; `weights` where only weights are named.")
    return RankingWeights.fields.reduce(description) { description, field in
      description.query(
        field.name, .number,
        "Of the weights to compare with, \(Int(field.range.lowerBound))…\(Int(field.range.upperBound)); as in force where it "
          + "isn't named.")
    }.bringing(Self.types, upTo: JudgementFile.longest).repeatable().refusing("faultyJudgements", "invalidInput")
  }

  /// Nil where nothing is compared. Throws `FieldFaults`.
  private static func setting(_ query: Form, over standing: RankingWeights) throws -> EvaluateSearch.Setting? {
    let named = RankingWeights.fields.filter { query[$0.name] != nil }
    let against = query["against"].flatMap { $0.isEmpty ? nil : $0 } ?? (named.isEmpty ? nil : "weights")
    if against != "weights", let first = named.first {
      // Whoever names weights would take the answer for theirs.
      throw FieldFaults(field: first.name, code: "forWeightsAlone")
    }
    switch against {
    case nil: return nil
    case "weights": return .weights(try weights(query, over: standing))
    case "withoutSynonyms": return .withoutSynonyms
    case "withoutRules": return .withoutRules
    case "plain": return .plain
    default: throw FieldFaults(field: "against", code: "unknownValue")
    }
  }

  private static func weights(_ query: Form, over standing: RankingWeights) throws -> RankingWeights {
    var faults = FieldFaults()
    var weights = standing
    for field in RankingWeights.fields {
      guard let text = query[field.name] else { continue }
      if let weight = Double(text), weight.isFinite {
        weights[keyPath: field.path] = weight
      } else {
        faults.add(field.name, "wrongType", ["expected": "a number"])
      }
    }
    try faults.throwIfAny()
    try weights.check()
    return weights
  }
}
