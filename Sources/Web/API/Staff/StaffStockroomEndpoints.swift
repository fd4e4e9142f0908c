import Accounts
import Flows
import Foundation
import HTTPTypes
import Hummingbird
import Inventory
import Pages
import Values

/// What runs short, where goods lie, and how they move between places.
struct StaffStockroomEndpoints: Sendable {
  static let access = APIDescription.Access.staff([.stockAdjust])

  private struct Transfer: Decodable {
    let from: String
    let to: String
    let units: Int
    let note: String?
    let key: String?
  }

  private struct Threshold: Decodable {
    let lowAt: Int?
  }

  private struct NewLocation: Decodable {
    let name: String
    let merchant: String?
  }

  private struct LocationChange: Decodable {
    let name: String?
    let isClosed: Bool?
  }

  private struct Step: Decodable {
    let direction: String
  }

  private let parts: APIParts
  private var work: WorkStock { parts.flows.workStock }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [items.exporting("stock"), transfer, threshold, rooms, add, change, step] }

  // MARK: Items

  private var items: Endpoint {
    let description = APIDescription(
      .get, "/admin/stock/items", .staffGoods, "Items over all their places, the newest first, or those that run short",
      access: Self.access, with: "StockItemPage"
    ).query("merchant", .id("mer"), "Whose; staff of a merchant see their own alone.")
      .query("location", .id("loc"), "What lies there, or once did.")
      .query("state", .choice(StockItem.State.allCases.map(\.rawValue)), "Only those in this state.")
      .query("q", .text, "Part of the name, or a SKU; up to 200 are found.").paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let page = try await work.lines(try Self.filter(call), call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(StockItemAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private static func filter(_ call: APICall) throws -> WorkStock.Filter {
    var faults = FieldFaults()
    func said(_ name: String) -> String? { call.query[name].flatMap { $0.isEmpty ? nil : $0 } }
    var filter = WorkStock.Filter()
    filter.merchant = said("merchant").flatMap { MerchantID($0) }
    if said("merchant") != nil, filter.merchant == nil { faults.add("merchant", "unknown") }
    filter.location = said("location").flatMap { LocationID($0) }
    if said("location") != nil, filter.location == nil { faults.add("location", "unknown") }
    if let text = said("state") {
      if let state = StockItem.State(rawValue: text) { filter.states = [state] } else { faults.add("state", "unknown") }
    }
    let text = faults.text(call.query["q"], "q", max: 100, required: false)
    filter.text = text.isEmpty ? nil : text
    try faults.throwIfAny()
    return filter
  }

  private var transfer: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/stock/{variant}/transfers", .staffGoods,
        "Moves units from one place of a merchant to another, once for each `key` where one is sent",
        access: Self.access,
        with: "StockItem"
      ).taking("StockTransfer").refusing("unknownVariant", "tooFewThere", "notCounted", "invalidInput")
    ) { call in
      let body: Transfer = try call.decoded()
      let variant = try Self.variant(call)
      var faults = FieldFaults()
      let (from, to) = (LocationID(body.from), LocationID(body.to))
      if from == nil { faults.add("from", "unknown") }
      if to == nil { faults.add("to", "unknown") }
      let key = body.key.map { faults.text($0, "key", max: 64) } ?? UUID().uuidString
      try faults.throwIfAny()
      guard let from, let to else { throw FieldFaults(field: "from", code: "unknown") }
      let staff = try call.staff()
      return try await Self.ofVariant {
        try await work.transfer(
          StockTransfer(variant: variant, from: from, to: to, units: body.units, note: body.note ?? ""),
          programKey: key, by: staff)
        return try Answer(StockItemAnswer(try await work.item(variant, for: staff)))
      }
    }
  }

  private var threshold: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/stock/{variant}/threshold", .staffGoods,
        "Says with how many free units an item is low; null takes what is usual in the shop", access: Self.access,
        with: "StockItem"
      ).taking("StockThreshold").refusing("unknownVariant", "invalidInput")
    ) { call in
      let body: Threshold = try call.decoded()
      let (variant, staff) = (try Self.variant(call), try call.staff())
      return try await Self.ofVariant {
        try await work.setThreshold(of: variant, body.lowAt, by: staff)
        return try Answer(StockItemAnswer(try await work.item(variant, for: staff)))
      }
    }
  }

  private static func variant(_ call: APICall) throws -> VariantID {
    try call.id("variant", or: APIRefusal.unknownVariant)
  }

  /// Programs say variants where the desks say items.
  private static func ofVariant(_ body: () async throws -> Answer) async throws -> Answer {
    do {
      return try await body()
    } catch InventoryRefusal.unknownItem {
      throw APIRefusal.unknownVariant
    }
  }

  // MARK: Places

  private var rooms: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/stockrooms", .staffGoods,
        "All places of a merchant, closed ones too, in the order in which stock is taken, with what lies there",
        access: Self.access, with: "StockroomList"
      ).query("merchant", .id("mer"), "Whose; staff of a merchant needn't say.")
        .refusing("unknownMerchant", "invalidInput")
    ) { call in
      let staff = try call.staff()
      let merchant = try await merchant(try call.merchant(), for: staff)
      let rooms = try await work.stockrooms(of: merchant, for: staff)
      return try Answer(ListAnswer(items: rooms.map(StockroomAnswer.init)))
    }
  }

  private var add: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/locations", .staffGoods, "Adds a place, from which stock is taken last", access: Self.access,
        answers: .created, with: "Location"
      ).taking("NewLocation").refusing("unknownMerchant", "invalidInput")
    ) { call in
      let body: NewLocation = try call.decoded()
      let staff = try call.staff()
      let asked = try body.merchant.map { text in
        guard let id = MerchantID(text) else { throw FieldFaults(field: "merchant", code: "unknown") }
        return id
      }
      let merchant = try await merchant(asked, for: staff)
      var answer = try Answer(LocationAnswer(try await work.addLocation(body.name, of: merchant, by: staff)))
      answer.status = .created
      return answer
    }
  }

  private var change: Endpoint {
    Endpoint(
      APIDescription(
        .patch, "/admin/locations/{id}", .staffGoods,
        "Gives a place another name, or closes an empty one, or opens it again", access: Self.access, with: "Location"
      ).taking("LocationChange").refusing("unknownLocation", "locationNotEmpty", "lastLocation", "invalidInput")
    ) { call in
      let body: LocationChange = try call.decoded()
      let (staff, id) = (try call.staff(), try Self.location(call))
      _ = try await work.location(id, for: staff)
      // One thing at a time, so that nothing is half done when it is refused.
      guard (body.name == nil) != (body.isClosed == nil) else { throw FieldFaults(field: "name", code: "oneOfChanges") }
      if let name = body.name { try await work.renameLocation(id, to: name, by: staff) }
      if body.isClosed == true { try await work.closeLocation(id, by: staff) }
      if body.isClosed == false { try await work.reopenLocation(id, by: staff) }
      return try Answer(LocationAnswer(try await work.location(id, for: staff)))
    }
  }

  private var step: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/locations/{id}/steps", .staffGoods,
        "Moves a place one up or down in the order in which stock is taken; harmless at the end", access: Self.access,
        with: "Location"
      ).taking("LocationStep").refusing("unknownLocation", "invalidInput")
    ) { call in
      let body: Step = try call.decoded()
      let (staff, id) = (try call.staff(), try Self.location(call))
      guard ["up", "down"].contains(body.direction) else { throw FieldFaults(field: "direction", code: "unknown") }
      try await work.moveLocation(id, up: body.direction == "up", by: staff)
      return try Answer(LocationAnswer(try await work.location(id, for: staff)))
    }
  }

  private func merchant(_ asked: MerchantID?, for staff: Staff) async throws -> MerchantID {
    guard let merchant = try await parts.contexts.merchant(asked, for: staff) else {
      throw FieldFaults(field: "merchant", code: "missing")
    }
    return merchant
  }

  private static func location(_ call: APICall) throws -> LocationID {
    try call.id("id", or: InventoryRefusal.unknownLocation)
  }
}
