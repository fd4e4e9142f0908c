import Values

extension QueryRule {
  public static let mostQueries = 20
  /// Of a query, in characters.
  public static let longestQuery = 100
  public static let mostPinned = 20
  public static let mostBuried = 100
  /// Of a path, in characters.
  public static let longestRedirect = 200

  /// Its queries in the form in which they are compared with what people type.
  public var comparedQueries: [String] { queries.map { QueryReader.key(of: $0) } }

  /// Whether there is a moment at which both are in force.
  func overlaps(_ other: QueryRule) -> Bool {
    func begins(_ rule: QueryRule, before end: Timestamp?) -> Bool {
      guard let end, let from = rule.from else { return true }
      return from < end
    }
    return begins(self, before: other.until) && begins(other, before: until)
  }
}

extension QueryRuleDraft {
  /// The rule that the draft makes, its queries trimmed and empty ones left out. Throws `FieldFaults`, which name queries and
  /// goods by their place in the draft: `queries.0`, `pinned.2`.
  public func rule(_ id: QueryRuleID) throws -> QueryRule {
    var faults = FieldFaults()
    let kept = checkedQueries(&faults)
    let pinned = Self.checked(pinned, "pinned", most: QueryRule.mostPinned, apartFrom: [], &faults)
    let buried = Self.checked(buried, "buried", most: QueryRule.mostBuried, apartFrom: Set(pinned), &faults)
    let redirect = checkedRedirect(&faults)
    if pinned.isEmpty, buried.isEmpty, redirect == nil, !faults.faults.contains(where: { $0.field == "redirect" }) {
      faults.add("pinned", "missing")
    }
    if let from, let until, until <= from { faults.add("from", "rangeReversed") }
    try faults.throwIfAny()
    let rule = QueryRule(
      id: id, queries: kept, pinned: pinned, buried: buried, redirect: redirect, from: from, until: until)
    if let searched = redirect.flatMap(RedirectPath.searched), rule.comparedQueries.contains(searched) {
      throw FieldFaults(field: "redirect", code: "circular")
    }
    return rule
  }

  private func checkedQueries(_ faults: inout FieldFaults) -> [String] {
    var seen: Set<String> = []
    var kept: [String] = []
    for (index, query) in queries.enumerated() {
      let trimmed = faults.text(query, "queries.\(index)", max: QueryRule.longestQuery, required: false)
      guard !trimmed.isEmpty else { continue }
      if !seen.insert(QueryReader.key(of: trimmed)).inserted { faults.add("queries.\(index)", "repeated") }
      kept.append(trimmed)
    }
    if kept.isEmpty { faults.add("queries", "missing") }
    if kept.count > QueryRule.mostQueries { faults.add("queries", "tooMany", ["max": String(QueryRule.mostQueries)]) }
    return kept
  }

  private static func checked(
    _ products: [ProductID], _ field: String, most: Int, apartFrom others: Set<ProductID>, _ faults: inout FieldFaults
  ) -> [ProductID] {
    if products.count > most {
      faults.add(field, "tooMany", ["max": String(most)])
      return products
    }
    var seen = others
    for (index, product) in products.enumerated() where !seen.insert(product).inserted {
      faults.add("\(field).\(index)", "repeated")
    }
    return products
  }

  private func checkedRedirect(_ faults: inout FieldFaults) -> String? {
    let known = faults.faults.count
    let path = faults.text(redirect, "redirect", max: QueryRule.longestRedirect, required: false)
    guard !path.isEmpty else { return nil }
    if faults.faults.count == known, !RedirectPath.isSound(path) { faults.add("redirect", "notAnAddress") }
    return path
  }
}
