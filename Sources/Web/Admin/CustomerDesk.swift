import Accounts
import Flows
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Values

/// `/admin/customers/{id}`: one customer: what was bought, asked back and said, what staff noted, and the door.
struct CustomerDesk: Desk {
  private let frame: DeskFrame
  private let regions: RegionDirectory
  private var maker: PageMaker { frame.maker }
  private var work: WorkCustomers { maker.flows.workCustomers }

  init(_ maker: PageMaker, regions: RegionDirectory) {
    frame = DeskFrame(maker)
    self.regions = regions
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/customers/:id") { request, context in
      let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
      return try await show(id, staff, Form(), nil, request, context)
    }
    router.get("/admin/customers/:id/export") { _, context in
      let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
      let export = try await work.export(of: id, by: staff)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      var headers = HTTPFields()
      headers[.contentType] = "application/json"
      headers[.contentDisposition] = "attachment; filename=\"\(id).json\""
      headers[.cacheControl] = "private, no-store"
      return Response(
        status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(export))))
    }
    router.post("/admin/customers/:id/notes") { request, context in
      try await act("noteAdded", request, context) { id, staff, form in
        try await work.addNote((form["text"] ?? "").replacing("\r\n", with: "\n"), on: id, by: staff)
      }
    }
    router.post("/admin/customers/:id/notes/:note/remove") { request, context in
      let note = context.parameters.get("note").flatMap { CustomerNoteID($0) }
      return try await act("noteRemoved", request, context) { id, staff, _ in
        try await work.removeNote(note ?? CustomerNoteID(raw: 0), on: id, by: staff)
      }
    }
    router.post("/admin/customers/:id/tags") { request, context in
      try await act("tagsSaved", request, context) { id, staff, form in
        try await work.setTags(Self.tags(form["tags"] ?? ""), of: id, by: staff)
      }
    }
    router.post("/admin/customers/:id/block") { request, context in
      try await act("customerBlocked", request, context) { id, staff, form in
        try await work.block(id, reason: form["reason"] ?? "", by: staff)
      }
    }
    router.post("/admin/customers/:id/unblock") { request, context in
      try await act("customerUnblocked", request, context) { id, staff, _ in try await work.unblock(id, by: staff) }
    }
    router.post("/admin/customers/:id/sessions") { request, context in
      try await act("sessionsEnded", request, context) { id, staff, _ in
        _ = try await work.endSessions(of: id, by: staff)
      }
    }
    router.post("/admin/customers/:id/points") { request, context in
      try await act("pointsAdjusted", request, context) { id, staff, form in
        _ = try await maker.flows.workPoints.adjust(
          try Self.points(form["points"]), of: id, note: form["note"] ?? "", key: FormKey.read(form), by: staff)
      }
    }
    router.post("/admin/customers/:id/erase") { request, context in
      try await act("customerErased", request, context) { id, staff, _ in try await work.erase(id, by: staff) }
    }
  }

  private static func id(_ context: ShopRequestContext) throws -> AccountID {
    guard let id = context.parameters.get("id").flatMap({ AccountID($0) }) else {
      throw CustomerRefusal.unknownCustomer
    }
    return id
  }

  /// With a sign, or without one where they are given. Throws `FieldFaults`.
  private static func points(_ text: String?) throws -> Int {
    let typed = (text ?? "").filter { !$0.isWhitespace }.replacing("−", with: "-")
    guard let points = Int(typed) else {
      throw FieldFaults(field: "points", code: typed.isEmpty ? "missing" : "notANumber")
    }
    return points
  }

  /// Commas of either script part them. More than there may be are left for the contract to refuse.
  private static func tags(_ text: String) -> [String] {
    text.split(maxSplits: 200, whereSeparator: { ",，、;；\n".contains($0) }).map(String.init)
  }

  /// Faulty input shows the form again; a customer who is another by now shows as such, with a word.
  private func act(
    _ done: String, _ request: Request, _ context: ShopRequestContext,
    _ body: (AccountID, Staff, Form) async throws -> Void
  ) async throws -> Response {
    let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
    let form = try await Form(body: request, context: context)
    do {
      try await body(id, staff, form)
      return maker.go(Addresses.customer(id), saying: Flash(.good, done))
    } catch let refusal as any Refusal where refusal.kind == .invalid || refusal.kind == .conflict {
      return try await show(id, staff, form, refusal, request, context)
    }
  }

  private func show(
    _ id: AccountID, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let query = Form(query: request)
    let file = try await CustomerFile(
      of: id, orders: query["orders"].flatMap { Cursor($0) }, notes: query["notes"].flatMap { Cursor($0) },
      for: staff, contexts: maker.contexts)
    let parts = CustomerModel(file, for: staff, regions: regions, words)
    let refused = RefusedForm(form, refusal, words)
    let here = Addresses.customer(id)
    let tags = file.row.tags.joined(separator: words["review.comma"] ?? ", ")
    var model: Model = [
      "customer": parts.head(), "backURL": Addresses.customersDesk, "orders": parts.orders(),
      "refunds": parts.refunds(), "reviews": parts.reviews(), "notes": parts.notes(),
      "addresses": parts.addresses(), "isPlatform": staff.merchant == nil,
      "form": refused.model(["text", "tags", "reason", "points", "note"], initial: ["tags": tags]),
    ]
    if let next = file.orders.next { model["moreOrders"] = Addresses.with([("orders", next.description)], here) }
    if let next = file.notes.next { model["moreNotes"] = Addresses.with([("notes", next.description)], here) }
    addForms(to: &model, file.row.account, parts, staff)
    if let points = try await points(of: file.row.account, staff, words) { model["points"] = points }
    return refused.answer(
      try await frame.page(
        "customer", title: CustomerModel.name(of: file.row.account, for: staff, words), desk: Addresses.customersDesk,
        model, request, context, status: refusal?.status ?? .ok))
  }

  /// Points are the platform's. Nil where there are none to speak of.
  private func points(of account: Account, _ staff: Staff, _ words: Words) async throws -> Model? {
    let work = maker.flows.workPoints
    guard WorkPoints.sees(staff) else { return nil }
    let entries = try await work.entries(of: account.id, PageRequest(limit: 5)).items
    guard work.areOn || !entries.isEmpty else { return nil }
    let lines = try await PointLines(entries, contexts: maker.contexts, words: words)
    var model: Model = [
      "balance": String(try await work.balance(of: account.id)),
      "entries": lines.models(address: Addresses.desk),
    ]
    if WorkCustomers.governs(staff), !account.isErased {
      model["adjustment"] =
        ["action": "\(Addresses.customer(account.id))/points", "key": FormKey.fresh()] as Model
    }
    return model
  }

  /// What the staff may do to one who still is somebody.
  private func addForms(to model: inout Model, _ account: Account, _ parts: CustomerModel, _ staff: Staff) {
    guard !account.isErased else { return }
    let here = Addresses.customer(account.id)
    if WorkCustomers.edits(staff) {
      model["noteAction"] = "\(here)/notes"
      model["tagAction"] = "\(here)/tags"
    }
    if WorkPayments.credits(staff) { model["balanceURL"] = "\(here)/balance" }
    guard WorkCustomers.governs(staff) else { return }
    model[account.isBlocked ? "unblockAction" : "blockAction"] = "\(here)/\(account.isBlocked ? "unblock" : "block")"
    model["sessions"] = ["items": parts.sessions(), "endAction": "\(here)/sessions"] as Model
    model["eraseAction"] = "\(here)/erase"
    if WorkCustomers.exports(staff) { model["exportURL"] = "\(here)/export" }
  }
}
