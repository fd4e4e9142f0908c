import Accounts
import Flows
import Hummingbird
import Pages
import Payments
import Values

/// `/account/balance`: what the shop owes a buyer, and how it came to be.
public struct BalancePage: Sendable {
  private static let perPage = 30

  private let maker: PageMaker
  private let currency: Currency

  public init(_ maker: PageMaker, currency: Currency) {
    self.maker = maker
    self.currency = currency
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/account/balance") { request, context in
      let account = try context.visit.requireAccount()
      let words = maker.frame.words(context.visit.language)
      let payments = maker.contexts.payments
      let after = Form(query: request)["after"].flatMap { Cursor($0) }
      let page = try await payments.movements(of: account.id, PageRequest(limit: Self.perPage, after: after))
      let format = Format(words.language)
      var model: Model = [
        "amount": format.money(try await payments.balance(of: account.id, in: currency)),
        "hasMovements": !page.items.isEmpty, "movements": page.items.map { movement($0, format, words) },
      ]
      if let next = page.next {
        model["nextURL"] = Addresses.with([("after", next.description)], Addresses.balance)
      }
      return try await maker.page(
        "balance", PageFrame.Head(title: words["account.balance"] ?? ""), model, request, context)
    }
  }

  private func movement(_ movement: BalanceMovement, _ format: Format, _ words: Words) -> Model {
    var model: Model = [
      "what": words.phrase("balanceKind.\(movement.kind.rawValue)"), "at": format.dateTime(movement.at),
      "atISO": movement.at.description,
      "amount": (movement.amount.isPositive ? "+" : "") + format.money(movement.amount),
      "isIn": movement.amount.isPositive, "after": format.money(movement.after),
    ]
    if movement.kind == .goodwill, !movement.reason.isEmpty { model["reason"] = movement.reason }
    if let payment = movement.payment { model["paymentURL"] = Addresses.paymentResult(payment) }
    return model
  }
}
