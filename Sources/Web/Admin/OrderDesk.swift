import Accounts
import Flows
import Hummingbird
import Merchants
import Orders
import Pages
import Payments
import Values

/// `/admin/orders`: the desk where orders are passed, shipped and completed.
public struct OrderDesk: Sendable {
  private static let perPage = 25
  private static let carriers = ["SF Express", "ZTO", "YTO", "STO", "Yunda", "JD Logistics", "EMS"]

  private let maker: PageMaker
  private let frame: AdminFrame
  private let currency: Currency

  public init(_ maker: PageMaker, currency: Currency) {
    self.maker = maker
    self.currency = currency
    frame = AdminFrame(maker: maker)
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin") { _, context in
      _ = try context.visit.requireStaff()
      return maker.go("/admin/orders?state=awaitingReview")
    }
    router.get("/admin/orders") { try await list($0, $1) }
    router.get("/admin/orders/:number") { request, context in
      try await detail(try await order(context), Form(), refusal: nil, request, context)
    }
    router.post("/admin/orders/:number/pass") { request, context in
      try await act("passed", request, context) { order, staff, form in
        _ = try await maker.flows.workOrder.pass(order.id, by: staff, note: form["note"] ?? "")
      }
    }
    router.post("/admin/orders/:number/ship") { request, context in
      try await act("shipped", request, context) { order, staff, form in
        let note = ShipmentNote(carrier: form["carrier"] ?? "", trackingNumber: form["trackingNumber"] ?? "")
        _ = try await maker.flows.workOrder.ship(order.id, note, by: staff)
      }
    }
    router.post("/admin/orders/:number/complete") { request, context in
      try await act("completed", request, context) { order, staff, _ in
        _ = try await maker.flows.workOrder.complete(order.id, by: staff)
      }
    }
  }

  /// An order that this member of staff may see; another merchant's is not there.
  private func order(_ context: ShopRequestContext) async throws -> Order {
    let staff = try context.visit.requireStaff()
    guard let number = context.parameters.get("number").flatMap(OrderNumber.init(rawValue:)),
      let order = try await maker.contexts.orders.order(number: number)
    else { throw OrderRefusal.unknownOrder }
    return try await maker.flows.workOrder.order(order.id, for: staff)
  }

  private func act(
    _ said: String, _ request: Request, _ context: ShopRequestContext,
    _ body: (Order, Staff, Form) async throws -> Void
  ) async throws -> Response {
    let staff = try context.visit.requireStaff()
    let order = try await order(context)
    let form = try await Form(body: request, context: context)
    do {
      try await body(order, staff, form)
      return maker.go("/admin/orders/\(order.number)", saying: Flash(.good, said))
    } catch let refusal as any Refusal {
      let now = try await maker.contexts.orders.order(order.id) ?? order
      return try await detail(now, form, refusal: refusal, request, context)
    }
  }

  // MARK: The list

  private func list(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try context.visit.requireStaff()
    let language = context.visit.language
    let words = maker.frame.words(language)
    let query = Form(query: request)
    let asked = OrderFilterForm(query, currency: currency, format: Format(language))
    let scope = WorkOrder.scope(of: staff)
    let page =
      asked.faults.isEmpty
      ? try await maker.contexts.orders.orders(
        scope, matching: asked.filter,
        PageRequest(limit: Self.perPage, after: query["after"].flatMap { Cursor($0) })) : Page(items: [], next: nil)
    let buyers = try await maker.contexts.accounts.accounts(Array(Set(page.items.map(\.buyer))))
    let counts = try await maker.contexts.orders.counts(scope)
    let state = query["state"] ?? ""
    let desks: [OrderState] = [.awaitingReview, .awaitingShipment, .awaitingReceipt, .completed]
    var model: Model = [
      "tabs": desks.map { desk -> Model in
        [
          "name": words["admin.tabs.\(desk.rawValue)"] ?? words["orderState.\(desk.rawValue)"] ?? desk.rawValue,
          "address": Addresses.with(asked.pairs(state: desk.rawValue), "/admin/orders"), "count": String(counts[desk] ?? 0),
          "isCurrent": state == desk.rawValue,
        ]
      },
      "filter": asked.model(action: "/admin/orders", words: words), "hasOrders": !page.items.isEmpty,
      "orders": page.items.map { row($0, buyer: buyers[$0.buyer], words) },
    ]
    if let next = page.next {
      model["nextURL"] = Addresses.with(asked.pairs(state: state) + [("after", next.description)], "/admin/orders")
    }
    return try await frame.page(
      "orders", title: words["desks.orders"] ?? "", model, request, context,
      status: asked.faults.isEmpty ? .ok : .unprocessableContent)
  }

  private func row(_ order: Order, buyer: Account?, _ words: Words) -> Model {
    let format = Format(words.language)
    let titles = order.lines.map { $0.title[words.language] }
    let first = titles.first ?? ""
    return [
      "number": order.number.rawValue, "address": "/admin/orders/\(order.number)",
      "productNames": titles.count > 1 ? words.phrase("order.names", count: titles.count - 1, ["first": first]) : first,
      "unitsText": words.phrase("order.units", count: order.lines.reduce(0) { $0 + $1.quantity.count }),
      "buyerName": buyer?.profile.name ?? "", "placedAt": format.dateTime(order.placedAt),
      "due": format.money(order.amounts.due), "paid": format.money(order.amounts.paid),
      "state": StateModel.of(order.state, words),
    ]
  }

  // MARK: One order

  private func detail(
    _ order: Order, _ form: Form, refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let contexts = maker.contexts
    let builder = OrderModel(order, words: words)
    var model = builder.head(merchant: try await contexts.merchants.merchant(order.merchant))
    model["lines"] = order.lines.map(builder.line)
    model["timeline"] = builder.timeline(try await contexts.orders.timeline(of: order.id))
    model["backURL"] = Addresses.with([("state", order.state.rawValue)], "/admin/orders")
    model["carriers"] = Self.carriers
    if let buyer = try await contexts.accounts.account(order.buyer) {
      model["buyer"] = ["name": buyer.profile.name, "email": buyer.email] as Model
    }
    if let payment = try await contexts.payments.payments(of: order.id).first {
      model["payment"] = [
        "methodName": words.phrase("pay.methods.\(payment.method)"),
        "stateText": words["paymentState.\(payment.state.rawValue)"] ?? payment.state.rawValue, "id": "\(payment.id)",
      ] as Model
    }
    let address = "/admin/orders/\(order.number)"
    switch order.state {
    case .awaitingReview: model["passAction"] = "\(address)/pass"
    case .awaitingShipment: model["shipAction"] = "\(address)/ship"
    case .awaitingReceipt: model["completeAction"] = "\(address)/complete"
    default: break
    }
    let faults = refusal as? FieldFaults
    let fields = FormModel(form, faults: faults ?? FieldFaults(), words: words)
    var entry = fields.fields(["note", "carrier", "trackingNumber"])
    entry["hasFaults"] = faults != nil
    entry["faults"] = fields.summary
    if let refusal, faults == nil { entry["refusal"] = words.refusal(refusal) }
    return try await frame.page(
      "order", title: words.phrase("order.title", ["number": order.number.rawValue]), ["order": model, "form": entry],
      request, context, status: refusal?.status ?? .ok)
  }
}
