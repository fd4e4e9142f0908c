import Accounts
import Flows
import Hummingbird
import Orders
import Pages
import Payments
import Refunds
import Settlement
import Values

/// `/admin/orders/{number}/ledger`: all that moved money for one order, with what the shop holds for it after each step.
struct LedgerDesk: Desk {
  private let frame: DeskFrame

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/orders/:number/ledger") { request, context in
      let (staff, words) = (try context.visit.requireStaff(), frame.words(context))
      guard let number = context.parameters.get("number").flatMap(OrderNumber.init(rawValue:)) else {
        throw OrderRefusal.unknownOrder
      }
      let ledger = try await frame.maker.flows.viewMoney.ledger(of: number, for: staff)
      return try await frame.page(
        "order-ledger", title: words["transactions.ledger"] ?? "", desk: Addresses.transactionsDesk,
        ["ledger": Self.model(ledger, staff, words)], request, context)
    }
  }

  private static func model(_ ledger: OrderLedger, _ staff: Staff, _ words: Words) -> Model {
    let format = Format(words.language)
    let order = ledger.order
    let lines = ledger.lines
    var model: Model = [
      "number": order.number.rawValue,
      "state": StateModel.of(order.state, isDesk: true, words), "due": format.money(order.amounts.due),
      "paid": format.money(order.amounts.paid),
      "held": format.money(lines.last?.balance ?? .zero(order.amounts.due.currency)),
      "hasLines": !lines.isEmpty, "lines": lines.map { line($0, format, words) },
      "hasPayments": !ledger.payments.isEmpty,
      "payments": ledger.payments.map { payment($0, of: order, format, words) },
      "hasCases": !ledger.cases.isEmpty,
      // Whoever sees money sees refunds.
      "cases": ledger.cases.map { RefundModel($0, of: order, words: words).row(address: Addresses.desk($0.id)) },
      "hasEdits": !ledger.edits.isEmpty, "edits": ledger.edits.map { edit($0, format, words) },
    ]
    if WorkOrder.opens(to: staff) { model["orderURL"] = Addresses.desk(order.number) }
    if let open = order.openDifference {
      model["openText"] = words.phrase("transactions.open", ["amount": format.money(open)])
    }
    if let account = ledger.account { model["account"] = Self.account(account, words) }
    model.merge(LedgerModel(ledger.entries, orders: [order.id: order], words).model)
    return model
  }

  /// What the merchant gets of it.
  private static func account(_ account: OrderAccount, _ words: Words) -> Model {
    let format = Format(words.language)
    let sums = account.sums
    var model: Model = [
      "paid": format.money(sums.paid), "refunds": format.money(sums.refunds),
      "commission": format.money(sums.commission), "fee": format.money(sums.fee), "net": format.money(sums.net),
      "open": format.money(account.open), "hasEnded": account.endedAt != nil,
    ]
    if sums.borne.isPositive { model["borne"] = format.money(sums.borne) }
    if account.goodwill.isPositive { model["goodwill"] = format.money(account.goodwill) }
    if !account.rates.isEmpty {
      let rates = account.rates.map { "\($0.percentText) %" }.joined(separator: ", ")
      model["ratesText"] = words.phrase("settlements.rates", ["rates": rates])
    }
    return model
  }

  private static func line(_ line: OrderLedger.Line, _ format: Format, _ words: Words) -> Model {
    let amount = Money(minor: abs(line.entry.amount.minor), currency: line.entry.amount.currency)
    return [
      "at": format.dateTime(line.entry.at), "what": LedgerModel.what(line.entry, words),
      "paymentURL": Addresses.transaction(line.entry.payment), "payment": line.entry.payment.description,
      "came": line.entry.amount.isNegative ? format.money(amount) : "",
      "went": line.entry.amount.isNegative ? "" : format.money(amount), "balance": format.money(line.balance),
    ]
  }

  private static func payment(_ payment: Payment, of order: Order, _ format: Format, _ words: Words) -> Model {
    let share = payment.shares.first { $0.order == order.id }?.amount ?? .zero(payment.amount.currency)
    return [
      "paymentID": payment.id.description, "paymentURL": Addresses.transaction(payment.id),
      "state": MoneyWords.state(payment.state, words), "methodName": MoneyWords.method(payment.method, words),
      "amount": format.money(share), "at": format.dateTime(payment.openedAt),
    ]
  }

  private static func edit(_ edit: OrderEdit, _ format: Format, _ words: Words) -> Model {
    [
      "at": format.dateTime(edit.at), "dueBefore": format.money(edit.dueBefore),
      "dueAfter": format.money(edit.dueAfter), "back": format.money(edit.refund),
    ]
  }
}
