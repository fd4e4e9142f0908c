import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// `/admin/payments/methods/{method}`: how one way to pay is set up, for staff of the platform. Secrets are written and
/// never shown.
struct MethodDesk: Desk {
  private static let limits = MultipartForm.Limits(files: 8, fileMegabytes: 1, totalBytes: 2 << 20)

  private let frame: DeskFrame
  private let currency: Currency
  private var maker: PageMaker { frame.maker }
  private var work: WorkPaymentMethods { maker.flows.workMethods }

  /// - Parameter currency: what fees and bounds are in.
  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    self.currency = currency
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/payments/methods/:method") { request, context in
      let (method, staff) = (try MethodsDesk.method(context), try context.visit.requireStaff())
      return try await show(method, staff, MethodForm(), request, context)
    }
    router.post("/admin/payments/methods/:method") { request, context in
      let (method, staff) = (try MethodsDesk.method(context), try context.visit.requireStaff())
      return try await save(method, staff, request, context)
    }
    router.post("/admin/payments/methods/:method/trial") { request, context in
      let (method, staff) = (try MethodsDesk.method(context), try context.visit.requireStaff())
      let trial = try await work.trial(of: method, by: staff)
      return try await show(method, staff, MethodForm(), trial: trial, request, context)
    }
  }

  private func save(
    _ method: PaymentMethod, _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    // Whoever may not sees nothing of what was sent.
    _ = try await work.account(of: method, for: staff)
    var sent = try await Self.read(request, context)
    do {
      try sent.faults.throwIfAny()
      _ = try await work.save(try sent.draft(of: method, currency), by: staff)
      return maker.go(Addresses.desk(of: method.rawValue), saying: Flash(.good, "methodSaved"))
    } catch let refusal as any Refusal where refusal.kind == .invalid || refusal.kind == .conflict {
      sent.refusal = refusal
      return try await show(method, staff, sent, request, context)
    }
  }

  /// From a browser with files, or without.
  private static func read(_ request: Request, _ context: ShopRequestContext) async throws -> MethodForm {
    guard request.headers[.contentType]?.hasPrefix("multipart/") == true else {
      return MethodForm(try await Form(body: request, context: context))
    }
    do {
      let sent = try await MultipartForm(body: request, limits: limits)
      return MethodForm(sent.form, files: sent.files, faults: sent.faults)
    } catch BodyRefusal.tooLarge {
      var form = MethodForm()
      form.refusal = BodyRefusal.tooLarge
      form.faults = FieldFaults(field: "form", code: "csvTooLarge", details: ["max": "2"])
      return form
    }
  }

  private func show(
    _ method: PaymentMethod, _ staff: Staff, _ form: MethodForm, trial: AccountTrial? = nil, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let account = try await work.account(of: method, for: staff)
    var model = MethodModel(method, account, form, currency, words).model
    model["lacksKey"] = !work.canSeal && method.accountFields?.contains(where: \.isSecret) == true
    model["noticeURL"] = "\(maker.frame.publicURL)\(Addresses.notices)/\(method.rawValue)"
    model["isPlainHTTP"] = maker.frame.publicURL.hasPrefix("http:")
    let retired = try await work.retired(of: method, for: staff)
    model["hasRetired"] = !retired.isEmpty
    model["retired"] = retired.map { account -> Model in
      [
        "identity": account.shownIdentity ?? "",
        "since": account.retiredAt.map { Format(words.language).dateTime($0) } ?? "",
      ]
    }
    if let trial { model["trial"] = Self.said(trial, of: method, words) }
    return try await frame.page(
      "payment-method", title: MoneyWords.method(method, words), desk: Addresses.methodsDesk, model, request, context,
      status: form.refusal?.status ?? .ok)
  }

  private static func said(_ trial: AccountTrial, of method: PaymentMethod, _ words: Words) -> Model {
    var text = words["trial.\(trial.outcome.rawValue)"] ?? trial.outcome.rawValue
    if let code = trial.code { text += " " + words.phrase("trial.code", ["code": code]) }
    if !trial.untried.isEmpty {
      let names = trial.untried.map { MethodModel.label($0, of: method, words) }
      let fields = names.joined(separator: words["review.comma"] ?? ", ")
      text += " " + words.phrase("trial.untried", ["fields": fields])
    }
    return ["isWell": trial.outcome == .accepted, "text": text]
  }
}
