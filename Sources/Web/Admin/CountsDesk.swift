import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Inventory
import Merchants
import Pages
import Values

/// `/admin/stock/counts`: counts of what lies on the shelves, those under way and those that are over, and a form that begins
/// one.
struct CountsDesk: Desk {
  private static let perPage = 30

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkStock { maker.flows.workStock }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/stock/counts") { request, context in
      try await show(try context.visit.requireStaff(), Form(), nil, request, context)
    }
    router.post("/admin/stock/counts") { request, context in
      let staff = try context.visit.requireStaff()
      try staff.require(.stockAdjust)
      let form = try await Form(body: request, context: context)
      do {
        guard let location = form["location"].flatMap({ LocationID($0) }) else {
          throw FieldFaults(field: "location", code: "unknown")
        }
        let sheet = try await work.openCount(
          WorkStock.CountRequest(location: location, title: form["name"] ?? "", skus: form["skus"] ?? ""), by: staff)
        return maker.go(Addresses.desk(sheet.id), saying: Flash(.good, "countOpened"))
      } catch let faults as FieldFaults {
        return try await show(staff, form, Self.shown(faults), request, context)
      }
    }
  }

  /// As the fields are called here, where items are typed as SKUs.
  private static func shown(_ faults: FieldFaults) -> FieldFaults {
    let names = ["variants": "skus", "title": "name"]
    return FieldFaults(
      faults.faults.map { fault in
        FieldFaults.Fault(field: names[fault.field] ?? fault.field, code: fault.code, details: fault.details)
      })
  }

  private func show(
    _ staff: Staff, _ form: Form, _ faults: FieldFaults?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let query = Form(query: request)
    let after = query["after"].flatMap { Cursor($0) }
    let found = try await work.counts(PageRequest(limit: Self.perPage, after: after), for: staff)
    let choice = MerchantChoice(maker)
    let merchant = try await choice.merchant(form["merchant"] ?? query["merchant"], for: staff)
    let links = try await choice.links(to: Addresses.countsDesk, chosen: merchant, for: staff, words)
    var fields = RefusedForm(form, faults, words).model(
      ["name", "location", "skus"],
      initial: ["name": words.phrase("stockroom.countOf", ["date": Format(words.language).date(maker.clock.now)])])
    let format = Format(words.language)
    var model: Model = [
      "counts": found.items.map { row($0, format, words) }, "hasCounts": !found.items.isEmpty, "merchants": links,
      "isChoosing": !links.isEmpty, "action": Addresses.countsDesk, "backURL": Addresses.stockDesk,
      "canOpen": merchant != nil,
    ]
    if let merchant {
      let locations = try await work.locations(of: merchant.id, for: staff)
      fields["locations"] = StockForm.options(locations, chosen: form["location"])
      fields["merchant"] = merchant.slug.rawValue
      model["merchantName"] = merchant.name[words.language]
    }
    model["form"] = fields
    if let next = found.next {
      model["nextURL"] = Addresses.with([("after", next.description)], Addresses.countsDesk)
    }
    return try await frame.page(
      "counts", title: words["counts.heading"] ?? "", desk: Addresses.stockDesk, model, request, context,
      status: faults?.status ?? .ok)
  }

  private func row(_ sheet: CountSheet, _ format: Format, _ words: Words) -> Model {
    [
      "title": sheet.title, "address": Addresses.desk(sheet.id), "state": StockForm.state(sheet, words),
      "opened": format.dateTime(sheet.openedAt),
      "progress": words.phrase(
        "stockroom.counted", ["count": String(sheet.counted), "lines": String(sheet.lines)]),
    ]
  }
}
