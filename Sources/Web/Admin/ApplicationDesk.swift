import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Values

/// `/admin/applications/{id}`: one who asks to sell here, what they say and their licence; to approve, to ask for more, to
/// refuse.
struct ApplicationDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkMerchants { maker.flows.workMerchants }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/applications/:id") { request, context in
      let (application, _) = try await named(context)
      return try await show(application, Form(), nil, request, context)
    }
    router.get("/admin/applications/:id/licence") { _, context in
      let (application, staff) = try await named(context)
      return Response.picture(try await work.licence(of: application.id, for: staff))
    }
    router.post("/admin/applications/:id/approve") { request, context in
      try await decide(request, context) { application, staff, form in
        let merchant = try await work.admit(application.id, as: form["slug"] ?? "", by: staff)
        return (Addresses.desk(merchant.id), "merchantAdmitted")
      }
    }
    router.post("/admin/applications/:id/answer") { request, context in
      try await decide(request, context) { application, staff, form in
        let address = Addresses.desk(application.id)
        switch form["then"] {
        case "ask":
          try await work.ask(application.id, form["answer"] ?? "", by: staff)
          return (address, "applicantAsked")
        case "reject":
          try await work.reject(application.id, form["answer"] ?? "", by: staff)
          return (address, "applicationRejected")
        default: throw HTTPError(.badRequest)
        }
      }
    }
  }

  private func named(_ context: ShopRequestContext) async throws -> (MerchantApplication, Staff) {
    let staff = try context.visit.requireStaff()
    try work.expect(staff)
    guard let id = context.parameters.get("id").flatMap({ MerchantApplicationID($0) }) else {
      throw MerchantRefusal.unknownApplication
    }
    return (try await work.application(id, for: staff), staff)
  }

  /// - Parameter body: answers where to go, and the sentence that is said there.
  private func decide(
    _ request: Request, _ context: ShopRequestContext,
    _ body: (MerchantApplication, Staff, Form) async throws -> (address: String, said: String)
  ) async throws -> Response {
    let (application, staff) = try await named(context)
    let form = try await Form(body: request, context: context)
    do {
      let done = try await body(application, staff, form)
      return maker.go(done.address, saying: Flash(.good, done.said))
    } catch let refusal as MerchantRefusal where refusal == .slugTaken {
      return try await show(application, form, FieldFaults(field: "slug", code: "taken"), request, context)
    } catch let faults as FieldFaults {
      return try await show(application, form, faults, request, context)
    } catch let refusal as any Refusal where refusal.kind == .conflict {
      return maker.go(Addresses.desk(application.id), saying: Flash(.bad, refusal.code))
    }
  }

  private func show(
    _ application: MerchantApplication, _ form: Form, _ faults: FieldFaults?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let format = Format(words.language)
    let address = Addresses.desk(application.id)
    var model: Model = [
      "name": application.name[words.language], "state": ApplicationModel.state(application.state, words),
      "appliedAt": format.dateTime(application.appliedAt), "movedAt": format.dateTime(application.movedAt),
      "facts": ApplicationModel.facts(application, words),
      "isOpen": MerchantApplication.State.open.contains(application.state),
      "form": RefusedForm(form, faults, words).model(
        ["slug", "answer"], initial: ["slug": application.slug.rawValue]),
      "approveAction": "\(address)/approve", "answerAction": "\(address)/answer",
    ]
    if application.licencePicture != nil { model["licenceURL"] = "\(address)/licence" }
    if !application.answer.isEmpty { model["answer"] = application.answer }
    if let merchant = application.merchant { model["merchantURL"] = Addresses.desk(merchant) }
    return try await frame.page(
      "application", title: application.name[words.language], desk: Addresses.merchantsDesk, model, request, context,
      status: faults?.status ?? .ok)
  }
}
