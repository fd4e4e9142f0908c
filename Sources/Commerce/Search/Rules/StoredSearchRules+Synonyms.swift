import AuditLog
import Storage
import Values

extension StoredSearchRules {
  @discardableResult
  public func saveSynonyms(
    _ draft: SynonymDraft, over edited: (id: SynonymID, version: Int)?, by actor: Actor
  ) async throws -> SynonymGroup {
    let checked = try draft.group(edited?.id ?? ids.next())
    return try await database.write { [self] transaction in
      let now = clock.now
      var group = checked
      let row = try TuningTable.locked(at: now, in: transaction)
      let before = try SynonymTable.group(group.id, in: transaction)
      if edited != nil, before == nil { throw SearchRuleRefusal.unknownSearchRule }
      group.version = before?.version ?? 1
      // Who sends the same twice is told nothing of a change that was their own.
      guard before != group else { return group }
      if let before {
        guard before.version == edited?.version else { throw SearchRuleRefusal.searchRuleChanged }
        group.version += 1
      }
      if before == nil, try SynonymTable.count(in: transaction) >= Self.mostGroups {
        throw SearchRuleRefusal.tooManySearchRules(max: Self.mostGroups)
      }
      try SynonymTable.write(group, at: now, by: actor, in: transaction)
      let deed = Deed(
        "search.saveSynonyms", on: group.id, named: group.name, of: nil, before: before?.deedFields,
        after: group.deedFields)
      try note(deed, on: row, by: actor, in: transaction)
      return group
    }
  }

  public func removeSynonyms(_ id: SynonymID, version: Int?, by actor: Actor) async throws {
    try await database.write { [self] transaction in
      let row = try TuningTable.locked(at: clock.now, in: transaction)
      guard let group = try SynonymTable.group(id, in: transaction) else { return }
      guard version == nil || version == group.version else { throw SearchRuleRefusal.searchRuleChanged }
      try SynonymTable.delete(id, in: transaction)
      let deed = Deed("search.removeSynonyms", on: id, named: group.name, of: nil, before: group.deedFields)
      try note(deed, on: row, by: actor, in: transaction)
    }
  }

  public func synonyms(_ id: SynonymID) async throws -> SynonymGroup? {
    try await database.read { try SynonymTable.group(id, in: $0) }
  }

  public func synonyms(_ page: PageRequest, containing text: String) async throws -> Page<SynonymGroup> {
    let condition = Self.condition(page, containing: text)
    return try await database.read { transaction in
      Page(fetched: try SynonymTable.groups(condition, limit: page.limit + 1, in: transaction), limit: page.limit) {
        Cursor([String($0.id.raw)])
      }
    }
  }

  /// Rows before the cursor's with the text in theirs.
  static func condition(_ page: PageRequest, containing text: String) -> SQL {
    var conditions: [SQL] = []
    if let last = page.after?.parts.first.flatMap({ Int64($0) }) { conditions.append("id < \(last)") }
    if !SpacedText.folded(text, limit: SearchQuery.longestText).isEmpty {
      conditions.append("search_text LIKE \(SpacedText.pattern(containing: text)) ESCAPE '!'")
    }
    return SQL.all(conditions)
  }
}

extension SynonymGroup {
  fileprivate var name: String { from ?? words.first ?? "" }
  fileprivate var deedFields: DeedFields { ["from": from, "words": words.joined(separator: ", ")] }
}
