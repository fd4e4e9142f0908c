import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Inventory
import Pages
import Values

/// Sheets on which people count what lies on the shelves, booked once as differences.
struct StaffCountEndpoints: Sendable {
  private static let access = StaffStockroomEndpoints.access
  /// Numbers of one request.
  private static let mostNumbers = 200
  private static let mostSKUs = 500

  private struct NewSheet: Decodable {
    let location: String
    let title: String
    let skus: [String]?
  }

  private struct Numbers: Decodable {
    struct Line: Decodable {
      /// One of the two.
      let variant: String?
      let sku: String?
      let counted: Int
    }

    let lines: [Line]
  }

  private let parts: APIParts
  private var work: WorkStock { parts.flows.workStock }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("counts"), sheet, lines, open, enter, book, cancel] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/stock/sheets", .staffGoods, "Counts under way and those that are over, the newest first",
      access: Self.access, with: "CountSheetPage"
    ).query("state", .choice(CountSheet.State.allCases.map(\.rawValue)), "Only those in this state.")
      .query("merchant", .id("mer"), "Whose; staff of a merchant see their own alone.")
      .query("location", .id("loc"), "Counted there.").paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let page = try await work.counts(try Self.filter(call), call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(CountSheetAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private static func filter(_ call: APICall) throws -> CountFilter {
    var (filter, faults) = (CountFilter(), FieldFaults())
    func said(_ name: String) -> String? { call.query[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let text = said("state") {
      filter.state = CountSheet.State(rawValue: text)
      if filter.state == nil { faults.add("state", "unknown") }
    }
    if let text = said("merchant") {
      filter.merchant = MerchantID(text)
      if filter.merchant == nil { faults.add("merchant", "unknown") }
    }
    if let text = said("location") {
      filter.location = LocationID(text)
      if filter.location == nil { faults.add("location", "unknown") }
    }
    try faults.throwIfAny()
    return filter
  }

  private var sheet: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/stock/sheets/{id}", .staffGoods, "One count, with what its numbers come to", access: Self.access,
        with: "CountDetail"
      ).refusing("unknownCount")
    ) { call in try await answer(try Self.id(call), for: try call.staff()) }
  }

  private var lines: Endpoint {
    let description = APIDescription(
      .get, "/admin/stock/sheets/{id}/lines", .staffGoods, "The lines of a count, by variant", access: Self.access,
      with: "CountLinePage"
    ).query("part", .choice(CountPart.allCases.map(\.rawValue)), "All, those without a number, or those that differ.")
      .paged().refusing("unknownCount", "invalidInput")
    return Endpoint(description) { call in
      let part = CountPart(rawValue: call.query["part"] ?? CountPart.all.rawValue)
      guard let part else { throw FieldFaults(field: "part", code: "unknown") }
      let (page, variants) = try await work.lines(
        of: try Self.id(call), part, call.page(), for: try call.staff())
      let items = page.items.map { CountLineAnswer($0, variants[$0.variant]) }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private var open: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/stock/sheets", .staffGoods,
        "Begins a count of all that lies at a place, or of up to 500 SKUs there", access: Self.access,
        answers: .created, with: "CountDetail"
      ).taking("NewCountSheet").refusing("invalidInput")
    ) { call in
      let body: NewSheet = try call.decoded()
      let staff = try call.staff()
      let skus = body.skus ?? []
      guard skus.count <= Self.mostSKUs else {
        throw FieldFaults(field: "skus", code: "tooMany", details: ["max": String(Self.mostSKUs)])
      }
      guard let location = LocationID(body.location) else { throw FieldFaults(field: "location", code: "unknown") }
      let request = WorkStock.CountRequest(
        location: location, title: body.title, skus: skus.joined(separator: "\n"))
      let sheet = try await FieldFaults.calling(["variants": "skus"]) { try await work.openCount(request, by: staff) }
      var answer = try await answer(sheet.id, for: staff)
      answer.status = .created
      return answer.located(at: "/admin/stock/sheets/\(sheet.id)")
    }
  }

  private var enter: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/stock/sheets/{id}/lines", .staffGoods,
        "Notes up to 200 numbers that were counted, each held against what should have been there at this moment. The "
          + "number that stands already changes nothing", access: Self.access, with: "CountDetail"
      ).taking("CountNumbers").refusing("unknownCount", "countEnded", "notCounted", "invalidInput")
    ) { call in
      let body: Numbers = try call.decoded()
      let (staff, id) = (try call.staff(), try Self.id(call))
      _ = try await work.count(id, for: staff)
      let numbers = try await numbers(body, on: id, for: staff)
      do {
        try await work.enter(numbers, into: id, by: staff)
      } catch InventoryRefusal.unknownItem {
        throw FieldFaults(field: "lines", code: "unknown")
      }
      return try await answer(id, for: staff)
    }
  }

  /// Throws `FieldFaults`, each with its line.
  private func numbers(
    _ body: Numbers, on id: CountSheetID, for staff: Staff
  ) async throws -> [VariantID: Int] {
    var faults = FieldFaults()
    if body.lines.isEmpty { faults.add("lines", "missing") }
    if body.lines.count > Self.mostNumbers { faults.add("lines", "tooMany", ["max": String(Self.mostNumbers)]) }
    try faults.throwIfAny()
    let skus = Set(body.lines.compactMap(\.sku)).sorted()
    let known = skus.isEmpty ? [:] : try await work.variants(skus: skus, on: id, for: staff)
    var numbers: [VariantID: Int] = [:]
    for (index, line) in body.lines.enumerated() {
      let variant: VariantID?
      switch (line.variant, line.sku) {
      case (let text?, nil):
        variant = VariantID(text)
        if variant == nil { faults.add("lines.\(index).variant", "unknown") }
      case (nil, let sku?):
        variant = known[sku]
        if variant == nil { faults.add("lines.\(index).sku", "unknown") }
      default:
        variant = nil
        faults.add("lines.\(index)", "oneOfVariant")
      }
      if !(0...1_000_000_000).contains(line.counted) {
        faults.add("lines.\(index).counted", "outOfRange", ["min": "0", "max": "1000000000"])
      }
      if let variant { numbers[variant] = line.counted }
    }
    try faults.throwIfAny()
    return numbers
  }

  private var book: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/stock/sheets/{id}/booking", .staffGoods,
        "Books what was counted more or less than should have been there, all or none, and once", access: Self.access,
        with: "CountDetail"
      ).refusing("unknownCount", "countEnded", "nothingCounted", "heldStock")
    ) { call in
      let (staff, id) = (try call.staff(), try Self.id(call))
      _ = try await work.applyCount(id, by: staff)
      return try await answer(id, for: staff)
    }
  }

  private var cancel: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/stock/sheets/{id}/cancellation", .staffGoods, "Ends a count, and nothing is booked",
        access: Self.access, with: "CountDetail"
      ).refusing("unknownCount", "countEnded")
    ) { call in
      let (staff, id) = (try call.staff(), try Self.id(call))
      _ = try await work.cancelCount(id, by: staff)
      return try await answer(id, for: staff)
    }
  }

  private func answer(_ id: CountSheetID, for staff: Staff) async throws -> Answer {
    let sheet = try await work.count(id, for: staff)
    return try Answer(CountDetailAnswer(sheet, try await work.outcome(of: id, for: staff)))
  }

  private static func id(_ call: APICall) throws -> CountSheetID {
    try call.id("id", or: InventoryRefusal.unknownCount)
  }
}
