import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Inventory
import Pages
import Values

/// `/admin/stock/counts/{id}`: one count: numbers are entered over time, line by line or with a scanner, and booked once at the
/// end or thrown away.
struct CountDesk: Desk {
  private static let perPage = 50

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkStock { maker.flows.workStock }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/stock/counts/:id") { request, context in
      let (sheet, staff) = try await own(context)
      return try await show(sheet, staff, Form(), nil, request, context)
    }
    router.post("/admin/stock/counts/:id") { request, context in
      try await act("countSaved", request, context) { sheet, staff, form in
        if form["scan"] != nil {
          try await scan(sheet, form, by: staff)
        } else {
          try await work.enter(try Self.numbers(form), into: sheet.id, by: staff)
        }
      }
    }
    router.post("/admin/stock/counts/:id/apply") { request, context in
      try await act("countApplied", request, context) { sheet, staff, _ in
        _ = try await work.applyCount(sheet.id, by: staff)
      }
    }
    router.post("/admin/stock/counts/:id/cancel") { request, context in
      try await act("countCancelled", request, context) { sheet, staff, _ in
        _ = try await work.cancelCount(sheet.id, by: staff)
      }
    }
  }

  private func scan(_ sheet: CountSheet, _ form: Form, by staff: Staff) async throws {
    let sku = (form["sku"] ?? "").filter { !$0.isNewline }
    guard !sku.allSatisfy(\.isWhitespace) else { throw FieldFaults(field: "sku", code: "missing") }
    guard let units = form["skuUnits"].flatMap({ StockForm.number($0) }) else {
      throw FieldFaults(field: "skuUnits", code: "notANumber")
    }
    do {
      try await work.enter(units, ofSKU: sku, into: sheet.id, by: staff)
    } catch let faults as FieldFaults where faults.faults.contains(where: { $0.field.hasPrefix("counted") }) {
      throw FieldFaults(field: "skuUnits", code: "outOfRange", details: ["min": "0", "max": "1000000000"])
    }
  }

  /// What stands in the lines; an empty one says nothing.
  private static func numbers(_ form: Form) throws -> [VariantID: Int] {
    var (numbers, faults): ([VariantID: Int], FieldFaults) = ([:], FieldFaults())
    for (name, values) in form.values.sorted(by: { $0.key < $1.key }) where name.hasPrefix("counted.") {
      guard let text = values.first, !text.allSatisfy(\.isWhitespace),
        let id = VariantID(name.dropFirst("counted.".count))
      else { continue }
      if let number = StockForm.number(text) { numbers[id] = number } else { faults.add(name, "notANumber") }
    }
    try faults.throwIfAny()
    return numbers
  }

  private func own(_ context: ShopRequestContext) async throws -> (CountSheet, Staff) {
    let staff = try context.visit.requireStaff()
    guard let id = context.parameters.get("id").flatMap({ CountSheetID($0) }) else {
      throw InventoryRefusal.unknownCount
    }
    return (try await work.count(id, for: staff), staff)
  }

  private func act(
    _ done: String, _ request: Request, _ context: ShopRequestContext,
    _ body: (CountSheet, Staff, Form) async throws -> Void
  ) async throws -> Response {
    let (sheet, staff) = try await own(context)
    let form = try await Form(body: request, context: context)
    do {
      try await body(sheet, staff, form)
      return maker.go(Self.back(form, sheet), saying: Flash(.good, done))
    } catch let refusal as any Refusal where refusal.kind == .conflict || refusal.kind == .invalid {
      return try await show(
        try await work.count(sheet.id, for: staff), staff, form, refusal, request, context)
    }
  }

  /// To the lines that were shown.
  private static func back(_ form: Form, _ sheet: CountSheet) -> String {
    Addresses.with(place(form).map { ($0.0, String($0.1.prefix(100))) }, Addresses.desk(sheet.id))
  }

  private static func place(_ form: Form) -> [(String, String)] {
    ["part", "after"].compactMap { name in form[name].flatMap { $0.isEmpty ? nil : (name, $0) } }
  }
}

// MARK: The page

extension CountDesk {
  private func show(
    _ sheet: CountSheet, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let place = refusal == nil ? Form(query: request) : form
    let part = place["part"].flatMap(CountPart.init(rawValue:)) ?? .all
    let (page, variants) = try await work.lines(
      of: sheet.id, part, PageRequest(limit: Self.perPage, after: place["after"].flatMap { Cursor($0) }), for: staff)
    let refused = RefusedForm(form, refusal, words)
    let fields = FormModel(form, faults: refused.faults, words: words)
    var model = try await head(sheet, part, staff, words)
    model["form"] = refused.model(["sku", "skuUnits"])
    model["lines"] = page.items.map { row($0, variants[$0.variant], fields, words) }
    model["hasLines"] = !page.items.isEmpty
    model["after"] = place["after"] ?? ""
    if let next = page.next {
      model["nextURL"] = Addresses.with(
        [("part", part.rawValue), ("after", next.description)], Addresses.desk(sheet.id))
    }
    if case .heldStock(let id, _) = refusal as? InventoryRefusal {
      let title = try await maker.contexts.catalog.variants([id])[id].map { "\($0.title[words.language]) \($0.sku)" }
      model["heldItem"] = title ?? id.description
    }
    return refused.answer(
      try await frame.page(
        "count", title: sheet.title, desk: Addresses.stockDesk, model, request, context,
        status: refusal?.status ?? .ok))
  }

  private func head(_ sheet: CountSheet, _ part: CountPart, _ staff: Staff, _ words: Words) async throws -> Model {
    let format = Format(words.language)
    let outcome = try await work.outcome(of: sheet.id, for: staff)
    let address = Addresses.desk(sheet.id)
    var model: Model = [
      "title": sheet.title, "address": address, "backURL": Addresses.countsDesk, "isOpen": sheet.state == .open,
      "state": StockForm.state(sheet, words), "opened": format.dateTime(sheet.openedAt), "part": part.rawValue,
      "place": try await maker.contexts.stockroom.location(sheet.location)?.name ?? "",
      "progress": words.phrase("stockroom.counted", ["count": String(sheet.counted), "lines": String(sheet.lines)]),
      "outcome": words.phrase(
        "stockroom.outcome",
        ["lines": String(outcome.differing), "more": String(outcome.more), "fewer": String(outcome.fewer)]),
      "tabs": CountPart.allCases.map { each -> Model in
        [
          "tabName": words["counts.parts.\(each.rawValue)"] ?? "",
          "tabURL": Addresses.with([("part", each.rawValue)], address), "isCurrent": each == part,
        ]
      },
    ]
    if let ended = sheet.endedAt { model["ended"] = format.dateTime(ended) }
    return model
  }

  private func row(_ line: CountLine, _ variant: VariantSummary?, _ fields: FormModel, _ words: Words) -> Model {
    var model: Model = [
      "item": variant?.title[words.language] ?? line.variant.description, "itemURL": Addresses.desk(line.variant),
      "field": fields.field("counted.\(line.variant)", initial: line.counted.map(String.init) ?? ""),
      "countedText": line.counted.map(String.init) ?? "–", "expectedText": line.expected.map(String.init) ?? "–",
      "label": words.phrase(
        "stockroom.countedOf",
        ["item": "\(variant?.title[words.language] ?? "") \(variant?.choice[words.language] ?? "")"]),
    ]
    if let sku = variant?.sku, !sku.isEmpty { model["itemSKU"] = sku }
    if let choice = variant?.choice[words.language], !choice.isEmpty { model["itemChoice"] = choice }
    if let difference = line.difference {
      model["difference"] = StockForm.signed(difference)
      model["differs"] = difference != 0
    } else {
      model["difference"] = "–"
      model["differs"] = false
    }
    return model
  }
}
