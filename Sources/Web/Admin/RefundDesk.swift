import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Refunds
import Values

/// `/admin/refunds/{id}`: one request, and what staff may do about it now: agree, ask for the goods, look at them, refuse, try
/// the money again.
struct RefundDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkRefund { maker.flows.workRefund }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/refunds/:id") { request, context in
      let (refund, staff) = try await own(context)
      return try await show(refund, staff, Form(), nil, request, context)
    }
    router.get("/admin/refunds/:id/pictures/:number") { _, context in
      let staff = try context.visit.requireStaff()
      return Response.picture(
        try await maker.flows.keepEvidence.picture(
          context.parameters.get("number").flatMap { Int($0) }, of: try Self.id(context), for: staff))
    }
    router.post("/admin/refunds/:id/approve") { request, context in
      try await act("refundApproved", request, context) { refund, staff, form in
        try await approve(refund, form, by: staff)
      }
    }
    router.post("/admin/refunds/:id/reject") { request, context in
      try await act("refundRejected", request, context) { refund, staff, form in
        _ = try await work.reject(refund.id, reason: form["rejection"] ?? "", by: staff)
      }
    }
    router.post("/admin/refunds/:id/receive") { request, context in
      try await act("refundReceived", request, context) { refund, staff, form in
        try await receive(refund, form, by: staff)
      }
    }
    router.post("/admin/refunds/:id/retry") { request, context in
      try await act("refundRetried", request, context) { refund, staff, _ in
        _ = try await work.retry(refund.id, by: staff)
      }
    }
  }

  private func approve(_ refund: RefundCase, _ form: Form, by staff: Staff) async throws {
    var faults = FieldFaults()
    let amount = Self.amount(form, "amount", refund.asked.currency, &faults)
    try faults.throwIfAny()
    _ = try await work.approve(
      refund.id,
      WorkRefund.Decision(
        amount: amount, needsGoods: form["then"] == "goods", asMoney: form["asMoney"] == "1",
        answer: form["answer"] ?? ""), by: staff)
  }

  /// Nil where nothing is typed.
  static func amount(_ form: Form, _ name: String, _ currency: Currency, _ faults: inout FieldFaults) -> Money? {
    let text = (form[name] ?? "").filter { !$0.isWhitespace }
    guard !text.isEmpty else { return nil }
    let amount = Money(decimalText: text, currency: currency)
    if amount == nil { faults.add(name, "notANumber") }
    return amount
  }

  private func receive(_ refund: RefundCase, _ form: Form, by staff: Staff) async throws {
    var restocked: [OrderLineID: Int] = [:]
    var faults = FieldFaults()
    for line in refund.lines {
      let name = "restocked.\(line.line)"
      if let count = form[name].flatMap({ Int($0) }) {
        restocked[line.line] = count
      } else {
        faults.add(name, "outOfRange", ["min": "0", "max": line.quantity.description])
      }
    }
    try faults.throwIfAny()
    _ = try await work.receive(refund.id, restocked: restocked, note: form["note"] ?? "", by: staff)
  }

  /// Another merchant's case is as unknown as one that never was.
  private func own(_ context: ShopRequestContext) async throws -> (RefundCase, Staff) {
    let staff = try context.visit.requireStaff()
    return (try await work.refund(try Self.id(context), for: staff), staff)
  }

  private static func id(_ context: ShopRequestContext) throws -> RefundCaseID {
    guard let id = context.parameters.get("id").flatMap({ RefundCaseID($0) }) else { throw RefundRefusal.unknownCase }
    return id
  }

  /// Faulty input shows the form again. A case that moved on meanwhile shows as it is now, with a word.
  private func act(
    _ done: String, _ request: Request, _ context: ShopRequestContext,
    _ body: (RefundCase, Staff, Form) async throws -> Void
  ) async throws -> Response {
    let (refund, staff) = try await own(context)
    let form = try await Form(body: request, context: context)
    do {
      try await body(refund, staff, form)
      return maker.go(Addresses.desk(refund.id), saying: Flash(.good, done))
    } catch let faults as FieldFaults {
      return try await show(refund, staff, form, faults, request, context)
    } catch let refusal as any Refusal where refusal.kind == .conflict || refusal.kind == .unavailable {
      return try await show(
        try await work.refund(refund.id, for: staff), staff, form, refusal, request, context)
    }
  }
}

// MARK: The page

extension RefundDesk {
  private func show(
    _ refund: RefundCase, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    guard let order = try await maker.contexts.orders.order(refund.order) else { throw RefundRefusal.unknownCase }
    let refused = RefusedForm(form, refusal, words)
    var detail = try await self.detail(refund, order, staff, words)
    if staff.rights.contains(.refundsApprove) { actions(&detail, refund, order) }
    detail["restocks"] = refund.lines.map { line -> Model in
      let fields = FormModel(form, faults: refused.faults, words: words)
      let bought = order.lines.first { $0.id == line.line }
      return [
        "title": bought?.title[words.language] ?? "", "max": line.quantity.description,
        "field": fields.field("restocked.\(line.line)", initial: line.quantity.description),
      ]
    }
    let model: Model = [
      "refund": detail,
      "form": refused.model(
        ["amount", "answer", "rejection", "note"],
        initial: ["amount": (refund.granted ?? refund.asked).decimalText]),
    ]
    return refused.answer(
      try await frame.page(
        "refund", title: words["refunds.one"] ?? "", desk: Addresses.refundsDesk, model, request, context,
        status: refusal?.status ?? .ok))
  }

  private func detail(
    _ refund: RefundCase, _ order: Order, _ staff: Staff, _ words: Words
  ) async throws -> Model {
    let contexts = maker.contexts
    let builder = RefundModel(refund, of: order, carriers: try await contexts.carrierBook(), words: words)
    var model = builder.detail(at: Addresses.desk(refund.id))
    model["timeline"] = builder.timeline(try await contexts.refunds.steps(of: refund.id))
    let opensOrders = WorkOrder.opens(to: staff)
    if opensOrders { model["orderURL"] = Addresses.desk(order.number) }
    model["orderState"] = StateModel.of(order.state, isDesk: true, words)
    model["backURL"] = Addresses.refundsDesk
    let buyer = try await contexts.accounts.account(refund.buyer)
    model["buyer"] =
      [
        "name": BuyerContact.name(buyer?.profile.name ?? "", for: staff),
        "email": BuyerContact.email(buyer?.email ?? "", for: staff),
      ] as Model
    let format = Format(words.language)
    model["leftText"] = words.phrase(
      "refunds.leftOfPaid", ["amount": format.money(try await maker.flows.workRefund.left(of: order))])
    let records = try await contexts.refunds.records(of: refund.id)
    model["hasRecords"] = !records.isEmpty
    model["records"] = records.map { record -> Model in
      var row: Model = ["amount": format.money(record.amount), "at": format.dateTime(record.at)]
      if let id = record.refund { row["id"] = id.description }
      return row
    }
    if let unpaid = try await contexts.unpaidExchange(refund) {
      model["unpaidText"] = words.phrase(
        "refunds.differenceUnpaid",
        ["amount": format.money(unpaid.amounts.due), "time": format.dateTime(unpaid.payBefore)])
      if opensOrders { model["replacementURL"] = Addresses.desk(unpaid.number) }
    }
    if opensOrders, let id = refund.replacement, let other = try await contexts.orders.order(id) {
      model["replacementURL"] = Addresses.desk(other.number)
    }
    return model
  }

  private func actions(_ model: inout Model, _ refund: RefundCase, _ order: Order) {
    let address = Addresses.desk(refund.id)
    let isExchange = refund.kind == .exchange
    switch refund.state {
    case .requested:
      model["approveAction"] = "\(address)/approve"
      model["rejectAction"] = "\(address)/reject"
      // Only what has left can come back.
      model["canAskForGoods"] = order.state == .awaitingReceipt || order.state == .completed
      model["bringsGoods"] = refund.kind.bringsGoods
    case .awaitingGoods:
      model["receiveAction"] = "\(address)/receive"
      model["approveAction"] = "\(address)/approve"
      model["rejectAction"] = "\(address)/reject"
    case .received:
      model["approveAction"] = "\(address)/approve"
      model["rejectAction"] = "\(address)/reject"
    case .failed: model["retryAction"] = "\(address)/retry"
    case .approved, .sent, .settled, .rejected, .withdrawn: break
    }
    model["isExchange"] = isExchange
  }
}
