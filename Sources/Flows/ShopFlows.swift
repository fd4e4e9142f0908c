import AuditLog
import Accounts
import Files
import Governance
import Values

/// The flows that the faces of the shop call.
public struct ShopFlows: Sendable {
  public let addToCart: AddToCart
  public let useDiscounts: UseDiscounts
  public let workCoupons: WorkCoupons
  public let workPoints: WorkPoints
  public let placeOrder: PlaceOrder
  public let payOrder: PayOrder
  public let workPayments: WorkPayments
  public let cancelOrder: CancelOrder
  public let confirmReceipt: ConfirmReceipt
  public let handOutPreviews: HandOutPreviews
  public let writeReview: WriteReview
  public let reportReview: ReportReview
  public let enterShop: EnterShop
  public let workOrder: WorkOrder
  public let reviewOrder: ReviewOrder
  public let refundOrder: RefundOrder
  public let workRefund: WorkRefund
  public let keepEvidence: KeepEvidence
  public let workShipping: WorkShipping
  public let workCarriers: WorkCarriers
  public let workEvents: WorkEvents
  public let workMethods: WorkPaymentMethods
  public let workStock: WorkStock
  public let readLog: ReadLog
  public let workStaff: WorkStaff
  public let workCustomers: WorkCustomers
  public let readMessages: ReadMessages
  public let workReviews: WorkReviews
  public let editContent: EditContent
  public let tuneSearch: TuneSearch
  public let readSearchLedger: ReadSearchLedger
  public let evaluateSearch: EvaluateSearch
  public let workMerchants: WorkMerchants
  public let applyToSell: ApplyToSell
  public let workCatalog: WorkCatalog
  public let viewMoney: ViewMoney
  public let workSettlements: WorkSettlements
  public let workReconciliation: WorkReconciliation
  public let viewToday: ViewToday
  public let workTokens: WorkTokens
  public let followFacts: FollowFacts
  public let viewProduct: ViewProduct
  public let viewCart: ViewCart
  public let viewCheckout: ViewCheckout
  public let workShelves: WorkShelves
  public let workImports: WorkImports
  public let runImports: RunImports
  public let exportCatalog: ExportCatalog
  public let switches: Switches

  /// - Parameters:
  ///   - files: keep the pictures of content, of logos and of shelves.
  ///   - papers: keeps the pictures of licences, which no address shows.
  ///   - evidence: keeps the pictures of requests and deliveries, which no address shows either.
  ///   - placeOrder: holds the shop's terms.
  ///   - moderation: which products of merchants the platform looks at first.
  ///   - gatesProducts: whether only accounts may fill a cart.
  public init(
    _ contexts: Contexts, files: any FileStore, papers: any FileStore, evidence: any FileStore,
    placeOrder: PlaceOrder, reviewOrder: ReviewOrder,
    refundOrder: RefundOrder, workRefund: WorkRefund,
    workEvents: WorkEvents, followFacts: FollowFacts, workMethods: WorkPaymentMethods, log: DeedLog, terms: OrderTerms,
    regions: RegionDirectory,
    moderation: WorkCatalog.Moderation, gatesProducts: Bool, switches: Switches,
    ownMethods: OwnMethodTerms = OwnMethodTerms(), clock: WallClock
  ) {
    self.switches = switches
    addToCart = AddToCart(contexts, isGated: gatesProducts)
    useDiscounts = UseDiscounts(contexts, terms: terms)
    workCoupons = WorkCoupons(contexts, clock: clock)
    workPoints = WorkPoints(contexts, terms: terms.points)
    self.placeOrder = placeOrder
    self.reviewOrder = reviewOrder
    payOrder = PayOrder(contexts, terms: ownMethods)
    workPayments = WorkPayments(contexts)
    cancelOrder = CancelOrder(contexts)
    confirmReceipt = ConfirmReceipt(contexts)
    handOutPreviews = HandOutPreviews(contexts, clock: clock)
    writeReview = WriteReview(contexts)
    reportReview = ReportReview(contexts)
    enterShop = EnterShop(contexts)
    workOrder = WorkOrder(contexts)
    self.refundOrder = refundOrder
    self.workRefund = workRefund
    keepEvidence = KeepEvidence(
      contexts, evidence: evidence, files: files, refundOrder: refundOrder, workRefund: workRefund)
    workShipping = WorkShipping(contexts, regions: regions)
    workCarriers = WorkCarriers(contexts)
    self.workEvents = workEvents
    self.workMethods = workMethods
    workStock = WorkStock(contexts)
    readLog = ReadLog(log)
    workStaff = WorkStaff(contexts)
    workCustomers = WorkCustomers(contexts)
    readMessages = ReadMessages(contexts)
    workReviews = WorkReviews(contexts)
    editContent = EditContent(contexts, files: files)
    tuneSearch = TuneSearch(contexts)
    readSearchLedger = ReadSearchLedger(contexts, clock: clock)
    evaluateSearch = EvaluateSearch(contexts)
    workMerchants = WorkMerchants(contexts, files: files, papers: papers)
    applyToSell = ApplyToSell(contexts, papers: papers)
    workCatalog = WorkCatalog(contexts, files: files, moderation: moderation, currency: terms.currency)
    workShelves = WorkShelves(contexts, files: files)
    workImports = WorkImports(contexts)
    runImports = RunImports(contexts, log: log, moderation: moderation, currency: terms.currency)
    exportCatalog = ExportCatalog(
      catalog: contexts.catalog, pricing: contexts.pricing, inventory: contexts.inventory,
      merchants: contexts.merchants)
    viewMoney = ViewMoney(contexts)
    workSettlements = WorkSettlements(contexts, clock: clock)
    workReconciliation = WorkReconciliation(contexts)
    viewToday = ViewToday(contexts, clock: clock)
    workTokens = WorkTokens(contexts)
    self.followFacts = followFacts
    viewProduct = ViewProduct(contexts)
    viewCart = ViewCart(contexts, currency: terms.currency, points: terms.points)
    viewCheckout = ViewCheckout(contexts, currency: terms.currency, points: terms.points)
  }
}
