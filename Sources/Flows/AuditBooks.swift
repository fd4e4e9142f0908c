import Catalog
import Fulfilment
import Inventory
import Merchants
import Orders
import Payments
import Refunds
import Values

/// Compares the books of contexts with one another: what is paid with the payment, what is sold with the hold, what is
/// sent with what was ordered, what came in with what it was for.
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
      let consignments = try await contexts.fulfilment.consignments(of: page.items.map(\.id))
      for order in page.items where found.count < 100 {
        if let discrepancy = consignments[order.id].flatMap({ Self.parcels($0, of: order) }) {
          found.append(discrepancy)
        }
        if let discrepancy = try await payment(of: order) { found.append(discrepancy) }
        if let discrepancy = try await stock(of: order) { found.append(discrepancy) }
        if let discrepancy = try await refunds(of: order) { found.append(discrepancy) }
      }
      next = page.next
    } while next != nil
    return try await found + strayMoney() + withheldGoods()
  }

  /// Whose goods are kept from shoppers are those who aren't open.
  private func withheldGoods() async throws -> [Discrepancy] {
    let due = clock.now.adding(.zero - Self.grace)
    let withheld = try await contexts.catalog.withheldMerchants()
    return try await contexts.merchants.merchants()
      .filter { $0.movedAt <= due && $0.isOpen == withheld.contains($0.id) }
      .map { merchant in
        Discrepancy(
          book: "catalog", row: "\(merchant.id)", expected: "goods of a merchant that is \(merchant.state.rawValue)",
          found: merchant.isOpen ? "withheld" : "for sale")
      }
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
      let supplements = try await contexts.orders.supplements(of: orders.filter { $0.revision > 0 }.map(\.id))
      for payment in due {
        let strays = payment.shares.filter { share in
          share.amount.isPositive && payers[share.order] != payment.id
            && !(supplements[share.order] ?? []).contains { $0.payment == payment.id }
        }
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
      guard order.state != .awaitingPayment, order.state != .cancelled, !order.paysAtDoor else { return nil }
      return Discrepancy(
        book: "orders", row: "\(order.id)", expected: "a payment (\(order.state.rawValue))", found: "none")
    }
    guard let payment = try await contexts.payments.payment(id) else {
      return Discrepancy(book: "orders", row: "\(order.id)", expected: "payment \(id)", found: "no such payment")
    }
    let share = payment.shares.first { $0.order == order.id }?.amount
    if order.revision > 0, payment.state.hasMoney, let share {
      return try await changedMoney(of: order, first: share)
    }
    guard payment.state.hasMoney, share == order.amounts.paid else {
      return Discrepancy(
        book: "orders", row: "\(order.id)", expected: "paid \(order.amounts.paid) by \(id)",
        found: "\(payment.state.rawValue), share \(share.map { "\($0)" } ?? "none")")
    }
    return nil
  }

  /// Of an order that was changed: what came, less what changes sent back, is what it says is paid; and what they owed has
  /// gone back, as far as the order's payments had it.
  private func changedMoney(of order: Order, first: Money) async throws -> Discrepancy? {
    let edits = try await contexts.orders.edits(of: order.id)
    let supplements = try await contexts.orders.supplements(of: [order.id])[order.id] ?? []
    let back = edits.filter { $0.kind == .changed }.reduce(0) { $0 + $1.refund.minor }
    let came = first.minor + supplements.reduce(0) { $0 + $1.amount.minor }
    guard came - back == order.amounts.paid.minor else {
      return Discrepancy(
        book: "orders", row: "\(order.id)", expected: "paid \(came - back) minor units by payments and changes",
        found: "\(order.amounts.paid)")
    }
    var (refunds, left): ([Refund], Int64) = ([], came)
    for id in try await contexts.takenPayments(of: order).sorted() {
      refunds += try await contexts.payments.refunds(of: id).filter { $0.order == order.id && $0.state != .failed }
    }
    left -= refunds.reduce(0) { $0 + $1.amount.minor }
    for edit in edits where edit.refund.isPositive && edit.at <= clock.now.adding(.zero - Self.grace) {
      let given = refunds.filter { $0.key.hasPrefix(GiveBack.key(of: edit.id)) }.reduce(0) { $0 + $1.amount.minor }
      guard given == edit.refund.minor || (given < edit.refund.minor && left == 0) else {
        return Discrepancy(
          book: "payments", row: "\(edit.id)", expected: "\(edit.refund) given back for \(order.id)",
          found: "\(given) minor units")
      }
    }
    return nil
  }

  /// Money that cases say went back, and units that they say came back, with what the payment centre and the order say.
  private func refunds(of order: Order) async throws -> Discrepancy? {
    guard order.payment != nil else { return nil }
    let cases = try await contexts.refunds.cases(of: order.id)
    let payers = try await [order] + (Replacement(order, contexts: contexts)?.payers ?? [])
    var units: [OrderLineID: Int] = [:]
    for refund in cases where refund.state == .settled {
      if let discrepancy = try await record(of: refund, from: Set(payers.map(\.id))) { return discrepancy }
      guard refund.kind != .exchange else { continue }
      units.merge(refund.units, uniquingKeysWith: +)
    }
    // The units of a case that is under way are on their way as well.
    guard cases.allSatisfy({ [.settled, .rejected, .withdrawn, .requested].contains($0.state) }) else { return nil }
    for line in order.lines where line.returned != units[line.id] ?? 0 {
      return Discrepancy(
        book: "refunds", row: "\(line.id)", expected: "\(units[line.id] ?? 0) units taken back by settled cases",
        found: "\(line.returned) on its order")
    }
    return nil
  }

  private func record(of refund: RefundCase, from payers: Set<OrderID>) async throws -> Discrepancy? {
    for record in try await contexts.refunds.records(of: refund.id) {
      guard let id = record.refund, let payment = record.payment else { continue }
      let known = try await contexts.payments.refunds(of: payment).first { $0.id == id }
      guard known?.state == .settled, known?.amount == record.amount,
        known.map({ payers.contains($0.order) }) == true
      else {
        return Discrepancy(
          book: "refunds", row: "\(refund.id)", expected: "\(record.amount) given back as \(id)",
          found: known.map { "\($0.amount) \($0.state.rawValue)" } ?? "no such refund")
      }
    }
    return nil
  }

  /// No more units in parcels than were ordered, nor than are left of them while the order waits; and no order that waits for parcels which have left.
  private static func parcels(_ consignment: Consignment, of order: Order) -> Discrepancy? {
    // What goes back before all has left was in no parcel; later it was.
    let isWaiting = order.state == .awaitingShipment
    let ordered = Dictionary(
      order.lines.map { ($0.id, isWaiting ? $0.kept : $0.quantity.count) }, uniquingKeysWith: { first, _ in first })
    if let line = consignment.packed.first(where: { $0.value > ordered[$0.key] ?? 0 }) {
      return Discrepancy(
        book: "fulfilment", row: "\(order.id)", expected: "at most \(ordered[line.key] ?? 0) of \(line.key) in parcels",
        found: "\(line.value)")
    }
    guard consignment.isShipped, order.state == .awaitingShipment else { return nil }
    return Discrepancy(
      book: "fulfilment", row: "\(order.id)", expected: "an order that was shipped", found: "one that waits")
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
    // What was put back is what was taken, which may be less than a change had asked for in the same moment.
    if order.state == .cancelled, order.revision > 0 { return nil }
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
