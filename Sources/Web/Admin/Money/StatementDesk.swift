import Accounts
import Flows
import HTTPTypes
import Hummingbird
import NIOCore
import Orders
import Pages
import Settlement
import Values

/// `/admin/settlements/{id}`: a statement with its orders, to look at, to print and as a file. Staff of the platform approve
/// it, say that it was paid, or cancel it.
struct StatementDesk: Desk {
  private static let perPage = 100
  /// A statement that is printed has so many orders at most; all of them are in its file.
  private static let mostPrinted = 2000
  private static let columns = [
    "order", "ended", "paid", "borne", "refunds", "commission", "fee", "net", "currency",
  ]

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkSettlements { maker.flows.workSettlements }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/settlements/:id") { request, context in
      let staff = try context.visit.requireStaff()
      return try await show(
        try await work.statement(Self.id(context), for: staff), staff, Form(), nil, request, context)
    }
    router.get("/admin/settlements/:id/file") { request, context in
      let staff = try context.visit.requireStaff()
      let seen = try await work.statement(Self.id(context), for: staff)
      return file(seen.statement, staff, frame.words(context))
    }
    router.post("/admin/settlements/:id/approve") { request, context in
      let staff = try context.visit.requireStaff()
      return try await move(staff, Form(), "statementApproved", request, context) {
        try await work.approve(Self.id(context), by: staff)
      }
    }
    router.post("/admin/settlements/:id/pay") { request, context in
      let staff = try context.visit.requireStaff()
      let form = try await Form(body: request, context: context)
      return try await move(staff, form, "statementPaid", request, context) {
        try await work.markPaid(Self.id(context), reference: form["reference"] ?? "", by: staff)
      }
    }
    router.post("/admin/settlements/:id/cancel") { request, context in
      let staff = try context.visit.requireStaff()
      return try await move(staff, Form(), "statementCancelled", request, context) {
        try await work.cancel(Self.id(context), by: staff)
      }
    }
  }

  private static func id(_ context: ShopRequestContext) -> StatementID? {
    context.parameters.get("id").flatMap { StatementID($0) }
  }

  /// What can be set right is said above the statement.
  private func move(
    _ staff: Staff, _ form: Form, _ saying: String, _ request: Request, _ context: ShopRequestContext,
    _ change: () async throws -> Statement
  ) async throws -> Response {
    do {
      return maker.go(Addresses.statement(try await change().id), saying: Flash(.good, saying))
    } catch let refusal as any Refusal where Self.isShown(refusal) {
      // Whoever may run settlements may not be allowed to see them.
      let seen = try await work.statement(Self.id(context), for: staff)
      return try await show(seen, staff, form, refusal, request, context)
    }
  }

  private static func isShown(_ refusal: any Refusal) -> Bool {
    refusal.kind == .invalid || refusal.kind == .conflict || refusal is SettlementRefusal && refusal.kind == .forbidden
  }

  // MARK: As a file

  private func file(_ statement: Statement, _ staff: Staff, _ words: Words) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = "text/csv; charset=utf-8"
    headers[.contentDisposition] = "attachment; filename=\"\(statement.id).csv\""
    headers[.cacheControl] = "private, no-store"
    let file = StatementFile(statement, work)
    let heads = Self.columns.map { words["settlements.columns.\($0)"] ?? $0 }
    let total = words["settlements.total"] ?? ""
    let body = ResponseBody { writer in
      try await file.write(heads: heads, total: total, for: staff) { try await writer.write(ByteBuffer(bytes: $0)) }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: headers, body: body)
  }

  // MARK: As a page

  private func show(
    _ seen: SeenStatement, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let query = Form(query: request)
    let isWhole = query["all"] == "1"
    let lines = try await lines(of: seen.statement.id, after: query["after"].flatMap { Cursor($0) }, isWhole, staff)
    let refused = RefusedForm(form, refusal, words)
    var model = Self.model(seen, lines.items, for: staff, words)
    let address = Addresses.statement(seen.statement.id)
    model["form"] = refused.model(["reference"])
    model["backURL"] = Addresses.settlementsDesk
    model["fileURL"] = "\(address)/file"
    if !isWhole { model["printURL"] = Addresses.with([("all", "1")], address) }
    if let next = lines.next, !isWhole { model["nextURL"] = Addresses.with([("after", next.description)], address) }
    if isWhole, lines.next != nil { model["isCut"] = true }
    if WorkSettlements.runs(staff) {
      let state = seen.statement.state
      if state.canMove(to: .approved) { model["approveURL"] = "\(address)/approve" }
      if state.canMove(to: .paid) { model["payURL"] = "\(address)/pay" }
      if state.canMove(to: .cancelled) { model["cancelURL"] = "\(address)/cancel" }
    }
    return refused.answer(
      try await frame.page(
        "statement", title: words["settlements.one"] ?? "", desk: Addresses.settlementsDesk, ["statement": model],
        request, context, status: refusal?.status ?? .ok))
  }

  private func lines(
    of id: StatementID, after: Cursor?, _ isWhole: Bool, _ staff: Staff
  ) async throws -> Page<StatementLine> {
    var page = try await work.lines(of: id, PageRequest(limit: Self.perPage, after: after), for: staff)
    while isWhole, page.items.count < Self.mostPrinted, let next = page.next {
      let more = try await work.lines(of: id, PageRequest(limit: Self.perPage, after: next), for: staff)
      page = Page(items: page.items + more.items, next: more.next)
    }
    return page
  }

  private static func model(
    _ seen: SeenStatement, _ lines: [StatementLine], for staff: Staff, _ words: Words
  ) -> Model {
    let format = Format(words.language)
    let statement = seen.statement
    var model: Model = [
      "id": statement.id.description, "merchantName": seen.merchant[words.language],
      "state": SettlementColumns.state(statement.state, words),
      "periodText": SettlementColumns.period(statement.period, words), "drawn": format.dateTime(statement.drawnAt),
      "orders": String(statement.orders), "sums": sums(statement.sums, format), "hasLines": !lines.isEmpty,
      "lines": lines.map { line -> Model in
        var row = sums(line.sums, format)
        row["number"] = line.number
        row["ended"] = format.date(line.endedAt)
        if ViewMoney.opens(to: staff), let number = OrderNumber(rawValue: line.number) {
          row["ledgerURL"] = Addresses.ledger(number)
        }
        return row
      },
    ]
    if let at = statement.approvedAt { model["approved"] = format.dateTime(at) }
    if let at = statement.paidAt { model["paidOut"] = format.dateTime(at) }
    if !statement.reference.isEmpty { model["reference"] = statement.reference }
    if let at = statement.cancelledAt { model["cancelled"] = format.dateTime(at) }
    return model
  }

  private static func sums(_ sums: StatementSums, _ format: Format) -> Model {
    [
      "paid": format.money(sums.paid), "borne": format.money(sums.borne), "refunds": format.money(sums.refunds),
      "commission": format.money(sums.commission), "fee": format.money(sums.fee), "net": format.money(sums.net),
    ]
  }
}
