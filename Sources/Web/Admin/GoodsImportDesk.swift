import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Imports
import Merchants
import NIOCore
import Pages
import Values

/// `/admin/goods/import`: files of goods. One that is sent is looked at first, shows what it would do, and is run when staff
/// say so.
struct GoodsImportDesk: Desk {
  private static let perPage = 30
  private static let notesPerPage = 100

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkImports { maker.flows.workImports }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/goods/import") { request, context in
      try await show(try importer(context), Form(), nil, request, context)
    }
    router.get("/admin/goods/import/export") { request, context in
      let (staff, words) = (try importer(context), frame.words(context))
      let columns = ImportColumns(try await maker.contexts.merchants.merchants(), for: staff, words)
      let asked = columns.list.query(Form(query: request), words)
      let filter = columns.filter(asked)
      return try await ListExport(list: columns.list, query: asked, words: words) { [work = self.work] page in
        try await work.runs(filter, page, for: staff)
      }.response(named: "imports")
    }
    router.post("/admin/goods/import") { try await bring($0, $1) }
    router.get("/admin/goods/import/:id") { request, context in
      let (run, staff) = try await named(context)
      return try await show(run, staff, request, context)
    }
    router.post("/admin/goods/import/:id") { try await decide($0, $1) }
    router.get("/admin/goods/import/:id/errors") { _, context in
      let (run, staff) = try await named(context)
      return errors(of: run, for: staff, frame.words(context))
    }
  }

  private func importer(_ context: ShopRequestContext) throws -> Staff {
    let staff = try context.visit.requireStaff()
    try work.expect(staff)
    return staff
  }

  private func named(_ context: ShopRequestContext) async throws -> (ImportRun, Staff) {
    let staff = try importer(context)
    guard let id = context.parameters.get("id").flatMap({ ImportRunID($0) }) else {
      throw ImportRunRefusal.unknownImport
    }
    return (try await work.run(id, for: staff), staff)
  }

  // MARK: Doing

  private func bring(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let staff = try importer(context)
    let sent: StreamedForm
    do {
      sent = try await StreamedForm(body: request, field: "goods", upTo: ImportRun.longestFile)
    } catch BodyRefusal.tooLarge {
      let fault = FieldFaults(
        field: "goods", code: "csvTooLarge", details: ["max": String(ImportRun.longestFile >> 20)])
      return try await show(staff, Form(), fault, request, context, status: .contentTooLarge)
    }
    defer { sent.removeFile() }
    do {
      let (merchant, rules) = try Self.asked(sent.form, isPlatform: staff.merchant == nil)
      guard let file = sent.file else { throw FieldFaults(field: "goods", code: "missing") }
      let run = try await work.bring(file.place, named: file.name, to: merchant, rules: rules, by: staff)
      return maker.go(Addresses.desk(run.id))
    } catch let refusal as any Refusal {
      return try await show(staff, sent.form, refusal, request, context)
    }
  }

  private static func asked(_ form: Form, isPlatform: Bool) throws -> (merchant: MerchantID?, rules: ImportRules) {
    var faults = FieldFaults()
    var merchant: MerchantID?
    if isPlatform, let text = form["merchant"], !text.isEmpty {
      merchant = MerchantID(text)
      if merchant == nil { faults.add("merchant", "unknown") }
    }
    let stock = ImportRules.Stock(rawValue: form["stock"] ?? "")
    if stock == nil { faults.add("stock", "unknown") }
    let encoding = form["encoding"].flatMap { $0.isEmpty ? nil : $0 }
    if let encoding, !WorkImports.encodings.contains(encoding) { faults.add("encoding", "unknown") }
    try faults.throwIfAny()
    return (merchant, ImportRules(stock: stock ?? .keep, encoding: encoding))
  }

  private func decide(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (run, staff) = try await named(context)
    let form = try await Form(body: request, context: context)
    guard let decision = form["do"].flatMap(ImportDecision.init(rawValue:)) else { throw HTTPError(.badRequest) }
    do {
      _ = try await work.decide(decision, on: run.id, by: staff)
      return maker.go(Addresses.desk(run.id))
    } catch let refusal as ImportRunRefusal where refusal.kind == .conflict {
      return maker.go(Addresses.desk(run.id), saying: Flash(.bad, refusal.code))
    }
  }

  // MARK: Showing

  private func show(
    _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext,
    status: HTTPResponse.Status? = nil
  ) async throws -> Response {
    let words = frame.words(context)
    let merchants = try await maker.contexts.merchants.merchants()
    let columns = ImportColumns(merchants, for: staff, words)
    let asked = columns.list.query(Form(query: request), words)
    let page =
      asked.faults.isEmpty
      ? try await work.runs(columns.filter(asked), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: ImportColumns.listName)
    let refused = RefusedForm(form, refusal, words)
    let shown: Model = [
      "form": refused.model(["goods", "merchant", "stock", "encoding"]), "action": Addresses.goodsImport,
      "exportURL": Addresses.goodsExport, "isPlatform": staff.merchant == nil,
      "merchants": merchants.map { merchant -> Model in
        let id = merchant.id.description
        return ["value": id, "name": merchant.name[words.language], "isChosen": id == form["merchant"]]
      },
      "stocks": ImportRules.Stock.allCases.map { stock -> Model in
        [
          "value": stock.rawValue, "name": words["imports.stocks.\(stock.rawValue)"] ?? "",
          "isChosen": stock.rawValue == form["stock"] ?? ImportRules.Stock.set.rawValue,
        ]
      },
      "encodings": WorkImports.encodings.map { encoding -> Model in
        ["value": encoding, "name": encoding, "isChosen": encoding == form["encoding"]]
      },
      "list": columns.list.model(page, asked, views: views, words),
    ]
    let answer = try await frame.page(
      "goods-import", title: words["imports.heading"] ?? "", desk: Addresses.goodsImport, shown, request, context,
      status: status ?? refusal?.status ?? (asked.faults.isEmpty ? .ok : asked.faults.status))
    return refused.answer(answer)
  }

  private func show(
    _ run: ImportRun, _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let model = ImportModel(words, merchants: try await maker.contexts.merchants.merchants())
    let notes = try await work.notes(of: run.id, PageRequest(limit: Self.notesPerPage, after: after), for: staff)
    let author = try await maker.contexts.staff.staff(run.staff)?.name
    var shown = Model.merged(model.whole(run, by: author), model.notes(notes.items))
    if let next = notes.next {
      shown["nextURL"] = Addresses.with([("after", next.description)], Addresses.desk(run.id))
    }
    return try await frame.page(
      "goods-import-run", title: run.fileName, desk: Addresses.goodsImport, shown, request, context)
  }

  /// All that was found, as CSV for spreadsheets, page after page.
  private func errors(of run: ImportRun, for staff: Staff, _ words: Words) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = "text/csv; charset=utf-8"
    headers[.contentDisposition] = "attachment; filename=\"import-\(run.id).csv\""
    headers[.cacheControl] = "private, no-store"
    let heads = ["line", "handle", "column", "kind", "what", "particulars"].map { words["imports.heads.\($0)"] ?? $0 }
    let (work, model) = (work, ImportModel(words, merchants: []))
    let body = ResponseBody { writer in
      try await writer.write(ByteBuffer(bytes: [0xEF, 0xBB, 0xBF] as [UInt8]))
      try await writer.write(try Self.lines([heads]))
      var after: Cursor?
      repeat {
        let page = try await work.notes(of: run.id, PageRequest(limit: 100, after: after), for: staff)
        try await writer.write(try Self.lines(page.items.map(model.cells)))
        after = page.next
      } while after != nil
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: headers, body: body)
  }

  private static func lines(_ rows: [[String]]) throws -> ByteBuffer {
    var buffer = ByteBuffer()
    var writer = CSVWriter { buffer.writeBytes($0) }
    for row in rows { try writer.write(row) }
    try writer.flush()
    return buffer
  }
}
