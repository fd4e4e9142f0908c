import Accounts
import Flows
import Orders
import Pages
import Values

/// An order as lists at the desks show it, with what other contexts know of it.
struct OrderRow: Sendable {
  let order: Order
  /// As the staff may see it.
  let buyerName: String
}

extension Contexts {
  /// One page of the orders that the staff see, for a list.
  func orderRows(_ filter: OrderFilter, _ page: PageRequest, for staff: Staff) async throws -> Page<OrderRow> {
    let found = try await orders.orders(try WorkOrder.scope(of: staff), matching: filter, page)
    let buyers = try await accounts.accounts(Array(Set(found.items.map(\.buyer))))
    return found.map { order in
      OrderRow(order: order, buyerName: BuyerContact.name(buyers[order.buyer]?.profile.name ?? "", for: staff))
    }
  }
}

/// The columns and filters that all lists of orders share.
enum OrderColumns {
  static let newest = "newest"
  static let oldest = "oldest"

  /// The five filters of the requirement, alone and together.
  static func filters(_ currency: Currency) -> [ListFilter] {
    [
      ListFilter(name: "number", word: "orders.number", kind: .text(longest: 32)),
      ListFilter(name: "product", word: "orders.product", kind: .text(longest: 100)),
      ListFilter(name: "date", word: "orders.date", kind: .days),
      ListFilter(name: "due", word: "cart.due", kind: .amounts(currency)),
      ListFilter(name: "paid", word: "order.paid", kind: .amounts(currency)),
    ]
  }

  static func filter(_ query: ListQuery, states: Set<OrderState>) -> OrderFilter {
    let (days, due, paid) = (query.days("date"), query.amounts("due"), query.amounts("paid"))
    var filter = OrderFilter(
      number: query.text("number")?.filter { !$0.isWhitespace }, productName: query.text("product"),
      placedFrom: days.from, placedBefore: days.before, dueFrom: due.from, dueTo: due.to, paidFrom: paid.from,
      paidTo: paid.to, states: states)
    filter.isOldestFirst = query.sort == oldest
    return filter
  }

  /// - Parameter isDescendingFirst: whether the newest come first before anybody asks.
  static func shared(isDescendingFirst: Bool) -> [ListColumn<OrderRow>] {
    let (first, other) = isDescendingFirst ? (newest, oldest) : (oldest, newest)
    return [
      ListColumn(name: "number", word: "orders.number", place: .first) { row, _ in
        .link(row.order.number.rawValue, to: Addresses.desk(row.order.number))
      },
      ListColumn(name: "names", word: "orders.product") { row, words in
        .names(OrderSummary.productNames(row.order, words), more: OrderSummary.unitsText(row.order, words))
      },
      ListColumn(name: "buyer", word: "admin.buyer") { row, _ in .text(row.buyerName) },
      ListColumn(name: "placed", word: "orders.date", sorts: (first, other, isDescendingFirst)) { row, _ in
        .time(row.order.placedAt)
      },
      ListColumn(name: "due", word: "cart.due") { row, _ in .amount(row.order.amounts.due) },
      ListColumn(name: "paid", word: "order.paid") { row, _ in .amount(row.order.amounts.paid) },
      ListColumn(name: "freight", word: "lists.freight", place: .onRequest) { row, _ in
        .amount(row.order.amounts.freight)
      },
      ListColumn(name: "region", word: "lists.region", place: .onRequest) { row, words in
        .text(row.order.destination.regionName[words.language])
      },
      ListColumn(name: "note", word: "lists.note", place: .onRequest) { row, _ in .text(row.order.note) },
    ]
  }

  static let state = ListColumn<OrderRow>(name: "state", word: "admin.state") { row, words in
    let model = StateModel.of(row.order.state, isDesk: true, words)
    return .state(model["text"] as? String ?? row.order.state.rawValue, model)
  }
}
