import Accounts
import Flows
import Foundation
import Hummingbird
import Pages
import Payments
import Values

/// `/admin/transactions/{id}/receipt`: staff of the platform say what came for a payment of one of the shop's own methods.
struct ReceiptDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkPayments { maker.flows.workPayments }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/transactions/:id/receipt") { request, context in
      let (found, staff) = try await own(context)
      return try await show(found, staff, Form(), nil, request, context)
    }
    router.post("/admin/transactions/:id/receipt") { request, context in
      let (found, staff) = try await own(context)
      let payment = found.payment
      let form = try await Form(body: request, context: context)
      do {
        let after = try await work.confirm(try receipt(payment, form, frame.words(context)), by: staff)
        // Of what was given up all may be there while its payment stays ended.
        let isWhole = after.state.hasMoney ? true : try await work.received(payment.id, for: staff).left.isZero
        let transaction = Addresses.transaction(payment.id)
        return maker.go(
          ViewMoney.opens(to: staff) ? transaction : "\(transaction)/receipt",
          saying: Flash(.good, isWhole ? "receiptWhole" : "receiptPart"))
      } catch let refusal as any Refusal where refusal.kind != .forbidden && refusal.kind != .notFound {
        let now = try await work.received(payment.id, for: staff)
        return try await show(now, staff, form, refusal, request, context)
      }
    }
  }

  private func own(_ context: ShopRequestContext) async throws -> (ReceivedMoney, Staff) {
    let staff = try context.visit.requireStaff()
    return (try await work.received(context.parameters.get("id").flatMap { PaymentID($0) }, for: staff), staff)
  }

  private func receipt(_ payment: Payment, _ form: Form, _ words: Words) throws -> MoneyReceipt {
    var faults = FieldFaults()
    let amount = RefundDesk.amount(form, "amount", payment.amount.currency, &faults)
    if amount == nil, faults.faults.allSatisfy({ $0.field != "amount" }) { faults.add("amount", "missing") }
    let received = form["receivedAt"].flatMap { Format(words.language).moment($0) }
    if received == nil { faults.add("receivedAt", "missing") }
    try faults.throwIfAny()
    return MoneyReceipt(
      key: form["key"] ?? "", payment: payment.id, amount: amount ?? .zero(payment.amount.currency),
      receivedAt: received ?? maker.clock.now, note: form["note"] ?? "", isMore: form["isMore"] != nil)
  }

  private func show(
    _ found: ReceivedMoney, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let format = Format(words.language)
    let refused = RefusedForm(form, refusal, words)
    let payment = found.payment
    var model: Model = [
      "id": payment.id.description,
      "action": "\(Addresses.transaction(payment.id))/receipt",
      "methodName": MoneyWords.method(payment.method, words), "due": format.money(payment.atProvider),
      "hasMoney": payment.state.hasMoney, "hasReceipts": !found.receipts.isEmpty,
      "receipts": found.receipts.map { receipt -> Model in
        var row: Model = ["amount": format.money(receipt.amount), "at": format.dateTime(receipt.receivedAt)]
        if !receipt.note.isEmpty { row["note"] = receipt.note }
        return row
      },
      // A form that is sent twice confirms once.
      "key": form["key"].flatMap { $0.isEmpty ? nil : $0 } ?? UUID().uuidString.lowercased(),
      "form": refused.model(
        ["amount", "receivedAt", "note"],
        initial: [
          "amount": found.left.decimalText,
          "receivedAt": format.formMoment(maker.clock.now),
        ]),
    ]
    if ViewMoney.opens(to: staff) { model["backURL"] = Addresses.transaction(payment.id) }
    return refused.answer(
      try await frame.page(
        "receipt", title: words["receipts.heading"] ?? "", desk: Addresses.transactionsDesk, model, request, context,
        status: refusal?.status ?? .ok))
  }
}
