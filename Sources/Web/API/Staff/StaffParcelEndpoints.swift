import Accounts
import Flows
import Fulfilment
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// How goods of orders are sent.
struct StaffParcelEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.ordersShip])

  private struct Shipment: Decodable {
    struct Line: Decodable {
      let line: String
      let quantity: Int
    }

    let key: String
    let lines: [Line]?
    let carrier: String?
    let trackingNumber: String?
  }

  private struct Label: Decodable {
    let carrier: String
    let trackingNumber: String
  }

  private struct Completion: Decodable {
    let proof: String?
  }

  private let parts: APIParts
  private var work: WorkShipping { parts.flows.workShipping }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [carriers, send, label, unpack, readdress, complete] }

  private var carriers: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/carriers", .staffOrders, "Who carries goods, by code",
        access: .staff([.ordersShip, .settingsEdit]),
        with: "CarrierList"
      ).worded()
    ) { call in
      let words = call.words
      return try Answer(
        ListAnswer(items: try await parts.contexts.fulfilment.carriers().map { CarrierAnswer($0, words) }))
    }
  }

  private var send: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/orders/{number}/parcels", .staffOrders,
        "Puts units into a parcel, all that is left where no lines are named, and hands it over where carrier and "
          + "number are. The same `key` for an order is the same parcel", access: Self.access, answers: .created,
        with: "StaffOrderDetail"
      ).repeatable().taking("NewShipment").worded().refusing(
        "unknownOrder", "wrongOrderState", "notLeft", "allPacked", "parcelOverPacked", "trackingNumberUsed",
        "carrierOff", "invalidInput")
    ) { call in
      let body: Shipment = try call.decoded()
      let (order, staff) = (try await parts.staffOrder(call), try call.staff())
      let draft = ParcelDraft(key: body.key, lines: try Self.lines(body, order))
      if body.carrier == nil, body.trackingNumber == nil {
        _ = try await work.pack(order.id, draft, by: staff)
      } else {
        let label = ShippingLabel(carrier: body.carrier ?? "", trackingNumber: body.trackingNumber ?? "")
        _ = try await work.send(order.id, draft, label, by: staff)
      }
      return try await now(order, call, status: .created)
    }
  }

  private var label: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/orders/{number}/parcels/{parcel}/label", .staffOrders,
        "Hands a packed parcel over, or corrects the label of one that has left", access: Self.access,
        with: "StaffOrderDetail"
      ).taking("Label").worded().refusing(
        "unknownOrder", "unknownParcel", "wrongOrderState", "wrongParcelState", "trackingNumberUsed", "carrierOff",
        "invalidInput")
    ) { call in
      let body: Label = try call.decoded()
      let order = try await parts.staffOrder(call)
      let label = ShippingLabel(carrier: body.carrier, trackingNumber: body.trackingNumber)
      _ = try await work.label(try Self.parcel(call), of: order.id, label, by: try call.staff())
      return try await now(order, call)
    }
  }

  private var unpack: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/orders/{number}/parcels/{parcel}", .staffOrders, "Takes a packed parcel apart",
        access: Self.access, answers: .noContent
      ).refusing("unknownOrder", "unknownParcel", "wrongParcelState")
    ) { call in
      let order = try await parts.staffOrder(call)
      try await work.unpack(try Self.parcel(call), of: order.id, by: try call.staff())
      return .noContent
    }
  }

  private var readdress: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/orders/{number}/destination", .staffOrders, "Sends goods that haven't arrived somewhere else",
        access: Self.access, with: "StaffOrderDetail"
      ).taking("NewDestination").worded().refusing("unknownOrder", "wrongOrderState", "invalidInput")
    ) { call in
      let body: SentDestination = try call.decoded()
      let order = try await parts.staffOrder(call)
      return try await parts.detail(
        try await work.readdress(order.id, to: body.draft, by: try call.staff()), call)
    }
  }

  private var complete: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/orders/{number}/completion", .staffOrders,
        "Takes an order for received on a proof, which the carrier's own word replaces", access: Self.access,
        with: "StaffOrderDetail"
      ).taking("Completion").worded().refusing("unknownOrder", "wrongOrderState", "invalidInput")
    ) { call in
      let body: Completion = try call.decoded()
      let order = try await parts.staffOrder(call)
      let proof = ProofDraft(text: body.proof ?? "")
      return try await parts.detail(try await work.complete(order.id, proof, by: try call.staff()), call)
    }
  }

  private func now(_ order: Order, _ call: APICall, status: HTTPResponse.Status = .ok) async throws -> Answer {
    guard let order = try await parts.contexts.orders.order(order.id) else { throw OrderRefusal.unknownOrder }
    var answer = try await parts.detail(order, call)
    answer.status = status
    return status == .created ? answer.located(at: "/admin/orders/\(order.number)") : answer
  }

  private static func parcel(_ call: APICall) throws -> ParcelID {
    try call.id("parcel", or: FulfilmentRefusal.unknownParcel)
  }

  private static func lines(_ body: Shipment, _ order: Order) throws -> [ParcelLine]? {
    guard let sent = body.lines else { return nil }
    var faults = FieldFaults()
    if sent.isEmpty { faults.add("lines", "missing") }
    let lines = sent.enumerated().compactMap { index, sent -> ParcelLine? in
      guard let line = order.lines.first(where: { $0.id.description == sent.line }) else {
        faults.add("lines.\(index).line", "unknown")
        return nil
      }
      guard let quantity = Quantity(sent.quantity) else {
        faults.add("lines.\(index).quantity", "outOfRange", ["min": "1", "max": "9999"])
        return nil
      }
      return ParcelLine(line: line.id, quantity: quantity)
    }
    try faults.throwIfAny()
    return lines
  }
}
