import Accounts
import AuditLog
import ContextKit
import Events
import Flows
import Jobs
import Orders
import Payments
import Pricing
import Refunds
import Search
import Settlement
import Storage
import TestKit
import Values

/// The whole shop in one process: its own contexts and flows over the world's database, made anew after each crash.
struct SimulatedShop: Sendable {
  static let migrations: [Migration] = DeedLog.migrations + TestContexts.migrations

  /// A point for each ¥1 and one cent of each point; half of what goods cost can be paid with them.
  static let points = PointTerms(earned: 1)

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
    let (clock, ids, quiet) = (life.stage.clock.clock, life.stage.ids, TestContexts.quiet)
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
    let desks = houses.map { house -> any PaymentProvider in
      let desk = ProviderDesk(house: house, life: life)
      return mutant?.desk(desk) ?? desk
    }
    return TestContexts.composed(
      over: database, outbox: Outbox(ids: ids, clock: clock), ids: ids, clock: clock, regions: regions,
      providers: desks,
      // Nobody searches here: the index is never opened.
      engine: LocalEngine(folder: "", clock: clock) { _ in throw StorageFault.closed },
      settling: SettlementPolicy(rhythm: .manual, holdBackDays: 0, takesFreight: true)
    ) { mutant?.stock($0) ?? $0 }
  }
}
