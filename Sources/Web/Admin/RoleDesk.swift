import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/roles/{id}` and `/admin/roles/new`: a role's name and rights.
struct RoleDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkStaff { maker.flows.workStaff }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/roles/new") { request, context in
      try await add(try context.visit.requireStaff(), Form(query: request), nil, request, context)
    }
    router.post("/admin/roles/new") { request, context in
      let staff = try context.visit.requireStaff()
      let form = try await Form(body: request, context: context)
      do {
        let role = try await work.addRole(try Self.draft(form), of: try StaffForm.employer(form), by: staff)
        return maker.go(Addresses.role(role.id), saying: Flash(.good, "saved"))
      } catch let refusal as any Refusal where refusal.kind == .invalid || refusal.kind == .conflict {
        return try await add(staff, form, refusal, request, context)
      }
    }
    router.get("/admin/roles/:id") { request, context in
      let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
      return try await show(id, staff, Form(), nil, request, context)
    }
    router.post("/admin/roles/:id") { request, context in
      let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
      let form = try await Form(body: request, context: context)
      do {
        try await work.reviseRole(id, try Self.draft(form), by: staff)
        return maker.go(Addresses.role(id), saying: Flash(.good, "saved"))
      } catch let refusal as any Refusal where refusal.kind == .invalid || refusal.kind == .conflict {
        return try await show(id, staff, form, refusal, request, context)
      }
    }
    router.post("/admin/roles/:id/remove") { _, context in
      let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
      let role = try await work.role(id, for: staff)
      do {
        try await work.removeRole(id, by: staff)
        return maker.go(StaffForm.desk(of: role.employer, for: staff), saying: Flash(.good, "roleRemoved"))
      } catch let refusal as any Refusal where refusal.kind == .conflict {
        return maker.go(Addresses.role(id), saying: Flash(.bad, refusal.code, refusal.details))
      }
    }
  }

  private static func id(_ context: ShopRequestContext) throws -> StaffRoleID {
    guard let id = context.parameters.get("id").flatMap({ StaffRoleID($0) }) else { throw AccountRefusal.unknownRole }
    return id
  }

  /// Throws `FieldFaults` for rights that there aren't.
  private static func draft(_ form: Form) throws -> StaffRoleDraft {
    let sent = form.all("right")
    let rights = Set(sent.compactMap(StaffRight.init(rawValue:)))
    guard sent.allSatisfy({ StaffRight(rawValue: $0) != nil }) else {
      throw FieldFaults(field: "rights", code: "unknownValue")
    }
    return StaffRoleDraft(name: form["name"] ?? "", rights: rights)
  }

  private func add(
    _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let employer = try await work.employer(try StaffForm.employer(form), for: staff)
    var model: Model = ["heading": words["roles.new"] ?? "", "saveAction": Addresses.roleDesk + "/new"]
    if staff.merchant == nil, let employer { model["of"] = employer.description }
    return try await page(nil, employer, staff, form, refusal, model, request, context)
  }

  private func show(
    _ id: StaffRoleID, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let role = try await work.role(id, for: staff)
    let people = try await work.headcount(of: role.employer, for: staff)[id] ?? 0
    var model: Model = [
      "heading": StaffModel(words).name(of: role), "peopleText": words.phrase("roles.people", count: people),
      "saveAction": Addresses.role(id),
    ]
    if role.isOwner {
      model["closedText"] = words["roles.ownerWhat"] ?? ""
    } else if !WorkStaff.covers(staff, role.rights) {
      model["closedText"] = words["staff.beyond"] ?? ""
    } else if people == 0 {
      model["removeAction"] = Addresses.role(id) + "/remove"
    }
    return try await page(role, role.employer, staff, form, refusal, model, request, context)
  }

  /// - Parameter role: nil for one that isn't there yet.
  private func page(
    _ role: StaffRole?, _ employer: MerchantID?, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?,
    _ around: Model, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let refused = RefusedForm(form, refusal, words)
    let sent = Set(form.all("right").compactMap(StaffRight.init(rawValue:)))
    let chosen = refusal == nil ? role?.rights ?? [] : sent
    let model: Model = [
      "backURL": StaffForm.desk(of: employer, for: staff), "employer": try await frame.employer(employer, words),
      "rights": StaffModel(words).rights(chosen, of: employer, for: staff),
      "form": refused.model(["name", "rights"], initial: ["name": role?.name ?? ""]),
    ]
    let title = role.map(StaffModel(words).name(of:)) ?? words["roles.new"] ?? ""
    return refused.answer(
      try await frame.page(
        "role", title: title, desk: Addresses.staffDesk, Model.merged(around, model), request, context,
        status: refusal?.status ?? .ok))
  }
}
