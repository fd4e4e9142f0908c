import Accounts
import Flows
import Fulfilment
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// `/admin/shipping`: what is to be sent, what is on its way and what has arrived, with the five filters; and the sheets
/// to pick and pack by.
public struct ShippingDesk: Sendable {
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

  private static let perPage = 30

  private let frame: DeskFrame
  private let currency: Currency
  private let sheets: ShippingSheets
  private var maker: PageMaker { frame.maker }

  /// - Parameter currency: what the amounts in the filters are in.
  public init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    sheets = ShippingSheets(maker)
    self.currency = currency
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/shipping") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
    sheets.addRoutes(to: router)
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let query = Form(query: request)
    let part = query["part"].flatMap(Part.init(rawValue:)) ?? .toShip
    let asked = OrderFilterForm(
      Form(query.values.filter { $0.key != "state" }), currency: currency, format: Format(words.language))
    let page = try await orders(part, asked, query["after"].flatMap { Cursor($0) }, staff)
    let counts = try await maker.contexts.orders.counts(WorkOrder.scope(of: staff))
    let consignments = try await maker.contexts.fulfilment.consignments(of: page.items.map(\.id))
    var filter = asked.model(action: Addresses.shippingDesk, words: words)
    filter["part"] = part.rawValue
    if asked.isUsed { filter["clearURL"] = Addresses.with([("part", part.rawValue)], Addresses.shippingDesk) }
    var model: Model = [
      "tabs": tabs(asked, counts, current: part, words), "filter": filter, "hasOrders": !page.items.isEmpty,
      "orders": page.items.map { row($0, consignments[$0.id], words) }, "isToShip": part == .toShip,
      "picklistURL": "\(Addresses.shippingDesk)/picklist", "slipsURL": "\(Addresses.shippingDesk)/slips",
    ]
    if let next = page.next {
      model["nextURL"] = Addresses.with(
        asked.pairs(state: nil) + [("part", part.rawValue), ("after", next.description)], Addresses.shippingDesk)
    }
    return try await frame.page(
      "shipping", title: words["desks.shipping"] ?? "", desk: Addresses.shippingDesk, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private func orders(
    _ part: Part, _ asked: OrderFilterForm, _ after: Cursor?, _ staff: Staff
  ) async throws -> Page<Order> {
    guard asked.faults.isEmpty else { return Page(items: [], next: nil) }
    var filter = asked.filter
    filter.states = [part.state]
    return try await maker.contexts.orders.orders(
      WorkOrder.scope(of: staff), matching: filter, PageRequest(limit: Self.perPage, after: after))
  }

  private func tabs(
    _ asked: OrderFilterForm, _ counts: [OrderState: Int], current: Part, _ words: Words
  ) -> [Model] {
    Part.allCases.map { part in
      [
        "name": words.phrase("shipping.parts.\(part.rawValue)"), "isCurrent": part == current,
        "count": String(counts[part.state] ?? 0),
        "address": Addresses.with(asked.pairs(state: nil) + [("part", part.rawValue)], Addresses.shippingDesk),
      ]
    }
  }

  private func row(_ order: Order, _ consignment: Consignment?, _ words: Words) -> Model {
    var model = OrderSummary.model(order, address: Addresses.shipping(order.number), words: words)
    model["state"] = StateModel.of(order.state, isDesk: true, words)
    let sent = consignment?.sent.values.reduce(0, +) ?? 0
    let all = order.lines.reduce(0) { $0 + $1.kept }
    if order.state == .awaitingShipment, sent > 0 {
      model["partText"] = words.phrase("parcel.part", ["sent": String(sent), "all": String(all)])
    }
    // Of several parcels, the one of which was heard last.
    let latest = consignment?.parcels.compactMap(\.latest).max { $0.at < $1.at }
    if let latest {
      model["latest"] = latest.text
      model["latestAt"] = Format(words.language).dateTime(latest.at)
    } else if let state = consignment?.parcels.last?.state {
      model["latest"] = words["parcelState.\(state.rawValue)"] ?? state.rawValue
    }
    return model
  }
}
