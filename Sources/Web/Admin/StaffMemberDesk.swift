import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/staff/{id}`: one of the staff: name and role, where they are logged in, and how they get in or don't.
struct StaffMemberDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkStaff { maker.flows.workStaff }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/staff/:id") { request, context in
      let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
      return try await page(id, staff, Form(), nil, telling: nil, request, context)
    }
    router.post("/admin/staff/:id") { request, context in
      let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
      let form = try await Form(body: request, context: context)
      do {
        try await work.revise(id, name: form["name"] ?? "", role: try StaffForm.role(form), by: staff)
        return maker.go(Addresses.staff(id), saying: Flash(.good, "saved"))
      } catch let faults as FieldFaults {
        return try await page(id, staff, form, faults, telling: nil, request, context)
      } catch let refusal as any Refusal where refusal.kind == .conflict {
        return maker.go(Addresses.staff(id), saying: Flash(.bad, refusal.code))
      }
    }
    router.post("/admin/staff/:id/access") { request, context in
      let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
      let form = try await Form(body: request, context: context)
      return try await said(Addresses.staff(id)) { try await access(form["do"] ?? "", id, staff, request, context) }
    }
    router.post("/admin/staff/:id/sessions") { request, context in
      let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
      let form = try await Form(body: request, context: context)
      // Who may do it at all comes before what was sent.
      _ = try await work.member(id, for: staff)
      return try await said(Addresses.staff(id)) {
        if let key = try StaffForm.session(form) {
          try await work.endSession(key, of: id, by: staff)
          return maker.go(Addresses.staff(id), saying: Flash(.good, "sessionEnded"))
        }
        try await work.endSessions(of: id, by: staff)
        return maker.go(Addresses.staff(id), saying: Flash(.good, "sessionsEnded"))
      }
    }
  }

  private static func id(_ context: ShopRequestContext) throws -> StaffID {
    guard let id = context.parameters.get("id").flatMap({ StaffID($0) }) else { throw AccountRefusal.unknownStaff }
    return id
  }

  /// What can't be done now is said on the page as it is now.
  private func said(_ address: String, _ body: () async throws -> Response) async throws -> Response {
    do {
      return try await body()
    } catch let refusal as any Refusal where refusal.kind == .conflict || refusal is AccountRefusal {
      if refusal.code == AccountRefusal.unknownStaff.code { throw refusal }
      return maker.go(address, saying: Flash(.bad, refusal.code, refusal.details))
    }
  }

  private func access(
    _ deed: String, _ id: StaffID, _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let done: String
    switch deed {
    case "dismiss":
      try await work.dismiss(id, by: staff)
      done = "dismissed"
    case "reinstate":
      try await work.reinstate(id, by: staff)
      done = "reinstated"
    case "dropSecondFactor":
      try await work.dropSecondFactor(of: id, by: staff)
      done = "secondFactorDropped"
    case "resetPassword":
      let password = try await work.resetPassword(of: id, by: staff)
      return try await page(id, staff, Form(), nil, telling: password, request, context)
    default:
      _ = try await work.member(id, for: staff)
      throw HTTPError(.badRequest)
    }
    return maker.go(Addresses.staff(id), saying: Flash(.good, done))
  }

  /// - Parameter password: the first or a new one, which is shown this once.
  func page(
    _ id: StaffID, _ staff: Staff, _ form: Form, _ faults: FieldFaults?, telling password: String?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let models = StaffModel(words)
    let member = try await work.member(id, for: staff)
    let own = member.staff
    var person = models.person(member)
    person["employer"] = try await frame.employer(own.merchant, words)
    let format = Format(words.language)
    person["factorText"] =
      member.secondFactorSince.map {
        words.phrase("staff.factorSince", ["date": format.date($0), "codes": String(member.recoveryCodesLeft)])
      } ?? words["staff.states.noFactor"] ?? ""
    var model: Model = [
      "person": person, "isActive": member.isActive, "saveAction": Addresses.staff(id),
      "backURL": StaffForm.desk(of: own.merchant, for: staff),
      "form": RefusedForm(form, faults, words).model(["name", "role"], initial: ["name": own.name]),
      "sessions": models.sessions(try await work.sessions(of: id, for: staff)),
    ]
    if id == staff.id {
      model["closedText"] = words["staff.yourself"] ?? ""
    } else if !WorkStaff.covers(staff, own.rights) {
      model["closedText"] = words["staff.beyond"] ?? ""
    } else {
      let roles = try await work.roles(of: own.merchant, for: staff)
      let chosen = form["role"] ?? own.role.id.description
      model["governed"] = ["roleChoices": models.choices(roles, chosen: chosen, for: staff)] as Model
    }
    if let password { model["password"] = password }
    var page = try await frame.page(
      "staff-member", title: own.name, desk: Addresses.staffDesk, model, request, context,
      status: faults?.status ?? .ok)
    if password != nil { page.headers[.cacheControl] = "no-store" }
    return page
  }
}
