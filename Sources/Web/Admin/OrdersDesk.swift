import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// `/admin/orders`: the orders of a merchant, or of all for staff of the platform, by state and by the five filters.
struct OrdersDesk: Desk {
  static let listName = "orders"
  private static let perPage = 30

  private let frame: DeskFrame
  private let list: DeskList<OrderRow>
  private var maker: PageMaker { frame.maker }

  /// - Parameter currency: what the amounts in the filters are in.
  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    list = DeskList(
      name: Self.listName, address: Addresses.ordersDesk,
      columns: OrderColumns.shared(isDescendingFirst: true) + [OrderColumns.state],
      filters: OrderColumns.filters(currency), sorts: [OrderColumns.newest, OrderColumns.oldest],
      exportAddress: "\(Addresses.ordersDesk)/export", emptyWord: "admin.nothingWaits",
      identify: { $0.order.number.rawValue })
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/orders") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
    router.get("/admin/orders/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      _ = try WorkOrder.scope(of: staff)
      let asked = query(Form(query: request), words)
      let filter = OrderColumns.filter(asked, states: Self.states(asked))
      return try await ListExport(list: list, query: asked, words: words) { [contexts = maker.contexts] page in
        try await contexts.orderRows(filter, page, for: staff)
      }.response(named: "orders")
    }
  }

  private func query(_ form: Form, _ words: Words) -> ListQuery {
    let state = form["state"].flatMap(OrderState.init(rawValue:))
    return list.query(form, kept: state.map { [("state", $0.rawValue)] } ?? [], words)
  }

  private static func states(_ query: ListQuery) -> Set<OrderState> {
    Set([query.form["state"].flatMap(OrderState.init(rawValue:))].compactMap(\.self))
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (words, scope) = (frame.words(context), try WorkOrder.scope(of: staff))
    let asked = query(Form(query: request), words)
    let page =
      asked.faults.isEmpty
      ? try await maker.contexts.orderRows(
        OrderColumns.filter(asked, states: Self.states(asked)),
        PageRequest(limit: Self.perPage, after: asked.after), for: staff) : Page(items: [], next: nil)
    let counts = try await maker.contexts.orders.counts(scope)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let model: Model = [
      "list": list.model(page, asked, tabs: tabs(asked, counts, words), views: views, words)
    ]
    return try await frame.page(
      "orders", title: words["admin.orders"] ?? "", desk: Addresses.ordersDesk, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private func tabs(_ query: ListQuery, _ counts: [OrderState: Int], _ words: Words) -> [ListTab] {
    let shown: [OrderState] = [.awaitingReview, .awaitingShipment, .awaitingReceipt, .completed]
    let chosen = Self.states(query).first
    let rest = query.pairs(without: ["state"])
    let all = ListTab(
      name: words["orders.all"] ?? "", address: list.link(rest), count: counts.values.reduce(0, +),
      isCurrent: chosen == nil)
    return [all]
      + shown.map { state in
        ListTab(
          name: words.phrase("admin.tabs.\(state.rawValue)"), address: list.link([("state", state.rawValue)] + rest),
          count: counts[state] ?? 0, isCurrent: chosen == state)
      }
  }
}
