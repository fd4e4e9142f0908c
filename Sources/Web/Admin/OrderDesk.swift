import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Orders
import Pages
import Payments
import Values

/// `/admin/orders/{number}`: one order, and what staff may do with it now: pass, ship, complete.
public struct OrderDesk: Sendable {
  /// In the form's list: the carrier's name stands in the field beside.
  private static let otherCarrier = "other"

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkOrder { maker.flows.workOrder }

  public init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/orders/:number") { request, context in
      let (order, staff) = try await own(context)
      return try await show(order, staff, Form(), nil, request, context)
    }
    router.post("/admin/orders/:number/pass") { request, context in
      try await act("passed", request, context) { order, staff, form in
        _ = try await work.pass(order.id, by: staff, note: form["note"] ?? "")
      }
    }
    router.post("/admin/orders/:number/ship") { request, context in
      try await act("shipped", request, context) { order, staff, form in
        try await ship(order, form, by: staff)
      }
    }
    router.post("/admin/orders/:number/complete") { request, context in
      try await act("completed", request, context) { order, staff, _ in
        _ = try await work.complete(order.id, by: staff)
      }
    }
  }

  /// A carrier out of the list, or another one by its name.
  private func ship(_ order: Order, _ form: Form, by staff: Staff) async throws {
    let isOther = form["carrier"] == Self.otherCarrier
    let field = isOther ? "carrierName" : "carrier"
    let shipment = ShipmentNote(carrier: form[field] ?? "", trackingNumber: form["trackingNumber"] ?? "")
    do {
      _ = try await work.ship(order.id, shipment, by: staff)
    } catch let faults as FieldFaults where isOther {
      throw FieldFaults(
        faults.faults.map { fault in
          guard fault.field == "carrier" else { return fault }
          return FieldFaults.Fault(field: field, code: fault.code, details: fault.details)
        })
    }
  }

  private func carriers(chosen: String, _ words: Words) -> [Model] {
    let listed = words.carriers + [(Self.otherCarrier, words["admin.carrierOther"] ?? "")]
    return listed.map { ["code": $0.code, "name": $0.name, "isChosen": $0.code == chosen] }
  }

  /// Another merchant's order is as unknown as one that never was.
  private func own(_ context: ShopRequestContext) async throws -> (Order, Staff) {
    let staff = try context.visit.requireStaff()
    guard let number = context.parameters.get("number").flatMap(OrderNumber.init(rawValue:)),
      let order = try await maker.contexts.orders.order(number: number)
    else { throw OrderRefusal.unknownOrder }
    return (try await work.order(order.id, for: staff), staff)
  }

  /// Faulty input shows the form again. An order that someone else moved on meanwhile shows as it is now, with a word.
  private func act(
    _ done: String, _ request: Request, _ context: ShopRequestContext,
    _ body: (Order, Staff, Form) async throws -> Void
  ) async throws -> Response {
    let (order, staff) = try await own(context)
    let form = try await Form(body: request, context: context)
    do {
      try await body(order, staff, form)
      return maker.go(Addresses.desk(order.number), saying: Flash(.good, done))
    } catch let faults as FieldFaults {
      return try await show(order, staff, form, faults, request, context)
    } catch let refusal as OrderRefusal {
      return maker.go(Addresses.desk(order.number), saying: Flash(.bad, refusal.code))
    }
  }

  private func show(
    _ order: Order, _ staff: Staff, _ form: Form, _ faults: FieldFaults?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let model: Model = [
      "order": try await detail(order, staff, words), "carriers": carriers(chosen: form["carrier"] ?? "", words),
      "form": RefusedForm(form, faults, words).model(["note", "carrier", "carrierName", "trackingNumber"]),
    ]
    return try await frame.page(
      "order", title: words.phrase("order.title", ["number": order.number.rawValue]), desk: Addresses.ordersDesk,
      model, request, context, status: faults?.status ?? .ok)
  }

  private func detail(_ order: Order, _ staff: Staff, _ words: Words) async throws -> Model {
    let contexts = maker.contexts
    let builder = OrderModel(order, words: words)
    var model = builder.head(merchant: try await contexts.merchants.merchant(order.merchant))
    model["state"] = StateModel.of(order.state, isDesk: true, words)
    model["lines"] = order.lines.map(builder.line)
    model["timeline"] = builder.timeline(try await contexts.orders.timeline(of: order.id)) { $0.note }
    model["backURL"] = Addresses.with([("state", order.state.rawValue)], Addresses.ordersDesk)
    let buyer = try await contexts.accounts.account(order.buyer)
    model["buyer"] = ["name": buyer?.profile.name ?? "", "email": buyer?.email ?? ""] as Model
    if let payment = try await contexts.payments.payments(of: order.id).first {
      model["payment"] =
        [
          "methodName": words.phrase("pay.methods.\(payment.method)"),
          "stateText": words["paymentState.\(payment.state.rawValue)"] ?? payment.state.rawValue, "id": "\(payment.id)",
        ] as Model
    }
    let address = Addresses.desk(order.number)
    switch order.state {
    case .awaitingReview where staff.rights.contains(.ordersReview): model["passAction"] = "\(address)/pass"
    case .awaitingShipment where staff.rights.contains(.ordersShip): model["shipAction"] = "\(address)/ship"
    case .awaitingReceipt where staff.rights.contains(.ordersShip): model["completeAction"] = "\(address)/complete"
    default: break
    }
    return model
  }
}
