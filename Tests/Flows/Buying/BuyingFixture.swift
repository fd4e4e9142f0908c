import Accounts
import Carts
import Catalog
import ContextKit
import Events
import Flows
import Foundation
import Fulfilment
import Inventory
import Jobs
import Logging
import Merchants
import Orders
import Payments
import Pricing
import Refunds
import Storage
import TestKit
import Testing
import Values

/// All contexts over one database, with two merchants' goods, a buyer, and a provider on paper. Facts wait in the outbox
/// until `settle`.
struct BuyingFixture: Sendable {
  static let stock = 50

  let store: TestStore
  let provider: PaperProvider
  let contexts: Contexts
  let bus: InProcessBus
  let relay: OutboxRelay
  let letters: DeadLetters
  let whenPaymentCaptured: WhenPaymentCaptured
  let cancelOrder: CancelOrder
  let reviewOrder: ReviewOrder
  let settleRefund: SettleRefund
  let refundOrder: RefundOrder
  let workRefund: WorkRefund
  let buyer: AccountID
  let address: AddressID
  /// One of each merchant.
  let variants: [VariantID]
  let points: PointTerms
  private let regions: RegionDirectory
  let logger: Logger
  var quiet: Logger { logger }

  /// - Parameter screening: none passes by itself, and nothing makes one odd.
  init(
    price: Int64 = 8800, secondPrice: Int64? = nil, screening: Screening = Screening(limit: nil, rules: []),
    points: PointTerms = .off
  ) async throws {
    self.points = points
    store = try await TestStore(TestContexts.migrations)
    provider = try PaperProvider()
    regions = try RegionDirectory.load()
    let quiet = TestContexts.quiet
    logger = quiet
    let contexts = TestContexts.composed(
      over: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock, regions: regions,
      providers: [provider], engine: store.searchEngine)
    self.contexts = contexts
    whenPaymentCaptured = WhenPaymentCaptured(contexts, clock: store.clock.clock, logger: quiet)
    cancelOrder = CancelOrder(contexts)
    reviewOrder = ReviewOrder(
      contexts, regions: regions, differenceTime: .hours(72), ids: store.ids, clock: store.clock.clock)
    settleRefund = SettleRefund(
      contexts, replace: ReplaceGoods(contexts, ids: store.ids, clock: store.clock.clock), logger: quiet)
    refundOrder = RefundOrder(
      contexts, policy: StandardRefundPolicy(), settleRefund: settleRefund, clock: store.clock.clock, logger: quiet)
    workRefund = WorkRefund(contexts, settleRefund: settleRefund)
    bus = InProcessBus(
      database: store.database, clock: store.clock.clock, logger: quiet,
      patience: Patience(attempts: 2, sleep: { _ in await Task.yield() }))
    relay = OutboxRelay(database: store.database, outbox: store.outbox, bus: bus, logger: quiet)
    letters = DeadLetters(database: store.database, bus: bus, clock: store.clock.clock)
    let reactions = Reactions(
      contexts, whenPaymentCaptured: whenPaymentCaptured, giveBack: GiveBack(contexts, logger: quiet),
      screenOrder: ScreenOrder(contexts, screening: screening, clock: store.clock.clock),
      whenMoneyWentBack: WhenMoneyWentBack(contexts, settleRefund: settleRefund),
      letters: WriteLetters(
        contexts, letters: NoLetters(), mailer: NoLetters(),
        terms: ReturnTerms(policy: StandardRefundPolicy(), confirmAfterDays: 10)),
      search: FeedSearch(contexts), furnishMerchant: FurnishMerchant(contexts, currency: .cny),
      keepBooks: KeepBooks(contexts, logger: quiet), points: points, clock: store.clock.clock)
    for subscription in reactions.subscriptions where subscription.memory == .durable { bus.subscribe(subscription) }

    let account = try await contexts.accounts.register(
      Registration(email: "lin@example.com", password: "correct horse", name: "lin", language: .en))
    buyer = account.id
    address = try await contexts.accounts.addAddress(
      AddressDraft(recipient: "lin", phone: "13800138000", region: "310115", street: "1 Century Avenue"),
      to: account.id
    ).id
    var variants: [VariantID] = []
    for (slug, minor) in [("kiln", price), ("reed", secondPrice ?? price)] {
      variants.append(try await Self.goods(of: slug, minor: minor, in: contexts))
    }
    self.variants = variants
  }

  private static func goods(of slug: String, minor: Int64, in contexts: Contexts) async throws -> VariantID {
    let name = LocalizedText(en: slug, zhHans: slug)
    let handle = try #require(Slug(rawValue: slug))
    let merchant = try await contexts.merchants.open(
      MerchantDraft(slug: handle, name: name, email: "\(slug)@example.com"))
    try await contexts.pricing.saveFreightTemplate(
      FreightTemplate(
        merchant: merchant.id, name: name,
        zones: [
          FreightZone(firstGrams: 1000, firstFee: .zero(.cny), nextGrams: 1000, nextFee: .zero(.cny), freeFrom: nil)
        ]))
    let category = try await contexts.catalog.saveCategory(
      CategoryDraft(slug: try #require(Slug(rawValue: "tea")), name: name))
    let product = try await contexts.catalog.save(
      ProductDraft(
        merchant: merchant.id, handle: handle,
        content: ProductContent(
          title: name, introduction: LocalizedText(), category: category.id, brand: nil, options: [], attributes: []),
        variants: [VariantDraft(sku: slug, choice: [], weightGrams: 400)], isPublished: true)
    ).product
    let variant = product.variants[0].id
    let location = try await contexts.inventory.location(named: "Main", of: merchant.id)
    try await contexts.pricing.setPrices([
      PriceChange(variant: variant, price: Price(sale: Money(minor: minor, currency: .cny)))
    ])
    try await contexts.inventory.count(
      [StockCount(variant: variant, location: location.id, onHand: stock)], key: slug, by: .system)
    return variant
  }
}

extension BuyingFixture {
  /// Runs one of the periodic jobs.
  func run(_ job: String) async throws {
    let jobs = Housekeeping(
      contexts, cancelOrder: cancelOrder,
      settlePayments: SettlePayments(contexts, whenPaymentCaptured: whenPaymentCaptured, logger: logger),
      settleRefund: settleRefund, confirmDelivered: ConfirmDelivered(contexts, afterDays: 10, logger: logger),
      clock: store.clock.clock
    ).jobs
    try await #require(jobs.first { $0.name == job }).run()
  }

  func placeOrder(_ contexts: Contexts? = nil) -> PlaceOrder {
    PlaceOrder(
      contexts ?? self.contexts, regions: regions, terms: OrderTerms(points: points), ids: store.ids,
      clock: store.clock.clock,
      logger: logger)
  }

  /// Puts one unit of each into the buyer's cart, and says how to order it.
  func filledCart(_ wanted: [VariantID]? = nil) async throws -> PlaceOrder.Input {
    var version = 0
    for variant in wanted ?? [variants[0]] {
      version = try await AddToCart(contexts, isGated: false).run(variant, .one, to: .account(buyer)).version
    }
    return PlaceOrder.Input(account: buyer, cartVersion: version, address: address, note: "", dueSeen: nil)
  }

  func place(_ wanted: [VariantID]? = nil) async throws -> [Order] {
    try await placeOrder().run(try await filledCart(wanted))
  }

  func opened(_ orders: [Order]) async throws -> Payment {
    try await contexts.payments.open(
      OpenPayment(
        method: provider.method, payer: buyer,
        shares: orders.map { OpenPayment.Share(order: $0.id, amount: $0.amounts.due) }, subject: "Teapot",
        language: .en, expiresAt: store.clock.now.adding(.minutes(30)))
    ).payment
  }

  /// The money has come, and nobody has heard of it yet.
  func captured(_ payment: Payment) async throws -> PaymentCaptured {
    provider.set { $0.states[payment.id.description] = .captured }
    _ = try await contexts.payments.refresh(payment.id)
    let told = try await store.toldEvents().last { $0.name == PaymentCaptured.name }
    return try #require(try told?.decode(PaymentCaptured.self))
  }

  func paid(_ orders: [Order]) async throws -> PaymentCaptured { try await captured(try await opened(orders)) }

  /// Delivers what waits in the outbox.
  func settle() async throws { try await relay.drain() }

  func state(_ order: Order) async throws -> OrderState? { try await contexts.orders.order(order.id)?.state }
  func level(_ variant: VariantID) async throws -> StockLevel? {
    try await contexts.inventory.stock(of: [variant])[variant]
  }
  func cart() async throws -> Cart { try await contexts.carts.cart(of: .account(buyer)) }

  /// Makes a statement on the table fail until `mend`, as a crash or a lost connection would.
  func breakUpdates(of table: StaticString) async throws {
    try await store.database.write { transaction in
      _ = try transaction.execute(TestEngine.current.refuse("UPDATE", on: "\(table)"))
    }
  }

  func mend() async throws {
    try await store.database.write { _ = try $0.execute("DROP TRIGGER broken") }
  }
}
