import Accounts
import Flows
import Fulfilment
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// Orders as staff work on them.
struct StaffOrderEndpoints: Sendable {
  static let readers = APIDescription.Access.staff(WorkOrder.readers)
  private static let reviewers = APIDescription.Access.staff([.ordersReview])

  private struct Wish: Decodable {
    let wish: String
  }

  private struct Dismissal: Decodable {
    let words: String?
  }

  private struct Pass: Decodable {
    let note: String?
  }

  struct Reason: Decodable {
    let reason: String
  }

  private struct Change: Decodable {
    struct Line: Decodable {
      let line: String
      let quantity: Int
      let unit: String?
    }

    let revision: Int?
    let lines: [Line]?
    let sku: String?
    let skuQuantity: Int?
    let freight: String?
    let destination: SentDestination?
    let note: String?
    let reason: String?
  }

  private let parts: APIParts
  private var contexts: Contexts { parts.contexts }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("orders"), order, pass, reject, edit, ask, dismiss] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/orders", .staffOrders, "Orders, the newest first; every filter alone or with others",
      access: Self.readers, with: "StaffOrderPage"
    ).query("number", .text, "The beginning of an order number.")
      .query("product", .text, "Part of a product's name.")
      .query("placedFrom", .time, "Placed then or later.").query("placedBefore", .time, "Placed earlier.")
      .query("dueFrom", .text, "The lowest amount to pay.").query("dueTo", .text, "The highest amount to pay.")
      .query("paidFrom", .text, "The lowest amount paid.").query("paidTo", .text, "The highest amount paid.")
      .query("state", .choice(OrderState.allCases.map(\.rawValue)), "May be given more than once.")
      .paged().worded().refusing("invalidInput")
    return Endpoint(description) { call in
      let staff = try call.staff()
      let filter = try OrderFilter(call.query, currency: try await parts.currency())
      let page = try await contexts.orders.orders(try WorkOrder.scope(of: staff), matching: filter, call.page())
      let items = page.items.map { StaffOrderAnswer($0, for: staff, call.words) }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private var order: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/orders/{number}", .staffOrders, "One order, how it got there and what was changed of it",
        access: Self.readers, with: "StaffOrderDetail"
      ).worded().refusing("unknownOrder")
    ) { call in try await parts.detail(try await parts.staffOrder(call), call) }
  }

  private var pass: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/orders/{number}/pass", .staffOrders, "Lets a reviewed order be packed",
        access: Self.reviewers, with: "StaffOrderDetail"
      ).taking("OrderPass").matching().worded().refusing(
        "unknownOrder", "wrongOrderState", "orderDifferenceOpen", "orderEditAsked")
    ) { call in
      let body: Pass = try call.decoded()
      let order = try await parts.staffOrder(call)
      try call.expect(version: order.revision)
      let passed = try await parts.flows.workOrder.pass(order.id, by: try call.staff(), note: body.note ?? "")
      return try await parts.detail(passed, call)
    }
  }

  private var reject: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/orders/{number}/rejection", .staffOrders,
        "Ends an order that awaits review; all that is paid goes back", access: Self.reviewers,
        with: "StaffOrderDetail"
      ).repeatable().taking("Reason").matching().worded()
        .refusing("unknownOrder", "wrongOrderState", "refundCaseOpen", "invalidInput")
    ) { call in
      let body: Reason = try call.decoded()
      let order = try await parts.staffOrder(call)
      try call.expect(version: order.revision)
      let rejected = try await parts.flows.reviewOrder.reject(order.id, reason: body.reason, by: try call.staff())
      return try await parts.detail(rejected, call)
    }
  }

  private var edit: Endpoint {
    Endpoint(
      APIDescription(
        .patch, "/admin/orders/{number}", .staffOrders,
        "Changes an order that awaits review, at the revision that was read: by `revision` or `If-Match`",
        access: Self.reviewers, with: "StaffOrderDetail"
      ).taking("OrderChange").matching().worded().refusing(
        "unknownOrder", "wrongOrderState", "orderChangedMeanwhile", "orderUnitsReturned", "refundCaseOpen", "soldOut",
        "providerUnavailable", "invalidInput")
    ) { call in
      let body: Change = try call.decoded()
      let order = try await parts.staffOrder(call)
      try call.expect(version: order.revision)
      let input = try Self.input(body, order, call)
      return try await parts.detail(
        try await parts.flows.reviewOrder.edit(order.id, input, by: try call.staff()), call)
    }
  }

  private var ask: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/orders/{number}/wish", .staffOrders,
        "Asks whoever reviews the order for a change of it, which is then made or dismissed", access: Self.readers,
        with: "StaffOrderDetail"
      ).repeatable().taking("OrderWish").worded().refusing(
        "unknownOrder", "wrongOrderState", "orderEditAskedAlready", "forMerchantsAlone", "invalidInput")
    ) { call in
      let body: Wish = try call.decoded()
      let order = try await parts.staffOrder(call)
      let asked = try await parts.flows.workOrder.askForEdit(order.id, wish: body.wish, by: try call.staff())
      return try await parts.detail(asked, call)
    }
  }

  private var dismiss: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/orders/{number}/wish/dismissal", .staffOrders,
        "Leaves the order as it is, whatever change was asked for", access: Self.readers, with: "StaffOrderDetail"
      ).taking("WishDismissal").worded()
        .refusing("unknownOrder", "wrongOrderState", "orderNoEditAsked", "invalidInput")
    ) { call in
      let body: Dismissal = try call.decoded()
      let order = try await parts.staffOrder(call)
      let left = try await parts.flows.workOrder.dismissEdit(order.id, words: body.words ?? "", by: try call.staff())
      return try await parts.detail(left, call)
    }
  }

  private static func input(_ body: Change, _ order: Order, _ call: APICall) throws -> ReviewOrder.Input {
    var faults = FieldFaults()
    let currency = order.amounts.due.currency
    let isMatched = call.request.headers[.ifMatch] != nil
    if body.revision == nil, !isMatched { faults.add("revision", "missing") }
    let lines = (body.lines ?? []).enumerated().compactMap { index, sent -> OrderChange.Line? in
      guard let line = order.lines.first(where: { $0.id.description == sent.line }) else {
        faults.add("lines.\(index).line", "unknown")
        return nil
      }
      let unit = call.amount(sent.unit, "lines.\(index).unit", currency, &faults) ?? line.unit
      return OrderChange.Line(line: line.id, quantity: sent.quantity, unit: unit)
    }
    let freight = call.amount(body.freight, "freight", currency, &faults)
    try faults.throwIfAny()
    return ReviewOrder.Input(
      revision: body.revision ?? order.revision, lines: lines, addedSKU: body.sku ?? "",
      addedQuantity: body.skuQuantity ?? 1, freight: freight, address: body.destination?.draft, note: body.note,
      reason: body.reason ?? "")
  }
}

struct SentDestination: Decodable, Sendable {
  let recipient: String
  let phone: String
  let region: String
  let street: String
  let postcode: String?

  var draft: AddressDraft {
    AddressDraft(recipient: recipient, phone: phone, region: region, street: street, postcode: postcode ?? "")
  }
}

extension APIParts {
  /// The order that the path names, for who may see it. Another merchant's is as unknown as one that never was.
  func staffOrder(_ call: APICall) async throws -> Order {
    try await flows.workOrder.order(OrderNumber(rawValue: call.parameter("number")), for: try call.staff())
  }

  func detail(_ order: Order, _ call: APICall) async throws -> Answer {
    let staff = try call.staff()
    let track = try await contexts.track(of: order.id)
    let edits = try await contexts.orders.edits(of: order.id)
    let detail = StaffOrderDetailAnswer(
      order: StaffOrderAnswer(order, for: staff, call.words),
      timeline: track.timeline.map { StaffStepAnswer($0, for: staff) },
      parcels: (track.consignment?.parcels ?? []).map { parcel in
        ParcelAnswer(parcel, traces: track.traces[parcel.id] ?? [], carriers: track.carriers, call.words)
      },
      edits: edits.map { StaffOrderDetailAnswer.Change($0, for: staff) })
    return try Answer(detail).marked(order.revision)
  }
}
