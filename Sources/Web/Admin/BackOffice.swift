import Accounts
import Hummingbird
import Pages
import Values

/// Some pages of the back office that belong together.
protocol Desk: Sendable {
  func addRoutes(to router: some RouterMethods<ShopRequestContext>)
}

/// All desks of the staff, under `/admin`.
public struct BackOffice: Sendable {
  /// The names of all lists of which staff keep views.
  private static let lists: Set<String> = [
    OrdersDesk.listName,
    ReviewDesk.listName,
    MerchantsDesk.listName,
    GoodsDesk.listName,
    BrandsDesk.listName,
    StockDesk.listName,
    CustomersDesk.listName,
    GoodsReviewsDesk.listName,
    TransactionsDesk.listName,
    NoticesDesk.listName,
    SettlementsDesk.listName,
    BillDifferencesDesk.listName,
    RefundsDesk.listName,
    ShippingDesk.listName,
    LogColumns.listName,
    EntriesDesk.listName,
    StaffColumns.listName,
    CountColumns.listName,
    ImportColumns.listName,
    BannerColumns.listName,
    CouponsDesk.listName,
    SearchQueryColumns.listName,
    SynonymsDesk.listName,
    SearchRulesDesk.listName,
  ]

  private let desks: [any Desk]

  /// - Parameters:
  ///   - currency: the shop's, in which the desks filter amounts.
  ///   - regions: where goods can be sent.
  ///   - parts: how the parts of the shop are.
  public init(
    _ maker: PageMaker, currency: Currency, regions: RegionDirectory,
    parts: @escaping @Sendable () async -> PartsReport
  ) {
    desks = [
      AdminLogIn(maker),
      TodayDesk(maker, currency: currency, report: parts),
      ListViewsRoutes(maker, lists: Self.lists),
      ReviewDesk(maker, currency: currency),
      ReviewRejectDesk(maker),
      FindDesk(maker),
      MessagesDesk(maker),
      OrdersDesk(maker, currency: currency),
      OrderDesk(maker),
      OrderEditDesk(maker, regions: regions),
      ShippingDesk(maker, currency: currency),
      ParcelsDesk(maker, regions: regions),
      FreightDesk(maker, currency: currency, regions: regions),
      CarriersDesk(maker),
      RefundsDesk(maker, currency: currency),
      RefundDesk(maker),
      GoodwillDesk(maker),
      GoodsDesk(maker, currency: currency),
      ProductDesk(maker, currency: currency),
      ShelfDesks(maker),
      GoodsImportDesk(maker),
      GoodsExportDesk(maker),
      CouponsDesk(maker),
      CouponDesk(maker, currency: currency),
      SearchDesks(maker),
      StockDesk(maker),
      CountsDesk(maker),
      CountDesk(maker),
      StockItemDesk(maker),
      LocationsDesk(maker),
      CustomersDesk(maker),
      CustomerDesk(maker, regions: regions),
      GoodsReviewsDesk(maker),
      GoodsReviewDesk(maker), GoodsReviewsHideDesk(maker),
      TransactionsDesk(maker, currency: currency),
      TransactionDesk(maker),
      ReceiptDesk(maker),
      PaymentCasesDesk(maker),
      BalanceDesk(maker, currency: currency),
      LedgerDesk(maker),
      MethodsDesk(maker),
      MethodDesk(maker, currency: currency),
      NoticesDesk(maker),
      SettlementsDesk(maker),
      StatementDesk(maker),
      CommissionsDesk(maker),
      ReconciliationDesk(maker),
      BillDayDesk(maker),
      BillDifferencesDesk(maker),
      BillDifferenceDesk(maker),
      BillReportDesk(maker),
      ContentDesks(maker),
      MerchantsDesk(maker),
      MerchantDesk(maker),
      ApplicationDesk(maker),
      ShopProfileDesk(maker, currency: currency),
      StaffDesk(maker),
      StaffMemberDesk(maker),
      RoleDesk(maker),
      StaffAccountPage(maker),
      SecondFactorPage(maker),
      TokensDesk(maker),
      EventsDesk(maker),
      PartsDesk(maker, report: parts),
      LogDesk(maker),
    ]
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    for desk in desks { desk.addRoutes(to: router) }
  }
}
