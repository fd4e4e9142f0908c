import Logging
import Orders
import Payments
import Values

/// Money that came and that its orders haven't heard of: its event waits while the broker is away, and the goods are held
/// for a bounded time. What is done is that of the event, which does no harm when it comes.
public struct SettlePayments: Sendable {
  private static let width = 8

  private let contexts: Contexts
  private let whenPaymentCaptured: WhenPaymentCaptured
  private let logger: Logger

  public init(_ contexts: Contexts, whenPaymentCaptured: WhenPaymentCaptured, logger: Logger) {
    self.contexts = contexts
    self.whenPaymentCaptured = whenPaymentCaptured
    self.logger = logger
  }

  /// Looks at `limit` payments at most and answers at how many. One that can't be settled is looked at again in a minute.
  public func run(now: Timestamp, limit: Int) async throws -> Int {
    let payments = try await contexts.payments.unheard(now: now, limit: limit)
    guard !payments.isEmpty else { return 0 }
    let found = try await contexts.orders.orders(payments.flatMap(\.shares).map(\.order))
    let orders = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let heard = await withTaskGroup(of: PaymentID?.self) { group in
      var heard: [PaymentID] = []
      for (index, payment) in payments.enumerated() {
        if index >= Self.width, let done = await group.next(), let done { heard.append(done) }
        group.addTask { await settle(payment, orders) ? payment.id : nil }
      }
      for await done in group { if let done { heard.append(done) } }
      return heard
    }
    try await contexts.payments.noteHeard(heard)
    return payments.count
  }

  /// Whether all that the payment is for is done, now if it wasn't before.
  private func settle(_ payment: Payment, _ orders: [OrderID: Order]) async -> Bool {
    do {
      guard try await isUnsettled(payment, orders) else { return true }
      logger.notice("money has come that its order hasn't heard of", metadata: ["payment": "\(payment.id)"])
      try await whenPaymentCaptured.run(
        PaymentCaptured(
          payment: payment.id, method: payment.method, payer: payment.payer, shares: payment.shares,
          capturedAt: payment.capturedAt ?? payment.openedAt))
      return true
    } catch {
      logger.error("money that came waits", metadata: ["payment": "\(payment.id)", "error": "\(error)"])
      return false
    }
  }

  private func isUnsettled(_ payment: Payment, _ orders: [OrderID: Order]) async throws -> Bool {
    var strays: [OpenPayment.Share] = []
    for share in payment.shares {
      guard let order = orders[share.order] else {
        strays.append(share)
        continue
      }
      if try await !contexts.takenPayments(of: order).contains(payment.id) { strays.append(share) }
    }
    guard !strays.isEmpty else { return false }
    // Money that is on its way back has been seen to; where the provider won't take it, the event's own tries go on.
    let refunds = try await contexts.payments.refunds(of: payment.id)
    let ours = refunds.filter { $0.key.hasPrefix(WhenPaymentCaptured.lateKeys) }
    return strays.contains { share in !ours.contains { $0.order == share.order } }
  }
}
