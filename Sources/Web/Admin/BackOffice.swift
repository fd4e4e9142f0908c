import Hummingbird
import Pages
import Values

/// All desks of the staff, under `/admin`.
public struct BackOffice: Sendable {
  private let logIn: AdminLogIn
  private let orders: OrdersDesk
  private let order: OrderDesk
  private let events: EventsDesk
  private let parts: PartsDesk
  private let log: LogDesk

  /// - Parameters:
  ///   - currency: the shop's, in which the desks filter amounts.
  ///   - parts: how the parts of the shop are.
  public init(_ maker: PageMaker, currency: Currency, parts: @escaping @Sendable () async -> PartsReport) {
    logIn = AdminLogIn(maker)
    orders = OrdersDesk(maker, currency: currency)
    order = OrderDesk(maker)
    events = EventsDesk(maker)
    self.parts = PartsDesk(maker, report: parts)
    log = LogDesk(maker)
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    logIn.addRoutes(to: router)
    orders.addRoutes(to: router)
    order.addRoutes(to: router)
    events.addRoutes(to: router)
    parts.addRoutes(to: router)
    log.addRoutes(to: router)
  }
}
