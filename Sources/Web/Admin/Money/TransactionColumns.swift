import Flows
import Orders
import Pages
import Payments
import Values

/// What the lists of payments and of refunds are made of.
enum TransactionColumns {
  static let payments: [ListColumn<SeenPayment>] = [
    ListColumn(name: "number", word: "transactions.number", place: .first) { row, _ in
      .link(row.payment.id.description, to: Addresses.transaction(row.payment.id))
    },
    ListColumn(name: "orders", word: "transactions.orders") { row, _ in
      let numbers = row.shares.compactMap { row.orders[$0.order]?.number.rawValue }
      return .names(numbers.first ?? "", more: numbers.dropFirst().joined(separator: " "))
    },
    ListColumn(name: "method", word: "transactions.method") { row, words in
      .text(MoneyWords.method(row.payment.method, words))
    },
    ListColumn(name: "state", word: "admin.state") { row, words in
      .state(MoneyWords.text(row.payment.state, words), MoneyWords.state(row.payment.state, words))
    },
    ListColumn(name: "amount", word: "transactions.amount") { row, _ in .amount(row.amount) },
    ListColumn(name: "refunded", word: "transactions.refunded") { row, _ in .amount(row.refunded) },
    ListColumn(name: "opened", word: "transactions.opened") { row, _ in .time(row.payment.openedAt) },
    ListColumn(name: "captured", word: "transactions.captured") { row, _ in
      row.payment.capturedAt.map(ListCell.time) ?? .nothing
    },
    ListColumn(name: "provider", word: "transactions.provider", place: .onRequest) { row, _ in
      .text(row.payment.providerNumber ?? "")
    },
    ListColumn(name: "occasion", word: "transactions.occasion", place: .onRequest) { row, _ in
      .text(row.payment.occasion ?? "")
    },
  ]

  static let refunds: [ListColumn<SeenRefund>] = [
    ListColumn(name: "number", word: "transactions.refundNumber", place: .first) { row, _ in
      .link(row.refund.id.description, to: "\(Addresses.transaction(row.refund.payment))#\(row.refund.id)")
    },
    ListColumn(name: "orders", word: "transactions.orders") { row, _ in
      row.order.map { .link($0.number.rawValue, to: Addresses.ledger($0.number)) } ?? .nothing
    },
    ListColumn(name: "state", word: "admin.state") { row, words in
      .state(MoneyWords.text(row.refund.state, words), MoneyWords.state(row.refund.state, words))
    },
    ListColumn(name: "amount", word: "transactions.amount") { row, _ in .amount(row.refund.amount) },
    ListColumn(name: "opened", word: "transactions.asked") { row, _ in .time(row.refund.requestedAt) },
    ListColumn(name: "settled", word: "transactions.settled") { row, _ in
      row.refund.settledAt.map(ListCell.time) ?? .nothing
    },
    ListColumn(name: "reason", word: "transactions.reason", place: .onRequest) { row, _ in .text(row.refund.reason) },
  ]

  /// - Parameter states: by their raw values, with where their words stand.
  static func filters(
    _ currency: Currency, states: [String], stateWord: String, methods: [PaymentMethod] = []
  ) -> [ListFilter] {
    var filters = [
      ListFilter(name: "number", word: "transactions.anyNumber", kind: .text(longest: 64)),
      ListFilter(name: "state", word: "admin.state", kind: .choice(states), choiceWord: stateWord),
    ]
    if !methods.isEmpty {
      filters.append(
        ListFilter(
          name: "method", word: "transactions.method", kind: .choice(methods.map(\.rawValue)),
          choiceWord: "pay.methods"))
    }
    return filters + [
      ListFilter(name: "date", word: "transactions.opened", kind: .days),
      ListFilter(name: "amount", word: "transactions.amount", kind: .amounts(currency)),
    ]
  }

  /// - Parameter sought: what was typed as a number; nil where nothing was.
  static func payments(_ query: ListQuery, _ sought: SoughtMoney?) -> PaymentFilter {
    let (days, amounts) = (query.days("date"), query.amounts("amount"))
    return PaymentFilter(
      state: query.text("state").flatMap(PaymentState.init(rawValue:)),
      method: query.text("method").flatMap(PaymentMethod.init(rawValue:)), openedFrom: days.from,
      openedBefore: days.before, amountFrom: amounts.from, amountTo: amounts.to
    ).narrowed(to: sought)
  }

  static func refunds(_ query: ListQuery, _ sought: SoughtMoney?) -> RefundFilter {
    let (days, amounts) = (query.days("date"), query.amounts("amount"))
    return RefundFilter(
      state: query.text("state").flatMap(RefundState.init(rawValue:)), requestedFrom: days.from,
      requestedBefore: days.before, amountFrom: amounts.from, amountTo: amounts.to
    ).narrowed(to: sought)
  }
}
