import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// The door for staff: a password, and a code where they have a second factor. Their sessions are apart from those of
/// buyers, also in one browser.
struct AdminLogIn: Desk {
  static let address = "/admin/login"
  private static let codeAddress = "/admin/login/code"

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var people: any StaffService { maker.contexts.staff }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/login") { request, context in
      try await show("login", Form(query: request), nil, request, context)
    }
    router.post("/admin/login") { request, context in
      let form = try await Form(body: request, context: context)
      do {
        return try await enter(form, request, context)
      } catch let refusal as any Refusal {
        return try await show("login", form, refusal, request, context)
      }
    }
    router.get("/admin/login/code") { request, context in
      guard Self.challenge(request) != nil else { return Response.seeOther(Self.address) }
      return try await show("login-code", Form(query: request), nil, request, context)
    }
    router.post("/admin/login/code") { request, context in
      let form = try await Form(body: request, context: context)
      do {
        return try await confirm(form, request, context)
      } catch AccountRefusal.logInExpired {
        return try await show("login", form, AccountRefusal.logInExpired, request, context)
      } catch let refusal as any Refusal {
        return try await show("login-code", form, refusal, request, context)
      }
    }
    router.post("/admin/logout") { _, context in
      if let token = context.visit.staffToken { try await people.logOut(token) }
      return maker.go(Self.address, cookies: [maker.cookies.forget(.staff)])
    }
  }

  private func enter(_ form: Form, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let entry = try await people.enter(
      email: form["email"] ?? "", password: form["password"] ?? "", from: Self.place(request, context))
    switch entry {
    case .session(let session): return entered(session, form)
    case .challenge(let challenge):
      let cookie = maker.cookies.header(
        .staffChallenge, challenge.token.rawValue,
        lifetimeSeconds: Int(StaffChallenge.lifetime.components.seconds))
      let to = Self.destination(form).map { [("to", $0)] } ?? []
      return maker.go(Addresses.with(to, Self.codeAddress), cookies: [cookie])
    }
  }

  private func confirm(_ form: Form, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    guard let challenge = Self.challenge(request) else { throw AccountRefusal.logInExpired }
    let session = try await people.confirm(
      challenge, code: form["code"] ?? "", from: Self.place(request, context))
    return entered(session, form)
  }

  private func entered(_ session: StaffSession, _ form: Form) -> Response {
    let cookie = maker.cookies.header(
      .staff, session.token.rawValue, lifetimeSeconds: Int(StaffSession.lifetime.components.seconds))
    return maker.go(
      Self.destination(form) ?? Addresses.adminHome, cookies: [cookie, maker.cookies.forget(.staffChallenge)])
  }

  private static func challenge(_ request: Request) -> ChallengeToken? {
    CookieJar.values(in: request.headers)[.staffChallenge].flatMap { $0.isEmpty ? nil : ChallengeToken(rawValue: $0) }
  }

  private static func place(_ request: Request, _ context: ShopRequestContext) -> LogInPlace {
    LogInPlace(address: context.visit.client, agent: request.headers[.userAgent] ?? "")
  }

  /// Only into the back office.
  private static func destination(_ form: Form) -> String? {
    localAddress(form["to"]).flatMap { $0 == "/admin" || $0.hasPrefix("/admin/") ? $0 : nil }
  }

  private func show(
    _ template: String, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let refused = RefusedForm(form, refusal, words)
    let model: Model = [
      "to": Self.destination(form) ?? Addresses.adminHome, "form": refused.model(["email", "password", "code"]),
    ]
    return refused.answer(
      try await frame.page(
        template, title: words["admin.login"] ?? "", model, request, context, status: refusal?.status ?? .ok))
  }
}
