@testable import API

extension ShopRoute {
  /// An account at Stripe that nothing answers.
  private static let stripe: JSONValue = [
    "accountID": "acct_1TESTONLY", "secretKey": "sk_test_ABCDEFGHIJ0123456789",
    "webhookSecret": "whsec_ABCDEFGHIJ0123456789", "gateway": "http://127.0.0.1:9", "isOn": "1", "feePercent": "0.5",
    "version": "$stripeVersion",
  ]

  /// Payments, refunds and the postings of orders.
  static let moneyDesks = [
    ShopRoute("GET /admin/transactions", .staff), ShopRoute("GET /admin/transactions/export", .staff),
    ShopRoute("GET /admin/transactions/{id}", .merchant, ["id": "payment"]),
    ShopRoute("GET /admin/payments/methods", .staff),
    ShopRoute("GET /admin/payments/methods/{method}", .platform, ["method": "stripe"]),
    ShopRoute(
      "POST /admin/payments/methods/{method}", .platform, ["method": "stripe"], stripe),
    ShopRoute("POST /admin/payments/methods/{method}/trial", .platform, ["method": "stripe"]),
    ShopRoute("POST /admin/payments/methods/{method}/turn", .staff, ["method": "stripe"], ["turn": "on"]),
    ShopRoute("GET /admin/payments/notices", .platform), ShopRoute("GET /admin/payments/notices/export", .platform),
    ShopRoute("GET /admin/payments/notices/{id}", .platform, ["id": "notice"]),
    ShopRoute("GET /admin/transactions/{id}/receipt", .platform, ["id": "doorPayment"]),
    ShopRoute(
      "POST /admin/transactions/{id}/receipt", .platform, ["id": "doorPayment"],
      ["key": "came-once", "amount": "1.00", "receivedAt": "2026-01-02T03:04", "note": "in part"]),
    ShopRoute("GET /admin/payments/cases", .staff),
    ShopRoute(
      "POST /admin/payments/cases/{id}", .merchant, ["id": "paymentCase"],
      ["decision": "handled", "reason": "Spoke with the buyer"]),
    ShopRoute("POST /admin/orders/{number}/refused", .merchant, ["number": "door"]),
    ShopRoute("GET /admin/customers/{id}/balance", .platform, ["id": "openCustomer"]),
    ShopRoute(
      "POST /admin/customers/{id}/balance", .platform, ["id": "openCustomer"],
      ["key": "sorry-once", "amount": "5.00", "reason": "Sorry for the wait"]),
    ShopRoute("GET /admin/orders/{number}/ledger", .merchant, ["number": "paid"]),
    ShopRoute("GET /admin/settlements", .staff), ShopRoute("GET /admin/settlements/export", .staff),
    ShopRoute("GET /admin/settlements/{id}", .merchant, ["id": "statement"]),
    ShopRoute("GET /admin/settlements/{id}/file", .merchant, ["id": "statement"]),
    ShopRoute("POST /admin/settlements/run", .platform, [:], ["through": "$settlementDay"]),
    ShopRoute("POST /admin/settlements/{id}/approve", .platform, ["id": "draftedStatement"]),
    ShopRoute(
      "POST /admin/settlements/{id}/pay", .platform, ["id": "approvedStatement"], ["reference": "BANK-2026-1"]),
    ShopRoute("POST /admin/settlements/{id}/cancel", .platform, ["id": "draftedStatement"]),
    ShopRoute("GET /admin/settlements/commissions", .platform),
    ShopRoute(
      "POST /admin/settlements/commissions", .platform, [:], ["percent": "5", "from": "2099-01-01"]),
    ShopRoute("POST /admin/settlements/commissions/{id}/remove", .platform, ["id": "commissionRule"]),
  ]

  private static let billDay = ["method": "sandbox", "day": "2025-01-10"]

  /// The books against the providers' bills.
  static let reconciliationDesks = [
    ShopRoute("GET /admin/reconciliation", .platform),
    ShopRoute(
      "POST /admin/reconciliation/fees", .platform, [:], ["method": "sandbox", "parts": "$freshFee", "fixed": ""]),
    ShopRoute("GET /admin/reconciliation/days/{method}/{day}", .platform, billDay),
    ShopRoute("POST /admin/reconciliation/days/{method}/{day}/fetch", .platform, billDay),
    ShopRoute("POST /admin/reconciliation/days/{method}/{day}/file", .platform, billDay),
    ShopRoute("GET /admin/reconciliation/differences", .platform),
    ShopRoute("GET /admin/reconciliation/differences/export", .platform),
    ShopRoute("GET /admin/reconciliation/differences/{id}", .platform, ["id": "difference"]),
    ShopRoute(
      "POST /admin/reconciliation/differences/{id}", .platform, ["id": "difference"],
      ["do": "explain", "reason": "a voucher"]),
    ShopRoute("GET /admin/reconciliation/report", .platform, [:], ["month": "2026-01"]),
    ShopRoute("GET /admin/reconciliation/report/export", .platform, [:], ["month": "2026-01"]),
  ]
}
