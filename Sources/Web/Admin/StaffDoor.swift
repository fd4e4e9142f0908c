import Accounts
import Flows
import Hummingbird
import Pages
import Values

/// `/admin/login`: staff come in and go out here.
public struct StaffDoor: Sendable {
  private static let sessionSeconds = 12 * 3600

  private let maker: PageMaker
  private let frame: AdminFrame

  public init(_ maker: PageMaker) {
    self.maker = maker
    frame = AdminFrame(maker: maker)
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/login") { try await door(Form(query: $0), refusal: nil, $0, $1) }
    router.post("/admin/login") { request, context in
      let form = try await Form(body: request, context: context)
      do {
        let session = try await maker.contexts.staff.logIn(
          email: form["email"] ?? "", password: form["password"] ?? "", client: context.visit.client)
        let to = localAddress(form["to"]).flatMap { $0.hasPrefix("/admin") ? $0 : nil } ?? "/admin"
        return maker.go(
          to, cookies: [maker.cookies.header(.staff, session.token.rawValue, lifetimeSeconds: Self.sessionSeconds)])
      } catch let refusal as any Refusal {
        return try await door(form, refusal: refusal, request, context)
      }
    }
    router.post("/admin/logout") { _, context in
      if let token = context.visit.staffToken { try await maker.contexts.staff.logOut(token) }
      return maker.go("/admin/login", cookies: [maker.cookies.forget(.staff)])
    }
  }

  private func door(
    _ form: Form, refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let typed = Form(form.values.filter { $0.key != "password" })
    let fields = FormModel(typed, faults: refusal as? FieldFaults ?? FieldFaults(), words: words)
    var model = fields.fields(["email", "password"])
    model["hasFaults"] = refusal is FieldFaults
    model["faults"] = fields.summary
    if let refusal, !(refusal is FieldFaults) { model["refusal"] = words.refusal(refusal) }
    var response = try await frame.page(
      "login", title: words["admin.login"] ?? "", ["to": localAddress(form["to"]) ?? "/admin", "form": model], request,
      context, status: refusal?.status ?? .ok)
    if let seconds = refusal?.details["retryAfterSeconds"] { response.headers[.retryAfter] = seconds }
    return response
  }
}
