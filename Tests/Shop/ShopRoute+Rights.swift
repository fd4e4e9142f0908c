import Accounts

@testable import API

extension ShopRoute {
  /// The rights without which a route of staff stays closed: of each set it takes one. Empty for what is each one's own, and
  /// for pages that show of everything what the reader may see. Nil for a route that nobody has thought about.
  var needs: [Set<StaffRight>]? { Self.needed[name] }

  private static let readsOrders: Set<StaffRight> = [.ordersReview, .ordersShip, .refundsApprove]
  private static let readsRefunds: Set<StaffRight> = [.refundsApprove, .paymentsView]
  private static let readsGoods: Set<StaffRight> = [.catalogEdit, .catalogPublish]

  private static let needed: [String: [Set<StaffRight>]] = {
    var all: [String: [Set<StaffRight>]] = [:]
    for (needs, names) in byRights {
      for name in names {
        assert(all[name] == nil, name)
        all[name] = needs
      }
    }
    return all
  }()

  private static let byRights: [([Set<StaffRight>], [String])] =
    own + ofOrders + ofGoods + ofShelves + ofPeople + ofShop + ofStaffDesksAPI + ofStaffMoneyAPI
    + ofSearch

  private static let own: [([Set<StaffRight>], [String])] = [
    (
      [],
      [
        "GET /admin", "GET /admin/find", "POST /admin/views", "POST /admin/views/{id}/remove", "GET /admin/account",
        "GET /admin/account/second-factor", "POST /admin/account/second-factor", "POST /admin/account/sessions",
        "POST /admin/account/password", "GET /admin/tokens", "POST /admin/tokens", "GET /api/v1/admin/token",
        "GET /api/v1/admin/merchants", "GET /admin/messages", "GET /admin/messages/{id}", "POST /admin/messages/read",
        "GET /api/v1/admin/messages", "POST /api/v1/admin/messages/{id}/read", "POST /api/v1/admin/messages/read",
      ]
    )
  ]

  private static let ofOrders: [([Set<StaffRight>], [String])] = [
    (
      [readsOrders],
      [
        "POST /admin/orders/{number}/wish", "POST /api/v1/admin/orders/{number}/wish",
        "POST /admin/orders/{number}/wish/dismiss", "POST /api/v1/admin/orders/{number}/wish/dismissal",
        "GET /admin/orders", "GET /admin/orders/export", "GET /admin/orders/{number}", "GET /admin/shipping",
        "GET /admin/shipping/export", "GET /admin/shipping/picklist", "POST /admin/shipping/act",
        "GET /admin/shipping/{number}", "GET /api/v1/admin/orders", "GET /api/v1/admin/orders/{number}",
      ]
    ),
    (
      [readsOrders, [.ordersShip, .buyersContact]],
      ["GET /admin/shipping/slips", "GET /admin/shipping/{number}/proofs/{proof}"]
    ),
    (
      [[.ordersReview]],
      [
        "GET /admin/review", "GET /admin/review/export", "POST /admin/review/act", "POST /admin/review/reject",
        "GET /admin/orders/{number}/edit", "POST /admin/orders/{number}/edit", "POST /admin/orders/{number}/reject",
        "POST /admin/orders/{number}/pass", "POST /api/v1/admin/orders/{number}/pass",
        "POST /api/v1/admin/orders/{number}/rejection", "PATCH /api/v1/admin/orders/{number}",
      ]
    ),
    (
      [[.ordersShip]],
      [
        "POST /admin/orders/{number}/ship", "POST /admin/orders/{number}/complete",
        "POST /admin/orders/{number}/refused",
        "POST /admin/shipping/{number}/parcels", "POST /admin/shipping/{number}/parcels/{parcel}",
        "POST /admin/shipping/{number}/parcels/{parcel}/remove", "POST /admin/shipping/{number}/method",
        "GET /admin/shipping/{number}/address", "POST /admin/shipping/{number}/address",
        "POST /admin/shipping/{number}/complete",
        "POST /api/v1/admin/orders/{number}/parcels", "PUT /api/v1/admin/orders/{number}/parcels/{parcel}/label",
        "DELETE /api/v1/admin/orders/{number}/parcels/{parcel}", "PUT /api/v1/admin/orders/{number}/destination",
        "POST /api/v1/admin/orders/{number}/completion",
      ]
    ),
    (
      [[.ordersShip, .settingsEdit]],
      [
        "GET /admin/freight", "POST /admin/freight", "GET /api/v1/admin/freight", "PUT /api/v1/admin/freight",
        "GET /api/v1/admin/carriers",
      ]
    ),
    (
      [readsRefunds],
      [
        "GET /admin/refunds", "GET /admin/refunds/export", "GET /admin/refunds/{id}", "GET /api/v1/admin/refunds",
        "GET /api/v1/admin/refunds/{id}", "GET /admin/refunds/{id}/pictures/{number}",
        "GET /api/v1/admin/refunds/{id}/pictures/{number}",
      ]
    ),
    (
      [[.refundsApprove]],
      [
        "POST /admin/refunds/{id}/approve", "POST /admin/refunds/{id}/reject", "POST /admin/refunds/{id}/receive",
        "POST /admin/refunds/{id}/retry", "GET /admin/orders/{number}/goodwill",
        "POST /admin/orders/{number}/goodwill", "POST /api/v1/admin/refunds/{id}/approval",
        "POST /api/v1/admin/refunds/{id}/rejection", "POST /api/v1/admin/refunds/{id}/receipt",
        "POST /api/v1/admin/refunds/{id}/retry", "POST /api/v1/admin/orders/{number}/goodwill",
      ]
    ),
    (
      [[.paymentsView]],
      [
        "GET /admin/transactions", "GET /admin/transactions/export", "GET /admin/transactions/{id}",
        "GET /admin/orders/{number}/ledger", "GET /api/v1/admin/transactions", "GET /admin/payments/notices",
        "GET /admin/payments/notices/export", "GET /admin/payments/notices/{id}", "GET /admin/payments/cases",
      ]
    ),
    (
      [[.paymentsConfirm]],
      [
        "GET /admin/transactions/{id}/receipt", "POST /admin/transactions/{id}/receipt",
        "POST /admin/payments/cases/{id}",
      ]
    ),
    ([[.balanceCredit]], ["GET /admin/customers/{id}/balance", "POST /admin/customers/{id}/balance"]),
    (
      [[.settlementsView]],
      [
        "GET /admin/settlements", "GET /admin/settlements/export", "GET /admin/settlements/{id}",
        "GET /admin/settlements/{id}/file",
      ]
    ),
    (
      [[.settlementsRun]],
      [
        "POST /admin/settlements/run", "POST /admin/settlements/{id}/approve", "POST /admin/settlements/{id}/pay",
        "POST /admin/settlements/{id}/cancel", "GET /admin/settlements/commissions",
        "POST /admin/settlements/commissions", "POST /admin/settlements/commissions/{id}/remove",
      ]
    ),
  ]

  private static let ofGoods: [([Set<StaffRight>], [String])] = [
    (
      [readsGoods],
      [
        "GET /admin/products", "GET /admin/products/export", "POST /admin/products/act", "GET /admin/products/{id}",
        "POST /admin/products/{id}/publication", "GET /admin/products/{id}/preview",
        "POST /admin/products/{id}/preview-link", "GET /api/v1/admin/products",
        "GET /api/v1/admin/products/{id}", "PUT /api/v1/admin/products/{id}/publication",
        "POST /api/v1/admin/products/{id}/preview",
      ]
    ),
    (
      [[.catalogEdit]],
      [
        "GET /admin/products/bulk", "POST /admin/products/bulk", "GET /admin/products/new",
        "POST /admin/products/new", "POST /admin/products/{id}", "POST /admin/products/{id}/pictures",
        "GET /admin/categories", "POST /admin/categories", "POST /admin/categories/move",
        "GET /admin/categories/{id}", "POST /admin/categories/{id}", "POST /admin/categories/{id}/goods",
        "POST /admin/categories/{id}/remove", "GET /admin/brands", "GET /admin/brands/export", "POST /admin/brands",
        "GET /admin/brands/{id}", "POST /admin/brands/{id}", "POST /admin/brands/{id}/merge",
        "POST /admin/brands/{id}/remove", "GET /admin/goods/import", "POST /admin/goods/import",
        "GET /admin/goods/import/{id}", "POST /admin/goods/import/{id}", "GET /admin/goods/import/{id}/errors",
        "GET /admin/goods/export", "GET /admin/goods/export/file", "POST /api/v1/admin/products",
        "PUT /api/v1/admin/products/{id}", "PUT /api/v1/admin/prices", "GET /admin/coupons",
        "GET /admin/coupons/export",
        "GET /admin/coupons/new", "POST /admin/coupons/new", "GET /admin/coupons/{id}", "POST /admin/coupons/{id}",
        "POST /admin/coupons/{id}/turn", "GET /api/v1/admin/coupons", "GET /api/v1/admin/coupons/{id}",
        "POST /api/v1/admin/coupons", "PUT /api/v1/admin/coupons/{id}",
      ]
    ),
    (
      [[.stockAdjust]],
      [
        "GET /admin/stock", "GET /admin/stock/export", "POST /admin/stock/act", "GET /admin/stock/{variant}",
        "POST /admin/stock/{variant}/adjust", "POST /admin/stock/{variant}/transfer",
        "POST /admin/stock/{variant}/count", "POST /admin/stock/{variant}/threshold", "GET /admin/stock/counts",
        "POST /admin/stock/counts", "POST /api/v1/admin/stock/{variant}/adjustments", "GET /admin/stock/counts/{id}",
        "POST /admin/stock/counts/{id}",
        "POST /admin/stock/counts/{id}/apply", "POST /admin/stock/counts/{id}/cancel", "GET /admin/locations",
        "POST /admin/locations", "POST /admin/locations/{id}", "GET /api/v1/admin/locations",
        "GET /api/v1/admin/stock", "GET /api/v1/admin/stock/{variant}/ledger", "POST /api/v1/admin/stock/counts",
      ]
    ),
  ]

  private static let ofPeople: [([Set<StaffRight>], [String])] = [
    (
      [[.usersView]],
      [
        "GET /admin/customers", "GET /admin/customers/export", "GET /admin/customers/{id}",
        "GET /api/v1/admin/customers", "GET /api/v1/admin/customers/{id}",
      ]
    ),
    ([[.usersView], [.usersEdit], [.buyersContact]], ["GET /admin/customers/{id}/export"]),
    (
      [[.usersView], [.usersEdit]],
      [
        "POST /admin/customers/{id}/notes", "POST /admin/customers/{id}/notes/{note}/remove",
        "POST /admin/customers/{id}/tags", "POST /admin/customers/{id}/block", "POST /admin/customers/{id}/unblock",
        "POST /admin/customers/{id}/sessions", "POST /admin/customers/{id}/erase", "POST /admin/customers/{id}/points",
      ]
    ),
    (
      [[.reviewsModerate]],
      [
        "GET /admin/reviews", "GET /admin/reviews/export", "POST /admin/reviews/act", "GET /admin/reviews/{id}",
        "POST /admin/reviews/{id}/show", "POST /admin/reviews/hide", "POST /admin/reviews/{id}/hide",
        "POST /admin/reviews/{id}/reply",
        "POST /admin/reviews/{id}/reply/remove", "POST /admin/reviews/{id}/look", "GET /api/v1/admin/reviews",
        "POST /api/v1/admin/reviews/{id}/reply", "POST /api/v1/admin/reviews/{id}/hide",
        "POST /api/v1/admin/reviews/{id}/show",
      ]
    ),
    (
      [[.staffEdit]],
      [
        "GET /admin/staff", "GET /admin/staff/export", "POST /admin/staff", "GET /admin/staff/{id}",
        "POST /admin/staff/{id}",
        "POST /admin/staff/{id}/access", "POST /admin/staff/{id}/sessions", "GET /admin/roles/new",
        "POST /admin/roles/new", "GET /admin/roles/{id}", "POST /admin/roles/{id}", "POST /admin/roles/{id}/remove",
        "POST /admin/tokens/{id}/revoke", "GET /api/v1/admin/staff", "GET /api/v1/admin/staff/{id}",
        "POST /api/v1/admin/staff", "PATCH /api/v1/admin/staff/{id}", "POST /api/v1/admin/staff/{id}/dismissal",
        "POST /api/v1/admin/staff/{id}/reinstatement",
        "GET /api/v1/admin/roles",
      ]
    ),
  ]

  private static let ofShop: [([Set<StaffRight>], [String])] = [
    (
      [[.contentEdit]],
      [
        "GET /admin/content", "POST /admin/content/previews/end", "GET /admin/content/export",
        "GET /admin/content/entries/new",
        "POST /admin/content/entries/new", "GET /admin/content/entries/{id}", "POST /admin/content/entries/{id}",
        "GET /admin/content/entries/{id}/preview", "POST /admin/content/entries/{id}/restore",
        "POST /admin/content/entries/{id}/preview-link",
        "POST /admin/content/entries/{id}/withdraw", "POST /admin/content/entries/{id}/remove",
        "GET /admin/content/banners", "GET /admin/content/banners/new", "GET /admin/content/banners/export",
        "POST /admin/content/banners/new",
        "GET /admin/content/banners/{id}", "POST /admin/content/banners/{id}",
        "POST /admin/content/banners/{id}/remove", "POST /admin/content/banners/order",
        "GET /admin/content/menus/{place}", "POST /admin/content/menus/{place}", "GET /admin/content/pictures",
        "POST /admin/content/pictures", "GET /api/v1/admin/banners", "GET /api/v1/admin/banners/{id}",
        "POST /api/v1/admin/banners",
        "PUT /api/v1/admin/banners/{id}", "DELETE /api/v1/admin/banners/{id}",
        "PUT /api/v1/admin/banners/order/{place}",
        "GET /api/v1/admin/menus", "GET /api/v1/admin/menus/{place}", "PUT /api/v1/admin/menus/{place}",
        "GET /api/v1/admin/entries", "GET /api/v1/admin/entries/{id}",
        "POST /api/v1/admin/entries", "PUT /api/v1/admin/entries/{id}", "POST /api/v1/admin/entries/{id}/withdrawal",
        "POST /api/v1/admin/entries/{id}/preview", "DELETE /api/v1/admin/previews",
      ]
    ),
    (
      [[.merchantsEdit]],
      [
        "GET /admin/merchants", "GET /admin/merchants/export", "GET /admin/merchants/{id}",
        "POST /admin/merchants/{id}/move", "GET /admin/merchants/{id}/profile", "POST /admin/merchants/{id}/profile",
        "GET /admin/applications/{id}", "GET /admin/applications/{id}/licence",
        "POST /admin/applications/{id}/approve", "POST /admin/applications/{id}/answer",
      ]
    ),
    (
      [[.reconciliationWork]],
      [
        "GET /admin/reconciliation", "POST /admin/reconciliation/fees",
        "GET /admin/reconciliation/days/{method}/{day}", "POST /admin/reconciliation/days/{method}/{day}/fetch",
        "POST /admin/reconciliation/days/{method}/{day}/file", "GET /admin/reconciliation/differences",
        "GET /admin/reconciliation/differences/export", "GET /admin/reconciliation/differences/{id}",
        "POST /admin/reconciliation/differences/{id}", "GET /admin/reconciliation/report",
        "GET /admin/reconciliation/report/export",
      ]
    ),
    (
      [[.settingsEdit]],
      [
        "GET /admin/shop", "POST /admin/shop", "GET /admin/carriers", "POST /admin/carriers",
        "PUT /api/v1/admin/carriers/{code}",
      ]
    ),
    // The platform's staff need the one, a merchant's the other.
    (
      [[.paymentsSetUp, .settingsEdit]],
      ["GET /admin/payments/methods", "POST /admin/payments/methods/{method}/turn"]
    ),
    (
      [[.paymentsSetUp]],
      [
        "GET /admin/payments/methods/{method}", "POST /admin/payments/methods/{method}",
        "POST /admin/payments/methods/{method}/trial", "POST /admin/merchants/{id}/payments/{method}",
      ]
    ),
    (
      [[.logView]],
      [
        "GET /admin/log", "GET /admin/log/export", "GET /admin/log/{number}", "GET /api/v1/admin/log",
        "GET /api/v1/admin/log/lines", "GET /api/v1/admin/log/{number}",
      ]
    ),
    (
      [[.systemOperate]],
      [
        "GET /admin/events", "POST /admin/events/replay", "POST /admin/events/discard", "GET /admin/parts",
        "POST /admin/parts/switches/{name}",
      ]
    ),
    (
      [
        [
          .ordersReview, .ordersShip, .refundsApprove, .catalogEdit, .catalogPublish, .stockAdjust, .settingsEdit,
          .reviewsModerate, .contentEdit,
        ]
      ],
      ["GET /api/v1/admin/facts"]
    ),
  ]
}
