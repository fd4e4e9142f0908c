import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// `/admin/shipping`: what is to be sent, what is on its way and what has arrived, with the five filters; and the sheets
/// to pick and pack by.
struct ShippingDesk: Desk {
  static let listName = "shipping"
  private static let perPage = 30

  /// The three parts of the desk, each a state of orders.
  enum Part: String, CaseIterable {
    case toShip, toSignFor, completed

    var state: OrderState {
      switch self {
      case .toShip: .awaitingShipment
      case .toSignFor: .awaitingReceipt
      case .completed: .completed
      }
    }
  }

  /// What is printed of the orders that are ticked; each has its page.
  private enum Sheet: String {
    case picklist, slips
  }

  private let frame: DeskFrame
  private let currency: Currency
  private let sheets: ShippingSheets
  private var maker: PageMaker { frame.maker }

  /// - Parameter currency: what the amounts in the filters are in.
  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    sheets = ShippingSheets(maker)
    self.currency = currency
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/shipping") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
    router.get("/admin/shipping/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      let form = Form(query: request)
      let part = Self.part(form)
      let list = list(part, for: staff)
      let asked = list.query(form, kept: [("part", part.rawValue)], words)
      let (scope, filter) = (try WorkOrder.scope(of: staff), OrderColumns.filter(asked, states: [part.state]))
      return try await ListExport(list: list, query: asked, words: words) { [contexts = maker.contexts] page in
        try await contexts.shippingRows(scope, filter, page)
      }.response(named: "shipping-\(part.rawValue)")
    }
    router.post("/admin/shipping/act") { request, context in
      _ = try WorkOrder.scope(of: try context.visit.requireStaff())
      let form = try await Form(body: request, context: context)
      guard let sheet = form["act"].flatMap(Sheet.init(rawValue:)) else { throw HTTPError(.badRequest) }
      let numbers = DeskList<ShippingRow>.ticked(in: form).compactMap(OrderNumber.init(rawValue:))
      guard !numbers.isEmpty else { return maker.go(ListViewsRoutes.back(form), saying: Flash(.bad, "nothingChosen")) }
      return maker.go(
        Addresses.with(numbers.map { ("order", $0.rawValue) }, "\(Addresses.shippingDesk)/\(sheet.rawValue)"))
    }
    sheets.addRoutes(to: router)
  }

  private static func part(_ form: Form) -> Part { form["part"].flatMap(Part.init(rawValue:)) ?? .toShip }

  private func list(_ part: Part, for staff: Staff) -> DeskList<ShippingRow> {
    var sheets = [BulkAction(name: Sheet.picklist.rawValue, word: "shipping.picklistOf", isFirst: true)]
    if BuyerContact.isOpen(to: staff) {
      sheets.append(BulkAction(name: Sheet.slips.rawValue, word: "shipping.slipsOf"))
    }
    return DeskList(
      name: Self.listName, address: Addresses.shippingDesk, columns: ShippingColumns.all,
      filters: OrderColumns.filters(currency), sorts: [OrderColumns.newest, OrderColumns.oldest],
      actions: part == .toShip ? sheets : [],
      exportAddress: "\(Addresses.shippingDesk)/export", emptyWord: "admin.nothingWaits",
      identify: { $0.order.number.rawValue })
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let scope = try WorkOrder.scope(of: staff)
    let words = frame.words(context)
    let form = Form(query: request)
    let part = Self.part(form)
    let list = list(part, for: staff)
    let asked = list.query(form, kept: [("part", part.rawValue)], words)
    let page =
      asked.faults.isEmpty
      ? try await maker.contexts.shippingRows(
        scope, OrderColumns.filter(asked, states: [part.state]), PageRequest(limit: Self.perPage, after: asked.after))
      : Page(items: [], next: nil)
    let counts = try await maker.contexts.orders.counts(scope)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    let rest = asked.pairs(without: ["part"])
    let tabs = Part.allCases.map { each in
      ListTab(
        name: words.phrase("shipping.parts.\(each.rawValue)"), address: list.link([("part", each.rawValue)] + rest),
        count: counts[each.state] ?? 0, isCurrent: each == part)
    }
    var model: Model = [
      "list": list.model(page, asked, tabs: tabs, views: views, words), "isToShip": part == .toShip,
      "picklistURL": "\(Addresses.shippingDesk)/\(Sheet.picklist.rawValue)",
    ]
    if BuyerContact.isOpen(to: staff) { model["slipsURL"] = "\(Addresses.shippingDesk)/\(Sheet.slips.rawValue)" }
    return try await frame.page(
      "shipping", title: words["desks.shipping"] ?? "", desk: Addresses.shippingDesk, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }
}
