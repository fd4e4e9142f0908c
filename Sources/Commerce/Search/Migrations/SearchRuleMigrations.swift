import Storage

extension StoredSearchRules {
  public static let migrations: [Migration] = [
    Migration("search", 3, "003_CreateSearchRules") { transaction in
      for table in [tuning, synonym, rule] { try transaction.create(table) }
    },
    Migration("search", 5, "005_AddRuleVersions") { transaction in
      for table in ["search_synonym", "search_rule"] {
        try transaction.addColumn(.integer("version", default: 1), to: table)
      }
      try transaction.addColumn(.integer("weights_version", default: 0), to: "search_tuning")
    },
  ]

  /// One row: how often anything was changed, which whoever keeps rules in memory looks at, and whom changes wait for.
  private static let tuning = TableDefinition(
    "search_tuning",
    [
      .integer("id"), .integer("revision"),
      // Weights by name, as JSON; null while nobody has chosen any.
      .text("weights", 1000, nullable: true), .integer("changed_at"),
    ])

  private static let synonym = TableDefinition(
    "search_synonym",
    [
      .integer("id"), .text("source", SynonymGroup.longestWord, nullable: true),
      // One a line.
      .text("words", SynonymTable.wordsLimit), .text("search_text", SynonymTable.foldedLimit), .integer("changed_at"),
      .text("changed_by", 40),
    ])

  private static let rule = TableDefinition(
    "search_rule",
    [
      .integer("id"), .text("queries", QueryRuleTable.queriesLimit), .text("search_text", QueryRuleTable.foldedLimit),
      // Numbers of products with spaces between.
      .text("pinned", 20 * QueryRule.mostPinned), .text("buried", 20 * QueryRule.mostBuried),
      .text("redirect", QueryRule.longestRedirect, nullable: true), .integer("begins_at", nullable: true),
      .integer("ends_at", nullable: true), .integer("changed_at"), .text("changed_by", 40),
    ])
}
