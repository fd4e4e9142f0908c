import AuditLog
import Storage
import Values

extension StoredSearchRules {
  @discardableResult
  public func saveRule(
    _ draft: QueryRuleDraft, over edited: (id: QueryRuleID, version: Int)?, by actor: Actor
  ) async throws -> QueryRule {
    let checked = try draft.rule(edited?.id ?? ids.next())
    return try await database.write { [self] transaction in
      let now = clock.now
      var rule = checked
      let row = try TuningTable.locked(at: now, in: transaction)
      let standing = try QueryRuleTable.rules("1 = 1", limit: Self.mostRules, in: transaction)
      let before = standing.first { $0.id == rule.id }
      if edited != nil, before == nil { throw SearchRuleRefusal.unknownSearchRule }
      rule.version = before?.version ?? 1
      // Who sends the same twice is told nothing of a change that was their own.
      guard before != rule else { return rule }
      if let before {
        guard before.version == edited?.version else { throw SearchRuleRefusal.searchRuleChanged }
        rule.version += 1
      }
      if before == nil, standing.count >= Self.mostRules {
        throw SearchRuleRefusal.tooManySearchRules(max: Self.mostRules)
      }
      try Self.expectRoom(for: rule, among: standing.filter { $0.id != rule.id })
      try QueryRuleTable.write(rule, at: now, by: actor, in: transaction)
      let deed = Deed(
        "search.saveRule", on: rule.id, named: rule.name, of: nil, before: before?.deedFields, after: rule.deedFields)
      try note(deed, on: row, by: actor, in: transaction)
      return rule
    }
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

  public func removeRule(_ id: QueryRuleID, version: Int?, by actor: Actor) async throws {
    try await database.write { [self] transaction in
      let row = try TuningTable.locked(at: clock.now, in: transaction)
      guard let rule = try QueryRuleTable.rule(id, in: transaction) else { return }
      guard version == nil || version == rule.version else { throw SearchRuleRefusal.searchRuleChanged }
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

  public func weights() async throws -> KeptWeights {
    try await database.read { transaction in
      try TuningTable.row(in: transaction)?.kept ?? KeptWeights(RankingWeights(), version: 0)
    }
  }

  @discardableResult
  public func saveWeights(
    _ weights: RankingWeights, version: Int, by actor: Actor
  ) async throws -> KeptWeights {
    try weights.check()
    return try await database.write { [self] transaction in
      var row = try TuningTable.locked(at: clock.now, in: transaction)
      let before = row.kept.weights
      guard before != weights else { return row.kept }
      guard row.weightsVersion == version else { throw SearchRuleRefusal.searchRuleChanged }
      row.weights = weights
      row.weightsVersion += 1
      let changed = RankingWeights.fields.filter { before[keyPath: $0.path] != weights[keyPath: $0.path] }
      let deed = Deed(
        "search.saveWeights", on: "weights", of: nil,
        before: DeedFields(changed.map { ($0.name, String(before[keyPath: $0.path])) }),
        after: DeedFields(changed.map { ($0.name, String(weights[keyPath: $0.path])) }))
      try note(deed, on: row, by: actor, in: transaction)
      return row.kept
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
