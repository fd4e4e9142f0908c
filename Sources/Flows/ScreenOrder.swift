import Accounts
import Orders
import Payments
import Values

/// Looks at an order that was just paid: it passes by itself, or waits for a person with the reasons on it.
public struct ScreenOrder: Sendable {
  /// How many of the buyer's orders say where they have things sent.
  private static let lookedAt = 50
  private static let kept: Set<OrderState> = [.awaitingReview, .awaitingShipment, .awaitingReceipt, .completed]

  private let contexts: Contexts
  private let screening: Screening
  private let clock: WallClock

  public init(_ contexts: Contexts, screening: Screening, clock: WallClock) {
    self.contexts = contexts
    self.screening = screening
    self.clock = clock
  }

  public func run(_ event: OrderPaid) async throws { try await screen(event.order) }
  public func promised(_ event: OrderPromised) async throws { try await screen(event.order) }

  private func screen(_ id: OrderID) async throws {
    guard let order = try await contexts.orders.order(id), order.state == .awaitingReview else { return }
    let reasons = screening.reasons(toHold: order, try await facts(order))
    _ = try await contexts.orders.screen(order.id, passes: screening.passes(reasons), reasons: reasons)
  }

  private func facts(_ order: Order) async throws -> ScreeningFacts {
    let since = try await contexts.accounts.account(order.buyer)?.registeredAt ?? clock.now
    let payments = try await contexts.payments.payments(of: order.id)
    // Those of other merchants in the same checkout go where it goes, and say nothing.
    let earlier = try await contexts.orders.orders(
      .buyer(order.buyer), matching: OrderFilter(states: Self.kept), PageRequest(limit: Self.lookedAt)
    ).items.filter { $0.checkout != order.checkout }
    let city = order.destination.region.city
    return ScreeningFacts(
      accountAge: .milliseconds(order.placedAt.milliseconds - since.milliseconds),
      failedPayments: payments.count { $0.state == .failed || $0.state == .closed },
      isNewPlace: !earlier.isEmpty && !earlier.contains { $0.destination.region.city == city })
  }
}
