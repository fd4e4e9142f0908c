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

  func whenOrdersMoved(_ envelopes: [EventEnvelope]) async throws {
    var ids: Set<OrderID> = []
    for envelope in envelopes { ids.insert(try order(of: envelope)) }
    let orders = try await contexts.orders.orders(ids.sorted())
    try await contexts.insight.note(try await contexts.figures(of: orders).map(\.set))
  }

  func whenMoneyMoved(_ envelopes: [EventEnvelope]) async throws {
    var captured: [PaymentCaptured] = []
    var settled: [RefundSettled] = []
    for envelope in envelopes {
      if envelope.name == PaymentCaptured.name {
        captured.append(try envelope.decode())
      } else {
        settled.append(try envelope.decode())
      }
    }
    var refunds: [Settled] = []
    for event in settled { if let known = try await known(event) { refunds.append(known) } }
    let sales = try await contexts.sales(
      of: captured.flatMap { $0.shares.map(\.order) } + refunds.map(\.order))
    try await contexts.insight.note(
      captured.map { FigureSource(captured: $0.payment, $0.shares, at: $0.capturedAt, sales: sales).set }
        + refunds.map {
          FigureSource(refund: $0.refund, $0.amount, at: $0.moment, sale: sales[$0.order]).set
        })
  }

  func whenAccountRegistered(_ event: AccountRegistered) async throws {
    guard let account = try await contexts.accounts.account(event.account) else { return }
    try await contexts.insight.note([FigureSource(account: account.id, registeredAt: account.registeredAt).set])
  }

  private func order(of envelope: EventEnvelope) throws -> OrderID {
    switch envelope.name {
    case OrderPlaced.name: try envelope.decode(OrderPlaced.self).order
    case OrderPaid.name: try envelope.decode(OrderPaid.self).order
    default: try envelope.decode(OrderEdited.self).order
    }
  }

  private struct Settled {
    let refund: RefundID
    let order: OrderID
    let amount: Money
    let moment: Timestamp
  }

  /// Of what was told by an older program the payment centre knows the rest.
  private func known(_ event: RefundSettled) async throws -> Settled? {
    let known = event.order == nil || event.settledAt == nil ? try await contexts.payments.refund(event.refund) : nil
    guard let order = event.order ?? known?.order, let moment = event.settledAt ?? known?.settledAt else { return nil }
    return Settled(refund: event.refund, order: order, amount: event.amount, moment: moment)
  }
}
