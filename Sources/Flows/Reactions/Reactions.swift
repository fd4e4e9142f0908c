import Accounts
import Catalog
import Events
import Fulfilment
import Inventory
import Merchants
import Orders
import Payments
import Pricing
import Refunds
import Reviews
import Values

/// Who hears what: the whole of it, on one screen.
public struct Reactions: Sendable {
  private let contexts: Contexts
  private let whenPaymentCaptured: WhenPaymentCaptured
  private let whenOrderCancelled: WhenOrderCancelled
  private let whenOrderEdited: WhenOrderEdited
  private let giveBack: GiveBack
  private let screenOrder: ScreenOrder
  private let whenMoneyWentBack: WhenMoneyWentBack
  private let whenParcelHandedOver: WhenParcelHandedOver
  private let letters: WriteLetters
  private let gatherCustomers: GatherCustomers
  private let search: FeedSearch
  private let creditSearches: CreditSearches
  private let whenMerchantMoved: WhenMerchantMoved
  private let figures: FeedFigures
  private let discounts: SettleDiscounts
  private let earnPoints: EarnPoints
  private let keepBooks: KeepBooks

  public init(
    _ contexts: Contexts, whenPaymentCaptured: WhenPaymentCaptured, giveBack: GiveBack, screenOrder: ScreenOrder,
    whenMoneyWentBack: WhenMoneyWentBack, letters: WriteLetters, search: FeedSearch, furnishMerchant: FurnishMerchant,
    keepBooks: KeepBooks, points: PointTerms = .off, clock: WallClock = .system
  ) {
    self.contexts = contexts
    self.whenPaymentCaptured = whenPaymentCaptured
    self.giveBack = giveBack
    self.screenOrder = screenOrder
    whenOrderCancelled = WhenOrderCancelled(
      contexts, giveBack: giveBack, settleRefund: whenMoneyWentBack.settleRefund)
    whenOrderEdited = WhenOrderEdited(contexts, giveBack: giveBack)
    self.whenMoneyWentBack = whenMoneyWentBack
    whenParcelHandedOver = WhenParcelHandedOver(contexts)
    self.letters = letters
    gatherCustomers = GatherCustomers(contexts)
    self.search = search
    creditSearches = CreditSearches(contexts)
    whenMerchantMoved = WhenMerchantMoved(contexts, furnish: furnishMerchant, letters: letters)
    figures = FeedFigures(contexts)
    discounts = SettleDiscounts(contexts, clock: clock)
    earnPoints = EarnPoints(contexts, terms: points)
    self.keepBooks = keepBooks
  }

  /// For what people look at later: under load a hundred facts cost little more than one.
  private static let unhurried = Subscription.Gathering(pause: .milliseconds(50), limit: 100)

  /// Money and goods are back: so are coupon and points, and those that the goods had brought go.
  private func whenRefundMoved(_ event: RefundMoved) async throws {
    guard event.step == .settled else { return }
    try await discounts.run(of: event.order)
    try await earnPoints.run(event.order)
  }

  public var subscriptions: [Subscription] {
    [
      Subscription("orders.whenPaymentCaptured", to: PaymentCaptured.self, handle: whenPaymentCaptured.run),
      Subscription("payments.whenRefundFailed", to: RefundFailed.self, handle: whenPaymentCaptured.giveBackAgain),
      Subscription("payments.whenEditRefundFailed", to: RefundFailed.self, handle: giveBack.again),
      Subscription("refunds.whenRefundSettled", to: RefundSettled.self, handle: whenMoneyWentBack.settled),
      Subscription("refunds.whenRefundFailed", to: RefundFailed.self, handle: whenMoneyWentBack.failed),
      Subscription("refunds.whenOrderPaid", to: OrderPaid.self, handle: whenMoneyWentBack.exchangePaid),
      Subscription("refunds.whenProviderRefunded", to: ProviderRefunded.self, handle: whenMoneyWentBack.begunElsewhere),
      Subscription("inventory.whenOrderCancelled", to: OrderCancelled.self, handle: whenOrderCancelled.run),
      Subscription("inventory.whenOrderEdited", to: OrderEdited.self, handle: whenOrderEdited.run),
      Subscription(
        "customers.whenOrderPlaced", events: [OrderPlaced.name], gathering: Self.unhurried, memory: .durable,
        handle: gatherCustomers.whenOrdersPlaced),
      Subscription(
        "searchLedger.whenOrderPlaced", events: [OrderPlaced.name], gathering: Self.unhurried, memory: .durable,
        handle: creditSearches.whenOrdersPlaced),
      Subscription("orders.whenOrderPaid", to: OrderPaid.self, handle: screenOrder.run),
      Subscription("orders.whenOrderPromised", to: OrderPromised.self, handle: screenOrder.promised),
      Subscription("orders.whenParcelCameBack", to: ParcelMoved.self, handle: WhenParcelCameBack(contexts).run),

      Subscription("pricing.whenOrderCancelled", to: OrderCancelled.self, handle: discounts.whenCancelled),
      Subscription("pricing.whenOrderEdited", to: OrderEdited.self, handle: discounts.whenEdited),
      Subscription("pricing.whenOrderPaid", to: OrderPaid.self, handle: earnPoints.whenPaid),
      Subscription("pricing.whenOrderCompleted", to: OrderCompleted.self, handle: earnPoints.whenCompleted),
      Subscription("pricing.whenRefundMoved", to: RefundMoved.self, handle: whenRefundMoved),

      Subscription("orders.whenParcelHandedOver", to: ParcelHandedOver.self, handle: whenParcelHandedOver.run),
      Subscription("fulfilment.whenOrderCompleted", to: OrderCompleted.self, handle: whenParcelHandedOver.close),

      Subscription("merchants.whenMerchantAdmitted", to: MerchantAdmitted.self, handle: whenMerchantMoved.admitted),
      Subscription("catalog.whenMerchantMoved", to: MerchantMoved.self, handle: whenMerchantMoved.run),
      Subscription("letters.whenMerchantMoved", to: MerchantMoved.self, handle: letters.whenMerchantMoved),
      Subscription("letters.whenApplicationMoved", to: ApplicationMoved.self, handle: letters.whenApplicationMoved),

      Subscription("letters.whenAccountRegistered", to: AccountRegistered.self, handle: letters.whenAccountRegistered),
      Subscription(
        "letters.whenPasswordResetAsked", to: PasswordResetAsked.self, handle: letters.whenPasswordResetAsked),
      Subscription("letters.whenOrderPlaced", to: OrderPlaced.self, handle: letters.whenOrderPlaced),
      Subscription("letters.whenOrderPaid", to: OrderPaid.self, handle: letters.whenOrderPaid),
      Subscription("letters.whenOrderPromised", to: OrderPromised.self, handle: letters.whenOrderPromised),
      Subscription("letters.whenPaymentEnded", to: PaymentEnded.self, handle: letters.whenPaymentEnded),
      Subscription("letters.whenRefundCameBack", to: RefundCameBack.self, handle: letters.whenRefundCameBack),
      Subscription("letters.whenBalanceCredited", to: BalanceCredited.self, handle: letters.whenBalanceCredited),
      Subscription("letters.whenStrayMoneyWentBack", to: RefundSettled.self, handle: letters.whenStrayMoneyWentBack),
      Subscription("letters.whenOrderCancelled", to: OrderCancelled.self, handle: letters.whenOrderCancelled),
      Subscription("letters.whenOrderEdited", to: OrderEdited.self, handle: letters.whenOrderEdited),
      Subscription(
        "letters.whenOrderEditDismissed", to: OrderEditDismissed.self, handle: letters.whenOrderEditDismissed),
      Subscription("letters.whenOrderShipped", to: OrderShipped.self, handle: letters.whenOrderShipped),
      Subscription("letters.whenParcelMoved", to: ParcelMoved.self, handle: letters.whenParcelMoved),
      Subscription("letters.whenOrderCompleted", to: OrderCompleted.self, handle: letters.whenOrderCompleted),
      Subscription("letters.whenReviewAnswered", to: ReviewAnswered.self, handle: letters.whenReviewAnswered),
      Subscription("letters.whenRefundMoved", to: RefundMoved.self, handle: letters.whenRefundMoved),
      Subscription("letters.whenProductJudged", to: ProductJudged.self, handle: letters.whenProductJudged),

      Subscription(
        "insight.whenOrderMoved", events: FeedFigures.ofOrders, gathering: Self.unhurried, memory: .durable,
        handle: figures.whenOrdersMoved),
      Subscription(
        "insight.whenMoneyMoved", events: FeedFigures.ofMoney, gathering: Self.unhurried, memory: .durable,
        handle: figures.whenMoneyMoved),
      Subscription(
        "settlement.whenMoneyMoved", events: KeepBooks.events, gathering: Self.unhurried, memory: .durable,
        handle: keepBooks.whenMoneyMoved),
      Subscription("insight.whenAccountRegistered", to: AccountRegistered.self, handle: figures.whenAccountRegistered),

      Subscription(
        "search.whenGoodsChanged", events: GoodsChanges.events, gathering: .init(pause: .milliseconds(100), limit: 20),
        memory: .mirrored, handle: search.whenGoodsChanged),
    ]
  }
}
