import Accounts

@testable import API

extension ShopRoute {
  /// What programs of staff do as at the desks of payments, settlements and reconciliation.
  static let staffMoneyAPI = ofPaymentsAPI + ofSettlementsAPI + ofBillsAPI

  private static let methodAPI = "/api/v1/admin/payments/methods/{method}"
  private static let settlementAPI = "/api/v1/admin/settlements/{id}"
  private static let billAPI = "/api/v1/admin/reconciliation/days/{method}/{day}"
  private static let differenceAPI = "/api/v1/admin/reconciliation/differences/{id}"

  /// An account at Stripe that nothing answers.
  private static let stripe: JSONValue = [
    "fields": ["accountID": "acct_1TESTONLY", "gateway": "http://127.0.0.1:9"],
    "secrets": ["secretKey": "sk_test_ABCDEFGHIJ0123456789", "webhookSecret": "whsec_ABCDEFGHIJ0123456789"],
    "terms": ["isOn": true, "feePercent": "0.5"], "version": "$stripeVersion",
  ]

  private static let ofPaymentsAPI = [
    ShopRoute("GET /api/v1/admin/payments/methods", .staff),
    ShopRoute("GET \(methodAPI)", .platform, ["method": "stripe"]),
    ShopRoute("PUT \(methodAPI)", .platform, ["method": "stripe"], stripe),
    ShopRoute("PUT \(methodAPI)/switch", .staff, ["method": "stripe"], ["isOn": true]),
    ShopRoute("POST \(methodAPI)/trial", .platform, ["method": "stripe"]),
    ShopRoute("GET /api/v1/admin/payments/notices", .platform),
    ShopRoute("GET /api/v1/admin/payments/cases", .staff),
    ShopRoute(
      "POST /api/v1/admin/payments/cases/{id}/decisions", .merchant, ["id": "paymentCase"],
      ["decision": "handled", "reason": "Spoke with the buyer"]),
    ShopRoute("GET /api/v1/admin/transactions/{id}/receipts", .platform, ["id": "doorPayment"]),
    ShopRoute(
      "POST /api/v1/admin/transactions/{id}/receipts", .platform, ["id": "doorPayment"],
      ["key": "told-once", "amount": "1.00", "receivedAt": "2026-01-02T03:04:05Z", "note": "in part"]),
    ShopRoute("POST /api/v1/admin/orders/{number}/refusal", .merchant, ["number": "door"]),
    ShopRoute("GET /api/v1/admin/customers/{id}/balance", .platform, ["id": "openCustomer"]),
    ShopRoute(
      "POST /api/v1/admin/customers/{id}/balance", .platform, ["id": "openCustomer"],
      ["key": "told-once", "amount": "5.00", "reason": "Sorry for the wait"]),
  ]

  private static let ofSettlementsAPI = [
    ShopRoute("GET /api/v1/admin/settlements", .staff), ShopRoute("GET /api/v1/admin/settlements/balances", .staff),
    ShopRoute("GET \(settlementAPI)", .merchant, ["id": "statement"]),
    ShopRoute("GET \(settlementAPI)/lines", .merchant, ["id": "statement"]),
    ShopRoute("POST /api/v1/admin/settlements/runs", .platform, [:], ["through": "$settlementDay"]),
    ShopRoute("POST \(settlementAPI)/approval", .platform, ["id": "draftedStatement"]),
    ShopRoute("POST \(settlementAPI)/payout", .platform, ["id": "approvedStatement"], ["reference": "BANK-2026-2"]),
    ShopRoute("POST \(settlementAPI)/cancellation", .platform, ["id": "draftedStatement"]),
    ShopRoute("GET /api/v1/admin/settlements/commissions", .platform),
    ShopRoute(
      "POST /api/v1/admin/settlements/commissions", .platform, [:], ["percent": "5.5", "from": "2099-02-01"]),
    ShopRoute("DELETE /api/v1/admin/settlements/commissions/{id}", .platform, ["id": "commissionRule"]),
  ]

  private static let billDay = ["method": "sandbox", "day": "2025-01-10"]

  private static let ofBillsAPI = [
    ShopRoute("GET /api/v1/admin/reconciliation", .platform),
    ShopRoute(
      "PUT /api/v1/admin/reconciliation/fees/{method}", .platform, ["method": "sandbox"], ["percent": "$freshFee"]),
    ShopRoute("GET /api/v1/admin/reconciliation/days", .platform),
    ShopRoute("GET \(billAPI)", .platform, billDay), ShopRoute("GET \(billAPI)/movements", .platform, billDay),
    ShopRoute("POST \(billAPI)/bill", .platform, billDay), ShopRoute("POST \(billAPI)/retrieval", .platform, billDay),
    ShopRoute("GET /api/v1/admin/reconciliation/report", .platform),
    ShopRoute("GET /api/v1/admin/reconciliation/differences", .platform),
    ShopRoute("GET \(differenceAPI)", .platform, ["id": "difference"]),
    ShopRoute(
      "POST \(differenceAPI)/decisions", .platform, ["id": "difference"],
      ["decision": "explain", "reason": "a voucher"]),
  ]

  /// As `byRights` has them.
  static let ofStaffMoneyAPI: [([Set<StaffRight>], [String])] = [
    (
      [[.paymentsSetUp, .settingsEdit]], ["GET /api/v1/admin/payments/methods", "PUT \(methodAPI)/switch"]
    ),
    ([[.paymentsSetUp]], ["GET \(methodAPI)", "PUT \(methodAPI)", "POST \(methodAPI)/trial"]),
    ([[.paymentsView]], ["GET /api/v1/admin/payments/notices", "GET /api/v1/admin/payments/cases"]),
    (
      [[.paymentsConfirm]],
      [
        "POST /api/v1/admin/payments/cases/{id}/decisions", "GET /api/v1/admin/transactions/{id}/receipts",
        "POST /api/v1/admin/transactions/{id}/receipts",
      ]
    ),
    ([[.ordersShip]], ["POST /api/v1/admin/orders/{number}/refusal"]),
    (
      [[.balanceCredit]], ["GET /api/v1/admin/customers/{id}/balance", "POST /api/v1/admin/customers/{id}/balance"]
    ),
    (
      [[.settlementsView]],
      [
        "GET /api/v1/admin/settlements", "GET /api/v1/admin/settlements/balances", "GET \(settlementAPI)",
        "GET \(settlementAPI)/lines",
      ]
    ),
    (
      [[.settlementsRun]],
      [
        "POST /api/v1/admin/settlements/runs", "POST \(settlementAPI)/approval", "POST \(settlementAPI)/payout",
        "POST \(settlementAPI)/cancellation", "GET /api/v1/admin/settlements/commissions",
        "POST /api/v1/admin/settlements/commissions", "DELETE /api/v1/admin/settlements/commissions/{id}",
      ]
    ),
    (
      [[.reconciliationWork]],
      [
        "GET /api/v1/admin/reconciliation", "PUT /api/v1/admin/reconciliation/fees/{method}",
        "GET /api/v1/admin/reconciliation/days", "GET \(billAPI)", "GET \(billAPI)/movements", "POST \(billAPI)/bill",
        "POST \(billAPI)/retrieval", "GET /api/v1/admin/reconciliation/report",
        "GET /api/v1/admin/reconciliation/differences", "GET \(differenceAPI)", "POST \(differenceAPI)/decisions",
      ]
    ),
  ]
}
