import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// `/admin/reconciliation/differences/{id}`: one difference with both sides next to each other, and what can be done.
struct BillDifferenceDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkReconciliation { maker.flows.workReconciliation }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/reconciliation/differences/:id") { request, context in
      let (difference, staff) = try await named(context)
      return try await show(difference, staff, Form(), nil, request, context)
    }
    router.post("/admin/reconciliation/differences/:id") { request, context in
      let (difference, staff) = try await named(context)
      let form = try await Form(body: request, context: context)
      guard let deed = form["do"].flatMap(WorkReconciliation.Deed.init(rawValue:)) else {
        throw HTTPError(.badRequest)
      }
      do {
        _ = try await work.settle(difference.id, by: deed, reason: form["reason"] ?? "", by: staff)
        return maker.go(Addresses.difference(difference.id), saying: Flash(.good, "difference\(deed.word)"))
      } catch let refusal as any Refusal where refusal.kind == .conflict || refusal.kind == .invalid {
        let now = try await work.difference(difference.id, for: staff)
        return try await show(now, staff, form, refusal, request, context)
      }
    }
  }

  private func named(_ context: ShopRequestContext) async throws -> (BillDifference, Staff) {
    let staff = try context.visit.requireStaff()
    try work.expect(staff)
    guard let id = context.parameters.get("id").flatMap({ BillDifferenceID($0) }) else {
      throw BillRefusal.unknownDifference
    }
    return (try await work.difference(id, for: staff), staff)
  }

  private func show(
    _ difference: BillDifference, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let text = BillWords(words)
    let refused = RefusedForm(form, refusal, words)
    var model: Model = [
      "backURL": Addresses.billDifferences, "dayURL": Addresses.bill(difference.method, difference.day),
      "day": text.day(difference.day), "methodName": text.method(difference.method), "one": text.row(difference),
      "kindText": text.text(difference.kind), "state": text.state(difference.state),
      "help": words["reconciliation.help.\(difference.kind.rawValue)"] ?? "", "facts": facts(difference, text, words),
      "canCorrect": difference.isCorrectable, "isOpen": difference.state.isOpen,
      "address": Addresses.difference(difference.id), "form": refused.model(["reason"]),
    ]
    if let name = try await author(of: difference) { model["staffName"] = name }
    if !difference.reason.isEmpty { model["reasonText"] = difference.reason }
    if let cause = difference.cause {
      model["causeText"] = words["reconciliation.causes.\(cause.rawValue)"] ?? ""
      model["changedAt"] = text.format.dateTime(difference.changedAt)
    }
    if let payment = difference.payment, ViewMoney.opens(to: staff) {
      model["transactionURL"] = Addresses.transaction(payment)
    }
    return refused.answer(
      try await frame.page(
        "bill-difference", title: text.text(difference.kind), desk: Addresses.reconciliationDesk, model, request,
        context, status: refusal?.status ?? .ok))
  }

  private func author(of difference: BillDifference) async throws -> String? {
    guard let id = difference.staff else { return nil }
    return try await maker.contexts.staff.staff(id)?.name
  }

  private func facts(_ difference: BillDifference, _ text: BillWords, _ words: Words) -> [Model] {
    let facts = [
      ("transactions.number", difference.paymentNumber), ("transactions.refundNumber", difference.refundNumber),
      ("transactions.provider", difference.providerNumber), ("transactions.at", text.format.dateTime(difference.at)),
      ("reconciliation.foundAt", text.format.dateTime(difference.foundAt)),
    ]
    return facts.filter { !$0.1.isEmpty }.map { ["factName": words[$0.0] ?? "", "factText": $0.1] }
  }
}

extension WorkReconciliation.Deed {
  /// As sentences about it end.
  fileprivate var word: String {
    switch self {
    case .correct: "Corrected"
    case .explain: "Explained"
    case .ignore: "Ignored"
    case .reopen: "Reopened"
    }
  }
}
