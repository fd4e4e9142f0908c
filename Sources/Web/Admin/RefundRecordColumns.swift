import Flows
import Orders
import Pages
import Refunds
import Values

/// The columns and filters of the table of what went back.
enum RefundRecordColumns {
  static let all: [ListColumn<RefundRecordRow>] = [
    ListColumn(name: "record", word: "refunds.record", place: .first) { row, _ in
      .link(row.record.id.description, to: Addresses.desk(row.record.request))
    },
    ListColumn(name: "case", word: "refunds.what") { row, words in
      let model = RefundModel(row.refund, of: row.order, words: words)
      return .names(
        words.phrase("refundKind.\(row.refund.kind.rawValue)"), more: row.refund.hasReason ? model.reasonText : "")
    },
    ListColumn(name: "names", word: "orders.product") { row, words in
      .names(RefundModel(row.refund, of: row.order, words: words).goodsNames, more: "")
    },
    ListColumn(name: "number", word: "orders.number") { row, _ in
      let number = row.order.number
      return row.opensOrder ? .link(number.rawValue, to: Addresses.desk(number)) : .text(number.rawValue)
    },
    ListColumn(name: "amount", word: "refunds.amount") { row, _ in .amount(row.record.amount) },
    ListColumn(name: "settled", word: "refunds.settledAt", sorts: (RefundColumns.newest, RefundColumns.oldest, true)) {
      row, _ in .time(row.record.at)
    },
    ListColumn(name: "payment", word: "refunds.payment") { row, _ in .text(row.record.payment?.description ?? "") },
    ListColumn(name: "movement", word: "refunds.movement", place: .onRequest) { row, _ in
      .text(row.record.refund?.description ?? "")
    },
    ListColumn(name: "state", word: "admin.state") { row, words in
      let model = RefundModel.state(row.refund.state, words)
      return .state(model["text"] as? String ?? row.refund.state.rawValue, model)
    },
  ]

  static func filters(_ currency: Currency) -> [ListFilter] {
    [
      ListFilter(name: "number", word: "orders.number", kind: .text(longest: 32)),
      ListFilter(name: "product", word: "orders.product", kind: .text(longest: 100)),
      ListFilter(name: "settled", word: "refunds.settledAt", kind: .days),
      ListFilter(name: "amount", word: "refunds.amount", kind: .amounts(currency)),
    ]
  }

  static func search(_ query: ListQuery) -> RefundRecordSearch {
    let (days, amounts) = (query.days("settled"), query.amounts("amount"))
    var filter = RefundRecordFilter(
      settledFrom: days.from, settledBefore: days.before, amountFrom: amounts.from, amountTo: amounts.to)
    filter.isOldestFirst = query.sort == RefundColumns.oldest
    return RefundRecordSearch(
      filter: filter, number: query.text("number")?.filter { !$0.isWhitespace }, product: query.text("product"))
  }
}
