import Accounts
import Flows
import Foundation
import Hummingbird
import Pages
import Payments
import Values

/// `/admin/customers/{id}/balance`: what the shop owes a customer, how it came to be, and the form that adds to it. For staff
/// of the platform with the right to.
struct BalanceDesk: Desk {
  private static let perPage = 30

  private let frame: DeskFrame
  private let currency: Currency
  private var maker: PageMaker { frame.maker }

  init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    self.currency = currency
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/customers/:id/balance") { request, context in
      let (account, staff) = try await own(context)
      return try await show(account, staff, Form(), nil, request, context)
    }
    router.post("/admin/customers/:id/balance") { request, context in
      let (account, staff) = try await own(context)
      let form = try await Form(body: request, context: context)
      do {
        var faults = FieldFaults()
        let amount = RefundDesk.amount(form, "amount", currency, &faults)
        if amount == nil, faults.isEmpty { faults.add("amount", "missing") }
        try faults.throwIfAny()
        _ = try await maker.flows.workPayments.credit(
          BalanceCredit(
            key: form["key"] ?? "", account: account.id, amount: amount ?? .zero(currency),
            reason: form["reason"] ?? ""),
          by: staff)
        return maker.go("\(Addresses.customer(account.id))/balance", saying: Flash(.good, "balanceCredited"))
      } catch let faults as FieldFaults {
        return try await show(account, staff, form, faults, request, context)
      }
    }
  }

  private func own(_ context: ShopRequestContext) async throws -> (Account, Staff) {
    let staff = try context.visit.requireStaff()
    let id = context.parameters.get("id").flatMap { AccountID($0) }
    return (try await maker.flows.workPayments.customer(id, for: staff), staff)
  }

  private func show(
    _ account: Account, _ staff: Staff, _ form: Form, _ faults: FieldFaults?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let format = Format(words.language)
    let address = "\(Addresses.customer(account.id))/balance"
    let seen = try await maker.flows.workPayments.balance(
      of: account.id, in: currency,
      PageRequest(limit: Self.perPage, after: Form(query: request)["after"].flatMap { Cursor($0) }), for: staff)
    let page = seen.movements
    let refused = RefusedForm(form, faults, words)
    var model: Model = [
      "balance": format.money(seen.amount),
      "hasMovements": !page.items.isEmpty,
      "movements": page.items.map { movement -> Model in
        var row: Model = [
          "what": words.phrase("balanceKind.\(movement.kind.rawValue)"), "at": format.dateTime(movement.at),
          "amount": format.money(movement.amount), "after": format.money(movement.after),
        ]
        if !movement.reason.isEmpty { row["reason"] = movement.reason }
        return row
      },
      "key": form["key"].flatMap { $0.isEmpty ? nil : $0 } ?? UUID().uuidString.lowercased(),
      "form": refused.model(["amount", "reason"]),
    ]
    if WorkCustomers.opens(to: staff) { model["backURL"] = Addresses.customer(account.id) }
    if !account.isErased { model["action"] = address }
    if let next = page.next { model["nextURL"] = Addresses.with([("after", next.description)], address) }
    return try await frame.page(
      "customer-balance", title: words["account.balance"] ?? "", desk: Addresses.customersDesk, model, request, context,
      status: faults?.status ?? .ok)
  }
}
