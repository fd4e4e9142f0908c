import AuditLog
import Accounts
import Files
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
  public let reviewOrder: ReviewOrder
  public let refundOrder: RefundOrder
  public let workRefund: WorkRefund
  public let workShipping: WorkShipping
  public let workCarriers: WorkCarriers
  public let workEvents: WorkEvents
  public let readLog: ReadLog
  public let workStaff: WorkStaff
  public let editContent: EditContent
  public let viewProduct: ViewProduct
  public let viewCart: ViewCart
  public let viewCheckout: ViewCheckout
  public let switches: Switches

  /// - Parameters:
  ///   - files: keep the pictures of content.
  ///   - placeOrder: holds the shop's terms.
  ///   - gatesProducts: whether only accounts may fill a cart.
  public init(
    _ contexts: Contexts, files: any FileStore, placeOrder: PlaceOrder, reviewOrder: ReviewOrder,
    refundOrder: RefundOrder, workRefund: WorkRefund,
    workEvents: WorkEvents, log: DeedLog, terms: OrderTerms,
    regions: RegionDirectory,

    gatesProducts: Bool, switches: Switches
  ) {
    self.switches = switches
    addToCart = AddToCart(contexts, isGated: gatesProducts)
    self.placeOrder = placeOrder
    self.reviewOrder = reviewOrder
    payOrder = PayOrder(contexts)
    cancelOrder = CancelOrder(contexts)
    confirmReceipt = ConfirmReceipt(contexts)
    writeReview = WriteReview(contexts)
    enterShop = EnterShop(contexts)
    workOrder = WorkOrder(contexts)
    self.refundOrder = refundOrder
    self.workRefund = workRefund
    workShipping = WorkShipping(contexts, regions: regions)
    workCarriers = WorkCarriers(contexts)
    self.workEvents = workEvents
    readLog = ReadLog(log)
    workStaff = WorkStaff(contexts)
    editContent = EditContent(contexts, files: files)
    viewProduct = ViewProduct(contexts)
    viewCart = ViewCart(contexts, currency: terms.currency)
    viewCheckout = ViewCheckout(contexts, currency: terms.currency)
  }
}
