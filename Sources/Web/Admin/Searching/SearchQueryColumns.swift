import Pages
import Search
import Values

/// What people asked for, as the list of queries shows it.
struct SearchQueryColumns {
  static let listName = "searchQueries"
  /// Days that are shown where none are chosen, with today.
  static let usualDays = 28

  private static let sorts = QueryCountAsk.Sort.allCases.map(\.rawValue)

  let list: DeskList<QueryCount>

  /// - Parameter leads: with the ways to a rule and to synonyms, which a file has no use for.
  init(_ words: Words, leads: Bool) {
    list = DeskList(
      name: Self.listName, address: Addresses.searchDesk, columns: Self.counts + (leads ? Self.ways : []),
      filters: [
        ListFilter(name: "containing", word: "searchDesk.query", kind: .text(longest: SearchQuery.longestText)),
        ListFilter(name: "day", word: "searchDesk.days", kind: .days),
      ],
      sorts: Self.sorts, exportAddress: "\(Addresses.searchDesk)/export", emptyWord: "searchDesk.noQueries",
      identify: { "\($0.language.rawValue):\($0.text)" })
  }

  /// In the order that is asked for; `from` and `to` are both included.
  static func ask(_ asked: ListQuery, today: ShopDay, page: PageRequest) -> QueryCountAsk {
    let days = days(asked, today: today)
    return QueryCountAsk(
      from: days.from, to: days.to, withoutFinds: asked.form["part"] == "none",
      containing: asked.text("containing") ?? "",
      sort: asked.sort.flatMap { QueryCountAsk.Sort(rawValue: $0) } ?? .asked, page: page)
  }

  static func days(_ asked: ListQuery, today: ShopDay) -> (from: ShopDay, to: ShopDay) {
    let (from, before) = asked.days("day")
    let to = before.map { ShopDay($0).adding(-1) } ?? max(today, from.map { ShopDay($0) } ?? today)
    return (from.map { ShopDay($0) } ?? to.adding(1 - usualDays), to)
  }

  private static let counts: [ListColumn<QueryCount>] = [
    ListColumn(name: "query", word: "searchDesk.query", place: .first) { row, words in
      row.text.isEmpty
        ? .text(words["searchDesk.others"] ?? "")
        : .link(row.text, to: Addresses.with([("q", row.text)], Addresses.search))
    },
    ListColumn(name: "language", word: "searchDesk.language", place: .onRequest) { row, words in
      .text(words["language.\(row.language.rawValue)"] ?? row.language.rawValue)
    },
    ListColumn(name: "asked", word: "searchDesk.asked", sorts: ("asked", "asked", true)) { row, _ in
      .number(String(row.asked))
    },
    ListColumn(name: "zero", word: "searchDesk.zero", sorts: ("zero", "zero", true)) { row, words in
      .number(SearchShare.text(row.zero, of: row.asked, words))
    },
    ListColumn(name: "clicks", word: "searchDesk.clickRate", sorts: ("clickRate", "clickRate", false)) { row, words in
      .number(SearchShare.text(row.clicks, of: row.asked, words))
    },
    ListColumn(
      name: "purchases", word: "searchDesk.purchaseRate", sorts: ("purchaseRate", "purchaseRate", false)
    ) { row, words in .number(SearchShare.text(row.purchases, of: row.asked, words)) },
    ListColumn(name: "found", word: "searchDesk.found") { row, _ in .number(String(row.found)) },
  ]

  private static let ways: [ListColumn<QueryCount>] = [
    ListColumn(name: "synonym", word: "searchDesk.makeSynonym") { row, words in
      way(
        "searchDesk.synonymsFor", to: "\(Addresses.synonymsDesk)/new", [("words", row.text), ("q", row.text)], row,
        words)
    },
    ListColumn(name: "rule", word: "searchDesk.makeRule") { row, words in
      way(
        "searchDesk.ruleFor", to: "\(Addresses.searchRulesDesk)/new", [("queries", row.text), ("q", row.text)], row,
        words)
    },
  ]

  private static func way(
    _ word: String, to address: String, _ fields: [(String, String)], _ row: QueryCount, _ words: Words
  ) -> ListCell {
    row.text.isEmpty ? .nothing : .link(words[word] ?? "", to: Addresses.with(fields, address))
  }
}

/// A part of what was asked, as text.
enum SearchShare {
  /// Tenths of one percent; nil where nobody asked.
  static func tenths(_ part: Int, of whole: Int) -> Int64? {
    whole > 0 ? Int64((Double(part) * 1000 / Double(whole)).rounded()) : nil
  }

  static func text(_ part: Int, of whole: Int, _ words: Words) -> String {
    tenths(part, of: whole).map { Format(words.language).percent(tenths: $0) } ?? "–"
  }
}
