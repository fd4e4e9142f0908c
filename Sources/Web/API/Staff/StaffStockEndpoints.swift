import Accounts
import Catalog
import Flows
import Foundation
import HTTPTypes
import Hummingbird
import Inventory
import Pages
import Values

/// Stock, counted by another system and read by it.
struct StaffStockEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.stockAdjust])
  private static let mostRead = 100

  private struct Counts: Decodable {
    struct Item: Decodable {
      let variant: String
      let location: String
      /// Absent for what is sold without counting.
      let onHand: Int?
    }

    let key: String
    let items: [Item]
  }

  private struct Adjustment: Decodable {
    let location: String
    let change: Int
    let reason: String
    let note: String?
    let key: String?
  }

  private let parts: APIParts
  private var work: WorkStock { parts.flows.workStock }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [locations, stock, ledger, adjust, count] }

  private var locations: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/locations", .staffGoods, "Where a merchant's goods lie, in the order in which they are taken",
        access: Self.access, with: "LocationList"
      ).query("merchant", .id("mer"), "Whose; staff of a merchant needn't say.")
        .refusing("unknownMerchant", "invalidInput")
    ) { call in
      let staff = try call.staff()
      guard let merchant = try await parts.contexts.merchant(try call.merchant(), for: staff) else {
        throw FieldFaults(field: "merchant", code: "missing")
      }
      let locations = try await work.locations(of: merchant, for: staff)
      return try Answer(ListAnswer(items: locations.map(LocationAnswer.init)))
    }
  }

  private var stock: Endpoint {
    let description = APIDescription(
      .get, "/admin/stock", .staffGoods, "How many of up to 100 variants there are, by location",
      access: Self.access, with: "StockList"
    ).query("variant", .id("var"), "May be given more than once.").refusing("invalidInput")
    return Endpoint(description) { call in
      let texts = call.query.all("variant").filter { !$0.isEmpty }
      let variants = texts.compactMap { VariantID($0) }
      guard !texts.isEmpty else { throw FieldFaults(field: "variant", code: "missing") }
      guard variants.count == texts.count else { throw FieldFaults(field: "variant", code: "unknown") }
      guard texts.count <= Self.mostRead else {
        throw FieldFaults(field: "variant", code: "tooMany", details: ["max": String(Self.mostRead)])
      }
      let lines = try await work.items(variants, for: try call.staff())
      return try Answer(ListAnswer(items: lines.map(StockAnswer.init)))
    }
  }

  private var ledger: Endpoint {
    let description = APIDescription(
      .get, "/admin/stock/{variant}/ledger", .staffGoods, "Every movement of a variant's stock, the newest first",
      access: Self.access, with: "StockEntryPage"
    ).paged().refusing("unknownVariant", "invalidInput")
    return Endpoint(description) { call in
      let variant: VariantID = try call.id("variant", or: APIRefusal.unknownVariant)
      do {
        let page = try await work.ledger(of: variant, call.page(), for: try call.staff())
        let items = page.items.map { StockEntryAnswer($0.movement.entry) }
        return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
      } catch InventoryRefusal.unknownItem {
        throw APIRefusal.unknownVariant
      }
    }
  }

  private var adjust: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/stock/{variant}/adjustments", .staffGoods,
        "Units that came to a place or went from there, with the reason; once for each `key` where one is sent",
        access: Self.access, with: "Stock"
      ).taking("StockAdjustment").refusing("unknownVariant", "heldStock", "notCounted", "invalidInput")
    ) { call in
      let variant: VariantID = try call.id("variant", or: APIRefusal.unknownVariant)
      let body: Adjustment = try call.decoded()
      var faults = FieldFaults()
      let (location, reason) = (LocationID(body.location), AdjustmentReason(rawValue: body.reason))
      if location == nil { faults.add("location", "unknown") }
      if reason == nil { faults.add("reason", "unknown") }
      let key = body.key.map { faults.text($0, "key", max: 64) } ?? UUID().uuidString
      try faults.throwIfAny()
      guard let location, let reason else { throw FieldFaults(field: "location", code: "unknown") }
      let staff = try call.staff()
      do {
        try await work.adjust(
          StockAdjustment(
            variant: variant, location: location, change: body.change, reason: reason, note: body.note ?? ""),
          programKey: key, by: staff)
        return try Answer(StockAnswer(try await work.item(variant, for: staff)))
      } catch InventoryRefusal.unknownItem {
        throw APIRefusal.unknownVariant
      }
    }
  }

  private var count: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/stock/counts", .staffGoods,
        "Brings stock to what was counted, all of up to 500 or none, once for each `key`", access: Self.access,
        answers: .noContent
      ).repeatable().taking("StockCounts").refusing("heldStock", "invalidInput")
    ) { call in
      let body: Counts = try call.decoded()
      var faults = FieldFaults()
      let key = faults.text(body.key, "key", max: 64)
      if body.items.isEmpty { faults.add("items", "missing") }
      if body.items.count > StaffProductEndpoints.mostItems {
        faults.add("items", "tooMany", ["max": String(StaffProductEndpoints.mostItems)])
      }
      let counts = body.items.prefix(StaffProductEndpoints.mostItems).enumerated()
        .compactMap { index, item -> StockCount? in
          let (variant, location) = (VariantID(item.variant), LocationID(item.location))
          if variant == nil { faults.add("items.\(index).variant", "unknown") }
          if location == nil { faults.add("items.\(index).location", "unknown") }
          guard let variant, let location else { return nil }
          return StockCount(variant: variant, location: location, onHand: item.onHand)
        }
      try faults.throwIfAny()
      try await work.set(counts, key: key, by: try call.staff())
      return .noContent
    }
  }
}
