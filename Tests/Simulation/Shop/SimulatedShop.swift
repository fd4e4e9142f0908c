import Accounts
import AuditLog
import Carts
import Catalog
import Content
import Events
import Flows
import Fulfilment
import Governance
import Imports
import Insight
import Inventory
import Jobs
import Logging
import Mail
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
import TestKit
import Values

/// The whole shop in one process: its own contexts and flows over the world's database, made anew after each crash.
struct SimulatedShop: Sendable {
  static let migrations: [Migration] =
    DeedLog.migrations + Outbox.migrations + StoredAccounts.migrations + StoredDeskViews.migrations
    + StoredMerchants.migrations
    + StoredCatalog.migrations + StoredInventory.migrations + StoredPricing.migrations + StoredCarts.migrations
    + StoredOrders.migrations + StoredPayments.migrations + StoredRefunds.migrations + StoredFulfilment.migrations
    + StoredReviews.migrations + StoredSearch.migrations + StoredSearchRules.migrations
    + StoredSearchLedger.migrations + StoredContent.migrations + StoredInsight.migrations
    + StoredSettlement.migrations + StoredMessages.migrations

  /// A point for each ¥1 and one cent of each point; half of what goods cost can be paid with them.
  static let points = PointTerms(earned: 1)
  static let quiet = Logger(label: "simulation", factory: { _ in SwiftLogNoOpLogHandler() })

  let life: Life
  let database: SimulatedDatabase
  let contexts: Contexts
  let placeOrder: PlaceOrder
  let cancelOrder: CancelOrder
  let reviewOrder: ReviewOrder
  let refundOrder: RefundOrder
  let workRefund: WorkRefund
  let settlePayments: SettlePayments
  let courier: Courier
  let log: DeedLog
  /// The shop's periodic work, by name.
  private let jobs: [String: Job]

  init(_ life: Life, storage: WorldStorage, houses: [ProviderHouse], regions: RegionDirectory, mutant: Mutant?) {
    let (clock, ids, quiet) = (life.stage.clock.clock, life.stage.ids, Self.quiet)
    self.life = life
    database = SimulatedDatabase(storage: storage, life: life)
    contexts = Self.contexts(life, database, houses: houses, regions: regions, mutant: mutant)
    placeOrder = PlaceOrder(
      contexts, regions: regions, terms: OrderTerms(points: Self.points), ids: ids, clock: clock, logger: quiet)
    cancelOrder = CancelOrder(contexts)
    reviewOrder = ReviewOrder(contexts, regions: regions, differenceTime: .hours(72), ids: ids, clock: clock)
    let settleRefund = SettleRefund(
      contexts, replace: ReplaceGoods(contexts, ids: ids, clock: clock), logger: quiet)
    refundOrder = RefundOrder(
      contexts, policy: StandardRefundPolicy(), settleRefund: settleRefund, clock: clock, logger: quiet)
    workRefund = WorkRefund(contexts, settleRefund: settleRefund)
    let captured = WhenPaymentCaptured(contexts, clock: clock, logger: quiet)
    settlePayments = SettlePayments(contexts, whenPaymentCaptured: captured, logger: quiet)
    let keepBooks = KeepBooks(contexts, logger: quiet)
    let housekeeping = Housekeeping(
      contexts, cancelOrder: cancelOrder, settlePayments: settlePayments, settleRefund: settleRefund,
      confirmDelivered: ConfirmDelivered(contexts, afterDays: 10, logger: quiet), clock: clock)
    jobs = Dictionary(
      (housekeeping.jobs + keepBooks.jobs).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    log = DeedLog(database: database, clock: clock)
    let reactions = Reactions(
      contexts, whenPaymentCaptured: captured, giveBack: GiveBack(contexts, logger: quiet),
      screenOrder: ScreenOrder(contexts, screening: Screening(limit: nil, rules: []), clock: clock),
      whenMoneyWentBack: WhenMoneyWentBack(contexts, settleRefund: settleRefund),
      letters: WriteLetters(
        contexts, letters: NoLetters(), mailer: NoLetters(),
        terms: ReturnTerms(policy: StandardRefundPolicy(), confirmAfterDays: 10)),
      search: FeedSearch(contexts), furnishMerchant: FurnishMerchant(contexts, currency: .cny),
      keepBooks: keepBooks, points: Self.points, clock: clock)
    courier = Courier(reactions.subscriptions, database: database, deaf: mutant?.deaf)
  }

  func run(_ job: String) async throws { try await jobs[job]?.run() }

  private static func contexts(
    _ life: Life, _ database: SimulatedDatabase, houses: [ProviderHouse], regions: RegionDirectory, mutant: Mutant?
  ) -> Contexts {
    let (clock, ids) = (life.stage.clock.clock, life.stage.ids)
    let outbox = Outbox(ids: ids, clock: clock)
    let hashing = PasswordHashing(cost: 4)
    let inventory = StoredInventory(database: database, outbox: outbox, ids: ids, clock: clock)
    let accounts = StoredAccounts(
      database: database, outbox: outbox, ids: ids, clock: clock, hashing: hashing, regions: regions)
    let catalog = StoredCatalog(database: database, outbox: outbox, ids: ids, clock: clock)
    let payments = Self.payments(life, database, outbox, houses: houses, mutant: mutant)
    return Contexts(
      accounts: accounts, customers: accounts, browsing: StoredBrowsing(database: database, clock: clock),
      staff: StoredStaff(database: database, ids: ids, clock: clock, hashing: hashing),
      deskViews: StoredDeskViews(database: database, ids: ids),
      merchants: StoredMerchants(database: database, outbox: outbox, ids: ids, clock: clock),
      catalog: catalog, inventory: mutant?.stock(inventory) ?? inventory, stockroom: inventory,
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
      // Nobody searches here: the index is never opened.
      search: StoredSearch(
        database: database, engine: LocalEngine(folder: "", clock: clock) { _ in throw StorageFault.closed },
        clock: clock),
      searchRules: StoredSearchRules(database: database, ids: ids, clock: clock),
      searchLedger: StoredSearchLedger(database: database, clock: clock),
      content: StoredContent(database: database, outbox: outbox, ids: ids, clock: clock),
      shelves: catalog, imports: StoredImports(database: database, ids: ids, clock: clock),
      insight: StoredInsight(database: database, clock: clock, currency: .cny),
      settlement: StoredSettlement(
        database: database, ids: ids, clock: clock,
        policy: SettlementPolicy(rhythm: .manual, holdBackDays: 0, takesFreight: true)),
      messages: StoredMessages(database: database, ids: ids, clock: clock))
  }
}

extension SimulatedShop {
  /// Providers at their desks, then the shop's own methods.
  private static func payments(
    _ life: Life, _ database: SimulatedDatabase, _ outbox: Outbox, houses: [ProviderHouse], mutant: Mutant?
  ) -> StoredPayments {
    let clock = life.stage.clock.clock
    let desks = houses.map { house -> any PaymentProvider in
      let desk = ProviderDesk(house: house, life: life)
      return mutant?.desk(desk) ?? desk
    }
    let own: [any PaymentProvider] = [OwnMethod(.transfer, clock: clock), OwnMethod(.cash, clock: clock)]
    return StoredPayments(
      database: database, outbox: outbox, ids: life.stage.ids, clock: clock, providers: desks + own,
      addresses: PaymentAddresses(publicURL: "https://shop.example"), logger: quiet)
  }
}

private struct NoLetters: LetterWriter, Mailer {
  func letter(_ occasion: Occasion, to account: Account) throws -> Letter? { nil }
  func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter? { nil }
  func letter(_ news: MerchantNews) throws -> Letter? { nil }
  func message(_ occasion: Occasion, to account: Account) throws -> MessageDraft? { nil }
  func message(_ occasion: Occasion, to merchant: Merchant) throws -> MessageDraft? { nil }
  func message(_ news: MerchantNews) throws -> MessageDraft? { nil }
  func send(_ letter: Letter) async throws {}
}
