import AuditLog
import Flows
import Fulfilment
import Insight
import Inventory
import Orders
import Payments
import Pricing
import Refunds
import Reviews
import Settlement
import TestKit
import Values

/// What must hold at the end of every world, whatever happened in it: the shop's books among themselves, as `martlet audit`
/// looks at them, with those of the providers, and with what lies on the shelves and in buyers' balances.
struct Books: Sendable {
  let world: World
  let shop: SimulatedShop

  /// In words; none where all of it holds.
  func faults() async throws -> [String] {
    var faults = try await audited()
    let contexts = shop.contexts
    let orders = try await contexts.orders.orders(.platform, matching: OrderFilter(), PageRequest(limit: 100)).items
    let payments = try await contexts.payments.payments(
      .platform, matching: PaymentFilter(), PageRequest(limit: 100)
    ).items
    let refunds = try await contexts.payments.refunds(of: payments.map(\.id))
    var cases: [OrderID: [RefundCase]] = [:]
    for order in orders { cases[order.id] = try await contexts.refunds.cases(of: order.id) }
    for payment in payments { faults += try await money(of: payment, refunds.filter { $0.payment == payment.id }) }
    faults += strangers(payments)
    for order in orders { faults += paid(order, payments, refunds, cases[order.id] ?? []) }
    faults += try await balances(payments, refunds) + owedToBuyers() + lying(orders, payments, refunds)
    return try await faults + goods(orders, cases)
  }

  private func audited() async throws -> [String] {
    let (contexts, clock, habits) = (shop.contexts, world.stage.clock.clock, world.stage.habits)
    var found = try await contexts.inventory.audit() + contexts.orders.audit() + contexts.payments.audit()
    found += try await contexts.refunds.audit() + contexts.fulfilment.audit() + contexts.settlement.audit()
    found += try await contexts.coupons.audit() + contexts.points.audit() + contexts.reviews.audit()
    found += try await AuditBooks(contexts, clock: clock).run() + AuditSettlement(contexts, clock: clock).run()
    found += try await AuditDiscounts(contexts, clock: clock).run()
    if habits.keepsFigures {
      found += try await contexts.insight.audit() + AuditFigures(contexts, clock: clock).run()
    }
    var faults = found.map { "\($0.book) \($0.row): \($0.expected), found \($0.found)" }
    if let fault = try await shop.log.verify().fault { faults.append("the log: \(fault)") }
    return faults
  }

  /// What the shop says of a payment is what its provider says of it, or what staff found.
  private func money(of payment: Payment, _ refunds: [Refund]) async throws -> [String] {
    var faults: [String] = []
    let claimed = refunds.filter { $0.state != .failed }.reduce(Int64(0)) { $0 + $1.amount.minor }
    if claimed > payment.amount.minor { faults.append("\(payment.id): \(claimed) of \(payment.amount.minor) go back") }
    for share in payment.shares {
      let own = refunds.filter { $0.order == share.order && $0.state != .failed }.reduce(Int64(0)) {
        $0 + $1.amount.minor
      }
      if own > share.amount.minor { faults.append("\(payment.id): more than its share goes back for \(share.order)") }
    }
    if let house = world.houses.first(where: { $0.method == payment.method }) {
      faults += money(of: payment, refunds, at: house)
    } else if payment.state.hasMoney, payment.method == .cash || payment.method == .transfer {
      let receipts = try await shop.contexts.payments.receipts(of: payment.id)
      let found = receipts.reduce(Int64(0)) { $0 + $1.amount.minor } - world.paidBack(of: payment.id)
      if found != payment.atProvider.minor {
        faults.append("of \(payment.id) was found \(found), by the books \(payment.atProvider)")
      }
    }
    return faults
  }

  private func money(of payment: Payment, _ refunds: [Refund], at house: ProviderHouse) -> [String] {
    var faults: [String] = []
    let trade = house.trade(payment.id.description)
    if payment.state.hasMoney, payment.atProvider.isPositive, trade?.state != .captured {
      faults.append("\(payment.id) is \(payment.state.rawValue), and nobody paid it")
    }
    guard let trade, trade.state == .captured else { return faults }
    if !payment.state.hasMoney { faults.append("\(payment.id) is paid and stands as \(payment.state.rawValue)") }
    if trade.amount != payment.atProvider {
      faults.append("\(payment.id) has \(payment.atProvider) at its provider, who has \(trade.amount)")
    }
    let returned = refunds.filter { $0.state == .settled }.reduce(Int64(0)) { $0 + $1.atProvider.minor }
    if trade.returned != returned {
      faults.append("of \(payment.id) went back \(trade.returned), by the books \(returned)")
    }
    return faults
  }

  /// Money at a provider of which the shop has no payment.
  private func strangers(_ payments: [Payment]) -> [String] {
    let known = Set(payments.map(\.id.description))
    return world.houses.flatMap(\.trades).filter { !known.contains($0.number) }.map { "\($0.number) is nobody's" }
  }

  /// What is kept of an order's money is what it says is paid, from one payment.
  private func paid(_ order: Order, _ payments: [Payment], _ refunds: [Refund], _ cases: [RefundCase]) -> [String] {
    var faults: [String] = []
    var kept: [PaymentID: Int64] = [:]
    for payment in payments where payment.state.hasMoney {
      guard let share = payment.shares.first(where: { $0.order == order.id }) else { continue }
      let back = refunds.filter { $0.payment == payment.id && $0.order == order.id && $0.state == .settled }
      let rest = share.amount.minor - back.reduce(0) { $0 + $1.amount.minor }
      if rest != 0 { kept[payment.id] = rest }
    }
    if kept.count > 1 { faults.append("\(order.id) is paid \(kept.count) times") }
    let sum = kept.values.reduce(0, +)
    if order.state == .cancelled || order.state == .awaitingPayment {
      if sum != 0 { faults.append("\(order.id) is \(order.state.rawValue), and \(sum) of its money is kept") }
      return faults
    }
    let settled = cases.filter { $0.state == .settled }.reduce(Int64(0)) { $0 + ($1.granted?.minor ?? 0) }
    if sum != order.amounts.paid.minor - settled {
      faults.append("\(order.id) has \(order.amounts.paid.minor), gave back \(settled) and keeps \(sum)")
    }
    return faults
  }

  /// What isn't in a buyer's balance any more paid for something, and nothing came into it but what was given back.
  private func balances(_ payments: [Payment], _ refunds: [Refund]) async throws -> [String] {
    var faults: [String] = []
    for buyer in world.town.buyers {
      let own = payments.filter { $0.payer == buyer.account }
      let spent = own.filter { $0.state.hasMoney || $0.state.isOpen }.reduce(Int64(0)) { $0 + $1.fromBalance.minor }
      let known = Set(own.map(\.id))
      let back = refunds.filter { known.contains($0.payment) && $0.state == .settled }.reduce(Int64(0)) {
        $0 + $1.toBalance.minor
      }
      let balance = try await shop.contexts.payments.balance(of: buyer.account, in: .cny).minor
      if balance != Town.credit - spent + back {
        faults.append("\(buyer.account) spent \(spent), got back \(back) and has \(balance)")
      }
    }
    return faults
  }

  /// What the shop owes its buyers by the merchants' books is what they have.
  private func owedToBuyers() async throws -> [String] {
    let booked = try await shop.contexts.settlement.balances().first { $0.account == .storeCredit }?.amount.minor ?? 0
    var owed: Int64 = 0
    for buyer in world.town.buyers {
      owed += try await shop.contexts.payments.balance(of: buyer.account, in: .cny).minor
    }
    return booked == -owed ? [] : ["\(owed) is owed to buyers, and \(-booked) by the books"]
  }

  /// What lies at providers, and with the shop, is what the merchants' books have there and say that providers kept; and
  /// nothing is unclear once all that was begun came to its end, and lost is what was written off and hasn't come.
  private func lying(_ orders: [Order], _ payments: [Payment], _ refunds: [Refund]) async throws -> [String] {
    var booked: [BookAccount: Int64] = [:]
    for balance in try await shop.contexts.settlement.balances() { booked[balance.account] = balance.amount.minor }
    let givenUp = Set(orders.filter(\.wasWrittenOff).map(\.id))
    var lost: Int64 = 0
    let trades = world.houses.flatMap(\.trades).filter { $0.state == .captured }
    var there = trades.reduce(Int64(0)) { $0 + $1.amount.minor - $1.returned }
    for payment in payments where payment.method == .cash || payment.method == .transfer {
      let receipts = try await shop.contexts.payments.receipts(of: payment.id)
      let found = receipts.reduce(Int64(0)) { $0 + $1.amount.minor } - world.paidBack(of: payment.id)
      there += found
      if !receipts.isEmpty, !payment.state.hasMoney, payment.shares.contains(where: { givenUp.contains($0.order) }) {
        lost += payment.amount.minor - found
      }
      there -= refunds.filter { $0.payment == payment.id && $0.state == .settled }.reduce(Int64(0)) {
        $0 + $1.atProvider.minor
      }
    }
    var faults: [String] = []
    if let unclear = booked[.unclear], unclear != 0 { faults.append("\(unclear) is unclear") }
    if booked[.losses] ?? 0 != lost { faults.append("\(lost) is lost, \(booked[.losses] ?? 0) by the books") }
    let said = (booked[.providerClearing] ?? 0) + (booked[.fees] ?? 0)
    if said != there { faults.append("\(there) lies at providers and with the shop, \(said) by the books") }
    return faults
  }

  /// What isn't on the shelves is with those who paid for it or will at the door, and nothing is held for anybody.
  private func goods(_ orders: [Order], _ cases: [OrderID: [RefundCase]]) async throws -> [String] {
    var sold: [VariantID: Int] = [:]
    for order in orders where order.state != .cancelled && order.state != .awaitingPayment {
      for line in order.lines { sold[line.variant, default: 0] += line.quantity.count }
      for refund in cases[order.id] ?? [] where refund.stopsShipping && Self.tookBack.contains(refund.state) {
        for line in refund.lines { sold[line.variant, default: 0] -= line.quantity.count }
      }
    }
    let levels = try await shop.contexts.inventory.stock(of: world.town.variants)
    return world.town.variants.compactMap { variant in
      let level = levels[variant] ?? StockLevel.none
      let expected = Town.stock - (sold[variant] ?? 0)
      guard level.onHand != expected || level.held != 0 else { return nil }
      return "\(variant): \(expected) should be on hand, \(level.onHand) are, \(level.held) held"
    }
  }

  /// Goods that never left are back before their money goes.
  private static let tookBack: Set<RefundCase.State> = [.sent, .settled, .failed]
}
