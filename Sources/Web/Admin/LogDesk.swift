import Accounts
import AuditLog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import NIOCore
import Pages
import Values

/// `/admin/log`: what staff did, entry by entry, and as a file. For those with the right to read it.
struct LogDesk: Desk {
  private static let perPage = 50

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var log: ReadLog { maker.flows.readLog }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/log") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
    router.get("/admin/log/export") { request, context in
      try await export(try context.visit.requireStaff(), request, context)
    }
    router.get("/admin/log/:number") { request, context in
      try await showEntry(try context.visit.requireStaff(), request, context)
    }
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let merchants = try await maker.contexts.merchants.merchants()
    let list = LogColumns.list(merchants, for: staff, words)
    let asked = list.query(Form(query: request), words)
    // What can't be read may match anything.
    let page =
      asked.faults.isEmpty
      ? try await log.entries(
        matching: LogColumns.filter(asked, merchants), PageRequest(limit: Self.perPage, after: asked.after), for: staff)
      : Page(items: [], next: nil)
    let end = try await log.head(for: staff)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: LogColumns.listName)
    var values: Model = [
      "list": list.model(page, asked, views: views, words),
      "exports": ExportedLog.allCases.map { format -> Model in
        [
          "name": words["log.formats.\(format.rawValue)"] ?? format.rawValue,
          "address": Addresses.with(asked.pairs() + [("format", format.rawValue)], Addresses.logDesk + "/export"),
        ]
      },
    ]
    if let end { values["head"] = end.description }
    return try await frame.page(
      "log", title: words["desks.log"] ?? "", desk: Addresses.logDesk, values, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private func showEntry(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    guard let number = context.parameters.get("number").flatMap({ Int64($0) }) else { throw HTTPError(.notFound) }
    let words = frame.words(context)
    let read = try await log.entry(number, for: staff)
    let model = LogModel(words: words, merchants: try await maker.contexts.merchants.merchants())
    let values: Model = ["entry": model.detail(read.entry, isSound: read.isSound, for: staff)]
    return try await frame.page(
      "log-entry", title: words.phrase("log.entry", ["number": String(number)]), desk: Addresses.logDesk, values,
      request, context)
  }

  /// The oldest entry first, a slice at a time, so that a file of any length takes the same memory.
  private func export(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let query = Form(query: request)
    let merchants = try await maker.contexts.merchants.merchants()
    let words = frame.words(context)
    let asked = LogColumns.list(merchants, for: staff, words).query(query, words)
    try asked.faults.throwIfAny()
    guard let format = ExportedLog(rawValue: query["format"] ?? ExportedLog.csv.rawValue) else {
      throw FieldFaults(field: "format", code: "unknownValue")
    }
    let (filter, log) = (LogColumns.filter(asked, merchants), log)
    let first = try await log.slice(matching: filter, after: 0, for: staff)
    let body = ResponseBody { writer in
      try await writer.write(ByteBuffer(bytes: try format.head))
      var entries = first
      while let last = entries.last {
        try await writer.write(ByteBuffer(bytes: try format.bytes(of: entries)))
        guard entries.count == ReadLog.slice else { break }
        entries = try await log.slice(matching: filter, after: last.number, for: staff)
      }
      try await writer.finish(nil)
    }
    var headers = HTTPFields()
    headers[.contentType] = format == .csv ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8"
    headers[.contentDisposition] = "attachment; filename=\"martlet-log.\(format.rawValue)\""
    headers[.cacheControl] = "private, no-store"
    return Response(status: .ok, headers: headers, body: body)
  }
}
