import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// `/admin/shop`: what a merchant's own staff say of it, with the first steps of who is new; `/admin/merchants/{id}/profile`:
/// the same for staff of the platform.
struct ShopProfileDesk: Desk {
  private static let limits = MultipartForm.Limits(files: 1, fileMegabytes: 5, totalBytes: 6 << 20)
  private static let fields = [
    "nameEn", "nameZh", "introductionEn", "introductionZh", "email", "contact", "logo", "version",
  ]

  private let frame: DeskFrame
  private let currency: Currency
  private var maker: PageMaker { frame.maker }
  private var work: WorkMerchants { maker.flows.workMerchants }

  /// - Parameter currency: what sending costs is in.
  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    self.currency = currency
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/shop") { request, context in
      let staff = try context.visit.requireStaff()
      if staff.merchant == nil { return maker.go(Addresses.merchantsDesk) }
      return try await show(try await work.profiled(nil, for: staff), staff, Form(), nil, request, context)
    }
    router.post("/admin/shop") { request, context in
      let staff = try context.visit.requireStaff()
      return try await save(try await work.profiled(nil, for: staff), staff, request, context)
    }
    router.get("/admin/merchants/:id/profile") { request, context in
      let (merchant, staff) = try await named(context)
      return try await show(merchant, staff, Form(), nil, request, context)
    }
    router.post("/admin/merchants/:id/profile") { request, context in
      let (merchant, staff) = try await named(context)
      return try await save(merchant, staff, request, context)
    }
  }

  private func named(_ context: ShopRequestContext) async throws -> (Merchant, Staff) {
    let staff = try context.visit.requireStaff()
    try work.expect(staff)
    guard let id = context.parameters.get("id").flatMap({ MerchantID($0) }) else {
      throw MerchantRefusal.unknownMerchant
    }
    return (try await work.profiled(id, for: staff), staff)
  }

  private static func address(_ merchant: Merchant, _ staff: Staff) -> String {
    staff.merchant == nil ? "\(Addresses.desk(merchant.id))/profile" : Addresses.shopDesk
  }

  private func save(
    _ merchant: Merchant, _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let sent: MultipartForm
    do {
      sent = try await MultipartForm(body: request, limits: Self.limits)
    } catch BodyRefusal.tooLarge {
      return try await show(merchant, staff, Form(), BodyRefusal.tooLarge, request, context)
    }
    let form = sent.form
    do {
      try sent.faults.throwIfAny()
      let logo = sent.files.first { $0.field == "logo" && !$0.bytes.isEmpty }?.bytes
      let profile = MerchantProfile(
        name: LocalizedText(en: form["nameEn"] ?? "", zhHans: form["nameZh"] ?? ""),
        introduction: LocalizedText(en: form["introductionEn"] ?? "", zhHans: form["introductionZh"] ?? ""),
        email: form["email"] ?? "", contact: form["contact"] ?? "",
        logo: form["removeLogo"] == "1" ? nil : merchant.logo,
        language: form["language"].flatMap(Language.init(rawValue:)) ?? merchant.language)
      _ = try await work.revise(
        merchant.id, profile, logo: logo, version: form["version"].flatMap { Int($0) } ?? 0, by: staff)
      return maker.go(Self.address(merchant, staff), saying: Flash(.good, "saved"))
    } catch MerchantRefusal.merchantChanged {
      // What was typed stays, and whoever saves it again does so knowingly.
      let now = try await work.profiled(merchant.id, for: staff)
      return try await show(
        now, staff, form.with("version", String(now.version)), MerchantRefusal.merchantChanged, request, context)
    } catch let refusal as any Refusal where refusal.kind == .invalid {
      return try await show(merchant, staff, form, refusal, request, context)
    }
  }

  private func show(
    _ merchant: Merchant, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let refused = RefusedForm(form, refusal, words)
    let language = form["language"] ?? merchant.language.rawValue
    var model: Model = [
      "name": merchant.name[words.language], "action": Self.address(merchant, staff),
      "form": refused.model(Self.fields, initial: Self.initial(merchant)), "isOpen": merchant.isOpen,
      "shopURL": Addresses.merchant(merchant),
      "languages": Language.allCases.map { each -> Model in
        [
          "value": each.rawValue, "name": words.phrase("language.\(each.rawValue)"),
          "isChosen": each.rawValue == language,
        ]
      },
    ]
    if let logo = merchant.logo { model["logo"] = Addresses.media(logo) }
    if staff.merchant == nil {
      model["backURL"] = Addresses.desk(merchant.id)
    } else {
      let steps = try await maker.contexts.firstSteps(of: merchant, currency: currency)
      if let steps = FirstStepsModel(steps, for: staff, words).model { model["firstSteps"] = steps }
    }
    return refused.answer(
      try await frame.page(
        "shop-profile", title: words["desks.shop"] ?? "",
        desk: staff.merchant == nil ? Addresses.merchantsDesk : Addresses.shopDesk, model, request, context,
        status: refusal?.status ?? .ok))
  }

  private static func initial(_ merchant: Merchant) -> [String: String] {
    [
      "nameEn": merchant.name.en, "nameZh": merchant.name.zhHans, "introductionEn": merchant.introduction.en,
      "introductionZh": merchant.introduction.zhHans, "email": merchant.email, "contact": merchant.contact,
      "version": String(merchant.version),
    ]
  }
}
