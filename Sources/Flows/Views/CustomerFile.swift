import Accounts
import Catalog
import Orders
import Refunds
import Reviews
import Values

/// All that a profile of a customer shows beside who it is: what was bought, asked back and said, at the staff's merchant or
/// anywhere.
public struct CustomerFile: Sendable {
  private static let most = 10

  public let row: CustomerRow
  public let refunded: [Money]
  /// Newest first, as all below.
  public let orders: Page<Order>
  public let refunds: [RefundCase]
  /// Those whose refunds stand above.
  public let refundedOrders: [OrderID: Order]
  public let reviews: [ReviewRow]
  public let notes: Page<CustomerNote>
  /// Of staff of the platform alone: a merchant sees where its own orders go.
  public let addresses: [Address]
  public let sessions: [CustomerSession]

  /// Throws as `WorkCustomers.customer`.
  public init(
    of id: AccountID, orders ordersAfter: Cursor?, notes notesAfter: Cursor?, for staff: Staff, contexts: Contexts
  ) async throws {
    let work = WorkCustomers(contexts)
    let merchant = staff.merchant
    row = try await work.customer(id, for: staff)
    refunded = try await contexts.refunds.refunded(to: [id], by: merchant)[id] ?? []
    orders = try await contexts.orders.orders(
      of: id, at: merchant, PageRequest(limit: Self.most, after: ordersAfter))
    refunds = try await contexts.refunds.cases(of: id, at: merchant, PageRequest(limit: Self.most)).items
    let shown = try await contexts.orders.orders(Array(Set(refunds.map(\.order))))
    refundedOrders = Dictionary(shown.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var filter = ReviewFilter()
    filter.author = id
    let written = try await contexts.reviews.reviews(
      WorkReviews.scope(of: staff), matching: filter, PageRequest(limit: Self.most)
    ).items
    let products = try await contexts.catalog.products(Array(Set(written.map(\.product))))
    reviews = written.map { ReviewRow(review: $0, product: products[$0.product]) }
    notes = try await work.notes(on: id, PageRequest(limit: Self.most, after: notesAfter), for: staff)
    addresses = merchant == nil ? try await contexts.accounts.addresses(of: id) : []
    sessions = merchant == nil ? try await work.sessions(of: id, for: staff) : []
  }
}
