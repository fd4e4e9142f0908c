import Accounts
import Catalog
import Events
import Jobs
import Logging
import Orders
import Payments
import Refunds
import Settlement
import Values

/// Who bears money that is given out of goodwill.
public enum GoodwillBearer: String, CaseIterable, Sendable {
  /// The platform where its staff gave it, else the merchant.
  case giver
  case merchant
  case platform
}

/// Brings what happened to the money of orders into the merchants' books. Each fact has them hear all that is known of its
/// order now, so that facts may come in any order, and a repeat changes nothing.
public struct KeepBooks: Sendable {
  static let events: Set<String> = [
    PaymentCaptured.name, OrderPaid.name, OrderDifferencePaid.name, RefundSettled.name, OrderCompleted.name,
    OrderRefunded.name, RefundMoved.name, BalanceCredited.name, UnclearMoneyMoved.name,
  ]
  /// Payments from before these books that one turn looks at.
  private static let slice = 100
  /// Slices of fees that one turn takes, each of as many.
  private static let feeSlices = 20

  let contexts: Contexts
  private let goodwill: GoodwillBearer
  private let logger: Logger

  public init(_ contexts: Contexts, goodwill: GoodwillBearer = .giver, logger: Logger) {
    self.contexts = contexts
    self.goodwill = goodwill
    self.logger = logger
  }

  public var jobs: [Job] {
    [
      // Nothing to do once what was there before is gone through.
      Job("settlement.catchUp", every: .minutes(1), lease: .minutes(5)) {
        while try await catchUp() { try Task.checkCancellation() }
        while try await catchUpBuyers() { try Task.checkCancellation() }
      },
      Job("settlement.run", every: .hours(1), lease: .minutes(30)) {
        guard let run = try await contexts.settlement.runDue(), !run.drawn.isEmpty else { return }
        logger.info("statements drawn", metadata: ["count": "\(run.drawn.count)"])
      },
      Job("settlement.noteFees", every: .minutes(1), lease: .minutes(5)) {
        for _ in 1...Self.feeSlices {
          guard try await noteFees() else { break }
          try Task.checkCancellation()
        }
      },
    ]
  }

  // MARK: Facts

  func whenMoneyMoved(_ envelopes: [EventEnvelope]) async throws {
    var orders: Set<OrderID> = []
    for envelope in envelopes {
      if envelope.name == BalanceCredited.name {
        try await contexts.settlement.note(Self.credit(envelope))
      } else {
        orders.formUnion(try await self.orders(of: envelope))
      }
    }
    for order in orders.sorted() { try await bring(order) }
  }

  private func orders(of envelope: EventEnvelope) async throws -> [OrderID] {
    switch envelope.name {
    case PaymentCaptured.name: return try envelope.decode(PaymentCaptured.self).shares.map(\.order)
    case UnclearMoneyMoved.name:
      return [try envelope.decode(UnclearMoneyMoved.self).order].compactMap(\.self)
    // Whether money is the order's isn't known before.
    case OrderPaid.name: return [try envelope.decode(OrderPaid.self).order]
    case OrderDifferencePaid.name: return [try envelope.decode(OrderDifferencePaid.self).order]
    case OrderCompleted.name: return [try envelope.decode(OrderCompleted.self).order]
    case OrderRefunded.name: return [try envelope.decode(OrderRefunded.self).order]
    // Units that cost the buyer nothing go back without money, and take along what the platform bears of them.
    case RefundMoved.name:
      let event = try envelope.decode(RefundMoved.self)
      // Also what came of money that isn't back: until then the order hasn't ended.
      return event.step == .settled || event.step == .failed ? [event.order] : []
    default:
      let event = try envelope.decode(RefundSettled.self)
      if let order = event.order { return [order] }
      return try await contexts.payments.payment(event.payment)?.shares.map(\.order) ?? []
    }
  }

  /// Has the books hear all that is known of an order. Harmless as often as it is done.
  public func bring(_ id: OrderID) async throws {
    guard let order = try await contexts.orders.order(id) else { return }
    var facts = try await money(of: order)
    // What is paid at the door is nobody's before it came, also where the goods have arrived.
    let hasCome = !facts.allSatisfy { OrderFact.Kind.ofUnclear.contains($0.kind) } || facts.tookUnclear
    let end = order.paysAtDoor && !hasCome ? nil : try await end(of: order)
    if let end { facts += [end] + (try borne(of: order, at: end.at)) }
    guard !facts.isEmpty else { return }
    try await contexts.settlement.note(
      OrderNote(
        order: id, number: order.number.rawValue, merchant: order.merchant, currency: order.amounts.due.currency,
        placedAt: order.placedAt, facts: facts, parts: end == nil ? [] : try await parts(of: order),
        freight: try order.amounts.freight.adding(order.freightBorne)))
  }

  /// Tells the books what a provider keeps of a payment, after all that is known of its orders.
  /// - Returns: false for a payment of which no money came.
  public func note(_ fee: ProviderFee) async throws -> Bool {
    guard let payment = try await contexts.payments.payment(fee.payment), payment.state.hasMoney else { return false }
    for share in payment.shares { try await bring(share.order) }
    return try await contexts.settlement.note(fee)
  }

  /// Takes one slice of what compared bills say that providers kept.
  /// - Returns: whether there was anything.
  public func noteFees() async throws -> Bool {
    guard let billed = try await contexts.reconciliation.fees(limit: Self.slice) else { return false }
    for fee in billed.fees {
      _ = try await note(
        ProviderFee(
          key: fee.key, payment: fee.payment, order: fee.order, method: billed.method.rawValue, amount: fee.amount,
          at: fee.at))
    }
    try await contexts.reconciliation.noteTold(billed)
    return true
  }

  private func money(of order: Order) async throws -> [OrderFact] {
    let payments = try await contexts.payments.payments(of: order.id).filter(\.state.hasMoney)
    let taken = try await contexts.takenPayments(of: order)
    var facts: [OrderFact] = []
    for payment in payments {
      let moved = MovedMoney(payment)
      let isTaken = taken.contains(payment.id)
      let refunds =
        isTaken && payment.refunded.isZero
        ? [] : try await contexts.payments.refunds(of: payment.id).filter { $0.order == order.id }
      guard let kind = isTaken ? OrderFact.Kind.captured : Self.kind(of: payment, for: order.id, refunds) else {
        continue
      }
      facts += try moved.captures(for: order.id, as: kind)
      for refund in refunds where refund.state == .settled {
        facts += moved.facts(of: refund, isPlatforms: try await isPlatforms(refund))
      }
    }
    return try await facts + contexts.payments.unclearMoney(of: order.id).map { OrderFact($0) }
  }

  /// What money is that the order hasn't taken: stray once it is on its way back, or has gone back. Nil before that, when it may
  /// still be taken; that the order took it, for itself or for a change of it, or the refund, brings it here then.
  private static func kind(of payment: Payment, for order: OrderID, _ refunds: [Refund]) -> OrderFact.Kind? {
    let share = payment.shares.first { $0.order == order }?.amount.minor ?? 0
    let gone = refunds.filter { $0.state == .settled }.reduce(0) { $0 + $1.amount.minor }
    if gone >= share || refunds.contains(where: { $0.key.hasPrefix(WhenPaymentCaptured.lateKeys) }) { return .stray }
    return nil
  }

  /// When it was completed, or all of it had been taken back and no money is on its way any more; nil before.
  private func end(of order: Order) async throws -> OrderFact? {
    guard order.hasEnded else { return nil }
    let kinds: Set<TimelineEntry.Kind> = [.completed, .refunded]
    let ends = try await contexts.orders.timeline(of: order.id).filter { kinds.contains($0.kind) }
    if !ends.contains(where: { $0.kind == .completed }), try await contexts.awaitsReturn(of: order) { return nil }
    return OrderFact(
      key: OrderFact.endKey(order.id), kind: .ended, amount: .zero(order.amounts.due.currency),
      at: ends.map(\.at).min() ?? order.placedAt)
  }

  /// What the platform bears of the order as it is now; none where it never bore anything.
  private func borne(of order: Order, at: Timestamp) throws -> [OrderFact] {
    guard order.hasPlatformDiscount else { return [] }
    return [
      OrderFact(
        key: OrderFact.borneKey(order.id, unitsBack: order.unitsBack), kind: .borne,
        amount: try order.borneByPlatform(), at: at)
    ]
  }

  /// What was sold, by the categories in which it stands now.
  private func parts(of order: Order) async throws -> [OrderNote.Part] {
    let products = try await contexts.catalog.products(Array(Set(order.lines.map(\.product))))
    let tree = try await contexts.catalog.categories()
    return try order.lines.map { line in
      let category = products[line.product]?.content.category
      let path = category.map { tree.path(to: $0).reversed().map(\.id) } ?? []
      return OrderNote.Part(amount: try line.due.adding(line.borne(by: .platform)), categories: path)
    }
  }

  private func isPlatforms(_ refund: Refund) async throws -> Bool {
    guard goodwill != .merchant, let id = RefundKey.refundCase(in: refund.key),
      try await contexts.refunds.refundCase(id)?.kind == .goodwill
    else { return false }
    if goodwill == .platform { return true }
    let given = try await contexts.refunds.steps(of: id).first { $0.kind == .approved }
    guard case .staff(let giver) = given?.actor, let member = try await contexts.staff.member(giver) else {
      return false
    }
    return member.staff.merchant == nil
  }

  // MARK: What was there before

  /// Brings in one slice of the orders that were paid before these books were kept.
  /// - Returns: whether there is more.
  public func catchUp() async throws -> Bool {
    let walk = try await contexts.settlement.walk()
    guard !walk.isThrough else { return false }
    let page = try await contexts.payments.captured(PageRequest(limit: Self.slice, after: walk.after))
    for order in Set(page.items.flatMap(\.shares).map(\.order)).sorted() { try await bring(order) }
    // The other walk may have gone on meanwhile.
    var now = try await contexts.settlement.walk()
    (now.after, now.isThrough) = (page.next, page.next == nil)
    try await contexts.settlement.keep(now)
    return page.next != nil
  }
}
