import Catalog
import Inventory
import Orders
import Payments
import Refunds
import Values

/// The other half of an exchange: an order for the goods that are wanted instead, with nothing due, or what they cost more.
/// It is reviewed and shipped like any other; the money for what was given stays with the order that was exchanged.
public struct ReplaceGoods: Sendable {
  /// How long its goods are set aside. With nothing due it is paid in the same moment; otherwise its buyer has so long.
  private static let holdFor: Duration = .days(1)
  /// Orders that are placed for one exchange, each because the one before ended before the exchange was over.
  static let mostTries = 20

  private let contexts: Contexts
  private let ids: IDGenerator
  private let clock: WallClock

  public init(_ contexts: Contexts, ids: IDGenerator, clock: WallClock) {
    self.contexts = contexts
    self.ids = ids
    self.clock = clock
  }

  /// Throws `InventoryRefusal.soldOut` before anything is done, `CheckoutRefusal.noLongerSold`,
  /// `RefundRefusal.differenceUnpaid` where its buyer let the time pass, and `OrderRefusal.wrongState` where the order ends
  /// before the exchange is over.
  /// - Parameter onceHeld: runs when the goods are sure to be had.
  /// - Returns: nil while its buyer has something to pay.
  func run(_ refund: RefundCase, of order: Order, onceHeld: () async throws -> Void) async throws -> OrderID? {
    for number in 1...Self.mostTries {
      let key = Replacement.key(of: refund.id, try: number)
      guard let placed = try await contexts.orders.orders(checkout: key).first else {
        return try await pay(try await place(refund, order, key), onceHeld)
      }
      if placed.state == .cancelled {
        // What its buyer was to pay for since this was agreed to isn't placed anew without asking.
        if placed.amounts.due.isPositive, placed.placedAt >= refund.changedAt {
          guard placed.payment == nil else { throw OrderRefusal.wrongState(placed.state) }
          throw RefundRefusal.differenceUnpaid
        }
        // A crash may have left it unpaid until its time was over, or it was ended by hand before the exchange knew of it.
        continue
      }
      return try await pay(placed, onceHeld)
    }
    throw OrderRefusal.wrongState(.cancelled)
  }

  private func place(_ refund: RefundCase, _ order: Order, _ key: String) async throws -> Order {
    let until = clock.now.adding(Self.holdFor)
    let lines = try await lines(refund, order)
    _ = try await contexts.inventory.hold(
      lines.map { HoldLine(variant: $0.variant, quantity: $0.quantity) },
      key: HoldKey(checkout: key, merchant: refund.merchant), until: until)
    let placed = try await contexts.orders.place(
      CheckoutOrders(
        key: key, buyer: refund.buyer, channel: order.channel, currency: order.amounts.due.currency,
        destination: order.destination, payBefore: until,
        orders: [
          CheckoutOrders.NewOrder(
            id: ids.next(), merchant: refund.merchant, lines: lines, freight: .zero(order.amounts.due.currency))
        ]))
    guard let other = placed.first else { throw OrderRefusal.unknownOrder }
    return other
  }

  /// The last that was placed for an exchange, whatever became of it.
  func placed(for exchange: RefundCaseID) async throws -> Order? {
    let keys = (1...Self.mostTries).map { Replacement.key(of: exchange, try: $0) }
    let placed = try await contexts.orders.orders(checkouts: keys)
    return keys.compactMap { key in placed.first { $0.checkout == key } }.last
  }

  private func pay(_ other: Order, _ onceHeld: () async throws -> Void) async throws -> OrderID? {
    if other.state == .awaitingPayment, other.amounts.due.isPositive { return nil }
    try await onceHeld()
    guard other.state != .cancelled else { throw OrderRefusal.wrongState(other.state) }
    guard other.state == .awaitingPayment else { return other.id }
    _ = try await contexts.payments.settleFree(
      OpenPayment(
        method: .free, payer: other.buyer,
        shares: [OpenPayment.Share(order: other.id, amount: other.amounts.due, merchant: other.merchant)],
        subject: other.number.rawValue, language: .en, expiresAt: clock.now.adding(Self.holdFor)))
    return other.id
  }

  /// At the price of the day it was asked; the price of the goods that were given is taken off.
  private func lines(_ refund: RefundCase, _ order: Order) async throws -> [CheckoutOrders.NewLine] {
    let summaries = try await contexts.catalog.variants(refund.lines.compactMap(\.wanted))
    let costs = try await contexts.unitCosts(of: order)
    let lines = try refund.lines.map { line in
      guard let wanted = line.wanted, let summary = summaries[wanted], let cost = costs[line.line] else {
        throw CheckoutRefusal.noLongerSold(line.wanted ?? line.variant)
      }
      return CheckoutOrders.NewLine(
        variant: wanted, product: summary.product, title: summary.title, choice: summary.choice, sku: summary.sku,
        picture: summary.picture, unit: try line.unit(over: cost), quantity: line.quantity,
        discount: .zero(cost.currency))
    }
    return try Self.discounted(lines, by: refund.difference)
  }

  /// So that what is due is the difference, or nothing where it is below zero.
  private static func discounted(
    _ lines: [CheckoutOrders.NewLine], by difference: Money
  ) throws -> [CheckoutOrders.NewLine] {
    let sums = try lines.map { try $0.unit.times($0.quantity.count) }
    let whole = try Money.sum(sums, currency: difference.currency)
    let due = Money(minor: max(0, difference.minor), currency: difference.currency)
    let discounts = try whole.subtracting(due).spread(over: sums.map(\.minor))
    return zip(lines, discounts).map { line, discount in
      var line = line
      line.discount = discount
      return line
    }
  }
}

extension RefundCase.Line {
  /// What one of the wanted goods costs. The difference is that of all units.
  /// - Parameter cost: of one that is given for it.
  fileprivate func unit(over cost: Money) throws -> Money {
    let each = Money(minor: difference.minor / Int64(quantity.count), currency: difference.currency)
    return max(.zero(cost.currency), try cost.adding(each))
  }
}

extension Contexts {
  /// The order that brings the other goods of an exchange, while its buyer is to pay what they cost more.
  public func unpaidExchange(_ refund: RefundCase) async throws -> Order? {
    guard refund.kind == .exchange, refund.state == .approved, refund.difference.isPositive else { return nil }
    let keys = (1...ReplaceGoods.mostTries).map { Replacement.key(of: refund.id, try: $0) }
    return try await orders.orders(checkouts: keys).first { $0.state == .awaitingPayment }
  }
}
