import AuditLog
import Governance

/// The flows that the faces of the shop call.
public struct ShopFlows: Sendable {
  public let addToCart: AddToCart
  public let placeOrder: PlaceOrder
  public let payOrder: PayOrder
  public let cancelOrder: CancelOrder
  public let confirmReceipt: ConfirmReceipt
  public let writeReview: WriteReview
  public let enterShop: EnterShop
  public let workOrder: WorkOrder
  public let workEvents: WorkEvents
  public let readLog: ReadLog
  public let viewProduct: ViewProduct
  public let viewCart: ViewCart
  public let viewCheckout: ViewCheckout
  public let switches: Switches

  /// - Parameters:
  ///   - placeOrder: holds the shop's terms.
  ///   - gatesProducts: whether only accounts may fill a cart.
  public init(
    _ contexts: Contexts, placeOrder: PlaceOrder, workEvents: WorkEvents, log: DeedLog, terms: OrderTerms,
    gatesProducts: Bool, switches: Switches
  ) {
    self.switches = switches
    addToCart = AddToCart(contexts, isGated: gatesProducts)
    self.placeOrder = placeOrder
    payOrder = PayOrder(contexts)
    cancelOrder = CancelOrder(contexts)
    confirmReceipt = ConfirmReceipt(contexts)
    writeReview = WriteReview(contexts)
    enterShop = EnterShop(contexts)
    workOrder = WorkOrder(contexts)
    self.workEvents = workEvents
    readLog = ReadLog(log)
    viewProduct = ViewProduct(contexts)
    viewCart = ViewCart(contexts, currency: terms.currency)
    viewCheckout = ViewCheckout(contexts, currency: terms.currency)
  }
}
