import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// `/admin/tokens`: the tokens with which programs of staff work through the API: one's own, and, for who may edit staff,
/// those of colleagues.
struct TokensDesk: Desk {
  private static let perPage = 50
  private static let usualDays = 90

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkTokens { maker.flows.workTokens }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/tokens") { request, context in
      let staff = try context.visit.requireStaff()
      return try await show(staff, Form(query: request), nil, nil, request, context)
    }
    router.post("/admin/tokens") { request, context in
      let staff = try context.visit.requireStaff()
      let form = try await Form(body: request, context: context)
      do {
        let issued = try await work.issue(
          try Self.draft(form), password: form["password"] ?? "", by: staff)
        return try await show(staff, Form(), nil, issued, request, context)
      } catch let refusal as any Refusal where [.invalid, .conflict, .tooMany].contains(refusal.kind) {
        return try await show(staff, form, Self.worded(refusal), nil, request, context)
      }
    }
    router.post("/admin/tokens/:id/revoke") { request, context in
      let staff = try context.visit.requireStaff()
      let form = try await Form(body: request, context: context)
      guard let id = context.parameters.get("id").flatMap({ StaffTokenID($0) }) else {
        throw AccountRefusal.unknownToken
      }
      try await work.revoke(id, by: staff)
      let of = StaffForm.asking(try StaffForm.employer(form), for: staff)
      return maker.go(Addresses.with(of, Addresses.tokensDesk), saying: Flash(.good, "tokenRevoked"))
    }
  }

  /// Throws `FieldFaults`.
  private static func draft(_ form: Form) throws -> StaffTokenDraft {
    var faults = FieldFaults()
    let typed = form.all("right").filter { !$0.isEmpty }
    let scopes = typed.compactMap(StaffRight.init(rawValue:))
    if scopes.count != typed.count { faults.add("rights", "unknownValue") }
    let days = Int(form["days"] ?? "")
    if days == nil { faults.add("days", (form["days"] ?? "").isEmpty ? "missing" : "notANumber") }
    if faults.isEmpty { return StaffTokenDraft(name: form["name"] ?? "", scopes: Set(scopes), days: days ?? 0) }
    _ = faults.text(form["name"], "name", max: 60)
    throw faults
  }

  /// The form says rights where the contract says scopes.
  private static func worded(_ refusal: any Refusal) -> any Refusal {
    guard let faults = refusal as? FieldFaults else { return refusal }
    return FieldFaults(
      faults.faults.map { fault in
        .init(field: fault.field == "scopes" ? "rights" : fault.field, code: fault.code, details: fault.details)
      })
  }

  private func show(
    _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ issued: IssuedToken?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let models = TokenModel(words, now: maker.clock.now)
    let refused = RefusedForm(form, refusal, words)
    let chosen = Set(form.all("right").compactMap(StaffRight.init(rawValue:)))
    var model: Model = [
      "tokens": try await work.tokens(of: staff).map { models.row($0) },
      "rights": models.rights(chosen, of: staff),
      "dayChoices": models.days(chosen: form["days"] ?? String(Self.usualDays)),
      "form": refused.model(["name", "days", "rights", "password"]),
    ]
    if let issued {
      model["issued"] =
        [
          "secret": issued.secret.rawValue,
          "headingText": words.phrase("tokens.secretOf", ["name": issued.token.name]),
        ] as Model
    }
    if WorkStaff.opens(to: staff) { model["colleagues"] = try await colleagues(staff, models, request, words) }
    var page = try await frame.page(
      "tokens", title: words["desks.tokens"] ?? "", desk: Addresses.tokensDesk, model, request, context,
      status: refusal?.status ?? .ok)
    if issued != nil { page.headers[.cacheControl] = "no-store" }
    return refused.answer(page)
  }

  private func colleagues(
    _ staff: Staff, _ models: TokenModel, _ request: Request, _ words: Words
  ) async throws -> Model {
    let query = Form(query: request)
    let asked = try StaffForm.employer(query)
    let after = query["after"].flatMap { Cursor($0) }
    let page = try await work.tokens(
      ofStaffOf: asked, PageRequest(limit: Self.perPage, after: after), for: staff)
    let others = page.items.filter { $0.staff != staff.id }
    var model: Model = [
      "others": others.map { models.row($0, by: $0.staffName) }, "hasOthers": !others.isEmpty,
    ]
    let of = StaffForm.asking(asked, for: staff)
    if let merchant = of.first?.1 { model["of"] = merchant }
    if staff.merchant == nil {
      let platform: Model = ["value": "", "name": words["admin.platform"] ?? "", "isChosen": asked == nil]
      let merchants = try await maker.contexts.merchants.merchants()
      model["employers"] =
        [
          "choices": [platform]
            + merchants.map { merchant -> Model in
              [
                "value": merchant.id.description, "name": merchant.name[words.language],
                "isChosen": merchant.id == asked,
              ]
            }
        ] as Model
    }
    if let next = page.next {
      model["nextURL"] = Addresses.with(of + [("after", next.description)], Addresses.tokensDesk)
    }
    return model
  }
}

/// Tokens as pages show them.
struct TokenModel {
  private static let dayChoices = [7, 30, 90, 180, 366]

  private let words: Words
  private let format: Format
  private let now: Timestamp

  init(_ words: Words, now: Timestamp) {
    self.words = words
    self.now = now
    format = Format(words.language)
  }

  /// - Parameter owner: the colleague whose it is.
  func row(_ token: StaffToken, by owner: String? = nil) -> Model {
    let counts = token.counts(at: now)
    let names = token.scopes.map { words["right.\($0.rawValue)"] ?? $0.rawValue }.sorted()
    var model: Model = [
      "tokenName": token.name, "counts": counts, "revokeAction": "\(Addresses.tokensDesk)/\(token.id)/revoke",
      "scopesText": names.joined(separator: words.language == .en ? " · " : "、"),
      "timesText": words.phrase(
        "tokens.times", ["issued": format.date(token.issuedAt), "expires": format.date(token.expiresAt)]),
      "usedText": token.usedAt.map { words.phrase("tokens.used", ["at": format.dateTime($0)]) }
        ?? words["tokens.neverUsed"] ?? "",
      "state": state(token, counts),
    ]
    if let owner { model["ownerName"] = owner }
    return model
  }

  private func state(_ token: StaffToken, _ counts: Bool) -> Model {
    let (key, kind, icon) =
      counts
      ? ("counts", "green", "check")
      : token.revokedAt == nil ? ("expired", "grey", "clock") : ("revoked", "grey", "cross")
    return ["kind": kind, "icon": icon, "text": words["tokens.states.\(key)"] ?? key]
  }

  /// Those that the staff have themselves.
  func rights(_ chosen: Set<StaffRight>, of staff: Staff) -> [Model] {
    StaffRight.allCases.filter { staff.rights.contains($0) }.map { right in
      [
        "value": right.rawValue, "name": words["right.\(right.rawValue)"] ?? right.rawValue,
        "isChosen": chosen.contains(right),
      ]
    }
  }

  func days(chosen: String) -> [Model] {
    Self.dayChoices.map { days in
      ["value": String(days), "name": words.phrase("tokens.days", count: days), "isChosen": String(days) == chosen]
    }
  }
}
