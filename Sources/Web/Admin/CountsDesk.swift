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
    router.get("/admin/stock/counts/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      try staff.require(.stockAdjust)
      let columns = CountColumns(try await maker.contexts.merchants.merchants(), for: staff, words)
      let asked = columns.list.query(Form(query: request), words)
      let filter = columns.filter(asked)
      return try await ListExport(list: columns.list, query: asked, words: words) { [work = self.work] page in
        try await work.counts(filter, page, for: staff)
      }.response(named: "counts")
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
    try staff.require(.stockAdjust)
    let choice = MerchantChoice(maker)
    let merchant = try await choice.merchant(form["merchant"] ?? query["merchant"], for: staff)
    let links = try await choice.links(to: Addresses.countsDesk, chosen: merchant, for: staff, words)
    var fields = RefusedForm(form, faults, words).model(
      ["name", "location", "skus"],
      initial: ["name": words.phrase("stockroom.countOf", ["date": Format(words.language).date(maker.clock.now)])])
    let columns = CountColumns(try await maker.contexts.merchants.merchants(), for: staff, words)
    let chosen = staff.merchant == nil ? merchant : nil
    let kept = chosen.map { [("merchant", $0.slug.rawValue)] } ?? []
    let asked = columns.list.query(query, kept: kept, words)
    let found =
      asked.faults.isEmpty
      ? try await work.counts(
        columns.filter(asked), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: CountColumns.listName)
    var model: Model = [
      "list": columns.list.model(found, asked, views: views, words), "merchants": links,
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
    return try await frame.page(
      "counts", title: words["counts.heading"] ?? "", desk: Addresses.stockDesk, model, request, context,
      status: faults?.status ?? (asked.faults.isEmpty ? .ok : asked.faults.status))
  }
}
