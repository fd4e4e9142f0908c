import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Search
import Values

/// `/admin/search`: what people search for, how often nothing is found, and what comes of it.
struct SearchQueriesDesk: Sendable {
  private static let perPage = 50

  private let frame: SearchFrame
  private var maker: PageMaker { frame.maker }
  private var ledger: ReadSearchLedger { maker.flows.readSearchLedger }

  init(_ frame: SearchFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/search") { request, context in
      try await show(try frame.staff(context), request, context)
    }
    router.get("/admin/search/export") { request, context in
      let (staff, words) = (try frame.staff(context), frame.words(context))
      let list = SearchQueryColumns(words, leads: false).list
      let asked = list.query(Form(query: request), kept: Self.kept(request), words)
      let (ledger, today) = (ledger, ledger.today)
      return try await ListExport(list: list, query: asked, words: words) { page in
        try await ledger.queries(SearchQueryColumns.ask(asked, today: today, page: page), for: staff)
      }.response(named: "queries")
    }
  }

  private static func kept(_ request: Request) -> [(String, String)] {
    Form(query: request)["part"] == "none" ? [("part", "none")] : []
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let list = SearchQueryColumns(words, leads: true).list
    let asked = list.query(Form(query: request), kept: Self.kept(request), words)
    let today = ledger.today
    let page = PageRequest(limit: Self.perPage, after: asked.after)
    let found =
      asked.faults.isEmpty
      ? try await ledger.queries(SearchQueryColumns.ask(asked, today: today, page: page), for: staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: SearchQueryColumns.listName)
    var model: Model = ["list": list.model(found, asked, tabs: tabs(asked, list, words), views: views, words)]
    if asked.faults.isEmpty {
      model.merge(try await figures(SearchQueryColumns.days(asked, today: today), staff, words))
    }
    return try await frame.page(
      "search-queries", title: words["desks.search"] ?? "", .queries, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private func tabs(_ asked: ListQuery, _ list: DeskList<QueryCount>, _ words: Words) -> [ListTab] {
    let others = asked.pairs(without: ["part"])
    let isNone = asked.form["part"] == "none"
    return [
      ListTab(name: words["searchDesk.all"] ?? "", address: list.link(others), isCurrent: !isNone),
      ListTab(
        name: words["searchDesk.withoutFinds"] ?? "", address: list.link([("part", "none")] + others),
        isCurrent: isNone),
    ]
  }

  /// Of the days, beside as many before them.
  private func figures(
    _ days: (from: ShopDay, to: ShopDay), _ staff: Staff, _ words: Words
  ) async throws -> Model {
    guard days.from <= days.to else { return [:] }
    let now = try await ledger.days(from: days.from, to: days.to, for: staff)
    // Fewer than were asked for, where that is longer than counts are kept.
    let first = now.first?.day ?? days.from
    let before = try await ledger.days(from: first.adding(-now.count), to: first.adding(-1), for: staff)
    return ["figures": SearchFigures(now, before: before, words).model]
  }
}

/// Sums of days as cards, and the days as plots.
struct SearchFigures {
  private let days: [QueryDay]
  private let before: [QueryDay]
  private let words: Words
  private let format: Format

  init(_ days: [QueryDay], before: [QueryDay], _ words: Words) {
    self.days = days
    self.before = before
    self.words = words
    format = Format(words.language)
  }

  var model: Model {
    var model: Model = [
      "cards": [
        card("asked") { String(Self.sum($0, \.asked)) }, card("zeroShare") { share($0, \.zero) },
        card("clickRate") { share($0, \.clicks) }, card("purchaseRate") { share($0, \.purchases) },
      ],
      "hasPlots": days.count > 1,
    ]
    if let first = days.first, let last = days.last {
      model["span"] = words.phrase(
        "searchDesk.span", ["from": format.date(first.day.start), "to": format.date(last.day.start)])
    }
    guard days.count > 1 else { return model }
    let format = format
    model["askedPlot"] =
      DayPlot(
        words["searchDesk.asked"] ?? "", .columns, of: points { Int64($0.asked) }, hue: "orders", words
      ) { String($0) }.model
    model["zeroPlot"] =
      DayPlot(
        words["searchDesk.zeroShare"] ?? "", .line, of: points { SearchShare.tenths($0.zero, of: $0.asked) ?? 0 },
        hue: "goods", words
      ) { format.percent(tenths: $0) }.model
    return model
  }

  private func card(_ name: String, _ text: ([QueryDay]) -> String) -> Model {
    ["cardName": words["searchDesk.\(name)"] ?? name, "nowText": text(days), "beforeText": text(before)]
  }

  private func share(_ days: [QueryDay], _ part: KeyPath<QueryDay, Int>) -> String {
    SearchShare.text(Self.sum(days, part), of: Self.sum(days, \.asked), words)
  }

  private func points(_ value: (QueryDay) -> Int64) -> [DayPlot.Point] {
    days.map { DayPlot.Point(label: format.date($0.day.start), value: value($0)) }
  }

  private static func sum(_ days: [QueryDay], _ part: KeyPath<QueryDay, Int>) -> Int {
    days.reduce(0) { $0 + $1[keyPath: part] }
  }
}
