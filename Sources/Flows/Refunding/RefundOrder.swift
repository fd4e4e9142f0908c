import Catalog
import Inventory
import Logging
import Orders
import Pricing
import Refunds
import Values

/// What a buyer does to get money back: look what can be asked, ask, change their mind, say how the goods travel.
public struct RefundOrder: Sendable {
  public struct Input: Sendable {
    public var account: AccountID
    public var order: OrderID
    public var kind: RefundCase.Kind
    public var reason: RefundCase.Reason
    public var explanation: String
    public var lines: [RefundDraft.Line]
    public var evidence: [FileKey]
    /// By line what one of the goods that are wanted costs more, as its buyer saw it; empty where nothing was shown.
    public var differencesSeen: [OrderLineID: Money]

    public init(
      account: AccountID, order: OrderID, kind: RefundCase.Kind, reason: RefundCase.Reason, explanation: String,
      lines: [RefundDraft.Line], evidence: [FileKey] = [], differencesSeen: [OrderLineID: Money] = [:]
    ) {
      self.account = account
      self.order = order
      self.kind = kind
      self.reason = reason
      self.explanation = explanation
      self.lines = lines
      self.evidence = evidence
      self.differencesSeen = differencesSeen
    }
  }

  private let contexts: Contexts
  private let policy: any RefundPolicy
  private let settleRefund: SettleRefund
  private let clock: WallClock
  private let logger: Logger

  public init(
    _ contexts: Contexts, policy: any RefundPolicy, settleRefund: SettleRefund, clock: WallClock, logger: Logger
  ) {
    self.contexts = contexts
    self.policy = policy
    self.settleRefund = settleRefund
    self.clock = clock
    self.logger = logger
  }

  /// Throws `OrderRefusal.unknownOrder` for another's, `InventoryRefusal`, `RefundRefusal`, of these `.exchangePriceChanged`
  /// where other goods cost more or less than was seen, and `FieldFaults`.
  public func request(_ input: Input) async throws -> RefundCase {
    let order = try await contexts.order(input.order, of: input.account)
    let refundable = try await RefundableOrder(order, contexts: contexts)
    let lines = input.kind == .exchange ? try await priced(input, of: order) : input.lines
    let asked = try await contexts.refunds.request(
      RefundDraft(
        order: refundable, kind: input.kind, reason: input.reason, explanation: input.explanation,
        lines: lines, evidence: input.evidence))
    let isWhole = order.lines.allSatisfy { asked.units[$0.id] == $0.quantity.count }
    guard policy.approves(refundable, isWhole: isWhole, isReviewed: order.state != .awaitingReview) else {
      return asked
    }
    return try await approve(asked, of: order)
  }

  /// Agreed to by the policy. What goes wrong from here on is not the buyer's: the case stands, and is carried on.
  private func approve(_ asked: RefundCase, of order: Order) async throws -> RefundCase {
    do {
      let money = try await OrderMoney(of: order, contexts: contexts)
      let agreed = try await contexts.refunds.approve(
        asked.id, RefundGrant(paid: money.paid, ordered: order.units), by: .system)
      return try await settleRefund.run(agreed)
    } catch {
      logger.warning("a refund waits", metadata: ["case": "\(asked.id)", "error": "\(error)"])
      return try await contexts.refunds.refundCase(asked.id) ?? asked
    }
  }

  /// Throws `RefundRefusal.unknownCase` for another's.
  public func refund(_ id: RefundCaseID, of account: AccountID) async throws -> RefundCase {
    guard let refund = try await contexts.refunds.refundCase(id), refund.buyer == account else {
      throw RefundRefusal.unknownCase
    }
    return refund
  }

  public func withdraw(_ id: RefundCaseID, by account: AccountID) async throws -> RefundCase {
    try await contexts.refunds.withdraw(id, by: account)
  }

  public func noteParcel(
    _ id: RefundCaseID, _ parcel: ReturnParcel, by account: AccountID
  ) async throws -> RefundCase {
    try await contexts.refunds.noteParcel(id, parcel, by: account)
  }

  /// With what other choices of the same goods cost more or less today than what was bought did. The same choice costs the
  /// same.
  private func priced(_ input: Input, of order: Order) async throws -> [RefundDraft.Line] {
    let wanted = input.lines.compactMap(\.wanted)
    let summaries = try await contexts.catalog.variants(wanted)
    let prices = try await contexts.pricing.prices(of: wanted, in: order.channel)
    let costs = try await contexts.unitCosts(of: order)
    return try input.lines.map { line in
      guard let variant = line.wanted, let bought = order.lines.first(where: { $0.id == line.line }) else {
        return line
      }
      guard let summary = summaries[variant], summary.product == bought.product, summary.isPublished else {
        throw CheckoutRefusal.noLongerSold(variant)
      }
      guard let each = try Self.difference(of: variant, prices[variant], from: bought, costs) else {
        throw CheckoutRefusal.noLongerSold(variant)
      }
      if let seen = input.differencesSeen[line.line], seen != each {
        throw RefundRefusal.exchangePriceChanged(from: seen, to: each)
      }
      var line = line
      line.difference = try each.times(line.quantity.count)
      return line
    }
  }

  /// Of one unit; nil where there is no price to compare.
  private static func difference(
    of variant: VariantID, _ price: Price?, from bought: OrderLine, _ costs: [OrderLineID: Money]
  ) throws -> Money? {
    if variant == bought.variant { return .zero(bought.unit.currency) }
    guard let price, let cost = costs[bought.id], price.sale.currency == cost.currency else { return nil }
    return try price.sale.subtracting(cost)
  }
}

// MARK: What can be asked

/// What a buyer can ask back of an order now.
public struct RefundOffer: Sendable {
  public struct Line: Sendable {
    public let line: OrderLine
    /// Units that no request stands for.
    public let left: Int
    /// Choices of the same goods, of which there are some.
    public let exchanges: [Exchange]
  }

  public struct Exchange: Sendable {
    public let variant: VariantSummary
    /// What one costs more than one that was bought did; below zero where it is cheaper.
    public let difference: Money
  }

  public let order: Order
  public let kinds: [RefundCase.Kind]
  public let reasons: [RefundCase.Reason]
  /// Of those alone that have units left.
  public let lines: [Line]
  public let wasShipped: Bool
}

extension RefundOrder {
  /// Nil where nothing can be asked back: unpaid, over, too long ago, or all of it asked for.
  public func offer(_ order: Order) async throws -> RefundOffer? {
    let refundable: RefundableOrder
    do {
      refundable = try await RefundableOrder(order, contexts: contexts)
    } catch is RefundRefusal {
      return nil
    }
    let claims = try await contexts.refunds.claims(of: order.id)
    let open = order.lines.map { ($0, $0.quantity.count - (claims[$0.id]?.units ?? 0)) }.filter { $0.1 > 0 }
    let kinds = policy.kinds(for: refundable)
    let reasons = RefundCase.Reason.allCases.filter { reason in
      kinds.contains { (try? policy.check($0, reason, of: refundable, now: clock.now)) != nil }
    }
    guard !open.isEmpty, !reasons.isEmpty else { return nil }
    let exchanges =
      kinds.contains(.exchange) ? try await self.exchanges(for: open.map { $0.0 }, of: order) : [:]
    let lines = open.map { RefundOffer.Line(line: $0, left: $1, exchanges: exchanges[$0.id] ?? []) }
    return RefundOffer(
      order: order, kinds: kinds.filter { $0 != .exchange || lines.contains { !$0.exchanges.isEmpty } },
      reasons: reasons, lines: lines, wasShipped: refundable.wasShipped)
  }

  private func exchanges(
    for lines: [OrderLine], of order: Order
  ) async throws -> [OrderLineID: [RefundOffer.Exchange]] {
    let products = try await contexts.catalog.products(Array(Set(lines.map(\.product))))
    let variants = products.values.filter(\.isPublished).flatMap { $0.variants.map(\.id) }
    let summaries = try await contexts.catalog.variants(variants)
    let prices = try await contexts.pricing.prices(of: variants, in: order.channel)
    let stock = try await contexts.inventory.stock(of: variants)
    let costs = try await contexts.unitCosts(of: order)
    var found: [OrderLineID: [RefundOffer.Exchange]] = [:]
    for line in lines {
      let own = products[line.product]?.variants ?? []
      found[line.id] = try own.compactMap { variant in
        guard let summary = summaries[variant.id], (stock[variant.id]?.free ?? 0) > 0,
          let difference = try Self.difference(of: variant.id, prices[variant.id], from: line, costs)
        else { return nil }
        return RefundOffer.Exchange(variant: summary, difference: difference)
      }
    }
    return found
  }
}
