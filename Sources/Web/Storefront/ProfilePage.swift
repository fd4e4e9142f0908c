import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/account/profile` and `/account/password`.
public struct ProfilePage: Sendable {
  private static let languageSeconds = 31_536_000

  private let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/account/profile") { request, context in
      try await profile(try context.visit.requireAccount(), Form(), nil, request, context)
    }
    router.post("/account/profile") { request, context in
      let account = try context.visit.requireAccount()
      let form = try await Form(body: request, context: context)
      do {
        return try await save(form, of: account)
      } catch let refusal as any Refusal {
        return try await profile(account, form, refusal, request, context)
      }
    }
    router.get("/account/password") { request, context in
      _ = try context.visit.requireAccount()
      return try await password(nil, request, context)
    }
    router.post("/account/password") { request, context in
      let account = try context.visit.requireAccount()
      let form = try await Form(body: request, context: context)
      do {
        try await changePassword(form, of: account, context.visit)
        return maker.go(Addresses.password, saying: Flash(.good, "saved"))
      } catch let refusal as any Refusal {
        return try await password(refusal, request, context)
      }
    }
  }

  // MARK: Profile

  /// The shop goes on in the language just chosen, also where the browser remembered another.
  private func save(_ form: Form, of account: Account) async throws -> Response {
    guard let language = form["language"].flatMap(Language.init(rawValue:)) else {
      throw FieldFaults(field: "language", code: "unknown")
    }
    let profile = Profile(name: form["name"] ?? "", phone: form["phone"] ?? "", language: language)
    _ = try await maker.contexts.accounts.reviseProfile(of: account.id, profile)
    let cookie = maker.cookies.header(.language, language.rawValue, lifetimeSeconds: Self.languageSeconds)
    return maker.go(Addresses.profile, saying: Flash(.good, "saved"), cookies: [cookie])
  }

  private func profile(
    _ account: Account, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let own = account.profile
    let chosen = form["language"] ?? own.language.rawValue
    let refused = RefusedForm(form, refusal, words)
    let model: Model = [
      "email": account.email,
      "form": refused.model(
        ["name", "phone", "language"],
        initial: ["name": own.name, "phone": own.phone, "language": own.language.rawValue]),
      "languages": Language.allCases.map { language -> Model in
        [
          "code": language.rawValue, "name": words.phrase("language.\(language.rawValue)"),
          "isChosen": language.rawValue == chosen,
        ]
      },
    ]
    let head = PageFrame.Head(title: words["account.profile"] ?? "")
    return refused.answer(
      try await maker.page("profile", head, model, request, context, status: refusal?.status ?? .ok))
  }

  // MARK: Password

  private func changePassword(_ form: Form, of account: Account, _ visit: Visit) async throws {
    guard let token = visit.sessionToken else { throw SignInRefusal.notLoggedIn }
    let new = form["password"] ?? ""
    guard (form["repeated"] ?? "") == new else { throw FieldFaults(field: "repeated", code: "passwordsDiffer") }
    do {
      try await maker.contexts.accounts.changePassword(
        of: account.id, current: form["current"] ?? "", new: new, keeping: token)
    } catch AccountRefusal.wrongCredentials {
      throw FieldFaults(field: "current", code: "wrongPassword")
    } catch let faults as FieldFaults {
      // The form has one field for the new password, whatever the contract calls it.
      throw FieldFaults(faults.faults.map { .init(field: "password", code: $0.code, details: $0.details) })
    }
  }

  private func password(
    _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let refused = RefusedForm(Form(), refusal, words)
    let model: Model = ["form": refused.model(["current", "password", "repeated"])]
    let head = PageFrame.Head(title: words["account.password"] ?? "")
    return refused.answer(
      try await maker.page("password", head, model, request, context, status: refusal?.status ?? .ok))
  }
}
