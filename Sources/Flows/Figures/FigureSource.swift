import Accounts
import Insight
import Orders
import Payments
import Values

/// What the books say of one thing, as it goes into the figures, and since when they say so.
struct FigureSource: Sendable {
  let set: FigureSet
  let since: Timestamp

  private init(_ source: String, _ entries: [FigureEntry], since: Timestamp, version: Int = 0) {
    set = FigureSet(source: source, entries: entries, version: version)
    self.since = since
  }

  init(account: AccountID, registeredAt moment: Timestamp) {
    self.init("\(account)", [FigureEntry(.accounts, merchant: nil, at: moment)], since: moment)
  }

  /// Money that came, share by share; whose each is where an order is known.
  init(
    captured payment: PaymentID, _ shares: [OpenPayment.Share], at moment: Timestamp,
    sales: [OrderID: OrderSale]
  ) {
    let entries = shares.filter(\.amount.isPositive).map { share in
      FigureEntry(
        .captured, part: share.order.raw, merchant: sales[share.order]?.merchant,
        channel: sales[share.order]?.channel ?? .main, at: moment, minor: share.amount.minor)
    }
    // Nothing else of it changes than whose the shares are known to be.
    self.init("\(payment)", entries, since: moment, version: entries.count { $0.merchant != nil })
  }

  init(refund: RefundID, _ amount: Money, at moment: Timestamp, sale: OrderSale?) {
    let entry = FigureEntry(
      .refunded, merchant: sale?.merchant, channel: sale?.channel ?? .main, at: moment, minor: amount.minor)
    self.init("\(refund)", [entry], since: moment, version: sale == nil ? 0 : 1)
  }

  /// - Parameters:
  ///   - edits: of an order that was changed; the oldest first.
  ///   - timeline: of an order that was paid.
  init(_ order: Order, edits: [OrderEdit], timeline: [TimelineEntry]) {
    let first = edits.first { $0.kind == .changed || $0.kind == .rejected }?.dueBefore ?? order.amounts.due
    var entries = [
      FigureEntry(
        .placed, merchant: order.merchant, channel: order.channel, at: order.placedAt, minor: first.minor)
    ]
    if order.payment != nil, let paid = timeline.first(where: { $0.kind == .paid }) {
      entries += Self.paid(order, at: paid.at)
    }
    let since = (timeline.map(\.at) + edits.map(\.at) + [order.placedAt]).max() ?? order.placedAt
    // Its lines and what is due change by edits alone, and it is paid once.
    self.init("\(order.id)", entries, since: since, version: 2 * order.revision + (order.payment == nil ? 0 : 1))
  }

  private static func paid(_ order: Order, at moment: Timestamp) -> [FigureEntry] {
    let units = order.lines.reduce(0) { $0 + $1.quantity.count }
    let goods = Dictionary(grouping: order.lines, by: \.product).map { product, lines in
      FigureEntry(
        .goods, part: product.raw, merchant: order.merchant, channel: order.channel, at: moment,
        minor: lines.reduce(0) { $0 + $1.due.minor }, count: lines.reduce(0) { $0 + $1.quantity.count })
    }
    return [
      FigureEntry(
        .paid, merchant: order.merchant, channel: order.channel, at: moment, minor: order.amounts.due.minor),
      FigureEntry(.units, merchant: order.merchant, channel: order.channel, at: moment, count: units),
    ] + goods
  }
}

extension Contexts {
  /// What the figures take from orders as they are now.
  func figures(of orders: [Order]) async throws -> [FigureSource] {
    let edits = try await self.orders.edits(of: orders.filter { $0.revision > 0 }.map(\.id))
    let timelines = try await self.orders.timelines(of: orders.filter { $0.payment != nil }.map(\.id))
    return orders.map { FigureSource($0, edits: edits[$0.id] ?? [], timeline: timelines[$0.id] ?? []) }
  }

  /// Whose the orders are and where they were placed; unknown ones are left out.
  func sales(of orders: [OrderID]) async throws -> [OrderID: OrderSale] {
    let known = try await self.orders.orders(Array(Set(orders)))
    return Dictionary(
      known.map { ($0.id, OrderSale(merchant: $0.merchant, channel: $0.channel)) },
      uniquingKeysWith: { first, _ in first })
  }
}

/// Whose an order is, and where it was placed.
struct OrderSale: Hashable, Sendable {
  let merchant: MerchantID
  let channel: Channel
}
