import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Search
import Values

/// What staff of the platform decide about search: words that mean the same, rules for queries, weights.
struct StaffSearchEndpoints: Sendable {
  static let access = APIDescription.Access.staff([.searchTune])

  private struct SentSynonyms: Decodable {
    let from: String?
    let words: [String]
    let version: Int?
  }

  /// Weights by their names, beside the version that they were made from.
  private struct SentWeights: Decodable {
    let named: [String: Double?]
    let version: Int?

    private enum CodingKeys: String, CodingKey { case version }

    init(from decoder: any Decoder) throws {
      named = try [String: Double?](from: decoder)
      version = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Int.self, forKey: .version)
    }
  }

  private struct SentRule: Decodable {
    let queries: [String]
    let pinned: [String]?
    let buried: [String]?
    let redirect: String?
    let from: String?
    let until: String?
    let version: Int?

    /// Throws `FieldFaults`.
    func draft() throws -> QueryRuleDraft {
      var faults = FieldFaults()
      func products(_ texts: [String]?, _ field: String) -> [ProductID] {
        (texts ?? []).enumerated().compactMap { index, text in
          let product = ProductID(text)
          if product == nil { faults.add("\(field).\(index)", "unknown") }
          return product
        }
      }
      let draft = QueryRuleDraft(
        queries: queries, pinned: products(pinned, "pinned"), buried: products(buried, "buried"), redirect: redirect,
        from: faults.moment(from, "from"), until: faults.moment(until, "until"))
      try faults.throwIfAny()
      return draft
    }
  }

  private let parts: APIParts
  private var tune: TuneSearch { parts.flows.tuneSearch }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] {
    [
      synonyms.exporting("synonyms"), addSynonyms, group, changeSynonyms, removeSynonyms, rules.exporting("rules"),
      addRule, rule, changeRule, removeRule, weights, changeWeights,
    ] + StaffSearchFigureEndpoints(parts).all
  }

  // MARK: Synonyms

  private var synonyms: Endpoint {
    let description = APIDescription(
      .get, "/admin/search/synonyms", .staffGoods, "Words that find one another's goods, the latest first",
      access: Self.access, with: "SynonymPage"
    ).query("containing", .text, "Those with this text in one of their words.").paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let page = try await tune.synonyms(
        call.page(), containing: try Self.containing(call), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(SynonymAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  static func containing(_ call: APICall) throws -> String {
    var faults = FieldFaults()
    let text = call.sought("containing", max: SearchQuery.longestText, &faults)
    try faults.throwIfAny()
    return text ?? ""
  }

  private var group: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/search/synonyms/{id}", .staffGoods, "One group of words", access: Self.access, with: "Synonyms"
      ).refusing("unknownSearchRule")
    ) { call in try Self.answer(try await tune.synonyms(try Self.synonymID(call), for: try call.staff())) }
  }

  private var addSynonyms: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/search/synonyms", .staffGoods,
        "Makes a group of words: without `from` each finds the others, with it who asks for `from` also finds `words`",
        access: Self.access, answers: .created, with: "Synonyms"
      ).taking("SynonymDraft").refusing("tooManySearchRules", "invalidInput")
    ) { call in
      let body: SentSynonyms = try call.decoded()
      let made = try await tune.saveSynonyms(
        SynonymDraft(from: body.from, words: body.words), by: try call.staff())
      var answer = try Self.answer(made)
      answer.status = .created
      return answer.located(at: "/admin/search/synonyms/\(made.id)")
    }
  }

  private var changeSynonyms: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/search/synonyms/{id}", .staffGoods,
        "Makes a group of words what is sent, from how it was read, by `version` or `If-Match`", access: Self.access,
        with: "Synonyms"
      ).taking("SynonymDraft").matching().refusing("unknownSearchRule", "searchRuleChanged", "invalidInput")
    ) { call in
      let body: SentSynonyms = try call.decoded()
      let staff = try call.staff()
      let known = try await tune.synonyms(try Self.synonymID(call), for: staff)
      let version = try call.seen(known.version, named: body.version)
      return try await call.matching(known.version) {
        try Self.answer(
          try await tune.saveSynonyms(
            SynonymDraft(from: body.from, words: body.words), over: (known.id, version), by: staff))
      }
    }
  }

  private var removeSynonyms: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/search/synonyms/{id}", .staffGoods, "Takes a group of words away", access: Self.access,
        answers: .noContent
      ).matching().refusing("unknownSearchRule")
    ) { call in
      let staff = try call.staff()
      let group = try await tune.synonyms(try Self.synonymID(call), for: staff)
      return try await call.matching(group.version) {
        try await tune.removeSynonyms(group.id, version: call.isMatched ? group.version : nil, by: staff)
        return .noContent
      }
    }
  }

  // MARK: Rules

  private var rules: Endpoint {
    let description = APIDescription(
      .get, "/admin/search/rules", .staffGoods, "What happens for certain queries, the latest rule first",
      access: Self.access, with: "SearchRulePage"
    ).query("containing", .text, "Those with this text in one of their queries.").paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let page = try await tune.rules(call.page(), containing: try Self.containing(call), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(SearchRuleAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var rule: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/search/rules/{id}", .staffGoods, "One rule", access: Self.access, with: "SearchRule"
      ).refusing("unknownSearchRule")
    ) { call in try Self.answer(try await tune.rule(try Self.ruleID(call), for: try call.staff())) }
  }

  private var addRule: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/search/rules", .staffGoods,
        "Makes a rule: for these queries some goods stand first, some last, or people are led to a path of the shop",
        access: Self.access, answers: .created, with: "SearchRule"
      ).taking("SearchRuleDraft").refusing("queryHasRule", "tooManySearchRules", "invalidInput")
    ) { call in
      let body: SentRule = try call.decoded()
      let made = try await tune.saveRule(try body.draft(), by: try call.staff())
      var answer = try Self.answer(made)
      answer.status = .created
      return answer.located(at: "/admin/search/rules/\(made.id)")
    }
  }

  private var changeRule: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/search/rules/{id}", .staffGoods,
        "Makes a rule what is sent, from how it was read, by `version` or `If-Match`", access: Self.access,
        with: "SearchRule"
      ).taking("SearchRuleDraft").matching()
        .refusing("unknownSearchRule", "searchRuleChanged", "queryHasRule", "invalidInput")
    ) { call in
      let body: SentRule = try call.decoded()
      let staff = try call.staff()
      let known = try await tune.rule(try Self.ruleID(call), for: staff)
      let version = try call.seen(known.version, named: body.version)
      return try await call.matching(known.version) {
        try Self.answer(try await tune.saveRule(try body.draft(), over: (known.id, version), by: staff))
      }
    }
  }

  private var removeRule: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/search/rules/{id}", .staffGoods, "Takes a rule away", access: Self.access, answers: .noContent
      ).matching().refusing("unknownSearchRule")
    ) { call in
      let staff = try call.staff()
      let rule = try await tune.rule(try Self.ruleID(call), for: staff)
      return try await call.matching(rule.version) {
        try await tune.removeRule(rule.id, version: call.isMatched ? rule.version : nil, by: staff)
        return .noContent
      }
    }
  }

  // MARK: Weights

  private var weights: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/search/weights", .staffGoods, "How much each thing counts for the order of finds",
        access: Self.access, with: "SearchWeights")
    ) { call in try Self.answer(try await tune.weights(for: try call.staff())) }
  }

  private var changeWeights: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/search/weights", .staffGoods,
        "Sets the weights, from how they were read, by `version` or `If-Match`; one that isn't sent has its usual value",
        access: Self.access, with: "SearchWeights"
      ).taking("SearchWeightDraft").matching().refusing("searchRuleChanged", "invalidInput")
    ) { call in
      let body: SentWeights = try call.decoded()
      let staff = try call.staff()
      let weights = RankingWeights.fields.reduce(into: RankingWeights()) { weights, field in
        if let sent = body.named[field.name] ?? nil { weights[keyPath: field.path] = sent }
      }
      let known = try await tune.weights(for: staff)
      let version = try call.seen(known.version, named: body.version)
      return try await call.matching(known.version) {
        try Self.answer(try await tune.saveWeights(weights, version: version, by: staff))
      }
    }
  }

  // MARK: Answers

  private static func answer(_ group: SynonymGroup) throws -> Answer {
    try Answer(SynonymAnswer(group)).marked(group.version)
  }

  private static func answer(_ rule: QueryRule) throws -> Answer {
    try Answer(SearchRuleAnswer(rule)).marked(rule.version)
  }

  private static func answer(_ kept: KeptWeights) throws -> Answer {
    var named = Dictionary(
      uniqueKeysWithValues: RankingWeights.fields.map { ($0.name, kept.weights[keyPath: $0.path]) })
    named["version"] = Double(kept.version)
    return try Answer(named).marked(kept.version)
  }

  private static func synonymID(_ call: APICall) throws -> SynonymID {
    try call.id("id", or: SearchRuleRefusal.unknownSearchRule)
  }

  private static func ruleID(_ call: APICall) throws -> QueryRuleID {
    try call.id("id", or: SearchRuleRefusal.unknownSearchRule)
  }
}
