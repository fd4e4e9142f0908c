import Flows
import Orders
import Pages
import Refunds
import Values

/// The columns and filters of the list of refunds.
enum RefundColumns {
  static let newest = "newest"
  static let oldest = "oldest"

  static let all: [ListColumn<RefundRow>] = [
    ListColumn(name: "refund", word: "refunds.what", place: .first) { row, words in
      .link(words.phrase("refundKind.\(row.refund.kind.rawValue)"), to: Addresses.desk(row.refund.id))
    },
    ListColumn(name: "names", word: "orders.product") { row, words in
      let model = RefundModel(row.refund, of: row.order, words: words)
      return .names(model.goodsNames, more: row.refund.hasReason ? model.reasonText : "")
    },
    ListColumn(name: "buyer", word: "admin.buyer") { row, _ in .text(row.buyerName) },
    ListColumn(name: "asked", word: "refunds.asked", sorts: (newest, oldest, true)) { row, _ in
      .time(row.refund.requestedAt)
    },
    ListColumn(name: "amount", word: "refunds.amount") { row, _ in .amount(row.refund.granted ?? row.refund.asked) },
    ListColumn(name: "number", word: "orders.number") { row, _ in
      let number = row.order.number
      return row.opensOrder ? .link(number.rawValue, to: Addresses.desk(number)) : .text(number.rawValue)
    },
    ListColumn(name: "state", word: "admin.state") { row, words in
      let model = RefundModel.state(row.refund.state, words)
      return .state(model["text"] as? String ?? row.refund.state.rawValue, model)
    },
    ListColumn(name: "explanation", word: "refunds.request", place: .onRequest) { row, _ in
      .text(row.refund.explanation)
    },
    ListColumn(name: "answer", word: "refunds.answer", place: .onRequest) { row, _ in .text(row.refund.answer) },
  ]

  static func filters(_ currency: Currency) -> [ListFilter] {
    [
      ListFilter(name: "number", word: "orders.number", kind: .text(longest: 32)),
      ListFilter(name: "product", word: "orders.product", kind: .text(longest: 100)),
      ListFilter(name: "asked", word: "refunds.asked", kind: .days),
      ListFilter(name: "amount", word: "refunds.amount", kind: .amounts(currency)),
    ]
  }

  static func search(_ query: ListQuery, states: Set<RefundCase.State>) -> RefundSearch {
    let (days, amounts) = (query.days("asked"), query.amounts("amount"))
    var filter = RefundCaseFilter(
      states: states, requestedFrom: days.from, requestedBefore: days.before, amountFrom: amounts.from,
      amountTo: amounts.to)
    filter.isOldestFirst = query.sort == oldest
    return RefundSearch(
      filter: filter, number: query.text("number")?.filter { !$0.isWhitespace }, product: query.text("product"))
  }
}
