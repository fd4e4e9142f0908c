import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Imports
import NIOCore
import Pages
import Values

/// Files of goods: brought, looked at, run when staff say so; and goods as such a file.
struct StaffImportEndpoints: Sendable {
  private static let access = StaffCategoryEndpoints.access
  private static let types = [
    "text/csv", "text/plain", "text/tab-separated-values", "application/vnd.ms-excel", "application/octet-stream",
  ]
  private static let longestName = 200

  private struct Decision: Decodable {
    let decision: String
  }

  private let parts: APIParts
  private var work: WorkImports { parts.flows.workImports }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("imports"), run, notes, errors, bring, decide, export] }

  // MARK: Reading

  private var list: Endpoint {
    let description = Self.filtered(
      APIDescription(
        .get, "/admin/imports", .staffGoods, "Files of goods that were brought, the newest first", access: Self.access,
        with: "ImportPage"
      )
    ).paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let page = try await work.runs(try Self.filter(call), call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(ImportAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private static func filtered(_ description: APIDescription) -> APIDescription {
    description.query("state", .choice(ImportAnswer.states), "Only those in this state.")
      .query("merchant", .id("mer"), "Whose goods; staff of a merchant see their own alone.")
      .query("from", .time, "Brought then or later.").query("until", .time, "Brought earlier.")
  }

  private static func filter(_ call: APICall) throws -> ImportFilter {
    var faults = FieldFaults()
    var filter = ImportFilter()
    if let text = call.query["state"], !text.isEmpty {
      if let state = ImportState(rawValue: text) { filter.states = [state] } else { faults.add("state", "unknown") }
    }
    if let text = call.query["merchant"], !text.isEmpty {
      filter.merchant = MerchantID(text)
      if filter.merchant == nil { faults.add("merchant", "unknown") }
    }
    filter.from = call.query.time("from", &faults)
    filter.before = call.query.time("until", &faults)
    try faults.throwIfAny()
    return filter
  }

  private var run: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/imports/{id}", .staffGoods,
        "One file: how far it is, and what it would do or did. Ask again until `state` isn't `checking`, `waiting` or "
          + "`running`", access: Self.access, with: "ImportDetail"
      ).refusing("unknownImport")
    ) { call in try Answer(ImportDetailAnswer(try await work.run(try Self.id(call), for: try call.staff()))) }
  }

  private var notes: Endpoint {
    let description = APIDescription(
      .get, "/admin/imports/{id}/notes", .staffGoods,
      "What was found in a file, in the order of finding: what the check found, and once it runs what the run does",
      access: Self.access, with: "ImportNotePage"
    ).paged().refusing("unknownImport", "invalidInput")
    return Endpoint(description) { call in
      let page = try await work.notes(of: try Self.id(call), call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(ImportNoteAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var errors: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/imports/{id}/errors", .staffGoods, "All that was found in a file, as CSV: up to 10,000 lines",
        access: Self.access
      ).giving(["text/csv"]).refusing("unknownImport")
    ) { call in
      let staff = try call.staff()
      let id = try await work.run(try Self.id(call), for: staff).id
      return .csv(
        named: "import-\(id)",
        ResponseBody { writer in
          try await writer.write(try ListFile.lines([["line", "handle", "column", "kind", "code", "reason"]]))
          var after: Cursor?
          repeat {
            let page = try await work.notes(of: id, PageRequest(limit: 100, after: after), for: staff)
            try await writer.write(try ListFile.lines(page.items.map { ImportNoteAnswer($0).cells }))
            after = page.next
          } while after != nil
          try await writer.finish(nil)
        })
    }
  }

  // MARK: Doing

  private var bring: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/imports", .staffGoods,
        "Brings a file of goods, which is looked at first: nothing changes until it is started", access: Self.access,
        answers: .created, with: "ImportDetail"
      ).query("merchant", .id("mer"), "Whose goods; of the platform, none leaves it to the file's column Merchant.")
        .query("stock", .choice(ImportRules.Stock.allCases.map(\.rawValue)), "`keep` where nothing is said.")
        .query("encoding", .choice(WorkImports.encodings), "Found out where none is named.")
        .query("name", .text, "What the file is called.").bringing(Self.types, upTo: ImportRun.longestFile)
        .refusing("tooManyImports", "invalidInput")
    ) { call in
      let staff = try call.staff()
      try work.expect(staff)
      var faults = FieldFaults()
      let name = faults.text(call.query["name"], "name", max: Self.longestName, required: false)
      let (merchant, rules) = try Self.asked(call, isPlatform: staff.merchant == nil, &faults)
      guard let file = call.file, file.size > 0 else { throw FieldFaults(field: "file", code: "missing") }
      let run = try await FieldFaults.calling(["goods": "file"]) {
        try await work.bring(file.place, named: name, to: merchant, rules: rules, by: staff)
      }
      var answer = try Answer(ImportDetailAnswer(run))
      answer.status = .created
      return answer.located(at: "/admin/imports/\(run.id)")
    }
  }

  private static func asked(
    _ call: APICall, isPlatform: Bool, _ faults: inout FieldFaults
  ) throws -> (merchant: MerchantID?, rules: ImportRules) {
    func said(_ name: String) -> String? { call.query[name].flatMap { $0.isEmpty ? nil : $0 } }
    let merchant = isPlatform ? said("merchant").flatMap { MerchantID($0) } : nil
    if isPlatform, said("merchant") != nil, merchant == nil { faults.add("merchant", "unknown") }
    let stock = ImportRules.Stock(rawValue: said("stock") ?? ImportRules.Stock.keep.rawValue)
    if stock == nil { faults.add("stock", "unknown") }
    if let encoding = said("encoding"), !WorkImports.encodings.contains(encoding) { faults.add("encoding", "unknown") }
    try faults.throwIfAny()
    return (merchant, ImportRules(stock: stock ?? .keep, encoding: said("encoding")))
  }

  private var decide: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/imports/{id}/decisions", .staffGoods,
        "Starts what is ready, stops what is at work, resumes what was stopped or failed, drops what isn't wanted",
        access: Self.access, with: "ImportDetail"
      ).taking("ImportDecision").refusing("unknownImport", "importMoved", "importFileGone", "invalidInput")
    ) { call in
      let body: Decision = try call.decoded()
      let (staff, id) = (try call.staff(), try Self.id(call))
      guard let decision = ImportDecision(rawValue: body.decision) else {
        throw FieldFaults(field: "decision", code: "unknown")
      }
      return try Answer(ImportDetailAnswer(try await work.decide(decision, on: id, by: staff)))
    }
  }

  private var export: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/exports/goods", .staffGoods,
        "All goods, published or not, as a CSV file that an import reads again, written while it is downloaded",
        access: Self.access
      ).query("merchant", .id("mer"), "Of this merchant; staff of a merchant get their own alone.")
        .query("category", .id("cat"), "In this category and below it.").giving(["text/csv"]).refusing("invalidInput")
    ) { call in
      let export = parts.flows.exportCatalog
      let options = try await work.exportOptions(
        merchant: call.query["merchant"] ?? "", category: call.query["category"] ?? "", for: try call.staff())
      return .csv(
        named: options.merchant == nil ? "goods" : "own-goods",
        ResponseBody { writer in
          _ = try await export.run(options: options, to: { try await writer.write(ByteBuffer(bytes: $0)) })
          try await writer.finish(nil)
        })
    }
  }

  private static func id(_ call: APICall) throws -> ImportRunID {
    try call.id("id", or: ImportRunRefusal.unknownImport)
  }
}
