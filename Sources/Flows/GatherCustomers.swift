import Accounts
import Catalog
import Events
import Orders
import Reviews
import Values

/// Keeps in mind who ordered from whom, so that a merchant's customers can be listed: of each order when it is placed, and
/// once of all that were placed before anybody kept it.
public struct GatherCustomers: Sendable {
  private static let batch = 100
  /// A bound on one run: what is left waits for the next.
  private static let batches = 100

  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  func whenOrdersPlaced(_ envelopes: [EventEnvelope]) async throws {
    let ids = try envelopes.map { try $0.decode(OrderPlaced.self).order }
    try await contexts.customers.noteOrders(try await contexts.orders.orders(ids).map { CustomerOrder($0) })
  }

  public func run() async throws {
    guard let gathered = try await contexts.customers.gathered() else { return }
    var filter = OrderFilter()
    filter.isOldestFirst = true
    var place = gathered.place
    for _ in 1...Self.batches {
      let page = try await contexts.orders.orders(
        .platform, matching: filter, PageRequest(limit: Self.batch, after: place))
      try await contexts.customers.noteOrders(page.items.map { CustomerOrder($0) })
      try await contexts.customers.noteGathered(upTo: page.next)
      guard let next = page.next else { return }
      place = next
    }
  }

  /// Whose goods reviews are about that were written before that was kept.
  public func findMerchants() async throws {
    for _ in 1...Self.batches {
      let products = try await contexts.reviews.productsWithoutMerchant()
      let known = try await contexts.catalog.products(products).mapValues(\.merchant)
      guard !known.isEmpty else { return }
      try await contexts.reviews.assign(known)
    }
  }
}

extension CustomerOrder {
  fileprivate init(_ order: Order) {
    self.init(buyer: order.buyer, merchant: order.merchant, placedAt: order.placedAt)
  }
}
