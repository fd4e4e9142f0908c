import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/account`: each of the staff about their own log-in: password, second factor, where they are logged in.
struct StaffAccountPage: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var people: any StaffService { maker.contexts.staff }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/account") { request, context in
      try await show(try context.visit.requireStaff(evenOwing: true), nil, request, context)
    }
    router.post("/admin/account/password") { request, context in
      let staff = try context.visit.requireStaff(evenOwing: true)
      let form = try await Form(body: request, context: context)
      do {
        try await changePassword(form, of: staff, context.visit)
        return maker.go(Addresses.staffAccount, saying: Flash(.good, "saved"))
      } catch let refusal as any Refusal {
        return try await show(staff, refusal, request, context)
      }
    }
    router.post("/admin/account/sessions") { request, context in
      let staff = try context.visit.requireStaff(evenOwing: true)
      let form = try await Form(body: request, context: context)
      do {
        if let key = try StaffForm.session(form) {
          try await people.endSession(key, of: staff.id, by: .staff(staff.id))
          return maker.go(Addresses.staffAccount, saying: Flash(.good, "sessionEnded"))
        }
        _ = try await people.endSessions(of: staff.id, keeping: context.visit.staffToken, by: .staff(staff.id))
        return maker.go(Addresses.staffAccount, saying: Flash(.good, "otherSessionsEnded"))
      } catch let refusal as AccountRefusal {
        return maker.go(Addresses.staffAccount, saying: Flash(.bad, refusal.code))
      }
    }
  }

  private func changePassword(_ form: Form, of staff: Staff, _ visit: Visit) async throws {
    guard let token = visit.staffToken else { throw SignInRefusal.notLoggedIn }
    let new = form["password"] ?? ""
    guard (form["repeated"] ?? "") == new else { throw FieldFaults(field: "repeated", code: "passwordsDiffer") }
    do {
      try await people.changePassword(of: staff.id, current: form["current"] ?? "", new: new, keeping: token)
    } catch AccountRefusal.wrongCredentials {
      throw FieldFaults(field: "current", code: "wrongPassword")
    } catch let faults as FieldFaults {
      // The form has one field for the new password, whatever the contract calls it.
      throw FieldFaults(faults.faults.map { .init(field: "password", code: $0.code, details: $0.details) })
    }
  }

  private func show(
    _ staff: Staff, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let models = StaffModel(words)
    guard let member = try await people.member(staff.id) else { throw SignInRefusal.notLoggedIn }
    let sessions = try await people.sessions(of: staff.id)
    let refused = RefusedForm(Form(), refusal, words)
    var model: Model = [
      "email": staff.email, "roleName": models.name(of: staff.role),
      "factor": SecondFactorPage.summary(member, words),
      "sessions": models.sessions(sessions, own: context.visit.staffToken), "hasOthers": sessions.count > 1,
      "form": refused.model(["current", "password", "repeated"]),
    ]
    if let duty = staff.owes { model["owesText"] = words["ownLogIn.owes.\(duty.rawValue)"] ?? "" }
    return refused.answer(
      try await frame.page(
        "account", title: words["ownLogIn.heading"] ?? "", model, request, context, status: refusal?.status ?? .ok))
  }
}
