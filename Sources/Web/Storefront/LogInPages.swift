import Accounts
import Flows
import Hummingbird
import Pages
import Values

/// Registration, log-in and log-out, and the way to a new password.
public struct LogInPages: Sendable {
  private let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/login") { try await entry("login", Form(query: $0), refusal: nil, $0, $1) }
    router.post("/login") { request, context in
      try await enter("login", request, context) { form, visit in
        try await maker.flows.enterShop.logIn(
          email: form["email"] ?? "", password: form["password"] ?? "", device: visit.device, client: visit.client)
      }
    }
    router.get("/register") { try await entry("register", Form(query: $0), refusal: nil, $0, $1) }
    router.post("/register") { request, context in
      try await enter("register", request, context) { form, visit in
        try await maker.flows.enterShop.register(
          Registration(
            email: form["email"] ?? "", password: form["password"] ?? "", name: form["name"] ?? "",
            language: visit.language),
          device: visit.device, client: visit.client)
      }
    }
    router.post("/logout") { _, context in
      if let token = context.visit.sessionToken { try await maker.contexts.accounts.logOut(token) }
      return maker.go(Addresses.home, saying: Flash(.good, "loggedOut"), cookies: [maker.cookies.forget(.session)])
    }
    addPasswordRoutes(to: router)
  }

  private func enter(
    _ page: String, _ request: Request, _ context: ShopRequestContext,
    _ body: (Form, Visit) async throws -> Session
  ) async throws -> Response {
    let form = try await Form(body: request, context: context)
    do {
      let session = try await body(form, context.visit)
      // The browser forgets the token that it had, so nobody else should be able to use it either.
      if context.visit.account != nil, let former = context.visit.sessionToken {
        try await maker.contexts.accounts.logOut(former)
      }
      return maker.go(
        localAddress(form["to"]) ?? Addresses.account,
        saying: Flash(.good, page == "login" ? "loggedIn" : "registered"),
        cookies: [maker.cookies.session(session.token)])
    } catch let refusal as any Refusal {
      return try await entry(page, form, refusal: refusal, request, context)
    }
  }

  private func entry(
    _ page: String, _ form: Form, refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let to = localAddress(form["to"]) ?? Addresses.account
    var model: Model = [
      "to": to, "form": RefusedForm(form, refusal, words).model(["name", "email", "password"]),
      "registerURL": Addresses.register(returningTo: to), "loginURL": Addresses.logIn(returningTo: to),
    ]
    if to.hasPrefix(Addresses.checkout) {
      model["reason"] = words.phrase("login.reason.checkout")
    } else if page == "login", refusal == nil, form["to"] != nil, to.hasPrefix(Addresses.account) {
      model["reason"] = words.phrase("login.reason.account")
    }
    let head = PageFrame.Head(title: words["\(page).heading"] ?? "")
    return try await answer(page, head, model, refusal, request, context)
  }

  // MARK: Passwords

  private func addPasswordRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/forgot") { try await passwordPage("forgot", Form(query: $0), nil, isSent: false, $0, $1) }
    router.post("/forgot") { request, context in
      let form = try await Form(body: request, context: context)
      do {
        // What isn't there is said; whether what is there is known isn't.
        var faults = FieldFaults()
        let email = faults.text(form["email"], "email", max: 254)
        try faults.throwIfAny()
        try await maker.contexts.accounts.askPasswordReset(email: email, client: context.visit.client)
        return try await passwordPage("forgot", form, nil, isSent: true, request, context)
      } catch let refusal as any Refusal {
        return try await passwordPage("forgot", form, refusal, isSent: false, request, context)
      }
    }
    router.get("/reset") { try await passwordPage("reset", Form(query: $0), nil, isSent: false, $0, $1) }
    router.post("/reset") { request, context in
      let form = try await Form(body: request, context: context)
      do {
        guard (form["repeated"] ?? "") == (form["password"] ?? "") else {
          throw FieldFaults(field: "repeated", code: "passwordsDiffer")
        }
        try await maker.contexts.accounts.resetPassword(
          token: form["token"] ?? "", newPassword: form["password"] ?? "")
        return maker.go("/login", saying: Flash(.good, "passwordSet"))
      } catch let refusal as any Refusal {
        return try await passwordPage("reset", form, refusal, isSent: false, request, context)
      }
    }
  }

  private func passwordPage(
    _ page: String, _ form: Form, _ refusal: (any Refusal)?, isSent: Bool, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let model: Model = [
      "form": RefusedForm(form, refusal, words).model(["email", "password", "repeated"]), "isSent": isSent,
      "isExpired": refusal?.code == "resetExpired",
      "token": form["token"] ?? "",
      "sentText": words.phrase("flash.resetSent"),
    ]
    return try await answer(
      page, PageFrame.Head(title: words["\(page).heading"] ?? ""), model, refusal, request, context)
  }

  // MARK: Both

  private func answer(
    _ page: String, _ head: PageFrame.Head, _ model: Model, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    return RefusedForm(Form(), refusal, words).answer(
      try await maker.page(page, head, model, request, context, status: refusal?.status ?? .ok))
  }
}
