import Accounts
import Carts
import Catalog
import Fulfilment
import Content
import Imports
import Insight
import Inventory
import Merchants
import Messages
import Orders
import Payments
import Pricing
import Refunds
import Reviews
import Search
import Settlement

/// The contracts that flows and pages call, each a whole context behind it, here or in another process. One for the whole
/// shop, and a class, so that handing it on costs nothing.
public final class Contexts: Sendable {
  public let accounts: any AccountService
  public let customers: any CustomerService
  public let browsing: any BrowsingService
  public let staff: any StaffService
  public let deskViews: any DeskViewService
  public let merchants: any MerchantService
  public let catalog: any CatalogService
  public let inventory: any InventoryService
  /// The same stock, as staff work on it.
  public let stockroom: any StockroomService
  public let pricing: any PricingService
  public let coupons: any CouponService
  public let points: any PointService
  public let carts: any CartService
  public let orders: any OrderService
  public let payments: any PaymentService
  /// The same payments, held against the providers' bills.
  public let reconciliation: any ReconciliationService
  public let refunds: any RefundService
  public let fulfilment: any FulfilmentService
  public let reviews: any ReviewService
  public let search: any SearchService
  /// What people decided about ranking.
  public let searchRules: any SearchRuleService
  /// What people ask for, and what comes of it.
  public let searchLedger: any SearchLedgerService
  public let content: any ContentService
  public let shelves: any ShelfService
  public let imports: any ImportService
  public let insight: any InsightService
  public let settlement: any SettlementService
  public let messages: any MessageService

  public init(
    accounts: any AccountService, customers: any CustomerService, browsing: any BrowsingService,
    staff: any StaffService,
    deskViews: any DeskViewService, merchants: any MerchantService,
    catalog: any CatalogService, inventory: any InventoryService, stockroom: any StockroomService,
    pricing: any PricingService, coupons: any CouponService, points: any PointService, carts: any CartService,
    orders: any OrderService, payments: any PaymentService,
    reconciliation: any ReconciliationService, refunds: any RefundService,
    fulfilment: any FulfilmentService,
    reviews: any ReviewService,
    search: any SearchService,
    searchRules: any SearchRuleService,
    searchLedger: any SearchLedgerService,
    content: any ContentService,
    shelves: any ShelfService,
    imports: any ImportService,
    insight: any InsightService,
    settlement: any SettlementService,
    messages: any MessageService
  ) {
    self.accounts = accounts
    self.customers = customers
    self.browsing = browsing
    self.staff = staff
    self.deskViews = deskViews
    self.merchants = merchants
    self.catalog = catalog
    self.inventory = inventory
    self.stockroom = stockroom
    self.pricing = pricing
    self.coupons = coupons
    self.points = points
    self.carts = carts
    self.orders = orders
    self.payments = payments
    self.reconciliation = reconciliation
    self.refunds = refunds
    self.fulfilment = fulfilment
    self.reviews = reviews
    self.search = search
    self.searchRules = searchRules
    self.searchLedger = searchLedger
    self.content = content
    self.shelves = shelves
    self.imports = imports
    self.insight = insight
    self.settlement = settlement
    self.messages = messages
  }
}
