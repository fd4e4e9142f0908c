import Accounts
import Flows
import Fulfilment
import HTTPTypes
import Hummingbird
import Merchants
import Orders
import Pages
import Payments
import Refunds
import Values

/// `/admin/orders/{number}`: one order, and what staff may do with it now: pass, reject, ship, complete.
struct OrderDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkOrder { maker.flows.workOrder }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/orders/:number") { request, context in
      let (order, staff) = try await frame.ownOrder(context)
      return try await show(order, staff, Form(), nil, request, context)
    }
    router.post("/admin/orders/:number/pass") { request, context in
      try await act("passed", request, context) { order, staff, form in
        _ = try await work.pass(order.id, by: staff, note: form["note"] ?? "")
      }
    }
    router.post("/admin/orders/:number/reject") { request, context in
      try await act("rejected", request, context) { order, staff, form in
        _ = try await maker.flows.reviewOrder.reject(order.id, reason: form["reason"] ?? "", by: staff)
      }
    }
    router.post("/admin/orders/:number/wish") { request, context in
      try await act("editAsked", request, context) { order, staff, form in
        _ = try await work.askForEdit(order.id, wish: form["wish"] ?? "", by: staff)
      }
    }
    router.post("/admin/orders/:number/wish/dismiss") { request, context in
      try await act("editDismissed", request, context) { order, staff, form in
        _ = try await work.dismissEdit(order.id, words: form["dismissal"] ?? "", by: staff)
      }
    }
    router.post("/admin/orders/:number/ship") { request, context in
      try await act("shipped", request, context) { order, staff, form in
        let label = try LabelForm(form).label
        let shipment = ShipmentNote(carrier: label.carrier, trackingNumber: label.trackingNumber)
        _ = try await work.ship(order.id, shipment, by: staff)
      }
    }
    router.post("/admin/orders/:number/refused") { request, context in
      try await act("refusedAtDoor", request, context) { order, staff, _ in
        _ = try await maker.flows.workPayments.refuseAtDoor(order.id, by: staff)
      }
    }
    router.post("/admin/orders/:number/complete") { request, context in
      try await act("completed", request, context) { order, staff, form in
        let proof = ProofDraft(text: form["proof"] ?? "")
        _ = try await maker.flows.workShipping.complete(order.id, proof, by: staff)
      }
    }
  }

  /// Faulty input shows the form again. An order that someone else moved on meanwhile shows as it is now, with a word.
  private func act(
    _ done: String, _ request: Request, _ context: ShopRequestContext,
    _ body: (Order, Staff, Form) async throws -> Void
  ) async throws -> Response {
    let (order, staff) = try await frame.ownOrder(context)
    let form = try await Form(body: request, context: context)
    do {
      try await body(order, staff, form)
      return maker.go(Addresses.desk(order.number), saying: Flash(.good, done))
    } catch let faults as FieldFaults {
      return try await show(order, staff, form, faults, request, context)
    } catch OrderRefusal.editAskedAlready {
      // What was written is long, so it isn't lost.
      let now = try await work.order(order.id, for: staff)
      return try await show(now, staff, form, OrderRefusal.editAskedAlready, request, context)
    } catch let refusal as any Refusal
      where refusal.kind == .conflict || refusal.kind == .unavailable || refusal is FulfilmentRefusal
    {
      return maker.go(Addresses.desk(order.number), saying: Flash(.bad, refusal.code, refusal.details))
    }
  }

  private func show(
    _ order: Order, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    var model: Model = [
      "order": try await detail(order, staff, words),
      "carriers": LabelForm.choices(try await maker.contexts.carrierBook(), chosen: form["carrier"] ?? "", words),
      "form": RefusedForm(form, refusal, words).model([
        "note", "reason", "carrier", "carrierName", "trackingNumber", "proof", "wish", "dismissal",
      ]),
    ]
    if (refusal as? OrderRefusal) == .editAskedAlready { model["unaskedWish"] = form["wish"] ?? "" }
    return try await frame.page(
      "order", title: words.phrase("order.title", ["number": order.number.rawValue]), desk: Addresses.ordersDesk,
      model, request, context, status: refusal?.status ?? .ok)
  }

  private func detail(_ order: Order, _ staff: Staff, _ words: Words) async throws -> Model {
    let contexts = maker.contexts
    let builder = OrderModel(BuyerContact.order(order, for: staff), words: words)
    var model = builder.head(merchant: try await contexts.merchants.merchant(order.merchant))
    model["state"] = StateModel.of(order.state, isDesk: true, words)
    model["lines"] = order.lines.map(builder.line)
    let track = try await contexts.track(of: order.id)
    model["timeline"] = builder.timeline(track) { BuyerContact.note($0, for: staff) }
    let isReviewer = staff.rights.contains(.ordersReview)
    model.merge(builder.shipment(track))
    if order.paysAtDoor {
      let whose = staff.merchant == nil ? "platform" : "merchant"
      model["paysAtDoor"] = words.phrase(
        order.wasWrittenOff ? "admin.writtenOff.\(whose)" : "admin.paysAtDoor.\(whose)")
    }
    model["shippingURL"] = Addresses.shipping(order.number)
    model["backURL"] =
      isReviewer && order.state == .awaitingReview
      ? Addresses.reviewDesk : Addresses.with([("state", order.state.rawValue)], Addresses.ordersDesk)
    let buyer = try await contexts.accounts.account(order.buyer)
    var shown: Model = [
      "name": BuyerContact.name(buyer?.profile.name ?? "", for: staff),
      "email": BuyerContact.email(buyer?.email ?? "", for: staff),
      "isMasked": !BuyerContact.isOpen(to: staff),
    ]
    if WorkCustomers.opens(to: staff) { shown["profileURL"] = Addresses.customer(order.buyer) }
    model["buyer"] = shown
    let opensMoney = ViewMoney.opens(to: staff)
    model.merge(
      builder.payments(try await contexts.payments.payments(of: order.id)) {
        opensMoney ? Addresses.transaction($0) : nil
      })
    let cases = try await contexts.refunds.cases(of: order.id)
    model["hasRefunds"] = !cases.isEmpty
    model["refunds"] = cases.map {
      RefundModel($0, of: order, words: words).row(address: WorkRefund.opens(to: staff) ? Addresses.desk($0.id) : nil)
    }
    if opensMoney { model["ledgerURL"] = Addresses.ledger(order.number) }
    if staff.rights.contains(.refundsApprove), order.amounts.paid.isPositive, order.state != .cancelled {
      model["goodwillURL"] = Addresses.goodwillDesk(order.number)
    }
    let address = Addresses.desk(order.number)
    model.merge(try await review(order, staff, words))
    model.merge(try await wish(order, track.timeline, staff, words))
    switch order.state {
    case .awaitingReview where isReviewer:
      if order.openDifference == nil, !order.isEditAsked { model["passAction"] = "\(address)/pass" }
      if !order.paysAtDoor, order.lines.allSatisfy({ $0.returned == 0 }) {
        model["editURL"] = "\(address)/edit"
      }
      model["rejectAction"] = "\(address)/reject"
    // What isn't packed yet, in one parcel; the rest is done at the desk of parcels.
    case .awaitingShipment where staff.rights.contains(.ordersShip) && hasUnpacked(order, track.consignment):
      model["shipAction"] = "\(address)/ship"
      if order.paysAtDoor { model["refusedAction"] = "\(address)/refused" }
    case .awaitingReceipt where staff.rights.contains(.ordersShip):
      model["completeAction"] = "\(address)/complete"
      if order.paysAtDoor { model["refusedAction"] = "\(address)/refused" }
      model["isProven"] = track.consignment?.isDelivered == true
    default: break
    }
    return model
  }

  private func hasUnpacked(_ order: Order, _ consignment: Consignment?) -> Bool {
    let packed = consignment?.packed ?? [:]
    return order.lines.contains { $0.kept > packed[$0.id] ?? 0 }
  }

  /// What the merchant's people want changed, for whoever reviews; and where they ask for it.
  private func wish(
    _ order: Order, _ timeline: [TimelineEntry], _ staff: Staff, _ words: Words
  ) async throws -> Model {
    guard order.state == .awaitingReview else { return [:] }
    let address = "\(Addresses.desk(order.number))/wish"
    guard order.isEditAsked, let asked = timeline.last(where: { $0.kind == .editAsked }) else {
      let mayAsk = staff.merchant != nil && !staff.rights.contains(.ordersReview) && WorkOrder.opens(to: staff)
      return mayAsk ? ["wishAction": address] : [:]
    }
    var name = words.phrase("actor.staff")
    if case .staff(let id) = asked.actor { name = try await maker.contexts.staff.staff(id)?.name ?? name }
    var wish: Model = [
      "wishText": BuyerContact.note(asked, for: staff), "isMasked": !BuyerContact.isOpen(to: staff),
      "wishBy": words.phrase(
        "review.askedBy", ["name": name, "time": Format(words.language).dateTime(asked.at)]),
    ]
    let mayDismiss = staff.merchant == nil ? staff.rights.contains(.ordersReview) : WorkOrder.opens(to: staff)
    if mayDismiss { wish["dismissAction"] = "\(address)/dismiss" }
    return ["wish": wish]
  }

  /// Why the order waits, what was changed, and what of it the buyer still has to pay.
  private func review(_ order: Order, _ staff: Staff, _ words: Words) async throws -> Model {
    let edits = order.revision == 0 ? [] : try await maker.contexts.orders.edits(of: order.id)
    let changes = ReviewModel(order, words: words).changes(
      edits, isForStaff: true, showsPlace: BuyerContact.isOpen(to: staff))
    // What is asked for stands beside it, with the words.
    let reasons = order.state == .awaitingReview ? ReviewModel.reasons(order, words, without: [.editAsked]) : []
    var model: Model = [
      "isHeld": !reasons.isEmpty, "reasons": reasons.map { ["reason": $0] as Model }, "hasChanges": !changes.isEmpty,
      "changes": changes,
    ]
    if let open = order.openDifference {
      let format = Format(words.language)
      model["openText"] = words.phrase(
        "review.waitsForBuyer", ["amount": format.money(open), "time": format.dateTime(order.payBefore)])
    }
    return model
  }
}
