import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Payments
import Values

/// `/admin/payments/cases`: money that needs somebody's eye: what happened, what the shop did about it by itself, and what a
/// person can do.
struct PaymentCasesDesk: Desk {
  private static let perPage = 20

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkPayments { maker.flows.workPayments }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/payments/cases") { request, context in
      try await show(try context.visit.requireStaff(), Form(), nil, request, context)
    }
    router.post("/admin/payments/cases/:id") { request, context in
      let staff = try context.visit.requireStaff()
      let form = try await Form(body: request, context: context)
      guard let id = context.parameters.get("id").flatMap({ PaymentCaseID($0) }) else {
        throw PaymentRefusal.unknownCase
      }
      do {
        guard let decision = form["decision"].flatMap(PaymentCase.Decision.init(rawValue:)) else {
          throw PaymentRefusal.wrongForCase
        }
        let seen = try await work.decide(id, decision, reason: form["reason"] ?? "", by: staff)
        return maker.go(Addresses.paymentCases, saying: Flash(.good, Self.said(decision, of: seen.item.kind)))
      } catch let faults as FieldFaults {
        return try await show(staff, form, (id, faults), request, context)
      } catch let refusal as any Refusal where refusal.kind == .conflict {
        return maker.go(Addresses.paymentCases, saying: Flash(.bad, refusal.code, refusal.details))
      }
    }
  }

  /// What was noted by it, in the books as well.
  private static func said(_ decision: PaymentCase.Decision, of kind: PaymentCase.Kind) -> String {
    switch (decision, kind) {
    case (.tryAgain, _): "caseTryAgain"
    case (.paidOut, _): "casePaidOut"
    case (.writeOff, _): "caseWriteOff"
    case (.handled, .paidShort), (.handled, .paidTooMuch): "casePaidBack"
    case (.handled, .refundFailedLater): "casePaidByTransfer"
    case (.handled, .refundTooLarge): "caseBackAtProvider"
    case (.handled, _): "caseHandled"
    }
  }

  private func show(
    _ staff: Staff, _ form: Form, _ refused: (PaymentCaseID, FieldFaults)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let query = Form(query: request)
    let isOpen = query["part"] != "handled"
    let page = try await work.cases(
      for: staff, open: isOpen,
      PageRequest(limit: Self.perPage, after: query["after"].flatMap { Cursor($0) }))
    var model: Model = [
      "tabs": [true, false].map { part -> Model in
        let name = part ? "open" : "handled"
        return [
          "name": words.phrase("cases.parts.\(name)"), "isCurrent": part == isOpen,
          "address": part ? Addresses.paymentCases : Addresses.with([("part", name)], Addresses.paymentCases),
        ]
      },
      "hasCases": !page.items.isEmpty,
      "noneText": words.phrase(isOpen ? "cases.none" : "cases.noneHandled"),
      "cases": page.items.map { PaymentCaseModel($0, for: staff, form: form, refused: refused, words).model },
    ]
    if let next = page.next {
      let part = isOpen ? [] : [("part", "handled")]
      model["nextURL"] = Addresses.with(part + [("after", next.description)], Addresses.paymentCases)
    }
    return try await frame.page(
      "payment-cases", title: words["desks.paymentCases"] ?? "", desk: Addresses.paymentCases, model, request, context,
      status: refused?.1.status ?? .ok)
  }
}

/// One case, in the names of its template.
struct PaymentCaseModel {
  private let seen: SeenCase
  private let staff: Staff
  private let form: Form
  private let refused: (PaymentCaseID, FieldFaults)?
  private let words: Words

  init(_ seen: SeenCase, for staff: Staff, form: Form, refused: (PaymentCaseID, FieldFaults)?, _ words: Words) {
    self.seen = seen
    self.staff = staff
    self.form = form
    self.refused = refused
    self.words = words
  }

  var model: Model {
    let (item, format) = (seen.item, Format(words.language))
    var model: Model = [
      "id": item.id.description, "what": words.phrase("cases.kinds.\(item.kind.rawValue)"),
      "hint": words.phrase("cases.hints.\(item.kind.rawValue)"), "amount": format.money(item.amount),
      "openedAt": format.dateTime(item.openedAt), "payment": item.payment.description,
      "paymentURL": Addresses.transaction(item.payment), "done": done(format),
      "state": [
        "kind": item.isOpen ? "amber" : "green", "icon": item.isOpen ? "clock" : "check",
        "text": words.phrase(item.isOpen ? "cases.parts.open" : "cases.parts.handled"),
      ] as Model,
    ]
    if let order = seen.order {
      var link: Model = ["number": order.number.rawValue]
      if WorkOrder.opens(to: staff) { link["orderURL"] = Addresses.desk(order.number) }
      model["order"] = link
    }
    if !item.detail.isEmpty { model["detail"] = item.detail }
    if let at = item.handledAt {
      model["handled"] = words.phrase(
        item.handledBy == nil ? "cases.handledByItself" : "cases.handledByStaff", ["time": format.dateTime(at)])
      if !item.reason.isEmpty { model["reason"] = item.reason }
    }
    let fields = refused?.0 == item.id ? FormModel(form, faults: refused?.1 ?? FieldFaults(), words: words) : nil
    model["decisions"] = WorkPayments.decisions(on: seen, by: staff).map { decision -> Model in
      var each: Model = [
        "decision": decision.rawValue, "action": "\(Addresses.paymentCases)/\(item.id)",
        "button": button(decision),
      ]
      if decision != .tryAgain {
        var field = fields?.field("reason") ?? ["value": ""]
        field["fieldID"] = "reason-\(item.id)-\(decision.rawValue)"
        each["reasonField"] = field
      }
      return each
    }
    return model
  }

  /// What moves in the books by it, where anything does.
  private func button(_ decision: PaymentCase.Decision) -> String {
    let moves = decision == .handled ? words["cases.handledAs.\(seen.item.kind.rawValue)"] : nil
    return moves ?? words.phrase("cases.decisions.\(decision.rawValue)")
  }

  /// Whether the money is in the books as nobody's.
  private var isUnclear: Bool {
    guard seen.item.isOpen else { return false }
    return switch seen.item.kind {
    case .paidShort, .paidTooMuch, .refundFailedLater, .refundTooLarge: true
    case .paidAfterClose, .paidTwice, .paidForCancelled, .amountMismatch, .refundStuck, .refundByHand, .neverPaid:
      false
    }
  }

  /// What the shop did by itself, and how far that is.
  private func done(_ format: Format) -> [Model] {
    let refunds = seen.refunds.map { refund -> Model in
      [
        "text": words.phrase(
          "cases.did.\(refund.state.rawValue)",
          ["amount": format.money(refund.amount), "time": format.dateTime(refund.settledAt ?? refund.requestedAt)])
      ]
    }
    let noted: Model = ["text": words.phrase(isUnclear ? "cases.did.unclear" : "cases.did.noted")]
    return refunds.isEmpty ? [noted] : refunds
  }
}
