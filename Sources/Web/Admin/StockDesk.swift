import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Inventory
import Merchants
import Pages
import Values

/// `/admin/stock`: what a merchant has, what is low and what is gone; numbers that are typed into the list are booked at once.
struct StockDesk: Desk {
  static let listName = "stock"
  private static let perPage = 30
  /// What the list can book in one go.
  private static let quick: [AdjustmentReason] = [.received, .found, .damaged, .lost]

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkStock { maker.flows.workStock }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/stock") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
    router.get("/admin/stock/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      try staff.require(.stockAdjust)
      let columns = StockColumns(try await books(staff), for: staff, words)
      let list = list(columns, key: nil)
      let asked = query(Form(query: request), list, words)
      let filter = columns.filter(asked)
      return try await ListExport(list: list, query: asked, words: words) { [work = self.work] page in
        try await work.lines(filter, page, for: staff)
      }.response(named: "stock")
    }
    router.post("/admin/stock/act") { request, context in
      try await act(try context.visit.requireStaff(), request, context)
    }
  }

  /// What filters and columns name.
  private func books(_ staff: Staff) async throws -> StockColumns.Names {
    let merchants = try await maker.contexts.merchants.merchants()
    guard let own = staff.merchant else { return StockColumns.Names(merchants: merchants, locations: []) }
    return StockColumns.Names(
      merchants: merchants.filter { $0.id == own }, locations: try await work.locations(of: own, for: staff))
  }

  /// - Parameter key: of the form; nil for a list that nobody types into.
  private func list(_ columns: StockColumns, key: String?) -> DeskList<WorkStock.Line> {
    DeskList(
      name: Self.listName, address: Addresses.stockDesk, columns: columns.all(key: key), filters: columns.filters,
      actions: Self.quick.map { BulkAction(name: $0.rawValue, word: "stock.reasons.\($0.rawValue)") }
        + [BulkAction(name: "count", word: "stock.countTicked")],
      exportAddress: "\(Addresses.stockDesk)/export", emptyWord: "stock.none",
      identify: { $0.item.variant.description })
  }

  private func query(_ form: Form, _ list: DeskList<WorkStock.Line>, _ words: Words) -> ListQuery {
    let state = form["state"].flatMap(StockItem.State.init(rawValue:))
    return list.query(form, kept: state.map { [("state", $0.rawValue)] } ?? [], words)
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    try staff.require(.stockAdjust)
    let words = frame.words(context)
    let columns = StockColumns(try await books(staff), for: staff, words)
    let list = list(columns, key: FormKey.fresh())
    let asked = query(Form(query: request), list, words)
    let page =
      asked.faults.isEmpty
      ? try await work.lines(
        columns.filter(asked), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
      : Page(items: [], next: nil)
    let shortage = try await work.shortage(for: staff)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let model: Model = [
      "list": list.model(page, asked, tabs: tabs(list, asked, shortage, words), views: views, words),
      "countsURL": Addresses.countsDesk, "locationsURL": Addresses.locationsDesk,
    ]
    return try await frame.page(
      "stock", title: words["stock.heading"] ?? "", desk: Addresses.stockDesk, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private func tabs(
    _ list: DeskList<WorkStock.Line>, _ query: ListQuery, _ shortage: StockShortage, _ words: Words
  ) -> [ListTab] {
    let chosen = query.form["state"].flatMap(StockItem.State.init(rawValue:))
    let rest = query.pairs(without: ["state"])
    func tab(_ state: StockItem.State?, _ count: Int?) -> ListTab {
      ListTab(
        name: words["stock.tabs.\(state?.rawValue ?? "all")"] ?? "",
        address: list.link((state.map { [("state", $0.rawValue)] } ?? []) + rest), count: count,
        isCurrent: chosen == state)
    }
    return [tab(nil, nil), tab(.low, shortage.low), tab(.out, shortage.out), tab(.enough, nil)]
  }

  // MARK: What is sent

  private func act(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    try staff.require(.stockAdjust)
    let form = try await Form(body: request, context: context)
    let back = ListViewsRoutes.back(form)
    let location = Self.location(back)
    if form["act"] == "count" {
      let ids = DeskList<WorkStock.Line>.ticked(in: form).compactMap { VariantID($0) }
      guard !ids.isEmpty else { return maker.go(back, saying: Flash(.bad, "nothingChosen")) }
      let words = frame.words(context)
      let title = words.phrase("stockroom.countOf", ["date": Format(words.language).date(maker.clock.now)])
      let sheet = try await work.openCount(of: ids, title: title, at: location, by: staff)
      return maker.go(Addresses.desk(sheet.id), saying: Flash(.good, "countOpened"))
    }
    guard let reason = form["act"].flatMap(AdjustmentReason.init(rawValue:)), Self.quick.contains(reason) else {
      throw HTTPError(.badRequest)
    }
    guard let changes = Self.changes(form, reason) else { return maker.go(back, saying: Flash(.bad, "stockUnread")) }
    guard !changes.isEmpty else { return maker.go(back, saying: Flash(.bad, "stockNothing")) }
    let outcome = try await work.adjustAll(changes, at: location, for: reason, key: FormKey.read(form), by: staff)
    let counts = ["count": String(outcome.booked), "left": String(outcome.refused)]
    return maker.go(
      back,
      saying: outcome.refused == 0 ? Flash(.good, "stockBooked", counts) : Flash(.bad, "stockBookedSome", counts))
  }

  /// What was typed into the rows; nil when any of it can't be booked for this reason, so that nothing is.
  private static func changes(_ form: Form, _ reason: AdjustmentReason) -> [VariantID: Int]? {
    var changes: [VariantID: Int] = [:]
    for (name, values) in form.values where name.hasPrefix("change.") {
      guard let text = values.last, !text.allSatisfy(\.isWhitespace) else { continue }
      guard let id = VariantID(name.dropFirst("change.".count)), let units = StockForm.number(text),
        (1...StockAdjustment.most).contains(units)
      else { return nil }
      changes[id] = reason.sign < 0 ? -units : units
    }
    return changes
  }

  /// The place that the list was narrowed to.
  private static func location(_ address: String) -> LocationID? {
    guard let mark = address.firstIndex(of: "?") else { return nil }
    return Form(urlEncoded: address[address.index(after: mark)...])["location"].flatMap { LocationID($0) }
  }
}
