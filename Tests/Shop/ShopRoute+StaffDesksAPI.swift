import Accounts

@testable import API

extension ShopRoute {
  /// What programs of staff do as at the desks for customers, merchants and money, and read of the day.
  static let staffDesksAPI = ofCustomersAPI + ofMerchantsAPI + ofMoneyAPI

  private static let customerAPI = "/api/v1/admin/customers/{id}"
  private static let merchantAPI = "/api/v1/admin/merchants/{id}"
  private static let applicationAPI = "/api/v1/admin/applications/{id}"

  private static let ofCustomersAPI = [
    ShopRoute("GET \(customerAPI)/profile", .merchant, ["id": "buyer"]),
    ShopRoute("GET \(customerAPI)/orders", .merchant, ["id": "buyer"]),
    ShopRoute("GET \(customerAPI)/notes", .merchant, ["id": "buyer"]),
    ShopRoute("GET \(customerAPI)/sessions", .platform, ["id": "openCustomer"]),
    ShopRoute("GET \(customerAPI)/export", .platform, ["id": "openCustomer"]),
    ShopRoute("POST \(customerAPI)/notes", .merchant, ["id": "buyer"], ["text": "Called about the glaze"]),
    ShopRoute("DELETE \(customerAPI)/notes/{note}", .merchant, ["id": "buyer", "note": "customerNote"]),
    ShopRoute("PUT \(customerAPI)/tags", .merchant, ["id": "buyer"], ["tags": ["wholesale", "tea lover"]]),
    ShopRoute("POST \(customerAPI)/block", .platform, ["id": "openCustomer"], ["reason": "never pays"]),
    ShopRoute("POST \(customerAPI)/unblock", .platform, ["id": "blockedCustomer"]),
    ShopRoute("DELETE \(customerAPI)/sessions", .platform, ["id": "openCustomer"]),
    ShopRoute("POST \(customerAPI)/erase", .platform, ["id": "openCustomer"]),
  ]

  private static let shopProfile: JSONValue = [
    "name": ["en": "Kiln by the river", "zh-Hans": "河边窑"], "introduction": ["en": "Pots"],
    "email": "river@example.com", "contact": "9:00–18:00",
  ]

  private static let ofMerchantsAPI = [
    ShopRoute("GET /api/v1/admin/merchants/standings", .platform),
    ShopRoute("GET \(merchantAPI)", .platform, ["id": "otherMerchant"]),
    ShopRoute("POST \(merchantAPI)/suspension", .platform, ["id": "otherMerchant"], ["reason": "late parcels"]),
    ShopRoute("POST \(merchantAPI)/reinstatement", .platform, ["id": "suspendedMerchant"]),
    ShopRoute("POST \(merchantAPI)/closure", .platform, ["id": "otherMerchant"], ["reason": "the kiln broke"]),
    ShopRoute("GET \(merchantAPI)/profile", .platform, ["id": "otherMerchant"]),
    ShopRoute("PUT \(merchantAPI)/profile", .platform, ["id": "otherMerchant"], shopProfile),
    ShopRoute("GET /api/v1/admin/applications", .platform),
    ShopRoute("GET \(applicationAPI)", .platform, ["id": "application"]),
    ShopRoute("GET \(applicationAPI)/licence", .platform, ["id": "application"]),
    ShopRoute("POST \(applicationAPI)/approval", .platform, ["id": "application"], ["slug": "$applicationSlug"]),
    ShopRoute(
      "POST \(applicationAPI)/question", .platform, ["id": "application"], ["answer": "the picture is cut off"]),
    ShopRoute("POST \(applicationAPI)/rejection", .platform, ["id": "application"], ["answer": "we sell no bowls"]),
    ShopRoute("GET /api/v1/admin/shop", .staff), ShopRoute("PUT /api/v1/admin/shop", .staff, [:], shopProfile),
  ]

  private static let ofMoneyAPI = [
    ShopRoute("GET /api/v1/admin/transactions/refunds", .staff),
    ShopRoute("GET /api/v1/admin/transactions/{id}", .merchant, ["id": "payment"]),
    ShopRoute("GET /api/v1/admin/orders/{number}/ledger", .merchant, ["number": "paid"]),
    ShopRoute("GET /api/v1/admin/refunds/records", .staff), ShopRoute("GET /api/v1/admin/today", .staff),
  ]

  /// As `byRights` has them.
  static let ofStaffDesksAPI: [([Set<StaffRight>], [String])] = [
    ([], ["GET /api/v1/admin/today"]),
    (
      [[.usersView]],
      [
        "GET \(customerAPI)/profile", "GET \(customerAPI)/orders", "GET \(customerAPI)/notes",
        "GET \(customerAPI)/sessions",
      ]
    ),
    ([[.usersView], [.usersEdit], [.buyersContact]], ["GET \(customerAPI)/export"]),
    (
      [[.usersView], [.usersEdit]],
      [
        "POST \(customerAPI)/notes", "DELETE \(customerAPI)/notes/{note}", "PUT \(customerAPI)/tags",
        "POST \(customerAPI)/block", "POST \(customerAPI)/unblock", "DELETE \(customerAPI)/sessions",
        "POST \(customerAPI)/erase",
      ]
    ),
    (
      [[.merchantsEdit]],
      [
        "GET /api/v1/admin/merchants/standings", "GET \(merchantAPI)", "POST \(merchantAPI)/suspension",
        "POST \(merchantAPI)/reinstatement", "POST \(merchantAPI)/closure", "GET \(merchantAPI)/profile",
        "PUT \(merchantAPI)/profile", "GET /api/v1/admin/applications", "GET \(applicationAPI)",
        "GET \(applicationAPI)/licence", "POST \(applicationAPI)/approval", "POST \(applicationAPI)/question",
        "POST \(applicationAPI)/rejection",
      ]
    ),
    ([[.settingsEdit]], ["GET /api/v1/admin/shop", "PUT /api/v1/admin/shop"]),
    (
      [[.paymentsView]],
      [
        "GET /api/v1/admin/transactions/refunds", "GET /api/v1/admin/transactions/{id}",
        "GET /api/v1/admin/orders/{number}/ledger",
      ]
    ),
    ([[.refundsApprove, .paymentsView]], ["GET /api/v1/admin/refunds/records"]),
  ]
}
