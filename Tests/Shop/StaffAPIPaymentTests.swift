import Accounts
import AuditLog
import Flows
import Foundation
import Merchants
import Orders
import Payments
import Testing
import Values

@testable import API
@testable import App

/// Ways to pay, what was found for the shop's own, cases and balances, by programs of staff as at the desks.
@Suite struct StaffAPIPaymentTests {
  private static let methods = "/admin/payments/methods"
  private static let secrets = ["sk_test_ABCDEFGHIJ0123456789", "whsec_ABCDEFGHIJ0123456789"]
  private static let terms: JSONValue = ["isOn": true, "feePercent": "2.9", "feeFixed": "2.00", "most": "5000"]
  private static let fields: JSONValue = ["accountID": "acct_1TESTONLY", "gateway": "http://127.0.0.1:9"]
  private static let stripe: JSONValue = [
    "fields": fields, "terms": terms,
    "secrets": ["secretKey": .text(secrets[0]), "webhookSecret": .text(secrets[1])],
  ]

  private func program(
    _ test: TestShop, _ merchant: Merchant?, _ rights: Set<StaffRight>, match mark: String? = nil
  ) async throws -> APIClient {
    let api = test.program.with(token: try await test.issued(of: merchant, rights).secret.rawValue)
    guard let mark else { return api }
    return APIClient(shop: test, headers: api.headers.merging(["If-Match": mark]) { $1 })
  }

  private func expectNoSecret(_ answer: APIClient.Answer) {
    for secret in Self.secrets { #expect(!answer.text.contains(secret)) }
  }

  // req: 2.2-4 2.2-7
  @Test func `a method is set up by a program, which reads everything of it but its secrets`() async throws {
    try await TestShop.run { test in
      let api = try await program(test, nil, [.paymentsSetUp])
      let here = "\(Self.methods)/stripe"
      let bare = try await api.get(here)
      #expect(bare["account"] == .null && bare["noticeURL"]?.text?.hasSuffix("/payments/notices/stripe") == true)
      #expect(bare["needs"]?.items.filter { $0["isSecret"]?.flag == true }.count == 3)
      let faulty = try await api.put(
        here, ["fields": ["accountID": "acct_1TESTONLY", "colour": "red"], "terms": Self.terms])
      #expect(faulty.status == 422 && faulty.text.contains("fields.colour"))
      let wrong = try await api.put(
        here,
        [
          "fields": Self.fields, "terms": Self.terms,
          "secrets": ["secretKey": "pk_live_1", "webhookSecret": .text(Self.secrets[1])],
        ])
      #expect(wrong.status == 422 && wrong.text.contains("secrets.secretKey") && !wrong.text.contains("pk_live_1"))
      expectNoSecret(wrong)

      let saved = try await api.put(here, Self.stripe)
      #expect(saved.status == 200 && saved["account"]?["fields"] == Self.fields)
      #expect(saved["account"]?["secrets"] == ["secretKey", "webhookSecret"])
      #expect(saved["account"]?["terms"]?["feePercent"]?.text == "2.9")
      for answer in try await [saved, api.get(here), api.get(Self.methods)] { expectNoSecret(answer) }
      #expect(try await test.shop.contexts.payments.methods().contains { $0.rawValue == "stripe" })
      let page = try await test.staff(of: nil, [.paymentsSetUp]).get("/admin/payments/methods/stripe").body
      #expect(page.contains("acct_1TESTONLY") && page.contains("value=\"2.9\""))

      let change: JSONValue = ["fields": Self.fields, "terms": ["isOn": true, "feePercent": "3"]]
      #expect(try await api.put(here, change).text.contains("\"version\""))
      let stale = try await program(test, nil, [.paymentsSetUp], match: "\"7\"")
      #expect(try await stale.put(here, change).status == 412)
      let current = try await program(test, nil, [.paymentsSetUp], match: saved.header("etag"))
      let changed = try await current.put(here, change)
      #expect(changed.status == 200 && changed.header("etag") != saved.header("etag"))
      #expect(changed["account"]?["terms"]?["feePercent"]?.text == "3")
      #expect(changed["account"]?["secrets"] == ["secretKey", "webhookSecret"])

      let trial = try await api.post("\(here)/trial")
      #expect(trial.status == 200 && trial["outcome"]?.text != "accepted")
      #expect(try await api.get("\(Self.methods)/sandbox").code == "unknownPaymentAccount")
      for (verb, count) in [("payments.saveMethod", 2), ("payments.tryMethod", 1)] {
        let deeds = try await test.deeds(DeedFilter(verb: verb))
        #expect(deeds.count == count && deeds.allSatisfy { $0.whoName == "Mei (Warehouse sync)" }, "\(verb)")
      }
    }
  }

  @Test func `a merchant's program switches methods for its own goods, and sets none up`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      let (api, platform) = (
        try await program(test, kiln, [.settingsEdit]), try await program(test, nil, [.paymentsSetUp])
      )
      func sandbox(_ api: APIClient) async throws -> JSONValue? {
        try await api.get(Self.methods)["items"]?.items.first { $0["method"]?.text == "sandbox" }
      }
      #expect(try await api.put("\(Self.methods)/sandbox/switch", ["isOn": false]).status == 204)
      #expect(try await sandbox(api)?["isOnHere"]?.flag == false)
      #expect(try await sandbox(platform)?["isOnHere"]?.flag == true)
      #expect(try await api.put("\(Self.methods)/sandbox/switch", ["isOn": true]).status == 204)
      #expect(try await sandbox(api)?["isOnHere"]?.flag == true)
      #expect(
        try await platform.put("\(Self.methods)/sandbox/switch", ["isOn": false, "channel": "main"]).status == 204)
      #expect(try await sandbox(platform)?["isOnInMainChannel"]?.flag == false)
      let channel: JSONValue = ["isOn": true, "channel": "main"]
      #expect(try await api.put("\(Self.methods)/sandbox/switch", channel).status == 403)
      let barred: JSONValue = ["isOn": false, "merchant": .text("\(kiln.id)")]
      #expect(try await api.put("\(Self.methods)/sandbox/switch", barred).status == 403)
      #expect(try await platform.put("\(Self.methods)/sandbox/switch", barred).status == 204)
      #expect(try await sandbox(api)?["isBarred"]?.flag == true)
      let refused = try await api.put("\(Self.methods)/sandbox/switch", ["isOn": true])
      #expect(refused.status == 409 && refused.code == "paymentMethodBarred")
      let ofKiln = try await platform.get("\(Self.methods)?merchant=\(kiln.id)")["items"]?.items
      #expect(ofKiln?.first { $0["method"]?.text == "sandbox" }?["isOnHere"]?.flag == false)
      #expect(try await sandbox(platform)?["isBarred"]?.flag == false)
      #expect(try await api.get("\(Self.methods)?merchant=\(kiln.id)").status == 403)
      let nobodys = try await platform.get("\(Self.methods)?merchant=\(MerchantID(raw: 9))")
      #expect(nobodys.status == 404 && nobodys.code == "unknownMerchant")
      let both: JSONValue = ["isOn": false, "merchant": .text("\(kiln.id)"), "channel": "main"]
      #expect(try await platform.put("\(Self.methods)/sandbox/switch", both).status == 422)
      #expect(try await api.put("\(Self.methods)/stripe", Self.stripe).status == 403)
      #expect(try await api.get("\(Self.methods)/stripe").status == 403)
      #expect(try await api.post("\(Self.methods)/stripe/trial").status == 403)
      #expect(try await test.shop.paymentAccounts.accounts().isEmpty)
    }
  }

  // req: 3.1.1-2 4.1.4-1
  @Test func `who may change the platform's other settings doesn't say where its money goes`() async throws {
    try await TestShop.run { test in
      let everythingElse = Set(StaffRight.allCases).subtracting([.paymentsSetUp])
      let (api, desk) = (try await program(test, nil, everythingElse), try await test.staff(of: nil, everythingElse))
      #expect(try await api.get(Self.methods).status == 403)
      #expect(try await api.put("\(Self.methods)/sandbox/switch", ["isOn": false]).status == 403)
      #expect(try await api.put("\(Self.methods)/stripe", Self.stripe).status == 403)
      #expect(try await desk.get(Self.methods).status == 403)
      #expect(try await desk.post("\(Self.methods)/sandbox/turn", [("turn", "off")]).status == 403)
      #expect(try await !desk.get("/admin/carriers").body.contains("href=\"\(Self.methods)\""))
      #expect(try await test.shop.paymentAccounts.accounts().isEmpty)
      #expect(try await test.shop.contexts.payments.methods().contains { $0.rawValue == "sandbox" })
      // Who sets methods up changes nothing else.
      let treasurer = try await test.staff(of: nil, [.paymentsSetUp])
      #expect(try await treasurer.get(Self.methods).body.contains("\(Self.methods)/stripe"))
      #expect(try await treasurer.get("/admin/carriers").status == 403)
      // No merchant's staff can be given it.
      #expect(StaffRight.ofPlatform.contains(.paymentsSetUp))
    }
  }

  // req: 2.2-4 4.1.4-1
  @Test func `what the platform agreed on with a provider is no merchant's to read`() async throws {
    try await TestShop.run { test in
      let platform = try await program(test, nil, [.paymentsSetUp])
      #expect(try await platform.put("\(Self.methods)/stripe", Self.stripe).status == 200)
      func stripe(_ api: APIClient) async throws -> JSONValue? {
        try await api.get(Self.methods)["items"]?.items.first { $0["method"]?.text == "stripe" }
      }
      let whole = try await stripe(platform)
      #expect(whole?["identity"]?.text == "…ONLY" && whole?["terms"]?["feePercent"]?.text == "2.9")
      let merchant = try await test.merchant()
      let seen = try await stripe(try await program(test, merchant, [.settingsEdit]))
      #expect(seen?["identity"] == .null && seen?["terms"] == .null)
      #expect(seen?["most"]?["amount"]?.text == "5000.00" && seen?["least"] == .null)
      let page = try await test.staff(of: merchant, [.settingsEdit]).get(Self.methods).body
      #expect(!page.contains("…ONLY") && !page.contains("fee 2.9 %") && page.contains("up to ¥5,000.00"))
    }
  }

  // req: 2.2-7 4.1.4-4
  @Test func `what was found at the door is said once for each key, by the platform alone`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      let product = try await test.product(of: kiln)
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let payment = try await test.shop.flows.payOrder.run(
        order.id, by: account.id, method: .cash, language: .en
      ).payment
      try await test.settle()
      let api = try await program(test, nil, [.paymentsConfirm])
      let here = "/admin/transactions/\(payment.id)/receipts"
      let before = try await api.get(here)
      #expect(before["left"] == before["due"] && before["receipts"] == [])
      // What came counts as the merchant's, so its own staff can't say so.
      let merchant = try await program(test, kiln, [.paymentsConfirm])
      #expect(try await merchant.get(here).status == 403)
      let whole: JSONValue = [
        "key": "door-1", "amount": .text(payment.amount.decimalText), "receivedAt": "2026-01-02T03:04:05Z",
      ]
      #expect(try await merchant.post(here, whole).status == 403)
      for (field, value) in [("key", "a b"), ("amount", "x"), ("amount", "0"), ("receivedAt", "2199-01-01T00:00:00Z")] {
        let body = JSONValue.object(whole.members.merging([field: .text(value)]) { $1 })
        let refused = try await api.post(here, body)
        #expect(refused.status == 422 && refused.text.contains("\"\(field)\""), "\(field)")
      }
      let confirmed = try await api.post(here, whole)
      #expect(confirmed.status == 201 && confirmed["state"]?.text == "captured")
      #expect(confirmed["left"]?["minor"]?.integer == 0 && confirmed["receipts"]?.items.count == 1)
      #expect(try await api.post(here, whole)["receipts"]?.items.count == 1)
      let other = JSONValue.object(whole.members.merging(["key": "door-2"]) { $1 })
      #expect(try await api.post(here, other).code == "alreadyPaid")
      try await test.settle()
      #expect(try await test.deeds(DeedFilter(verb: "payments.confirm")).count == 1)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 2.2-7
  @Test func `a case of money is read and handled once, each merchant's by its own program`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      let product = try await test.product(of: kiln)
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      try await test.pay(order)
      let payments = test.shop.contexts.payments
      let payment = try #require(try await payments.payments(of: order.id).first { $0.state.hasMoney })
      try await payments.noteStray(payment.id, of: order.id)
      let api = try await program(test, kiln, [.paymentsView, .paymentsConfirm])
      let open = try await api.get("/admin/payments/cases")
      let found = try #require(open["items"]?.items.first)
      let id = try #require(found["id"]?.text)
      #expect(open["items"]?.items.count == 1 && found["number"]?.text == "\(order.number)")
      #expect(found["decisions"] == ["handled"] && found["handledAt"] == .null)
      let stranger = try await program(test, try await test.merchant("reed"), [.paymentsView, .paymentsConfirm])
      #expect(try await stranger.get("/admin/payments/cases")["items"] == [])
      let here = "/admin/payments/cases/\(id)/decisions"
      let handled: JSONValue = ["decision": "handled", "reason": "Spoke with the buyer"]
      #expect(try await stranger.post(here, handled).code == "unknownPaymentCase")
      #expect(try await api.post(here, ["decision": "forgotten"]).status == 422)
      #expect(try await api.post(here, ["decision": "handled"]).text.contains("\"reason\""))
      #expect(try await api.post(here, ["decision": "paidOut", "reason": "By hand"]).code == "wrongForPaymentCase")
      let done = try await api.post(here, handled)
      #expect(done.status == 200 && done["reason"]?.text == "Spoke with the buyer" && done["decisions"] == [])
      #expect(try await api.post(here, handled).code == "paymentCaseHandled")
      #expect(try await api.get("/admin/payments/cases")["items"] == [])
      #expect(try await api.get("/admin/payments/cases?part=handled")["items"]?[0]?["id"]?.text == id)
      #expect(try await api.get("/admin/payments/cases?part=lost").status == 422)
    }
  }

  @Test func `a balance is added to once for each key, and read with how it came to be`() async throws {
    try await TestShop.run { test in
      let (_, account, _) = try await test.buyer()
      let api = try await program(test, nil, [.balanceCredit])
      let here = "/admin/customers/\(account.id)/balance"
      let gift: JSONValue = ["key": "sorry-1", "amount": "5.00", "reason": "Sorry for the wait"]
      let given = try await api.post(here, gift)
      #expect(given.status == 201 && given["after"]?["amount"]?.text == "5.00")
      #expect(try await api.post(here, gift)["id"] == given["id"])
      let balance = try await api.get(here)
      #expect(balance["balance"]?["amount"]?.text == "5.00" && balance["items"]?.items.count == 1)
      #expect(balance["items"]?[0]?["reason"]?.text == "Sorry for the wait")
      for (field, value) in [("amount", "0"), ("amount", ""), ("reason", " "), ("key", "a b")] {
        let body = JSONValue.object(gift.members.merging([field: .text(value)]) { $1 })
        let refused = try await api.post(here, body)
        #expect(refused.status == 422 && refused.text.contains("\"\(field)\""), "\(field)")
      }
      let other = try await api.post("/admin/customers/\(AccountID(raw: 7))/balance", gift)
      #expect(other.code == "unknownCustomer")
      let merchant = try await program(test, try await test.merchant(), Set(StaffRight.allCases))
      #expect(try await merchant.get(here).status == 403)
      #expect(try await test.deeds(DeedFilter(verb: "payments.credit")).count == 1)
      #expect(try await test.shop.audit().isEmpty)
    }
  }
}
