import Catalog
import Inventory
import Orders
import Payments
import Refunds
import Values

/// The other half of an exchange: an order with nothing due, for the goods that are wanted instead. It is reviewed and
/// shipped like any other; the money stays with the order that was exchanged.
public struct ReplaceGoods: Sendable {
  /// How long its goods are set aside. It is paid in the same moment.
  private static let holdFor: Duration = .days(1)
  /// Orders that are placed for one exchange, each because the one before ended before the exchange was over.
  private static let mostTries = 20

  private let contexts: Contexts
  private let ids: IDGenerator
  private let clock: WallClock

  public init(_ contexts: Contexts, ids: IDGenerator, clock: WallClock) {
    self.contexts = contexts
    self.ids = ids
    self.clock = clock
  }

  /// Throws `InventoryRefusal.soldOut` before anything is done, `CheckoutRefusal.noLongerSold`, and
  /// `OrderRefusal.wrongState` where the order ends in the same moment.
  /// - Parameter onceHeld: runs when the goods are sure to be had.
  func run(_ refund: RefundCase, of order: Order, onceHeld: () async throws -> Void) async throws -> OrderID {
    for number in 1...Self.mostTries {
      let key = Replacement.key(of: refund.id, try: number)
      guard let placed = try await contexts.orders.orders(checkout: key).first else {
        return try await pay(try await place(refund, order, key), onceHeld)
      }
      // A crash may have left it unpaid until its time was over, or it was ended by hand before the exchange knew of it.
      if placed.state == .cancelled { continue }
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

  private func pay(_ other: Order, _ onceHeld: () async throws -> Void) async throws -> OrderID {
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

  /// At the price of the goods that came back, all of it taken off.
  private func lines(_ refund: RefundCase, _ order: Order) async throws -> [CheckoutOrders.NewLine] {
    let summaries = try await contexts.catalog.variants(refund.lines.compactMap(\.wanted))
    return try refund.lines.map { line in
      guard let wanted = line.wanted, let summary = summaries[wanted],
        let bought = order.lines.first(where: { $0.id == line.line })
      else { throw CheckoutRefusal.noLongerSold(line.wanted ?? line.variant) }
      return CheckoutOrders.NewLine(
        variant: wanted, product: summary.product, title: summary.title, choice: summary.choice, sku: summary.sku,
        picture: summary.picture, unit: bought.unit, quantity: line.quantity,
        discount: try bought.unit.times(line.quantity.count))
    }
  }
}
