import Orders
import Refunds
import Values

/// What stands behind an order that brings the other goods of an exchange: no more is due for it than they cost more, since
/// the money for what was given for them stays with the order that was exchanged. Where its goods don't come, or come back,
/// that money is what its buyer gets, besides its own.
struct Replacement: Sendable {
  let exchange: RefundCase
  /// The orders whose payments have the money: the one that was exchanged, and where an exchange had brought that, those
  /// before it.
  let payers: [Order]
  /// What the goods had cost that were given for it, less what went back with the exchange.
  let worth: Money

  /// Nil for an order that was bought.
  init?(_ order: Order, contexts: Contexts) async throws {
    guard let id = Self.exchange(of: order), let exchange = try await contexts.refunds.refundCase(id),
      let exchanged = try await contexts.orders.order(exchange.order)
    else { return nil }
    var payers = [exchanged]
    while let last = payers.last, let id = Self.exchange(of: last),
      let earlier = try await contexts.refunds.refundCase(id),
      let before = try await contexts.orders.order(earlier.order)
    {
      payers.append(before)
    }
    self.exchange = exchange
    self.payers = payers
    let given = try Money.sum(exchange.lines.map(\.amount), currency: exchange.asked.currency)
    worth = try given.subtracting(exchange.granted ?? .zero(given.currency))
  }

  /// Whether this is what came of the exchange; what its goods cost less may be on its way still, or have failed.
  func isOutcome(_ order: Order) -> Bool { exchange.replacement == order.id }

  /// What each line of its order stands for; all of them add up to `worth` and what was paid on top. The goods of such an
  /// order are never changed.
  func worth(of order: Order) throws -> [OrderLineID: Money] {
    let whole = try worth.adding(order.amounts.paid)
    let parts = try whole.spread(over: try order.lines.map { try $0.unit.times($0.quantity.count).minor })
    return Dictionary(zip(order.lines.map(\.id), parts), uniquingKeysWith: { first, _ in first })
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

extension Contexts {
  /// What one unit of each line cost, discounts taken off, or where an exchange brought it what it stands for; rounded down.
  func unitCosts(of order: Order) async throws -> [OrderLineID: Money] {
    let worth = try await Replacement(order, contexts: self)?.worth(of: order) ?? [:]
    let costs = order.lines.map { line in
      let due = worth[line.id] ?? line.due
      return (line.id, Money(minor: due.minor / Int64(line.quantity.count), currency: due.currency))
    }
    return Dictionary(costs, uniquingKeysWith: { first, _ in first })
  }
}
