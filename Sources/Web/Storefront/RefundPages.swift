import Accounts
import Flows
import Fulfilment
import Hummingbird
import Merchants
import Orders
import Pages
import Refunds
import Values

/// `/refunds`: what a buyer asked back, and `/refunds/{id}`: how one of these stands.
public struct RefundPages: Sendable {
  private static let perPage = 20
  /// In the form's list: the carrier's name stands in the field beside.
  private static let otherCarrier = "other"

  private let maker: PageMaker
  private var refunds: RefundOrder { maker.flows.refundOrder }

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/refunds") { request, context in
      try await list(try context.visit.requireAccount(), request, context)
    }
    router.get("/refunds/:id") { request, context in
      try await show(try await own(context), Form(), nil, request, context)
    }
    router.get("/refunds/:id/pictures/:number") { _, context in
      let account = try context.visit.requireAccount()
      return Response.picture(
        try await maker.flows.keepEvidence.picture(
          context.parameters.get("number").flatMap { Int($0) }, of: try Self.id(context), for: account.id))
    }
    router.post("/refunds/:id/withdraw") { _, context in
      let refund = try await own(context)
      do {
        _ = try await refunds.withdraw(refund.id, by: refund.buyer)
        return maker.go(Addresses.refund(refund.id), saying: Flash(.good, "refundWithdrawn"))
      } catch let refusal as any Refusal {
        return maker.go(Addresses.refund(refund.id), saying: Flash(.bad, refusal.code, refusal.details))
      }
    }
    router.post("/refunds/:id/parcel") { request, context in
      let refund = try await own(context)
      let form = try await Form(body: request, context: context)
      do {
        try await send(refund, form)
        return maker.go(Addresses.refund(refund.id), saying: Flash(.good, "refundParcel"))
      } catch let faults as FieldFaults {
        return try await show(refund, form, faults, request, context)
      } catch let refusal as any Refusal {
        return maker.go(Addresses.refund(refund.id), saying: Flash(.bad, refusal.code, refusal.details))
      }
    }
  }

  private func own(_ context: ShopRequestContext) async throws -> RefundCase {
    let account = try context.visit.requireAccount()
    return try await refunds.refund(try Self.id(context), of: account.id)
  }

  private static func id(_ context: ShopRequestContext) throws -> RefundCaseID {
    guard let id = context.parameters.get("id").flatMap({ RefundCaseID($0) }) else { throw RefundRefusal.unknownCase }
    return id
  }

  /// A carrier out of the list, or another one by its name.
  private func send(_ refund: RefundCase, _ form: Form) async throws {
    let isOther = form["carrier"] == Self.otherCarrier
    let field = isOther ? "carrierName" : "carrier"
    do {
      _ = try await refunds.noteParcel(
        refund.id, ReturnParcel(carrier: form[field] ?? "", trackingNumber: form["trackingNumber"] ?? ""),
        by: refund.buyer)
    } catch let faults as FieldFaults where isOther {
      throw FieldFaults(
        faults.faults.map { fault in
          guard fault.field == "carrier" else { return fault }
          return FieldFaults.Fault(field: field, code: fault.code, details: fault.details)
        })
    }
  }

  private func list(
    _ account: Account, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let page = try await maker.contexts.refunds.cases(
      .buyer(account.id), in: [], PageRequest(limit: Self.perPage, after: after))
    let orders = try await maker.contexts.orders.orders(Array(Set(page.items.map(\.order))))
    let byID = Dictionary(orders.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var model: Model = [
      "hasRefunds": !page.items.isEmpty,
      "refunds": page.items.compactMap { refund -> Model? in
        byID[refund.order].map {
          RefundModel(refund, of: $0, words: words).row(address: Addresses.refund(refund.id))
        }
      },
    ]
    if let next = page.next {
      model["nextURL"] = Addresses.with([("after", next.description)], Addresses.refunds)
    }
    return try await maker.page(
      "refunds", PageFrame.Head(title: words["refunds.heading"] ?? ""), model, request, context)
  }

  private func show(
    _ refund: RefundCase, _ form: Form, _ faults: FieldFaults?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let contexts = maker.contexts
    guard let order = try await contexts.orders.order(refund.order) else { throw RefundRefusal.unknownCase }
    let book = try await contexts.carrierBook()
    let builder = RefundModel(refund, of: order, carriers: book, words: words)
    var detail = builder.detail(at: Addresses.refund(refund.id))
    detail["timeline"] = builder.timeline(try await contexts.refunds.steps(of: refund.id))
    detail["orderURL"] = Addresses.order(order.number)
    let unpaid = try await contexts.unpaidExchange(refund)
    detail["advice"] = advice(refund, unpaid, words)
    if let unpaid { detail["payURL"] = Addresses.order(unpaid.number) }
    let address = Addresses.refund(refund.id)
    if refund.state == .requested || refund.state == .awaitingGoods { detail["withdrawURL"] = "\(address)/withdraw" }
    if refund.state == .awaitingGoods { detail["parcelURL"] = "\(address)/parcel" }
    if let merchant = try await contexts.merchants.merchant(order.merchant) {
      detail["merchantName"] = merchant.name[words.language]
      detail["consultURL"] = Addresses.letter(
        to: merchant, about: words.phrase("order.title", ["number": order.number.rawValue]))
    }
    if let other = try await replacement(refund) { detail["replacementURL"] = Addresses.order(other.number) }
    let chosen = form["carrier"] ?? refund.parcel?.carrier ?? ""
    let model: Model = [
      "refund": detail, "carriers": carriers(book, chosen, words),
      "form": RefusedForm(form, faults, words).model(
        ["carrier", "carrierName", "trackingNumber"],
        initial: ["trackingNumber": refund.parcel?.trackingNumber ?? ""]),
    ]
    let head = PageFrame.Head(title: words["refunds.one"] ?? "")
    return try await maker.page("refund", head, model, request, context, status: faults?.status ?? .ok)
  }

  private func carriers(_ book: CarrierBook, _ chosen: String, _ words: Words) -> [Model] {
    let listed = book.offered.map { (code: $0.code, name: $0.name[words.language]) }
    let other = [(code: Self.otherCarrier, name: words["admin.carrierOther"] ?? "")]
    return (listed + other).map { ["code": $0.code, "name": $0.name, "isChosen": $0.code == chosen] }
  }

  private func replacement(_ refund: RefundCase) async throws -> Order? {
    guard let id = refund.replacement else { return nil }
    return try await maker.contexts.orders.order(id)
  }

  private func advice(_ refund: RefundCase, _ unpaid: Order?, _ words: Words) -> Model {
    if let unpaid {
      let format = Format(words.language)
      let details = ["amount": format.money(unpaid.amounts.due), "time": format.dateTime(unpaid.payBefore)]
      return ["kind": "amber", "icon": "clock", "text": words.phrase("refunds.payBefore", details)]
    }
    let state = RefundModel.state(refund.state, words)
    let isExchange = refund.kind == .exchange && refund.state == .settled
    return [
      "kind": state["kind"] ?? "sky", "icon": state["icon"] ?? "info",
      "text": words.phrase(isExchange ? "refundAdvice.exchanged" : "refundAdvice.\(refund.state.rawValue)"),
    ]
  }
}
