import Orders
import Refunds
import Values

/// What stands behind an order that brings the other goods of an exchange: nothing is due for it, since the money for its
/// goods stays with the order that was exchanged. Where its goods don't come, or come back, that money is what its buyer
/// gets.
struct Replacement: Sendable {
  let exchange: RefundCase
  /// The order whose payments have the money: the first, where what an exchange brought was exchanged again.
  let payer: Order
  /// What the goods had cost that were given for it.
  let worth: Money

  /// Nil for an order that was bought.
  init?(_ order: Order, contexts: Contexts) async throws {
    guard let id = Self.exchange(of: order), let exchange = try await contexts.refunds.refundCase(id),
      var payer = try await contexts.orders.order(exchange.order)
    else { return nil }
    while let id = Self.exchange(of: payer), let earlier = try await contexts.refunds.refundCase(id),
      let first = try await contexts.orders.order(earlier.order)
    {
      payer = first
    }
    self.exchange = exchange
    self.payer = payer
    worth = try Money.sum(exchange.lines.map(\.amount), currency: exchange.asked.currency)
  }

  /// Whether the exchange is over, and this is what came of it.
  func isOutcome(_ order: Order) -> Bool { exchange.state == .settled && exchange.replacement == order.id }

  /// What each line stands for; all of them add up to `worth`. The goods of such an order are never changed.
  func worth(of lines: [OrderLine]) throws -> [OrderLineID: Money] {
    let parts = try worth.spread(over: try lines.map { try $0.unit.times($0.quantity.count).minor })
    return Dictionary(zip(lines.map(\.id), parts), uniquingKeysWith: { first, _ in first })
  }

  // MARK: Keys

  /// - Parameter number: from 1 on; the first may have ended before it was paid.
  static func key(of exchange: RefundCaseID, try number: Int) -> String {
    number == 1 ? "exchange/\(exchange)" : "exchange/\(exchange)/\(number)"
  }

  static func exchange(of order: Order) -> RefundCaseID? {
    let parts = order.checkout.split(separator: "/")
    guard parts.count > 1, parts[0] == "exchange" else { return nil }
    return RefundCaseID(parts[1])
  }
}
