import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// The door for staff. Their sessions are apart from those of buyers, also in one browser.
public struct AdminLogIn: Sendable {
  static let address = "/admin/login"
  private static let sessionSeconds = 12 * 3600

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  public init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/login") { request, context in
      try await show(Form(query: request), nil, request, context)
    }
    router.post("/admin/login") { request, context in
      let form = try await Form(body: request, context: context)
      do {
        let session = try await maker.contexts.staff.logIn(
          email: form["email"] ?? "", password: form["password"] ?? "", client: context.visit.client)
        let cookie = maker.cookies.header(.staff, session.token.rawValue, lifetimeSeconds: Self.sessionSeconds)
        return maker.go(Self.destination(form) ?? Addresses.adminHome, cookies: [cookie])
      } catch let refusal as any Refusal {
        return try await show(form, refusal, request, context)
      }
    }
    router.post("/admin/logout") { _, context in
      if let token = context.visit.staffToken { try await maker.contexts.staff.logOut(token) }
      return maker.go(Self.address, cookies: [maker.cookies.forget(.staff)])
    }
  }

  /// Only into the back office.
  private static func destination(_ form: Form) -> String? {
    localAddress(form["to"]).flatMap { $0 == "/admin" || $0.hasPrefix("/admin/") ? $0 : nil }
  }

  private func show(
    _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let refused = RefusedForm(form, refusal, words)
    let model: Model = [
      "to": Self.destination(form) ?? Addresses.adminHome, "form": refused.model(["email", "password"]),
    ]
    return refused.answer(
      try await frame.page(
        "login", title: words["admin.login"] ?? "", model, request, context, status: refusal?.status ?? .ok))
  }
}
