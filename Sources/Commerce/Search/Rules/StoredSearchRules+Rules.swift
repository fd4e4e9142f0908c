import AuditLog
import Storage
import Values

extension StoredSearchRules {
  @discardableResult
  public func saveRule(_ draft: QueryRuleDraft, id: QueryRuleID?, by actor: Actor) async throws -> QueryRule {
    let rule = try draft.rule(id ?? ids.next())
    try await database.write { [self] transaction in
      let now = clock.now
      let row = try TuningTable.locked(at: now, in: transaction)
      let standing = try QueryRuleTable.rules("1 = 1", limit: Self.mostRules, in: transaction)
      let before = standing.first { $0.id == rule.id }
      if id != nil, before == nil { throw SearchRuleRefusal.unknownSearchRule }
      guard before != rule else { return }
      if before == nil, standing.count >= Self.mostRules {
        throw SearchRuleRefusal.tooManySearchRules(max: Self.mostRules)
      }
      try Self.expectRoom(for: rule, among: standing.filter { $0.id != rule.id })
      try QueryRuleTable.write(rule, at: now, by: actor, in: transaction)
      let deed = Deed(
        "search.saveRule", on: rule.id, named: rule.name, of: nil, before: before?.deedFields, after: rule.deedFields)
      try note(deed, on: row, by: actor, in: transaction)
    }
    return rule
  }

  /// No query has two rules at once, and none leads to where another leads on from: two such could lead in a circle.
  private static func expectRoom(for rule: QueryRule, among others: [QueryRule]) throws {
    let queries = Dictionary(zip(rule.comparedQueries, rule.queries), uniquingKeysWith: { first, _ in first })
    let target = rule.redirect.flatMap(RedirectPath.searched)
    for other in others where other.overlaps(rule) {
      let theirs = other.comparedQueries
      if let taken = theirs.first(where: { queries[$0] != nil }) {
        throw SearchRuleRefusal.queryHasRule(query: queries[taken] ?? taken, rule: other.id)
      }
      guard rule.redirect != nil, let path = other.redirect else { continue }
      let leadsOn = target.map(theirs.contains) ?? false
      let isLedTo = RedirectPath.searched(path).map { queries[$0] != nil } ?? false
      if leadsOn || isLedTo { throw FieldFaults(field: "redirect", code: "circular") }
    }
  }

  public func removeRule(_ id: QueryRuleID, by actor: Actor) async throws {
    try await database.write { [self] transaction in
      let row = try TuningTable.locked(at: clock.now, in: transaction)
      guard let rule = try QueryRuleTable.rule(id, in: transaction) else { return }
      try QueryRuleTable.delete(id, in: transaction)
      let deed = Deed("search.removeRule", on: id, named: rule.name, of: nil, before: rule.deedFields)
      try note(deed, on: row, by: actor, in: transaction)
    }
  }

  public func rule(_ id: QueryRuleID) async throws -> QueryRule? {
    try await database.read { try QueryRuleTable.rule(id, in: $0) }
  }

  public func rules(_ page: PageRequest, containing text: String) async throws -> Page<QueryRule> {
    let condition = Self.condition(page, containing: text)
    return try await database.read { transaction in
      Page(fetched: try QueryRuleTable.rules(condition, limit: page.limit + 1, in: transaction), limit: page.limit) {
        Cursor([String($0.id.raw)])
      }
    }
  }

  // MARK: Weights

  public func saveWeights(_ weights: RankingWeights, by actor: Actor) async throws {
    try weights.check()
    try await database.write { [self] transaction in
      var row = try TuningTable.locked(at: clock.now, in: transaction)
      let before = row.weights ?? RankingWeights()
      guard before != weights else { return }
      row.weights = weights
      let changed = RankingWeights.fields.filter { before[keyPath: $0.path] != weights[keyPath: $0.path] }
      let deed = Deed(
        "search.saveWeights", on: "weights", of: nil,
        before: DeedFields(changed.map { ($0.name, String(before[keyPath: $0.path])) }),
        after: DeedFields(changed.map { ($0.name, String(weights[keyPath: $0.path])) }))
      try note(deed, on: row, by: actor, in: transaction)
    }
  }
}

extension QueryRule {
  fileprivate var name: String { queries.first ?? "" }

  fileprivate var deedFields: DeedFields {
    [
      "queries": queries.joined(separator: ", "), "pinned": Self.list(pinned), "buried": Self.list(buried),
      "redirect": redirect, "from": from, "until": until,
    ]
  }

  private static func list(_ products: [ProductID]) -> String? {
    products.isEmpty ? nil : products.map(\.description).joined(separator: ", ")
  }
}
