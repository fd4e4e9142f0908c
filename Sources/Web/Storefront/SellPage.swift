import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// `/sell`: what selling here means, and the form of who wants to; `/sell/{id}/{key}`: what became of an application, for
/// whoever has the letter.
public struct SellPage: Sendable {
  /// One picture besides the words.
  private static let limits = MultipartForm.Limits(files: 1, fileMegabytes: 5, totalBytes: 6 << 20)
  private static let fields = [
    "nameEn", "nameZh", "slug", "contact", "phone", "email", "goods", "licence", "licencePicture",
  ]

  private let maker: PageMaker
  private var work: ApplyToSell { maker.flows.applyToSell }

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/sell") { try await show(Form(), nil, $0, $1) }
    router.post("/sell") { try await apply($0, $1) }
    router.get("/sell/:id/:key") { request, context in
      try await show(try await named(context), Form(), nil, request, context)
    }
    router.post("/sell/:id/:key") { try await amend($0, $1) }
    router.post("/sell/:id/:key/withdraw") { _, context in
      let application = try await named(context)
      do {
        try await work.withdraw(application)
        return maker.go(Addresses.application(application), saying: Flash(.good, "applicationWithdrawn"))
      } catch let refusal as MerchantRefusal where refusal.kind == .conflict {
        return maker.go(Addresses.application(application), saying: Flash(.bad, refusal.code))
      }
    }
  }

  private func named(_ context: ShopRequestContext) async throws -> MerchantApplication {
    guard let id = context.parameters.get("id").flatMap({ MerchantApplicationID($0) }),
      let key = context.parameters.get("key").flatMap(ApplicationKey.init(rawValue:))
    else { throw MerchantRefusal.unknownApplication }
    return try await work.application(id, key: key)
  }

  private func apply(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let sent: MultipartForm
    do {
      sent = try await MultipartForm(body: request, limits: Self.limits)
    } catch BodyRefusal.tooLarge {
      return try await show(Form(), BodyRefusal.tooLarge, request, context)
    }
    do {
      try await work.apply(draft(sent.form, context.visit.language), licence: try licence(sent))
      return maker.go(Addresses.sell, saying: Flash(.good, "applied"))
    } catch let refusal as any Refusal {
      return try await show(sent.form, refusal, request, context)
    }
  }

  private func amend(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let application = try await named(context)
    let sent: MultipartForm
    do {
      sent = try await MultipartForm(body: request, limits: Self.limits)
    } catch BodyRefusal.tooLarge {
      return try await show(application, Form(), BodyRefusal.tooLarge, request, context)
    }
    do {
      _ = try await work.amend(
        application, draft(sent.form, context.visit.language), licence: try licence(sent))
      return maker.go(Addresses.application(application), saying: Flash(.good, "applicationAmended"))
    } catch let refusal as MerchantRefusal where refusal.kind == .conflict {
      return maker.go(Addresses.application(application), saying: Flash(.bad, refusal.code))
    } catch let refusal as any Refusal {
      return try await show(application, sent.form, refusal, request, context)
    }
  }

  private func draft(_ form: Form, _ language: Language) -> ApplicationDraft {
    ApplicationDraft(
      name: LocalizedText(en: form["nameEn"] ?? "", zhHans: form["nameZh"] ?? ""), slug: form["slug"] ?? "",
      contact: form["contact"] ?? "", phone: form["phone"] ?? "", email: form["email"] ?? "",
      goods: form["goods"] ?? "", licence: form["licence"] ?? "", licencePicture: nil, language: language)
  }

  /// Nil where none was chosen. Throws `FieldFaults` for one that is too large.
  private func licence(_ sent: MultipartForm) throws -> [UInt8]? {
    try sent.faults.throwIfAny()
    return sent.files.first { $0.field == "licencePicture" && !$0.bytes.isEmpty }?.bytes
  }

  // MARK: Showing

  private func show(
    _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let refused = RefusedForm(form, refusal, words)
    let model: Model = ["form": refused.model(Self.fields), "action": Addresses.sell, "needsLicence": true]
    let head = PageFrame.Head(
      title: words["sell.heading"] ?? "", description: words["sell.what"], canonical: Addresses.sell)
    return refused.answer(
      try await maker.page("sell", head, model, request, context, status: refusal?.status ?? .ok))
  }

  private func show(
    _ application: MerchantApplication, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let refused = RefusedForm(form, refusal, words)
    let format = Format(words.language)
    let address = Addresses.application(application)
    var model: Model = [
      "state": ApplicationModel.state(application.state, words), "shopName": application.name[words.language],
      "advice": words["sell.advice.\(application.state.rawValue)"] ?? "",
      "movedAt": format.dateTime(application.movedAt),
    ]
    // Letters lie about for years: later on, this one shows no more than how it ended.
    if MerchantApplication.State.open.contains(application.state) {
      model["isOpen"] = true
      model["appliedAt"] = format.dateTime(application.appliedAt)
      model["facts"] = ApplicationModel.facts(application, words)
      model["withdrawAction"] = "\(address)/withdraw"
      model["form"] = refused.model(Self.fields, initial: ApplicationModel.initial(application))
    }
    if !application.answer.isEmpty, application.state != .waiting { model["answer"] = application.answer }
    if application.state == .asked { model["action"] = address }
    if let id = application.merchant, let merchant = try await maker.contexts.merchants.merchant(id), merchant.isOpen {
      model["shopURL"] = Addresses.merchant(merchant)
    }
    let head = PageFrame.Head(title: words["sell.application"] ?? "")
    var page = try await maker.page(
      "application", head, model, request, context, status: refusal?.status ?? .ok)
    page.headers[.cacheControl] = "no-store"
    return refused.answer(page)
  }
}
