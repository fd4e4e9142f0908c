import Accounts
import Events
import Insight
import Orders
import Payments
import Values

/// Brings what happened into the figures. Each fact has them take over what the books say of its subject now, so that a repeat
/// changes nothing.
struct FeedFigures: Sendable {
  static let ofOrders: Set<String> = [OrderPlaced.name, OrderPaid.name, OrderEdited.name]
  static let ofMoney: Set<String> = [PaymentCaptured.name, RefundSettled.name]

  private let contexts: Contexts

  init(_ contexts: Contexts) { self.contexts = contexts }

  func whenOrderMoved(_ envelope: EventEnvelope) async throws {
    let id: OrderID
    switch envelope.name {
    case OrderPlaced.name: id = try envelope.decode(OrderPlaced.self).order
    case OrderPaid.name: id = try envelope.decode(OrderPaid.self).order
    default: id = try envelope.decode(OrderEdited.self).order
    }
    guard let order = try await contexts.orders.order(id) else { return }
    try await contexts.insight.note([contexts.figures(of: order).set])
  }

  func whenMoneyMoved(_ envelope: EventEnvelope) async throws {
    if envelope.name == PaymentCaptured.name {
      return try await note(try envelope.decode(PaymentCaptured.self))
    }
    try await note(try envelope.decode(RefundSettled.self))
  }

  func whenAccountRegistered(_ event: AccountRegistered) async throws {
    guard let account = try await contexts.accounts.account(event.account) else { return }
    try await contexts.insight.note([FigureSource(account: account.id, registeredAt: account.registeredAt).set])
  }

  private func note(_ event: PaymentCaptured) async throws {
    let merchants = try await contexts.merchants(of: event.shares.map(\.order))
    let source = FigureSource(
      captured: event.payment, event.shares, at: event.capturedAt, merchants: merchants)
    try await contexts.insight.note([source.set])
  }

  private func note(_ event: RefundSettled) async throws {
    // Of what was told by an older program the payment centre knows the rest.
    let known = event.order == nil || event.settledAt == nil ? try await contexts.payments.refund(event.refund) : nil
    guard let order = event.order ?? known?.order, let moment = event.settledAt ?? known?.settledAt else { return }
    let merchants = try await contexts.merchants(of: [order])
    let source = FigureSource(refund: event.refund, event.amount, at: moment, merchant: merchants[order])
    try await contexts.insight.note([source.set])
  }
}
