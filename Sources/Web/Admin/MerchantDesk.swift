import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Payments
import Values

/// `/admin/merchants/{id}`: one who sells here, for staff of the platform: how they stand, and to suspend, reinstate or
/// close them, and which ways to pay their goods may be paid by.
struct MerchantDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkMerchants { maker.flows.workMerchants }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/merchants/:id") { request, context in
      let (merchant, staff) = try await named(context)
      return try await show(merchant, staff, Form(), nil, request, context)
    }
    router.post("/admin/merchants/:id/move") { try await move($0, $1) }
    router.post("/admin/merchants/:id/payments/:method") { try await turn($0, $1) }
  }

  private func named(_ context: ShopRequestContext) async throws -> (Merchant, Staff) {
    let staff = try context.visit.requireStaff()
    try work.expect(staff)
    guard let id = context.parameters.get("id").flatMap({ MerchantID($0) }) else {
      throw MerchantRefusal.unknownMerchant
    }
    return (try await work.merchant(id, for: staff), staff)
  }

  private func move(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (merchant, staff) = try await named(context)
    let form = try await Form(body: request, context: context)
    guard let state = form["state"].flatMap(MerchantState.init(rawValue:)) else { throw HTTPError(.badRequest) }
    do {
      _ = try await work.move(merchant.id, to: state, reason: form["reason"] ?? "", by: staff)
      return maker.go(Addresses.desk(merchant.id), saying: Flash(.good, Self.said(state)))
    } catch let faults as FieldFaults {
      return try await show(merchant, staff, form, faults, request, context)
    } catch let refusal as MerchantRefusal where refusal.kind == .conflict {
      return maker.go(Addresses.desk(merchant.id), saying: Flash(.bad, refusal.code))
    }
  }

  /// For those who set ways to pay up, whether or not they do anything else with merchants. To whom the merchant's page doesn't
  /// open, they go on where all ways to pay are.
  private func turn(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (method, staff) = (try MethodsDesk.method(context), try context.visit.requireStaff())
    guard let id = context.parameters.get("id").flatMap({ MerchantID($0) }) else {
      throw MerchantRefusal.unknownMerchant
    }
    let isOn = try await Form(body: request, context: context)["turn"] == "on"
    try await maker.flows.workMethods.turn(method, on: isOn, for: id, by: staff)
    let next = WorkMerchants.opens(to: staff) ? Addresses.desk(id) : Addresses.methodsDesk
    return maker.go(next, saying: Flash(.good, isOn ? "methodAllowed" : "methodBarred"))
  }

  private static func said(_ state: MerchantState) -> String {
    switch state {
    case .open: "merchantReinstated"
    case .suspended: "merchantSuspended"
    case .closed: "merchantClosed"
    }
  }

  private func show(
    _ merchant: Merchant, _ staff: Staff, _ form: Form, _ faults: FieldFaults?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let figures = try await work.figures(of: [merchant.id], for: staff)[merchant.id]
    let next = merchant.state.next
    var model: Model = [
      "merchant": head(merchant, figures, words), "form": RefusedForm(form, faults, words).model(["reason"]),
      "moveAction": "\(Addresses.desk(merchant.id))/move", "canSuspend": next.contains(.suspended),
      "canReinstate": next.contains(.open), "canClose": next.contains(.closed),
      "canStop": next.contains(.suspended) || next.contains(.closed),
      "hasNobody": try await !work.hasStaff(merchant.id, for: staff),
    ]
    let desks = Set(DeskMenu.entries(for: staff).map(\.address))
    if desks.contains(Addresses.staffDesk) {
      model["staffURL"] = Addresses.with([("of", merchant.id.description)], Addresses.staffDesk)
    }
    if desks.contains(Addresses.freightDesk) {
      model["freightURL"] = Addresses.with([("merchant", merchant.slug.rawValue)], Addresses.freightDesk)
    }
    if WorkPaymentMethods.opens(to: staff) {
      let methods = try await maker.flows.workMethods.methods(of: merchant.id, for: staff)
      model["methods"] = ["rows": methods.map { row($0, of: merchant, words) }] as Model
    }
    return try await frame.page(
      "merchant", title: merchant.name[words.language], desk: Addresses.merchantsDesk, model, request, context,
      status: faults?.status ?? .ok)
  }

  private func row(_ seen: SeenMethod, of merchant: Merchant, _ words: Words) -> Model {
    [
      "code": seen.method.rawValue, "methodName": MoneyWords.method(seen.method, words),
      "state": MethodsDesk.state(seen, isOfMerchants: true, words), "isBarred": seen.isBarred,
      "action": "\(Addresses.desk(merchant.id))/payments/\(seen.method.rawValue)",
    ]
  }

  private func head(_ merchant: Merchant, _ figures: MerchantFigures?, _ words: Words) -> Model {
    let format = Format(words.language)
    var head: Model = [
      "name": merchant.name[words.language], "slug": merchant.slug.rawValue,
      "state": StateModel.of(merchant.state, words), "openedAt": format.date(merchant.openedAt),
      "movedAt": format.dateTime(merchant.movedAt), "email": merchant.email, "isOpen": merchant.isOpen,
      "shopURL": Addresses.merchant(merchant), "profileURL": "\(Addresses.desk(merchant.id))/profile",
      "products": String(figures?.products ?? 0), "waiting": String(figures?.waiting ?? 0),
    ]
    if !merchant.reason.isEmpty { head["reason"] = merchant.reason }
    if !merchant.contact.isEmpty { head["contact"] = merchant.contact }
    let introduction = merchant.introduction[words.language]
    if !introduction.isEmpty { head["introduction"] = introduction }
    if let logo = merchant.logo { head["logo"] = Addresses.media(logo) }
    if let application = merchant.application { head["applicationURL"] = Addresses.desk(application) }
    return head
  }
}
