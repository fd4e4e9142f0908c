import Accounts
import Carts
import Catalog
import Content
import Events
import Flows
import Fulfilment
import Imports
import Insight
import Inventory
import Logging
import Merchants
import Messages
import Orders
import Payments
import Pricing
import Refunds
import Reviews
import Search
import Settlement
import Storage
import Values

/// All contexts over one database, for tests of what stands above them.
public enum TestContexts {
  public static let migrations: [Migration] =
    Outbox.migrations + StoredAccounts.migrations + StoredDeskViews.migrations + StoredMerchants.migrations
    + StoredCatalog.migrations + StoredInventory.migrations + StoredPricing.migrations + StoredCarts.migrations
    + StoredOrders.migrations + StoredPayments.migrations + StoredRefunds.migrations + StoredFulfilment.migrations
    + StoredReviews.migrations + StoredSearch.migrations + StoredSearchRules.migrations
    + StoredSearchLedger.migrations + StoredContent.migrations + StoredInsight.migrations
    + StoredSettlement.migrations + StoredMessages.migrations

  public static let quiet = Logger(label: "tests", factory: { _ in SwiftLogNoOpLogHandler() })

  /// Parcels are followed by nobody, and what goods cost is in CNY.
  /// - Parameter providers: through whom orders are paid, besides the shop's own methods.
  public static func composed(
    over database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock, regions: RegionDirectory,
    providers: [any PaymentProvider], engine: any SearchEngine, settling policy: SettlementPolicy = SettlementPolicy(),
    stock: (StoredInventory) -> any InventoryService = { $0 }
  ) -> Contexts {
    let hashing = PasswordHashing(cost: 4)
    let accounts = StoredAccounts(
      database: database, outbox: outbox, ids: ids, clock: clock, hashing: hashing, regions: regions)
    let catalog = StoredCatalog(database: database, outbox: outbox, ids: ids, clock: clock)
    let inventory = StoredInventory(database: database, outbox: outbox, ids: ids, clock: clock)
    let payments = StoredPayments(
      database: database, outbox: outbox, ids: ids, clock: clock,
      providers: providers + [OwnMethod(.transfer, clock: clock), OwnMethod(.cash, clock: clock)],
      addresses: PaymentAddresses(publicURL: "https://shop.example"), logger: quiet)
    return Contexts(
      accounts: accounts, customers: accounts, browsing: StoredBrowsing(database: database, clock: clock),
      staff: StoredStaff(database: database, ids: ids, clock: clock, hashing: hashing),
      deskViews: StoredDeskViews(database: database, ids: ids),
      merchants: StoredMerchants(database: database, outbox: outbox, ids: ids, clock: clock),
      catalog: catalog, inventory: stock(inventory), stockroom: inventory,
      pricing: StoredPricing(database: database, outbox: outbox, clock: clock),
      coupons: StoredCoupons(database: database, ids: ids, clock: clock),
      points: StoredPoints(database: database, ids: ids, clock: clock),
      carts: StoredCarts(database: database, ids: ids, clock: clock),
      orders: StoredOrders(database: database, outbox: outbox, ids: ids, clock: clock),
      payments: payments, reconciliation: payments,
      refunds: StoredRefunds(database: database, outbox: outbox, ids: ids, clock: clock),
      fulfilment: StoredFulfilment(
        database: database, outbox: outbox, ids: ids, clock: clock, tracker: nil,
        addresses: TrackingAddresses(publicURL: "https://shop.example"), logger: quiet),
      reviews: StoredReviews(database: database, outbox: outbox, ids: ids, clock: clock),
      search: StoredSearch(database: database, engine: engine, clock: clock),
      searchRules: StoredSearchRules(database: database, ids: ids, clock: clock),
      searchLedger: StoredSearchLedger(database: database, clock: clock),
      content: StoredContent(database: database, outbox: outbox, ids: ids, clock: clock),
      shelves: catalog, imports: StoredImports(database: database, ids: ids, clock: clock),
      insight: StoredInsight(database: database, clock: clock, currency: .cny),
      settlement: StoredSettlement(database: database, ids: ids, clock: clock, policy: policy),
      messages: StoredMessages(database: database, ids: ids, clock: clock))
  }
}
