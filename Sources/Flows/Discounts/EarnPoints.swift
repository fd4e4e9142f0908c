import Orders
import Pricing
import Refunds
import Values

/// An order that was completed brings its buyer points for what was paid for its goods; what goes back of that takes them
/// along. Looks at the order as it is now.
public struct EarnPoints: Sendable {
  private let contexts: Contexts
  private let terms: PointTerms

  public init(_ contexts: Contexts, terms: PointTerms) {
    self.contexts = contexts
    self.terms = terms
  }

  public func whenCompleted(_ event: OrderCompleted) async throws { try await run(event.order) }
  /// What is paid at the door may be completed before its money is noted.
  public func whenPaid(_ event: OrderPaid) async throws { try await run(event.order) }

  /// Harmless for an order that isn't completed, or isn't paid yet.
  public func run(_ id: OrderID) async throws {
    guard terms.areOn, let order = try await contexts.orders.order(id), !order.paysAtDoor else { return }
    switch order.state {
    case .completed: break
    // Refunded before its goods came, it brought nothing.
    case .refunded: guard try await contexts.points.earning(of: id) != nil else { return }
    default: return
    }
    let goods = Money(minor: try await contexts.paidForGoods(of: order), currency: order.amounts.due.currency)
    try await contexts.points.earn(terms.points(for: goods), for: goods, by: id, buyer: order.buyer)
    // Something may have gone back in the same moment.
    guard let later = try await contexts.orders.order(id) else { return }
    let left = try await contexts.paidForGoods(of: later)
    guard left < goods.minor else { return }
    try await contexts.points.earn(
      0, for: Money(minor: left, currency: goods.currency), by: id, buyer: order.buyer)
  }
}

extension Contexts {
  /// Minor units that are paid for goods of an order and have stayed: what units that went back had cost is left out, and so
  /// is money that was given for others.
  func paidForGoods(of order: Order) async throws -> Int64 {
    let kept = try order.lines.reduce(Int64(0)) { try $0 + $1.keptDue() }
    let back = try await refunds.cases(of: order.id).filter { $0.state == .settled }.reduce(Int64(0)) {
      $0 + max(0, ($1.granted?.minor ?? 0) - $1.freight.minor)
    }
    let paid = order.lines.reduce(Int64(0)) { $0 + $1.due.minor }
    return max(0, min(kept, paid - back))
  }
}
