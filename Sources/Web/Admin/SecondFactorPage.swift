import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import QRCodes
import Values

/// `/admin/account/second-factor`: an authenticator is brought in, its recovery codes are shown once, and it's given up.
struct SecondFactorPage: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var people: any StaffService { maker.contexts.staff }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/account/second-factor") { request, context in
      try await show(try context.visit.requireStaff(evenOwing: true), nil, request, context)
    }
    router.post("/admin/account/second-factor") { request, context in
      let staff = try context.visit.requireStaff(evenOwing: true)
      let form = try await Form(body: request, context: context)
      do {
        return try await act(form["do"] ?? "", form["code"] ?? "", staff, request, context)
      } catch let refusal as any Refusal {
        return try await show(staff, refusal, request, context)
      }
    }
  }

  /// How it stands, for the page of the log-in.
  static func summary(_ member: StaffMember, _ words: Words) -> Model {
    guard let since = member.secondFactorSince else {
      return ["isOn": false, "text": words["secondFactor.off"] ?? ""]
    }
    let values = ["date": Format(words.language).date(since), "codes": String(member.recoveryCodesLeft)]
    return ["isOn": true, "text": words.phrase("secondFactor.on", values)]
  }

  private func act(
    _ deed: String, _ code: String, _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    switch deed {
    case "begin":
      _ = try await people.beginSecondFactor(of: staff.id, code: code)
      return maker.go(Addresses.staffSecondFactor)
    case "confirm":
      let codes = try await people.confirmSecondFactor(
        of: staff.id, code: code, keeping: context.visit.staffToken)
      return try await shown(codes, request, context)
    case "codes":
      return try await shown(try await people.renewRecoveryCodes(of: staff.id, code: code), request, context)
    case "giveUp":
      try await people.giveUpSecondFactor(of: staff.id, code: code)
      return maker.go(Addresses.staffAccount, saying: Flash(.good, "secondFactorDropped"))
    default: throw HTTPError(.badRequest)
    }
  }

  /// Recovery codes, this once.
  private func shown(
    _ codes: [String], _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    var page = try await frame.page(
      "recovery-codes", title: words["secondFactor.codes"] ?? "", ["codes": codes.map { ["text": $0] as Model }],
      request, context)
    page.headers[.cacheControl] = "no-store"
    return page
  }

  private func show(
    _ staff: Staff, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    guard let member = try await people.member(staff.id) else { throw SignInRefusal.notLoggedIn }
    let refused = RefusedForm(Form(), refusal, words)
    var model: Model = ["form": refused.model(["code"]), "factor": Self.summary(member, words)]
    if let secret = try await people.secondFactorBegun(of: staff.id) {
      model["pending"] = pending(secret, staff, words)
    } else if member.secondFactorSince == nil {
      model["isOff"] = true
    } else {
      model["isOn"] = true
    }
    var page = try await frame.page(
      "second-factor", title: words["secondFactor.heading"] ?? "", model, request, context,
      status: refusal?.status ?? .ok)
    page.headers[.cacheControl] = "no-store"
    return refused.answer(page)
  }

  private func pending(_ secret: SecondFactorSecret, _ staff: Staff, _ words: Words) -> Model {
    let address = Self.address(secret, staff, issuer: words["shop.name"] ?? "Martlet")
    var model: Model = ["secret": Self.grouped(secret.text), "address": address]
    if let code = QRCode(address) {
      model["picture"] = ["side": String(code.side), "path": code.path] as Model
    }
    return model
  }

  /// What authenticators take a secret from.
  static func address(_ secret: SecondFactorSecret, _ staff: Staff, issuer: String) -> String {
    let issuer = Addresses.queryEscaped(issuer)
    return "otpauth://totp/\(issuer):\(Addresses.queryEscaped(staff.email))?secret=\(secret.text)&issuer=\(issuer)"
      + "&algorithm=SHA1&digits=6&period=30"
  }

  /// Four at a time, as people type them.
  private static func grouped(_ text: String) -> String {
    text.enumerated().map { $0.offset > 0 && $0.offset.isMultiple(of: 4) ? " \($0.element)" : String($0.element) }
      .joined()
  }
}
