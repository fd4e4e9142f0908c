import Accounts
import Flows
import Pages

/// The way to all desks, beside every page of the back office. Staff see the desks that open to them, with how much waits.
struct DeskMenu: Sendable {
  struct Entry: Sendable {
    /// Its words stand at `desks.NAME`.
    let name: String
    let address: String
    let icon: String
    /// What the number beside it counts.
    var waiting: WaitingWork?
    var opens: @Sendable (Staff) -> Bool = { _ in true }
  }

  /// Their words stand at `desks.groups.NAME`. A group of which nothing opens isn't shown.
  private static let groups: [(name: String, entries: [Entry])] = [
    ("overview", overview), ("sales", sales), ("goods", goods), ("content", content), ("people", people),
    ("money", money), ("system", system),
  ]

  private static let overview = [
    Entry(name: "today", address: Addresses.adminHome, icon: "home"),
    Entry(
      name: "messages", address: Addresses.messagesDesk, icon: "bell", waiting: .messages, opens: ReadMessages.opens),
  ]

  private static let sales = [
    Entry(
      name: "review", address: Addresses.reviewDesk, icon: "check", waiting: .review,
      opens: { $0.rights.contains(.ordersReview) }),
    Entry(name: "orders", address: Addresses.ordersDesk, icon: "list", waiting: .orders, opens: WorkOrder.opens),
    Entry(name: "shipping", address: Addresses.shippingDesk, icon: "truck", opens: WorkOrder.opens),
    Entry(
      name: "refunds", address: Addresses.refundsDesk, icon: "return", waiting: .refunds, opens: WorkRefund.opens),
    Entry(
      name: "freight", address: Addresses.freightDesk, icon: "pin",
      opens: { $0.rights.contains(.ordersShip) || $0.rights.contains(.settingsEdit) }),
    Entry(name: "carriers", address: Addresses.carriersDesk, icon: "box", opens: WorkCarriers.opens),
  ]

  private static let goods = [
    Entry(
      name: "products", address: Addresses.goodsDesk, icon: "store", waiting: .goods, opens: WorkCatalog.opens),
    Entry(name: "stock", address: Addresses.stockDesk, icon: "box", waiting: .stock, opens: WorkStock.opens),
    Entry(name: "coupons", address: Addresses.couponsDesk, icon: "ticket", opens: WorkCoupons.opens),
    Entry(name: "categories", address: Addresses.categoriesDesk, icon: "grid", opens: WorkShelves.opens),
    Entry(name: "brands", address: Addresses.brandsDesk, icon: "star", opens: WorkShelves.opens),
    Entry(name: "goodsFiles", address: Addresses.goodsImport, icon: "out", opens: WorkImports.opens),
    Entry(
      name: "reviews", address: Addresses.goodsReviewsDesk, icon: "talk", waiting: .reviews,
      opens: WorkReviews.opens),
  ]

  private static let content = [
    Entry(name: "content", address: Addresses.contentDesk, icon: "edit", opens: EditContent.opens),
    Entry(name: "search", address: Addresses.searchDesk, icon: "search", opens: TuneSearch.opens),
    Entry(name: "shop", address: Addresses.shopDesk, icon: "store", opens: WorkMerchants.opensProfile),
  ]

  private static let people = [
    Entry(
      name: "merchants", address: Addresses.merchantsDesk, icon: "store", waiting: .applications,
      opens: WorkMerchants.opens),
    Entry(name: "customers", address: Addresses.customersDesk, icon: "heart", opens: WorkCustomers.opens),
    Entry(name: "staff", address: Addresses.staffDesk, icon: "person", opens: WorkStaff.opens),
  ]

  private static let money = [
    Entry(name: "transactions", address: Addresses.transactionsDesk, icon: "card", opens: ViewMoney.opens),
    Entry(name: "methods", address: Addresses.methodsDesk, icon: "key", opens: WorkPaymentMethods.opens),
    Entry(
      name: "notices", address: Addresses.noticesDesk, icon: "bell", opens: WorkPaymentMethods.opensNotices),
    Entry(
      name: "paymentCases", address: Addresses.paymentCases, icon: "alert", waiting: .cases, opens: WorkPayments.opens),
    Entry(name: "settlements", address: Addresses.settlementsDesk, icon: "list", opens: WorkSettlements.opens),
    Entry(name: "commissions", address: Addresses.commissionsDesk, icon: "edit", opens: WorkSettlements.runs),
    Entry(
      name: "reconciliation", address: Addresses.reconciliationDesk, icon: "check", waiting: .reconciliation,
      opens: WorkReconciliation.opens),
  ]

  private static let system = [
    Entry(name: "events", address: Addresses.eventsDesk, icon: "bell", waiting: .letters, opens: WorkEvents.opens),
    Entry(name: "parts", address: Addresses.partsDesk, icon: "grid", opens: \.operatesPlatform),
    Entry(name: "log", address: Addresses.logDesk, icon: "clock", opens: ReadLog.opens),
    Entry(name: "tokens", address: Addresses.tokensDesk, icon: "key"),
  ]

  /// All desks that open to them.
  static func entries(for staff: Staff) -> [Entry] { groups.flatMap(\.entries).filter { $0.opens(staff) } }

  private let maker: PageMaker

  init(_ maker: PageMaker) { self.maker = maker }

  /// - Parameter current: the address of the desk that the page belongs to.
  func groups(for staff: Staff, current: String?, _ words: Words) async throws -> [Model] {
    let counts = try await maker.waiting.value(DeskScope(staff)) { try await self.counts(for: staff) }
    return Self.groups.compactMap { group in
      let entries = group.entries.filter { $0.opens(staff) }
      guard !entries.isEmpty else { return nil }
      return [
        "groupName": words["desks.groups.\(group.name)"] ?? "",
        "desks": entries.map { entry -> Model in
          var desk: Model = [
            "name": words["desks.\(entry.name)"] ?? "", "address": entry.address, "icon": entry.icon,
            "isCurrent": entry.address == current,
          ]
          if let waiting = entry.waiting.flatMap({ counts[$0.rawValue] }), waiting > 0 {
            desk["count"] = ListTab.text(waiting)
          }
          return desk
        },
      ]
    }
  }

  /// By the name of what is counted.
  private func counts(for staff: Staff) async throws -> [String: Int] {
    let counts = try await maker.flows.waiting(for: staff, contexts: maker.contexts)
    return Dictionary(uniqueKeysWithValues: counts.map { ($0.rawValue, $1) })
  }
}
