import Accounts
import Flows
import Hummingbird
import Orders
import Pages
import Payments
import Values

/// `/admin/transactions/{id}`: one payment with its shares, what its provider told, its refunds and postings.
struct TransactionDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/transactions/:id") { request, context in
      let staff = try context.visit.requireStaff()
      try staff.require(.paymentsView)
      guard let id = context.parameters.get("id").flatMap({ PaymentID($0) }) else {
        throw PaymentRefusal.unknownPayment
      }
      let detail = try await maker.flows.viewMoney.payment(id, for: staff)
      let words = frame.words(context)
      let payer = try await maker.contexts.accounts.account(detail.seen.payment.payer)
      var model = TransactionModel(detail, opensOrders: WorkOrder.opens(to: staff), words).model
      model["payer"] =
        [
          "name": BuyerContact.name(payer?.profile.name ?? "", for: staff),
          "email": BuyerContact.email(payer?.email ?? "", for: staff),
        ] as Model
      if WorkPayments.confirms(detail.seen.payment, staff) {
        model["confirmURL"] = "\(Addresses.transaction(id))/receipt"
      }
      model["waitsForPlatform"] = staff.merchant != nil && WorkPayments.waitsForPlatform(detail.seen.payment)
      return try await frame.page(
        "transaction", title: words["transactions.one"] ?? "", desk: Addresses.transactionsDesk,
        ["payment": model], request, context)
    }
  }
}

/// The values of a payment's page.
struct TransactionModel {
  private let detail: PaymentDetail
  private let opensOrders: Bool
  private let words: Words
  private let format: Format

  /// - Parameter opensOrders: whether the reader may see the orders that were paid.
  init(_ detail: PaymentDetail, opensOrders: Bool, _ words: Words) {
    self.detail = detail
    self.opensOrders = opensOrders
    self.words = words
    format = Format(words.language)
  }

  var model: Model {
    let (seen, payment) = (detail.seen, detail.seen.payment)
    var model: Model = [
      "backURL": Addresses.transactionsDesk, "id": payment.id.description,
      "state": MoneyWords.state(payment.state, words), "methodName": MoneyWords.method(payment.method, words),
      "amount": format.money(seen.amount), "refunded": format.money(seen.refunded),
      "opened": format.dateTime(payment.openedAt), "expires": format.dateTime(payment.expiresAt),
      "isPart": seen.shares.count < payment.shares.count, "shares": seen.shares.map(share),
      "refunds": detail.refunds.map(refund), "hasRefunds": !detail.refunds.isEmpty,
      "notices": detail.notices.map(notice), "hasNotices": !detail.notices.isEmpty,
      "diagram": MoneyWords.diagram(of: payment.state, words),
    ]
    if payment.fromBalance.isPositive { model["fromBalance"] = format.money(payment.fromBalance) }
    if let number = payment.providerNumber { model["providerNumber"] = number }
    if let captured = payment.capturedAt { model["captured"] = format.dateTime(captured) }
    if let occasion = payment.occasion { model["occasion"] = occasion }
    if let last = detail.refunds.last { model["refundDiagram"] = MoneyWords.diagram(of: last.state, words) }
    model.merge(LedgerModel(detail.ledger, orders: seen.orders, words).model)
    return model
  }

  private func share(_ share: OpenPayment.Share) -> Model {
    var model: Model = ["shareAmount": format.money(share.amount)]
    if let order = detail.seen.orders[share.order] {
      var link: Model = ["number": order.number.rawValue, "ledgerURL": Addresses.ledger(order.number)]
      if opensOrders { link["orderURL"] = Addresses.desk(order.number) }
      model["orderLink"] = link
    } else {
      model["orderID"] = share.order.description
    }
    return model
  }

  private func refund(_ refund: Refund) -> Model {
    var model: Model = [
      "refundID": refund.id.description, "amount": format.money(refund.amount),
      "state": MoneyWords.state(refund.state, words), "at": format.dateTime(refund.requestedAt),
    ]
    if let settled = refund.settledAt { model["settledAt"] = format.dateTime(settled) }
    if !refund.reason.isEmpty { model["reason"] = refund.reason }
    if let order = detail.seen.orders[refund.order] { model["orderNumber"] = order.number.rawValue }
    return model
  }

  private func notice(_ notice: PaymentNotice) -> Model {
    var model: Model = [
      "noticeText": words["transactions.effects.\(notice.effect)"] ?? notice.effect,
      "at": format.dateTime(notice.receivedAt),
    ]
    if !notice.body.isEmpty { model["noticeBody"] = notice.body }
    return model
  }
}

/// Postings, debit and credit side by side.
struct LedgerModel {
  private let entries: [LedgerEntry]
  private let orders: [OrderID: Order]
  private let words: Words

  init(_ entries: [LedgerEntry], orders: [OrderID: Order], _ words: Words) {
    self.entries = entries
    self.orders = orders
    self.words = words
  }

  var model: Model {
    let format = Format(words.language)
    let numbers = Dictionary(
      orders.values.map { ($0.id.description, $0.number.rawValue) }, uniquingKeysWith: { first, _ in first })
    let sum = entries.reduce(0) { $0 + $1.amount.minor }
    return [
      "hasPostings": !entries.isEmpty, "isBalanced": sum == 0,
      "postings": entries.map { entry -> Model in
        var model: Model = [
          "at": format.dateTime(entry.at), "what": Self.what(entry, words),
          "book": words["transactions.books.\(entry.book.rawValue)"] ?? entry.book.rawValue,
          "party": party(of: entry, numbers),
        ]
        let absolute = Money(minor: abs(entry.amount.minor), currency: entry.amount.currency)
        model[entry.amount.isNegative ? "credit" : "debit"] = format.money(absolute)
        return model
      },
    ]
  }

  private func party(of entry: LedgerEntry, _ numbers: [String: String]) -> String {
    if entry.book == .order { return numbers[entry.party] ?? entry.party }
    return PaymentMethod(rawValue: entry.party).map { MoneyWords.method($0, words) } ?? entry.party
  }

  static func what(_ entry: LedgerEntry, _ words: Words) -> String {
    words[entry.isCapture ? "transactions.capture" : "transactions.refund"] ?? entry.booking
  }
}
