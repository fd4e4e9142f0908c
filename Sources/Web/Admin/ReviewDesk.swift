import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// `/admin/review`: paid orders that wait for a person's eye, those that wait longest first, and those that were passed. For
/// staff with the right to review.
struct ReviewDesk: Desk {
  static let listName = "review"
  private static let perPage = 30
  private static let reviewed: Set<OrderState> = [.awaitingShipment, .awaitingReceipt, .completed]

  private enum Part: String, CaseIterable {
    case waiting, reviewed

    var states: Set<OrderState> { self == .waiting ? [.awaitingReview] : ReviewDesk.reviewed }
  }

  private let frame: DeskFrame
  private let currency: Currency
  private var maker: PageMaker { frame.maker }

  /// - Parameter currency: what the amounts in the filters are in.
  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    self.currency = currency
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/review") { request, context in
      try await show(try Self.reviewer(context), request, context)
    }
    router.get("/admin/review/export") { request, context in
      let (staff, words) = (try Self.reviewer(context), frame.words(context))
      let form = Form(query: request)
      let part = Self.part(form)
      let list = list(part)
      let asked = list.query(form, kept: [("part", part.rawValue)], words)
      let filter = OrderColumns.filter(asked, states: part.states)
      return try await ListExport(list: list, query: asked, words: words) { [contexts = maker.contexts] page in
        try await contexts.orderRows(filter, page, for: staff)
      }.response(named: "review-\(part.rawValue)")
    }
    router.post("/admin/review/act") { request, context in
      try await act(try Self.reviewer(context), request, context)
    }
  }

  private static func reviewer(_ context: ShopRequestContext) throws -> Staff {
    let staff = try context.visit.requireStaff()
    try staff.require(.ordersReview)
    return staff
  }

  private static func part(_ form: Form) -> Part { form["part"].flatMap(Part.init(rawValue:)) ?? .waiting }

  private func list(_ part: Part) -> DeskList<OrderRow> {
    let isWaiting = part == .waiting
    let sorts = [OrderColumns.oldest, OrderColumns.newest]
    return DeskList(
      name: Self.listName, address: Addresses.reviewDesk,
      columns: OrderColumns.shared(isDescendingFirst: !isWaiting) + [isWaiting ? Self.mark : OrderColumns.state],
      filters: OrderColumns.filters(currency), sorts: isWaiting ? sorts : sorts.reversed(),
      actions: isWaiting
        ? [
          BulkAction(name: "pass", word: "review.passTicked", isFirst: true),
          BulkAction(name: "reject", word: "review.rejectTicked"),
        ] : [],
      exportAddress: "\(Addresses.reviewDesk)/export",
      emptyWord: isWaiting ? "review.nothingWaits" : "review.nothingReviewed",
      identify: { $0.order.number.rawValue })
  }

  /// What keeps an order from being passed at a glance.
  private static let mark = ListColumn<OrderRow>(name: "mark", word: "review.mark") { row, words in
    if let open = row.order.openDifference {
      let amount = words.phrase("review.open", ["amount": Format(words.language).money(open)])
      let pressing = row.order.heldFor.filter { [.differenceUnpaid, .editAsked].contains($0) }
      let text = ([amount] + pressing.map { words["holdReason.\($0.rawValue)"] ?? "" })
        .joined(separator: words["review.comma"] ?? ", ")
      return .state(text, ["kind": "amber", "icon": pressing.isEmpty ? "clock" : "warn", "text": text])
    }
    guard !row.order.heldFor.isEmpty else { return .nothing }
    let text = ReviewModel.reasons(row.order, words).joined(separator: words["review.comma"] ?? ", ")
    return .state(text, ["kind": "amber", "icon": "warn", "text": text])
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let form = Form(query: request)
    let part = Self.part(form)
    let list = list(part)
    let asked = list.query(form, kept: [("part", part.rawValue)], words)
    let page =
      asked.faults.isEmpty
      ? try await maker.contexts.orderRows(
        OrderColumns.filter(asked, states: part.states), PageRequest(limit: Self.perPage, after: asked.after),
        for: staff) : Page(items: [], next: nil)
    let counts = try await maker.contexts.orders.counts(try WorkOrder.scope(of: staff))
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let rest = asked.pairs(without: ["part", "sort"])
    let tabs = Part.allCases.map { each in
      ListTab(
        name: words["review.parts.\(each.rawValue)"] ?? "", address: list.link([("part", each.rawValue)] + rest),
        count: each.states.reduce(0) { $0 + (counts[$1] ?? 0) }, isCurrent: each == part)
    }
    return try await frame.page(
      "review", title: words["review.heading"] ?? "", desk: Addresses.reviewDesk,
      ["list": list.model(page, asked, tabs: tabs, views: views, words)], request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private func act(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let form = try await Form(body: request, context: context)
    let numbers = DeskList<OrderRow>.ticked(in: form).compactMap(OrderNumber.init(rawValue:))
    guard form["act"] == "pass" || form["act"] == "reject" else { throw HTTPError(.badRequest) }
    guard !numbers.isEmpty else { return maker.go(ListViewsRoutes.back(form), saying: Flash(.bad, "nothingChosen")) }
    if form["act"] == "reject" { return try await ReviewRejectDesk(maker).show(numbers, form, nil, request, context) }
    let outcome = try await maker.flows.reviewOrder.passAll(numbers, by: staff)
    let counts = ["count": String(outcome.passed), "left": String(outcome.refused.count)]
    let flash =
      outcome.refused.isEmpty ? Flash(.good, "passedAll", counts) : Flash(.bad, "passedSome", counts)
    return maker.go(ListViewsRoutes.back(form), saying: flash)
  }
}
