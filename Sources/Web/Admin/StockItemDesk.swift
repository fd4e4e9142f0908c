import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Inventory
import Pages
import Values

/// `/admin/stock/{variant}`: one item: where it lies, what staff put right, move and set, and the books of it.
struct StockItemDesk: Desk {
  private static let perPage = 30

  /// The forms of the page. What is refused is said beside the one that was sent.
  private enum Sent: String {
    case adjust, transfer, count, threshold

    /// Its key in the model, under which its fields stand; `count` is what the menu beside looks for.
    var name: String { self == .count ? "setting" : rawValue }
  }

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkStock { maker.flows.workStock }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/stock/:variant") { request, context in
      let (line, staff) = try await own(context)
      return try await show(line, staff, nil, Form(), nil, request, context)
    }
    router.post("/admin/stock/:variant/adjust") { request, context in
      try await act(.adjust, "stockAdjusted", request, context) { line, staff, form in
        try await work.adjust(try Self.adjustment(line, form), key: FormKey.read(form), by: staff)
      }
    }
    router.post("/admin/stock/:variant/transfer") { request, context in
      try await act(.transfer, "stockMoved", request, context) { line, staff, form in
        try await work.transfer(try Self.transfer(line, form), key: FormKey.read(form), by: staff)
      }
    }
    router.post("/admin/stock/:variant/count") { request, context in
      try await act(.count, "stockSet", request, context) { line, staff, form in
        try await work.set(try Self.count(line, form), key: FormKey.read(form), by: staff)
      }
    }
    router.post("/admin/stock/:variant/threshold") { request, context in
      try await act(.threshold, "saved", request, context) { line, staff, form in
        let text = (form["lowAt"] ?? "").filter { !$0.isWhitespace }
        guard text.isEmpty || StockForm.number(text) != nil else {
          throw FieldFaults(field: "lowAt", code: "notANumber")
        }
        try await work.setThreshold(of: line.item.variant, StockForm.number(text), by: staff)
      }
    }
  }

  // MARK: What is sent

  private static func adjustment(_ line: WorkStock.Line, _ form: Form) throws -> StockAdjustment {
    var faults = FieldFaults()
    let units = number(form, "change", &faults)
    let reason = form["why"].flatMap(AdjustmentReason.init(rawValue:))
    if reason == nil { faults.add("why", "unknownValue") }
    let location = location(form, "location", &faults)
    try faults.throwIfAny()
    guard let units, let reason, let location else { throw FieldFaults(field: "change", code: "missing") }
    // "3 damaged" are three fewer.
    return StockAdjustment(
      variant: line.item.variant, location: location, change: reason.sign < 0 ? -abs(units) : units, reason: reason,
      note: form["note"] ?? "")
  }

  private static func transfer(_ line: WorkStock.Line, _ form: Form) throws -> StockTransfer {
    var faults = FieldFaults()
    let units = number(form, "units", &faults)
    let (from, to) = (location(form, "from", &faults), location(form, "to", &faults))
    try faults.throwIfAny()
    guard let units, let from, let to else { throw FieldFaults(field: "units", code: "missing") }
    return StockTransfer(variant: line.item.variant, from: from, to: to, units: units, note: form["note"] ?? "")
  }

  private static func count(_ line: WorkStock.Line, _ form: Form) throws -> StockCount {
    var faults = FieldFaults()
    let isUnlimited = form["unlimited"] == "1"
    let units = isUnlimited ? nil : number(form, "onHand", &faults)
    let location = location(form, "location", &faults)
    try faults.throwIfAny()
    guard let location else { throw FieldFaults(field: "location", code: "unknown") }
    return StockCount(variant: line.item.variant, location: location, onHand: units)
  }

  private static func number(_ form: Form, _ name: String, _ faults: inout FieldFaults) -> Int? {
    let text = (form[name] ?? "").filter { !$0.isWhitespace }
    let number = StockForm.number(text)
    if number == nil { faults.add(name, text.isEmpty ? "missing" : "notANumber") }
    return number
  }

  private static func location(_ form: Form, _ name: String, _ faults: inout FieldFaults) -> LocationID? {
    let location = form[name].flatMap { LocationID($0) }
    if location == nil { faults.add(name, "unknown") }
    return location
  }

  /// Another merchant's item is as unknown as one that never was.
  private func own(_ context: ShopRequestContext) async throws -> (WorkStock.Line, Staff) {
    let staff = try context.visit.requireStaff()
    guard let id = context.parameters.get("variant").flatMap({ VariantID($0) }) else {
      throw InventoryRefusal.unknownItem
    }
    return (try await work.item(id, for: staff), staff)
  }

  /// What can't be done shows the page as it is now, with what was typed and why.
  private func act(
    _ sent: Sent, _ done: String, _ request: Request, _ context: ShopRequestContext,
    _ body: (WorkStock.Line, Staff, Form) async throws -> Void
  ) async throws -> Response {
    let (line, staff) = try await own(context)
    let form = try await Form(body: request, context: context)
    do {
      try await body(line, staff, form)
      return maker.go(Addresses.desk(line.item.variant), saying: Flash(.good, done))
    } catch let refusal as any Refusal where refusal.kind == .conflict || refusal.kind == .invalid {
      return try await show(
        try await work.item(line.item.variant, for: staff), staff, sent, form, refusal, request, context)
    }
  }
}

// MARK: The page

extension StockItemDesk {
  private func show(
    _ line: WorkStock.Line, _ staff: Staff, _ sent: Sent?, _ form: Form, _ refusal: (any Refusal)?,
    _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let locations = try await work.locations(of: line.item.merchant, for: staff)
    let ledger = try await work.ledger(
      of: line.item.variant, PageRequest(limit: Self.perPage, after: after), for: staff)
    var model: Model = [
      "item": StockItemModel(line, words).model(), "address": Addresses.desk(line.item.variant),
      "backURL": Addresses.stockDesk, "key": FormKey.fresh(), "hasPlaces": !locations.isEmpty,
      "hasTwoPlaces": locations.count > 1, "locationsURL": Addresses.locationsDesk,
      "plot": StockPlot(try await work.days(of: line.item.variant, for: staff), words).model(),
      "ledger": StockItemModel.ledger(ledger, for: staff, words), "hasLedger": !ledger.items.isEmpty,
      "isDeep": after != nil,
      "firstURL": Addresses.desk(line.item.variant),
    ]
    if let next = ledger.next {
      model["nextURL"] = Addresses.with([("after", next.description)], Addresses.desk(line.item.variant))
    }
    for each in [Sent.adjust, .transfer, .count, .threshold] {
      let isSent = each == sent
      model[each.name] = fields(
        of: each, line, locations, isSent ? form : Form(),
        RefusedForm(isSent ? form : Form(), isSent ? refusal : nil, words),
        words)
    }
    let response = try await frame.page(
      "stock-item", title: line.variant?.title[words.language] ?? words["stock.heading"] ?? "",
      desk: Addresses.stockDesk, model, request, context, status: refusal?.status ?? .ok)
    return RefusedForm(form, refusal, words).answer(response)
  }

  private func fields(
    of sent: Sent, _ line: WorkStock.Line, _ locations: [Location], _ form: Form, _ refused: RefusedForm, _ words: Words
  ) -> Model {
    let first = locations.first?.id.description
    // Units that lie somewhere are moved away from there.
    let from = line.places.first { $0.level.onHand > 0 }?.location.id.description
    switch sent {
    case .adjust:
      var model = refused.model(["change", "why", "location", "note"])
      model["reasons"] = AdjustmentReason.allCases.map { reason -> Model in
        [
          "option": reason.rawValue, "optionName": words["stock.reasons.\(reason.rawValue)"] ?? reason.rawValue,
          "isChosen": reason.rawValue == form["why"],
        ]
      }
      model["locations"] = StockForm.options(locations, chosen: form["location"] ?? first)
      return model
    case .transfer:
      var model = refused.model(["units", "from", "to", "note"])
      let known = Set(locations.map(\.id))
      let closed = line.places.map(\.location).filter { !known.contains($0.id) }
      model["froms"] = StockForm.options(locations + closed, chosen: form["from"] ?? from)
      let other = locations.first { $0.id.description != (from ?? first) }?.id.description
      model["tos"] = StockForm.options(locations, chosen: form["to"] ?? other)
      return model
    case .count:
      var model = refused.model(["onHand", "location"])
      model["locations"] = StockForm.options(locations, chosen: form["location"] ?? first)
      model["isUnlimited"] = form["unlimited"] == "1"
      return model
    case .threshold:
      return refused.model(
        ["lowAt"], initial: ["lowAt": line.item.hasOwnThreshold ? String(line.item.lowAt) : ""])
    }
  }
}
