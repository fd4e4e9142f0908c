import Accounts
import Insight
import Orders
import Payments
import Values

/// Reads the books from one end to the other, as the figures take them.
struct FigureWalk: Sendable {
  private static let perPage = 100
  /// How much older than what it moves on a day an order or a payment may be.
  static let reach: Duration = .days(90)

  let contexts: Contexts
  /// What is older is left out; nil reads all.
  let since: Timestamp?

  /// Hands over one page after another.
  func run(_ body: ([FigureSource]) async throws -> Void) async throws {
    try await orders(body)
    try await payments(body)
    try await refunds(body)
    try await accounts(body)
  }

  private var reached: Timestamp? { since?.adding(.zero - Self.reach) }

  private func orders(_ body: ([FigureSource]) async throws -> Void) async throws {
    let filter = OrderFilter(placedFrom: reached)
    try await pages({ try await contexts.orders.orders(.platform, matching: filter, $0) }) { orders in
      try await body(try await contexts.figures(of: orders))
    }
  }

  private func payments(_ body: ([FigureSource]) async throws -> Void) async throws {
    let filter = PaymentFilter(openedFrom: reached)
    try await pages({ try await contexts.payments.payments(.platform, matching: filter, $0) }) { payments in
      let captured = payments.filter { $0.capturedAt != nil }
      let sales = try await contexts.sales(of: captured.flatMap(\.shares).map(\.order))
      try await body(
        captured.map { payment in
          FigureSource(
            captured: payment.id, payment.shares, at: payment.capturedAt ?? payment.openedAt, sales: sales)
        })
    }
  }

  private func refunds(_ body: ([FigureSource]) async throws -> Void) async throws {
    let filter = RefundFilter(state: .settled, requestedFrom: reached)
    try await pages({ try await contexts.payments.refunds(.platform, matching: filter, $0) }) { refunds in
      let sales = try await contexts.sales(of: refunds.map(\.order))
      try await body(
        refunds.map { refund in
          FigureSource(
            refund: refund.id, refund.amount, at: refund.settledAt ?? refund.requestedAt,
            sale: sales[refund.order])
        })
    }
  }

  private func accounts(_ body: ([FigureSource]) async throws -> Void) async throws {
    // As far back as the others: whatever broke off before may have forgotten days from before these.
    let since = reached ?? Timestamp(milliseconds: 0)
    try await pages({ try await contexts.accounts.accounts(registeredSince: since, $0) }) { accounts in
      try await body(accounts.map { FigureSource(account: $0.id, registeredAt: $0.registeredAt) })
    }
  }

  private func pages<Item: Sendable>(
    _ read: (PageRequest) async throws -> Page<Item>, _ body: ([Item]) async throws -> Void
  ) async throws {
    var next: Cursor?
    repeat {
      try Task.checkCancellation()
      let page = try await read(PageRequest(limit: Self.perPage, after: next))
      try await body(page.items)
      next = page.next
    } while next != nil
  }
}
