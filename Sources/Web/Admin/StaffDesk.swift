import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// `/admin/staff`: who works for the platform or a merchant, what roles there are, and a form for somebody new.
struct StaffDesk: Desk {
  private static let perPage = 50

  private let frame: DeskFrame
  private let member: StaffMemberDesk
  private var maker: PageMaker { frame.maker }
  private var work: WorkStaff { maker.flows.workStaff }

  init(_ maker: PageMaker) {
    frame = DeskFrame(maker)
    member = StaffMemberDesk(maker)
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/staff") { request, context in
      let staff = try context.visit.requireStaff()
      return try await show(staff, Form(query: request), nil, request, context)
    }
    router.get("/admin/staff/export") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      let form = Form(query: request)
      let employer = try await work.employer(try StaffForm.employer(form), for: staff)
      let list = StaffColumns(try await work.roles(of: employer, for: staff), words).list
      let asked = list.query(form, kept: StaffForm.asking(employer, for: staff), words)
      return try await ListExport(list: list, query: asked, words: words) { [work = self.work] page in
        try await work.members(of: employer, matching: StaffColumns.filter(asked), page, for: staff)
      }.response(named: "staff")
    }
    router.post("/admin/staff") { request, context in
      let staff = try context.visit.requireStaff()
      let form = try await Form(body: request, context: context)
      do {
        let hired = try await work.hire(
          email: form["email"] ?? "", name: form["name"] ?? "", role: try StaffForm.role(form),
          of: try StaffForm.employer(form), by: staff)
        return try await member.page(
          hired.staff.id, staff, Form(), nil, telling: hired.password, request, context)
      } catch let refusal as any Refusal where refusal.kind == .invalid || refusal.kind == .conflict {
        return try await show(staff, form, refusal, request, context)
      }
    }
  }

  private func show(
    _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let employer = try await work.employer(try StaffForm.employer(form), for: staff)
    let roles = try await work.roles(of: employer, for: staff)
    let headcount = try await work.headcount(of: employer, for: staff)
    let refused = RefusedForm(form, refusal, words)
    let of = StaffForm.asking(employer, for: staff)
    let list = StaffColumns(roles, words).list
    let asked = list.query(Form(query: request), kept: of, words)
    let page =
      asked.faults.isEmpty
      ? try await work.members(
        of: employer, matching: StaffColumns.filter(asked), PageRequest(limit: Self.perPage, after: asked.after),
        for: staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: StaffColumns.listName)
    var model: Model = [
      "list": list.model(page, asked, views: views, words),
      "roles": roles.map { StaffModel(words).row($0, people: headcount[$0.id] ?? 0) },
      "roleChoices": StaffModel(words).choices(roles, chosen: form["role"], for: staff),
      "newRoleURL": Addresses.with(of, Addresses.roleDesk + "/new"),
      "form": refused.model(["email", "name", "role"]),
    ]
    if staff.merchant == nil {
      model["employers"] = ["choices": try await employers(chosen: employer, words)] as Model
      model["of"] = employer?.description ?? ""
    }
    return refused.answer(
      try await frame.page(
        "staff", title: words["desks.staff"] ?? "", desk: Addresses.staffDesk, model, request, context,
        status: refusal?.status ?? (asked.faults.isEmpty ? .ok : asked.faults.status)))
  }

  private func employers(chosen: MerchantID?, _ words: Words) async throws -> [Model] {
    let platform: Model = ["value": "", "name": words["admin.platform"] ?? "", "isChosen": chosen == nil]
    let merchants = try await maker.contexts.merchants.merchants()
    return [platform]
      + merchants.map { merchant -> Model in
        ["value": merchant.id.description, "name": merchant.name[words.language], "isChosen": merchant.id == chosen]
      }
  }
}

/// What the forms of these desks send, read.
enum StaffForm {
  /// Nil where none was chosen. Throws `FieldFaults` for what can't be one.
  static func role(_ form: Form) throws -> StaffRoleID? {
    guard let text = form["role"], !text.isEmpty else { return nil }
    guard let id = StaffRoleID(text) else { throw FieldFaults(field: "role", code: "unknownValue") }
    return id
  }

  /// Where the staff of an employer are listed.
  static func desk(of employer: MerchantID?, for staff: Staff) -> String {
    Addresses.with(asking(employer, for: staff), Addresses.staffDesk)
  }

  /// What an address says of an employer; nothing for staff of a merchant, who have but one.
  static func asking(_ employer: MerchantID?, for staff: Staff) -> [(String, String)] {
    guard staff.merchant == nil, let employer else { return [] }
    return [("of", employer.description)]
  }

  /// The merchant that is asked about; nil for one's own employer, or the platform.
  static func employer(_ form: Form) throws -> MerchantID? {
    guard let text = form["of"], !text.isEmpty else { return nil }
    guard let id = MerchantID(text) else { throw AccountRefusal.unknownStaff }
    return id
  }

  /// `KEY`, or nil for `all`. Throws `AccountRefusal.unknownSession`.
  static func session(_ form: Form) throws -> StaffSessionKey? {
    let text = form["session"] ?? ""
    if text == "all" { return nil }
    guard let key = StaffSessionKey(rawValue: text) else { throw AccountRefusal.unknownSession }
    return key
  }
}
