import Accounts
import Accounts
import Files
import Hummingbird
import Pages
import Values

/// All desks of the staff, under `/admin`.
public struct BackOffice: Sendable {
  private let logIn: AdminLogIn
  private let orders: OrdersDesk
  private let review: ReviewDesk
  private let order: OrderDesk
  private let edit: OrderEditDesk
  private let views: ListViewsRoutes
  private let refunds: RefundsDesk
  private let refund: RefundDesk
  private let goodwill: GoodwillDesk
  private let shipping: ShippingDesk
  private let parcels: ParcelsDesk
  private let freight: FreightDesk
  private let carriers: CarriersDesk
  private let events: EventsDesk
  private let content: ContentDesks
  private let parts: PartsDesk
  private let log: LogDesk
  private let staff: StaffDesk
  private let member: StaffMemberDesk
  private let roles: RoleDesk
  private let account: StaffAccountPage
  private let secondFactor: SecondFactorPage

  /// - Parameters:
  ///   - currency: the shop's, in which the desks filter amounts.
  ///   - regions: where goods can be sent.
  ///   - files: where pictures of proofs are kept.
  ///   - parts: how the parts of the shop are.
  public init(
    _ maker: PageMaker, currency: Currency, regions: RegionDirectory, files: any FileStore,
    parts: @escaping @Sendable () async -> PartsReport
  ) {
    logIn = AdminLogIn(maker)
    orders = OrdersDesk(maker, currency: currency)
    review = ReviewDesk(maker, currency: currency)
    order = OrderDesk(maker)
    edit = OrderEditDesk(maker, regions: regions)
    views = ListViewsRoutes(maker, lists: [OrdersDesk.listName, ReviewDesk.listName])
    refunds = RefundsDesk(maker)
    refund = RefundDesk(maker)
    goodwill = GoodwillDesk(maker)
    shipping = ShippingDesk(maker, currency: currency)
    parcels = ParcelsDesk(maker, regions: regions, files: files)
    freight = FreightDesk(maker, currency: currency, regions: regions)
    carriers = CarriersDesk(maker)
    events = EventsDesk(maker)
    content = ContentDesks(maker)
    self.parts = PartsDesk(maker, report: parts)
    log = LogDesk(maker)
    staff = StaffDesk(maker)
    member = StaffMemberDesk(maker)
    roles = RoleDesk(maker)
    account = StaffAccountPage(maker)
    secondFactor = SecondFactorPage(maker)
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    logIn.addRoutes(to: router)
    orders.addRoutes(to: router)
    views.addRoutes(to: router)
    review.addRoutes(to: router)
    order.addRoutes(to: router)
    edit.addRoutes(to: router)
    refunds.addRoutes(to: router)
    refund.addRoutes(to: router)
    goodwill.addRoutes(to: router)
    shipping.addRoutes(to: router)
    parcels.addRoutes(to: router)
    freight.addRoutes(to: router)
    carriers.addRoutes(to: router)
    events.addRoutes(to: router)
    content.addRoutes(to: router)
    parts.addRoutes(to: router)
    log.addRoutes(to: router)
    staff.addRoutes(to: router)
    member.addRoutes(to: router)
    roles.addRoutes(to: router)
    account.addRoutes(to: router)
    secondFactor.addRoutes(to: router)
  }
}
