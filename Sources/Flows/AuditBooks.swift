import Inventory
import Orders
import Payments
import Values

/// Compares the books of contexts with one another: what is paid with the payment, what is sold with the hold, what came
/// in with what it was for.
public struct AuditBooks: Sendable {
  /// How long a reaction to money may take.
  private static let grace: Duration = .minutes(1)

  private let contexts: Contexts
  private let clock: WallClock

  public init(_ contexts: Contexts, clock: WallClock) {
    self.contexts = contexts
    self.clock = clock
  }

  public func run() async throws -> [Discrepancy] {
    var found: [Discrepancy] = []
    var next: Cursor?
    repeat {
      let page = try await contexts.orders.orders(
        .platform, matching: OrderFilter(), PageRequest(limit: 100, after: next))
      for order in page.items where found.count < 100 {
        if let discrepancy = try await payment(of: order) { found.append(discrepancy) }
        if let discrepancy = try await stock(of: order) { found.append(discrepancy) }
      }
      next = page.next
    } while next != nil
    return try await found + strayMoney()
  }

  /// Money that came and is neither paid on its order nor given back.
  private func strayMoney() async throws -> [Discrepancy] {
    var found: [Discrepancy] = []
    var next: Cursor?
    repeat {
      let page = try await contexts.payments.captured(PageRequest(limit: 100, after: next))
      let due = page.items.filter { ($0.capturedAt ?? $0.openedAt) <= clock.now.adding(.zero - Self.grace) }
      let orders = try await contexts.orders.orders(due.flatMap(\.shares).map(\.order))
      let payers = Dictionary(orders.map { ($0.id, $0.payment) }, uniquingKeysWith: { first, _ in first })
      for payment in due {
        let strays = payment.shares.filter { $0.amount.isPositive && payers[$0.order] != payment.id }
        guard !strays.isEmpty else { continue }
        let refunds = try await contexts.payments.refunds(of: payment.id)
        found += strays.compactMap { Self.discrepancy($0, of: payment, refunds: refunds) }
      }
      next = page.next
    } while next != nil && found.count < 100
    return found
  }

  private static func discrepancy(
    _ share: OpenPayment.Share, of payment: Payment, refunds: [Refund]
  ) -> Discrepancy? {
    let own = refunds.filter { $0.order == share.order }
    let claimed = own.filter { $0.state != .failed }.reduce(0) { $0 + $1.amount.minor }
    guard claimed < share.amount.minor else { return nil }
    return Discrepancy(
      book: "payments", row: "\(payment.id)",
      expected: "\(share.amount) for \(share.order) paid on its order or given back",
      found: own.last.map { "refund \($0.id) \($0.state.rawValue)" } ?? "neither")
  }

  private func payment(of order: Order) async throws -> Discrepancy? {
    guard let id = order.payment else {
      guard order.state != .awaitingPayment, order.state != .cancelled else { return nil }
      return Discrepancy(
        book: "orders", row: "\(order.id)", expected: "a payment (\(order.state.rawValue))", found: "none")
    }
    guard let payment = try await contexts.payments.payment(id) else {
      return Discrepancy(book: "orders", row: "\(order.id)", expected: "payment \(id)", found: "no such payment")
    }
    let share = payment.shares.first { $0.order == order.id }?.amount
    guard payment.state.hasMoney, share == order.amounts.paid else {
      return Discrepancy(
        book: "orders", row: "\(order.id)", expected: "paid \(order.amounts.paid) by \(id)",
        found: "\(payment.state.rawValue), share \(share.map { "\($0)" } ?? "none")")
    }
    return nil
  }

  /// The states of a hold that fit the state of its order. A hold may run out before its order is cancelled, and a
  /// reaction that is under way may lag by a moment.
  private func stock(of order: Order) async throws -> Discrepancy? {
    guard let hold = try await contexts.inventory.hold(HoldKey(order)) else {
      guard order.payBefore >= Housekeeping.horizon(clock.now) else { return nil }
      return Discrepancy(book: "stock", row: "\(order.id)", expected: "a hold", found: "none")
    }
    let fitting: Set<Hold.State> =
      switch order.state {
      case .awaitingPayment: [.standing, .expired, .confirmed]
      case .cancelled: [.standing, .released, .expired, .putBack]
      case .awaitingReview, .awaitingShipment, .awaitingReceipt, .completed: [.confirmed]
      case .refunded: [.confirmed, .putBack]
      }
    guard fitting.contains(hold.state) else {
      return Discrepancy(
        book: "stock", row: "\(order.id)", expected: "a hold that fits \(order.state.rawValue)",
        found: hold.state.rawValue)
    }
    var held: [VariantID: Int] = [:]
    for line in hold.lines { held[line.variant, default: 0] += line.quantity.count }
    var ordered: [VariantID: Int] = [:]
    for line in order.lines { ordered[line.variant, default: 0] += line.quantity.count }
    guard held == ordered else {
      return Discrepancy(book: "stock", row: "\(order.id)", expected: "held as ordered", found: "other units")
    }
    return nil
  }
}
