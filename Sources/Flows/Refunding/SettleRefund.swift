import Fulfilment
import Inventory
import Logging
import Orders
import Payments
import Refunds
import Values

/// Carries what was agreed to its end: the goods are taken back, the money goes through the payment centre, the other goods
/// of an exchange become an order. Every step has a key made of the case, so that running it again is harmless, at once or
/// after a crash.
public struct SettleRefund: Sendable {
  private let contexts: Contexts
  private let replace: ReplaceGoods
  private let logger: Logger

  public init(_ contexts: Contexts, replace: ReplaceGoods, logger: Logger) {
    self.contexts = contexts
    self.replace = replace
    self.logger = logger
  }

  /// Throws `RefundRefusal.shippedMeanwhile` and `.unitsPacked`, `InventoryRefusal.soldOut` and `CheckoutRefusal.noLongerSold` where what was agreed can't be; the case is to be
  /// decided anew then.
  public func run(_ refund: RefundCase) async throws -> RefundCase {
    switch refund.state {
    case .approved, .sent, .failed: break
    default: return refund
    }
    guard let order = try await contexts.orders.order(refund.order) else { throw OrderRefusal.unknownOrder }
    if refund.state == .approved {
      if refund.kind == .exchange { return try await exchange(refund, of: order) }
      try await takeBack(refund)
      try await pay(refund, of: order)
    }
    return try await conclude(refund, of: order)
  }

  /// A provider has said what became of a refund.
  public func follow(_ refund: RefundID, of payment: PaymentID) async throws {
    guard let told = try await contexts.payments.refunds(of: payment).first(where: { $0.id == refund }),
      let id = RefundKey.refundCase(in: told.key), let known = try await contexts.refunds.refundCase(id)
    else { return }
    _ = try await run(known)
  }

  /// What a crash or an event that was lost has left. Answers at how many it looked.
  public func runWaiting(now: Timestamp, limit: Int) async throws -> Int {
    let cases = try await contexts.refunds.underWay(now: now, limit: limit)
    for refund in cases {
      do {
        _ = try await run(refund)
      } catch {
        logger.warning("a refund waits", metadata: ["case": "\(refund.id)", "error": "\(error)"])
      }
    }
    return cases.count
  }

  private func exchange(_ refund: RefundCase, of order: Order) async throws -> RefundCase {
    do {
      // What is known to have come of it isn't placed anew where its money failed, even if it was ended since.
      if refund.replacement == nil,
        try await replace.run(refund, of: order, onceHeld: { try await restock(refund) }) == nil
      {
        return refund
      }
    } catch let refusal as any Refusal
      where refusal is InventoryRefusal || refusal is CheckoutRefusal || refusal is RefundRefusal
    {
      _ = try await contexts.refunds.reopen(refund.id, why: refusal.code)
      throw refusal
    } catch let refusal as OrderRefusal {
      // Ended in the same moment, before the exchange knew of it.
      _ = try await contexts.refunds.reopen(refund.id, why: "replacementEnded")
      throw refusal
    }
    try await pay(refund, of: order)
    return try await conclude(refund, of: order)
  }

  /// The order that an exchange placed was paid, or has ended: the exchange goes on, or is to be decided anew. Harmless for
  /// any other order.
  public func follow(_ replacement: Order) async throws {
    guard let id = Replacement.exchange(of: replacement), let refund = try await contexts.refunds.refundCase(id),
      refund.state == .approved, refund.difference.isPositive
    else { return }
    do {
      _ = try await run(refund)
    } catch let refusal as any Refusal {
      logger.info("an exchange is decided anew", metadata: ["case": "\(id)", "refusal": "\(refusal)"])
    }
  }

  /// The other goods of an exchange won't come, since their order was ended: what the first goods had cost goes back
  /// instead. Harmless for any other order, and when it was done already.
  public func makeGood(_ order: Order) async throws {
    guard order.state == .cancelled, let replacement = try await Replacement(order, contexts: contexts),
      replacement.isOutcome(order)
    else { return }
    let money = try await OrderMoney(of: order, contexts: contexts)
    let granted = try await contexts.refunds.cases(of: order.id).filter(\.state.isLive)
      .reduce(Int64(0)) { $0 + ($1.granted?.minor ?? 0) }
    guard money.paid.minor > granted else { return }
    let rejection = try await contexts.orders.edits(of: order.id).last { $0.kind == .rejected }
    let words = rejection?.reason ?? ""
    let given = try await contexts.refunds.grant(
      GoodwillDraft(
        key: "instead", order: RefundableOrder(order, wasShipped: true),
        amount: Money(minor: money.paid.minor - granted, currency: money.currency), paid: money.paid, words: words,
        by: words.isEmpty ? .system : rejection?.actor ?? .system))
    _ = try await run(given)
  }

  // MARK: Goods

  /// Before any money goes: goods that haven't left must not be shipped any more.
  private func takeBack(_ refund: RefundCase) async throws {
    if refund.stopsShipping {
      let key = refund.id.description
      do {
        // Kept back first and looked at then: whoever packs them in this moment either sees that they are kept back, as
        // `ShipOrder` looks again once a parcel has left, or has packed them before the look.
        let order = try await contexts.orders.keepBack(refund.units, of: refund.order, key: key)
        let packed = try await contexts.fulfilment.consignment(of: refund.order)?.packed ?? [:]
        if order.lines.contains(where: { packed[$0.id] ?? 0 > $0.kept }),
          try await contexts.orders.letGo(refund.units, of: refund.order, key: key)
        {
          _ = try await contexts.refunds.reopen(refund.id, why: RefundRefusal.unitsPacked.code)
          throw RefundRefusal.unitsPacked
        }
        _ = try await contexts.orders.takeBack(
          refund.units, of: refund.order, key: key, ifUnshipped: true, packed: packed, by: .system)
      } catch is OrderRefusal {
        _ = try await contexts.orders.letGo(refund.units, of: refund.order, key: key)
        _ = try await contexts.refunds.reopen(refund.id, why: RefundRefusal.shippedMeanwhile.code)
        throw RefundRefusal.shippedMeanwhile
      }
      try await ShipOrder(contexts).moveOn(refund.order)
    }
    try await restock(refund)
  }

  private func restock(_ refund: RefundCase) async throws {
    let lines = refund.lines.compactMap { line -> ReturnedLine? in
      // Without a look at them only goods that never left are known to be good.
      guard let restocked = refund.stopsShipping ? line.quantity.count : line.restocked else { return nil }
      return ReturnedLine(
        variant: line.variant, restocked: restocked, writtenOff: line.quantity.count - restocked)
    }
    guard !lines.isEmpty else { return }
    try await contexts.inventory.takeBack(lines, key: "refund/\(refund.id)", by: .system)
  }

  // MARK: Money

  /// Asks the payment centre for what isn't on its way yet. What it refuses is seen by `conclude`.
  private func pay(_ refund: RefundCase, of order: Order) async throws {
    let money = try await OrderMoney(of: order, contexts: contexts)
    let known = money.refunds(of: refund.id)
    var number = known.count
    var rest = (refund.granted?.minor ?? 0) - Self.alive(known)
    guard rest <= money.holdings.reduce(0, { $0 + max(0, $1.left) }) else { return }
    for holding in money.holdings where rest > 0 && holding.left > 0 {
      let amount = Money(minor: min(rest, holding.left), currency: money.currency)
      do {
        let asked = try await contexts.payments.refund(
          RefundRequest(
            key: RefundKey.of(refund.id, number: number), payment: holding.payment, order: holding.order,
            amount: amount, reason: "\(order.number)", toBalance: refund.toBalance))
        if asked.state == .failed { return }
      } catch let refusal as PaymentRefusal {
        logger.warning("a refund is refused", metadata: ["case": "\(refund.id)", "refusal": "\(refusal)"])
        return
      }
      number += 1
      rest -= amount.minor
    }
  }

  /// Brings the case to where its money is.
  private func conclude(_ refund: RefundCase, of order: Order) async throws -> RefundCase {
    let refunds = try await OrderMoney(of: order, contexts: contexts).refunds(of: refund.id)
    let other = try await replacement(refund)
    let concluded = try await note(refund, refunds, replacement: other)
    // It may have ended in the same moment, when nobody knew yet what it stands for.
    if let other, let ended = try await contexts.orders.order(other) { try await makeGood(ended) }
    return concluded
  }

  private func replacement(_ refund: RefundCase) async throws -> OrderID? {
    guard refund.kind == .exchange else { return nil }
    if let known = refund.replacement { return known }
    return try await replace.placed(for: refund.id)?.id
  }

  private func note(_ refund: RefundCase, _ refunds: [Refund], replacement: OrderID?) async throws -> RefundCase {
    guard Self.alive(refunds) == refund.granted?.minor ?? 0 else {
      return refund.state == .failed
        ? refund : try await contexts.refunds.noteFailed(refund.id, replacement: replacement)
    }
    guard refunds.allSatisfy({ $0.state != .sent }) else {
      return refund.state == .approved
        ? try await contexts.refunds.noteSent(refund.id, replacement: replacement) : refund
    }
    if replacement == nil { try await closeUnits(refund) }
    let done = refunds.filter { $0.state == .settled }
    return try await contexts.refunds.settle(
      refund.id, done.map { SettledPart(refund: $0.id, payment: $0.payment, amount: $0.amount) },
      replacement: replacement)
  }

  /// The order learns which of its goods are paid back. Its refusal can't hold up a refund whose money is gone.
  private func closeUnits(_ refund: RefundCase) async throws {
    guard !refund.lines.isEmpty, !refund.stopsShipping else { return }
    do {
      _ = try await contexts.orders.takeBack(
        refund.units, of: refund.order, key: refund.id.description, ifUnshipped: false, by: .system)
    } catch let refusal as OrderRefusal {
      logger.error("an order doesn't take units back", metadata: ["case": "\(refund.id)", "refusal": "\(refusal)"])
    }
  }

  private static func alive(_ refunds: [Refund]) -> Int64 {
    refunds.filter { $0.state != .failed }.reduce(0) { $0 + $1.amount.minor }
  }
}
