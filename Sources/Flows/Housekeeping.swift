import Accounts
import Carts
import Catalog
import Fulfilment
import Insight
import Inventory
import Jobs
import Messages
import Orders
import Payments
import Search
import Values

/// The periodic work of the shop.
public struct Housekeeping: Sendable {
  private static let batch = 200
  /// A bound on one run: what is left waits for the next.
  private static let batches = 50
  /// Bills that one run compares.
  private static let days = 60
  /// What is pruned goes in slices, so that nobody else waits long for the writer.
  private static let slice = 500

  /// What ended before is forgotten: holds, checkouts, counts, notices.
  static func horizon(_ now: Timestamp) -> Timestamp { now.adding(.days(-90)) }

  private let contexts: Contexts
  private let cancelOrder: CancelOrder
  private let settlePayments: SettlePayments
  private let settleRefund: SettleRefund
  private let confirmDelivered: ConfirmDelivered
  private let clock: WallClock

  public init(
    _ contexts: Contexts, cancelOrder: CancelOrder, settlePayments: SettlePayments, settleRefund: SettleRefund,
    confirmDelivered: ConfirmDelivered,
    clock: WallClock
  ) {
    self.contexts = contexts
    self.cancelOrder = cancelOrder
    self.settlePayments = settlePayments
    self.settleRefund = settleRefund
    self.confirmDelivered = confirmDelivered
    self.clock = clock
  }

  public var jobs: [Job] {
    let contexts = contexts
    let cancelOrder = cancelOrder
    let settlePayments = settlePayments
    let settleRefund = settleRefund
    let confirmDelivered = confirmDelivered
    let clock = clock
    return [
      Job("orders.cancelOverdue", every: .seconds(10)) {
        _ = try await cancelOrder.runOverdue(now: clock.now, limit: Self.batch * Self.batches)
      },
      Job("inventory.expireHolds", every: .seconds(10)) {
        for _ in 1...Self.batches {
          guard try await contexts.inventory.expireHolds(now: clock.now, limit: Self.batch) == Self.batch else { break }
        }
      },
      Job("inventory.renewThresholds", every: .minutes(10)) {
        try await Self.inSlices { try await contexts.stockroom.renewThresholds(limit: $0) }
      },
      Job("payments.sweep", every: .seconds(5)) {
        _ = try await contexts.payments.sweep(now: clock.now, limit: Self.batch)
      },
      Job("payments.settle", every: .seconds(5)) {
        for _ in 1...Self.batches {
          guard try await settlePayments.run(now: clock.now, limit: Self.batch) == Self.batch else { break }
        }
      },
      Job("payments.reconcile", every: .minutes(5), lease: .minutes(10)) {
        _ = try await contexts.reconciliation.reconcile(now: clock.now, limit: Self.days)
      },
      Job("refunds.settle", every: .seconds(30)) {
        _ = try await settleRefund.runWaiting(now: clock.now, limit: Self.batch)
      },
      Job("fulfilment.followUp", every: .seconds(10), lease: .minutes(5)) {
        _ = try await contexts.fulfilment.followUp(now: clock.now, limit: Self.batch)
      },
      Job("pricing.endHolds", every: .seconds(30)) {
        _ = try await SettleDiscounts(contexts, clock: clock).runOverdue(now: clock.now, limit: Self.batch)
      },
      Job("catalog.turnPublications", every: .seconds(5)) {
        for _ in 1...Self.batches {
          let turned = try await contexts.catalog.turnPublications(now: clock.now, limit: Self.batch)
          guard turned == Self.batch else { break }
        }
      },
      Job("catalog.tellRenamedBrands", every: .seconds(30), lease: .minutes(5)) {
        _ = try await contexts.shelves.tellRenamedBrands(limit: Self.batch)
      },
      Job("orders.confirmDelivered", every: .minutes(10)) {
        _ = try await confirmDelivered.run(now: clock.now, limit: Self.batch * Self.batches)
      },
      Job("orders.flagUnpaid", every: .minutes(10)) {
        for _ in 1...Self.batches {
          let flagged = try await contexts.orders.flagUnpaidDifferences(now: clock.now, limit: Self.batch)
          guard flagged == Self.batch else { break }
        }
      },
      Job("carts.finish", every: .minutes(1)) {
        try await Self.finishCheckouts(contexts, frozenBefore: clock.now.adding(.minutes(-5)))
      },
      Job("carts.prune", every: .minutes(10)) {
        // Settled freezes answer repeated submits; after a day there are none.
        _ = try await contexts.carts.prune(
          settledBefore: clock.now.adding(.days(-1)), staleBefore: clock.now.adding(.days(-60)))
      },
      Job("accounts.prune", every: .hours(1)) {
        _ = try await contexts.accounts.prune()
        _ = try await contexts.staff.prune()
      },
      // Nothing to do once what was there before is gone through.
      Job("customers.gather", every: .minutes(1), lease: .minutes(5)) { try await GatherCustomers(contexts).run() },
      Job("customers.fillKeys", every: .minutes(1), lease: .minutes(5)) {
        try await Self.inSlices { try await contexts.customers.fillKeys(limit: $0) }
      },
      Job("orders.noteNames", every: .minutes(1), lease: .minutes(5)) {
        try await Self.inSlices { try await contexts.orders.noteNames(limit: $0) }
      },
      Job("reviews.findMerchants", every: .minutes(1)) { try await GatherCustomers(contexts).findMerchants() },
      Job("browsing.prune", every: .hours(1)) {
        _ = try await contexts.browsing.prune(before: clock.now.adding(.days(-60)))
      },
      Job("inventory.prune", every: .hours(1)) {
        try await Self.inSlices { try await contexts.inventory.prune(before: Self.horizon(clock.now), limit: $0) }
      },
      Job("orders.prune", every: .hours(1)) {
        try await Self.inSlices { try await contexts.orders.prune(checkoutsBefore: Self.horizon(clock.now), limit: $0) }
      },
      Job("messages.prune", every: .hours(1)) {
        try await Self.inSlices {
          try await contexts.messages.prune(writtenBefore: clock.now.adding(.days(-ReadMessages.keptDays)), limit: $0)
        }
      },
      Job("payments.placeShares", every: .minutes(1)) {
        try await Self.inSlices { try await PlaceShares(contexts).run(limit: $0) }
      },
      Job("insight.build", every: .minutes(10), lease: .hours(1)) {
        try await RebuildFigures(contexts).runIfNeeded()
      },
      Job("insight.prune", every: .hours(1)) {
        while try await contexts.insight.prune(before: ShopDay(Self.horizon(clock.now))) {
          try Task.checkCancellation()
        }
      },
      Job("search.forgetQueries", every: .hours(1)) {
        try await contexts.searchLedger.forget(
          before: ShopDay(clock.now).adding(-ReadSearchLedger.keptDays))
      },
      Job("payments.prune", every: .hours(1)) {
        try await Self.inSlices {
          try await contexts.payments.prune(
            noticesBefore: Self.horizon(clock.now), disbelievedBefore: clock.now.adding(.days(-7)), limit: $0)
        }
      },
    ]
  }

  /// Carts whose checkout broke off: what has become orders leaves them, the rest is theirs again.
  private static func finishCheckouts(_ contexts: Contexts, frozenBefore: Timestamp) async throws {
    for key in try await contexts.carts.unsettled(frozenBefore: frozenBefore, limit: batch) {
      if try await contexts.orders.orders(checkout: key.rawValue).isEmpty {
        try await contexts.carts.thaw(key, frozenBefore: frozenBefore)
      } else {
        _ = try await contexts.carts.settle(key)
      }
    }
  }

  private static func inSlices(_ prune: (_ limit: Int) async throws -> Int) async throws {
    while try await prune(slice) >= slice { try Task.checkCancellation() }
  }
}
