import Logging
import Orders
import Payments
import Values

/// Sends back what a change or a rejection of an order left over, once: the keys of its refunds are the edit's own.
public struct GiveBack: Sendable {
  private let contexts: Contexts
  private let logger: Logger

  public init(_ contexts: Contexts, logger: Logger) {
    self.contexts = contexts
    self.logger = logger
  }

  /// Takes it from the order's payments, the newest first, as far as they have money left for the order. May run again
  /// and at the same time elsewhere: what is on its way is counted. Throws when a provider says no, so that it is tried
  /// again; each try after a failed one has a key of its own.
  public func run(_ edit: OrderEdit) async throws {
    guard edit.refund.isPositive, let order = try await contexts.orders.order(edit.order) else { return }
    let taken = try await contexts.takenPayments(of: order)
    let payments = try await contexts.payments.payments(of: order.id).filter { taken.contains($0.id) }
    var left: [(payment: PaymentID, minor: Int64, tries: Int)] = []
    var rest = edit.refund.minor
    for payment in payments where payment.state.hasMoney {
      let refunds = try await contexts.payments.refunds(of: payment.id).filter { $0.order == order.id }
      let own = refunds.filter { $0.key.hasPrefix(Self.key(of: edit.id)) }
      let share = payment.shares.first { $0.order == order.id }?.amount.minor ?? 0
      let claimed = refunds.filter { $0.state != .failed }.reduce(0) { $0 + $1.amount.minor }
      rest -= own.filter { $0.state != .failed }.reduce(0) { $0 + $1.amount.minor }
      left.append((payment.id, share - claimed, own.count))
    }
    for (payment, minor, tries) in left where rest > 0 && minor > 0 {
      let part = min(rest, minor)
      let refund = try await contexts.payments.refund(
        RefundRequest(
          key: "\(Self.key(of: edit.id))\(payment)_\(tries)", payment: payment, order: order.id,
          amount: Money(minor: part, currency: edit.refund.currency), reason: edit.kind.rawValue))
      guard refund.state != .failed else { throw GiveBackFailed(refund: refund.id) }
      rest -= part
    }
    if rest > 0 {
      logger.warning(
        "less money left than was to go back", metadata: ["edit": "\(edit.id)", "order": "\(order.number)"])
    }
  }

  /// A refund of an edit that broke off later is sent anew.
  public func again(_ event: RefundFailed) async throws {
    let refunds = try await contexts.payments.refunds(of: event.payment)
    guard let key = refunds.first(where: { $0.id == event.refund })?.key, let id = Self.edit(ofKey: key),
      let edit = try await contexts.orders.edit(id)
    else { return }
    try await run(edit)
  }

  /// How the keys of an edit's refunds begin.
  static func key(of edit: OrderEditID) -> String { "\(edit)_" }

  static func edit(ofKey key: String) -> OrderEditID? {
    let parts = key.split(separator: "_")
    guard parts.count == 5 else { return nil }
    return OrderEditID("\(parts[0])_\(parts[1])")
  }
}
