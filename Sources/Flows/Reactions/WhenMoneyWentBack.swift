import Orders
import Payments
import Refunds
import Values

/// What becomes of refunds at the payment centre, for the cases that they belong to.
public struct WhenMoneyWentBack: Sendable {
  private let contexts: Contexts
  let settleRefund: SettleRefund

  public init(_ contexts: Contexts, settleRefund: SettleRefund) {
    self.contexts = contexts
    self.settleRefund = settleRefund
  }

  public func settled(_ event: RefundSettled) async throws {
    try await settleRefund.follow(event.refund, of: event.payment)
  }

  /// What the other goods of an exchange cost more has come.
  public func exchangePaid(_ event: OrderPaid) async throws {
    guard let order = try await contexts.orders.order(event.order) else { return }
    try await settleRefund.follow(order)
  }

  public func failed(_ event: RefundFailed) async throws {
    try await settleRefund.follow(event.refund, of: event.payment)
  }

  /// Money that nobody here had asked for: the merchant finds it at the desk, as a case that is over.
  public func begunElsewhere(_ event: ProviderRefunded) async throws {
    guard let order = try await contexts.orders.order(event.order) else { return }
    let wasShipped = order.state == .awaitingReceipt || order.state == .completed
    _ = try await contexts.refunds.note(
      ProviderRefundDraft(
        order: RefundableOrder(order, wasShipped: wasShipped),
        part: SettledPart(refund: event.refund, payment: event.payment, amount: event.amount)))
  }
}
