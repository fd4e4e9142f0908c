import Accounts
import Catalog
import Events
import Inventory
import Orders
import Payments
import Pricing
import Reviews
import Values

/// Who hears what: the whole of it, on one screen.
public struct Reactions: Sendable {
  private let contexts: Contexts
  private let whenPaymentCaptured: WhenPaymentCaptured
  private let whenOrderCancelled: WhenOrderCancelled
  private let letters: WriteLetters
  private let search: FeedSearch

  public init(
    _ contexts: Contexts, whenPaymentCaptured: WhenPaymentCaptured, whenOrderCancelled: WhenOrderCancelled,
    letters: WriteLetters, search: FeedSearch
  ) {
    self.contexts = contexts
    self.whenPaymentCaptured = whenPaymentCaptured
    self.whenOrderCancelled = whenOrderCancelled
    self.letters = letters
    self.search = search
  }

  public var subscriptions: [Subscription] {
    [
      Subscription("orders.whenPaymentCaptured", to: PaymentCaptured.self, handle: whenPaymentCaptured.run),
      Subscription("payments.whenRefundFailed", to: RefundFailed.self, handle: whenPaymentCaptured.giveBackAgain),
      Subscription("inventory.whenOrderCancelled", to: OrderCancelled.self, handle: whenOrderCancelled.run),

      Subscription("letters.whenAccountRegistered", to: AccountRegistered.self, handle: letters.whenAccountRegistered),
      Subscription(
        "letters.whenPasswordResetAsked", to: PasswordResetAsked.self, handle: letters.whenPasswordResetAsked),
      Subscription("letters.whenOrderPlaced", to: OrderPlaced.self, handle: letters.whenOrderPlaced),
      Subscription("letters.whenOrderPaid", to: OrderPaid.self, handle: letters.whenOrderPaid),
      Subscription("letters.whenOrderCancelled", to: OrderCancelled.self, handle: letters.whenOrderCancelled),
      Subscription("letters.whenOrderShipped", to: OrderShipped.self, handle: letters.whenOrderShipped),
      Subscription("letters.whenOrderCompleted", to: OrderCompleted.self, handle: letters.whenOrderCompleted),

      Subscription(
        "search.whenGoodsChanged", events: GoodsChanges.events, gathering: .init(pause: .milliseconds(100), limit: 20),
        memory: .mirrored, handle: search.whenGoodsChanged),
    ]
  }
}
