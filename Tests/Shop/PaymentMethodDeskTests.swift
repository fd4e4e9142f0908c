import Accounts
import AuditLog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Orders
import Payments
import Testing
import Values

@testable import API
@testable import App

/// The desk where methods are set up and switched, and the list of what providers told.
@Suite struct PaymentMethodDeskTests {
  private static let desk = "/admin/payments/methods"
  private static let stripe = [
    ("accountID", "acct_1TESTONLY"), ("secretKey", "sk_test_ABCDEFGHIJ0123456789"),
    ("webhookSecret", "whsec_ABCDEFGHIJ0123456789"), ("isOn", "1"), ("feePercent", "2.9"), ("feeFixed", "2.00"),
    ("most", "5000"), ("version", ""),
  ]

  // req: 2.2-4
  @Test func `a method is set up by a form, and offered to the next buyer`() async throws {
    try await TestShop.run { test in
      let staff = try await test.staff(of: nil)
      let form = try await staff.get("\(Self.desk)/stripe")
      #expect(form.status == 200 && form.body.contains("/payments/notices/stripe"))
      let faulty = try await staff.post(
        "\(Self.desk)/stripe", Self.stripe.filter { $0.0 != "secretKey" } + [("secretKey", "pk_live_1")])
      #expect(faulty.status == 422 && faulty.body.contains("begin with sk_live_"))
      #expect(!faulty.body.contains("pk_live_1") && !faulty.body.contains("whsec_ABC"), "secrets aren't sent back")
      let saved = try await staff.post("\(Self.desk)/stripe", Self.stripe)
      #expect(saved.status == 303)
      let shown = try await staff.get("\(Self.desk)/stripe")
      #expect(shown.body.contains("acct_1TESTONLY") && shown.body.contains("value=\"2.9\""))
      #expect(!shown.body.contains("sk_test_ABC") && !shown.body.contains("whsec_ABC"))
      let list = try await staff.get(Self.desk)
      #expect(list.body.contains("Card and more") && list.body.contains("fee 2.9 % + ¥2.00"))
      #expect(try await test.shop.contexts.payments.methods().map(\.rawValue) == ["sandbox", "stripe", "cash"])
      let log = try await staff.get("/admin/log")
      #expect(log.body.contains("Set up a payment method"))
      let again = try await staff.post("\(Self.desk)/stripe", Self.stripe)
      #expect(again.status == 409 && again.body.contains("changed this meanwhile"))
    }
  }

  // req: 2.2-4 4.1.4-1
  @Test func `a method is paid through the sandbox with nothing changed but its address`() async throws {
    let keys = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: keys) }
    try Data(
      """
      {"stripe.accountID": "acct_1TESTONLY", "stripe.secretKey": "sk_test_ABCDEFGHIJ0123456789",
       "stripe.webhookSecret": "whsec_ABCDEFGHIJ0123456789"}
      """.utf8
    ).write(to: keys)
    try await TestShop.run(["--sandbox-keys", keys.path]) { test in
      let staff = try await test.staff(of: nil)
      let address = "\(test.settings.sandbox.url)/stripe"
      #expect(try await staff.post("\(Self.desk)/stripe", Self.stripe + [("gateway", address)]).status == 303)
      let trial = try await staff.post("\(Self.desk)/stripe/trial", [])
      #expect(trial.status == 200 && trial.body.contains("It knows this shop."))
      #expect(trial.body.contains("Not tried by this: Signing secret of the webhook."))
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, place) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: place)
      let pay = "/orders/\(order.number)/pay"
      let cashier = try #require(try await browser.post(pay, [("method", "stripe")]).location)
      #expect(cashier.hasPrefix(test.settings.sandbox.url))
      let result = try #require(try await test.browser().post(cashier + "/pay").location)
      #expect(try await browser.get(result).body.contains("Paid, thank you"))
      try await test.settle()
      #expect(try await test.shop.contexts.orders.order(order.id)?.state == .awaitingReview)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.1.4-2
  @Test func `a trial at WeChat Pay finds a wrong public key, and says what it doesn't try`() async throws {
    let keys = try ExampleKeys.read()
    let file = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try ExampleAccounts.ofSandbox(keys).write(to: file)
    try await TestShop.run(["--sandbox-keys", file.path]) { test in
      let staff = try await test.staff(of: nil)
      var draft = try ExampleAccounts(keys: keys, sandbox: test.settings.sandbox.url).draft(of: "wechat")
      let saved = try await test.shop.paymentAccounts.save(draft, by: StaffID(raw: 1))
      let right = try await staff.post("\(Self.desk)/wechat/trial", [])
      #expect(right.body.contains("It knows this shop.") && right.body.contains("Not tried by this: APIv3 key."))
      draft.fields["publicKey"] = try keys.pair("attacker").public_spki_pem
      draft.version = saved.version
      _ = try await test.shop.paymentAccounts.save(draft, by: StaffID(raw: 1))
      let wrong = try await staff.post("\(Self.desk)/wechat/trial", [])
      #expect(wrong.body.contains("The provider answered, but its signature"))
      #expect(!wrong.body.contains("It knows this shop.") && !wrong.body.contains("Not tried by this"))
    }
  }

  @Test func `without a key for secrets the desk says what to do, and keeps nothing`() async throws {
    try await TestShop.run(["--payments-seal-key", ""]) { test in
      let staff = try await test.staff(of: nil)
      #expect(try await staff.get(Self.desk).body.contains("MARTLET_PAYMENTS_SEAL_KEY"))
      let answer = try await staff.post("\(Self.desk)/stripe", Self.stripe)
      #expect(answer.status == 409 && answer.body.contains("payments.sealKey"))
      #expect(try await test.shop.paymentAccounts.accounts().isEmpty)
    }
  }

  // req: 4.1.4-2
  @Test func `a shop that nobody said takes real money says so where it could seem to`() async throws {
    let note = "set shop.isProduction to true"
    try await TestShop.run { test in
      let (staff, merchant) = (try await test.staff(of: nil), try await test.merchant())
      let own = try await test.staff(of: merchant)
      #expect(try await staff.get(Self.desk).body.contains(note))
      #expect(try await !own.get(Self.desk).body.contains(note))
      // Neither the sandbox nor a provider is there.
      #expect(try await staff.post("\(Self.desk)/sandbox/turn", [("turn", "off")]).status == 303)
      #expect(try await !staff.get(Self.desk).body.contains(note))
      #expect(try await staff.post("\(Self.desk)/stripe", Self.stripe).status == 303)
      #expect(try await staff.get(Self.desk).body.contains(note))
    }
  }

  @Test func `a key comes as a file, too`() async throws {
    try await TestShop.run { test in
      let staff = try await test.staff(of: nil)
      let boundary = "martlet-test"
      func part(_ name: String, _ text: String, isFile: Bool = false) -> String {
        let file = isFile ? "; filename=\"key.pem\"" : ""
        return "--\(boundary)\r\ncontent-disposition: form-data; name=\"\(name)\"\(file)\r\n\r\n\(text)\r\n"
      }
      let body =
        part("appID", "2021000000000001") + part("trust", "publicKey") + part("version", "")
        + part("privateKeyFile", "not a key at all", isFile: true) + "--\(boundary)--\r\n"
      let answer = try await staff.send(
        .POST, "\(Self.desk)/alipay", body: Array(body.utf8),
        headers: ["content-type": "multipart/form-data; boundary=\(boundary)", "origin": test.base])
      #expect(answer.status == 422 && answer.body.contains("RSA key. Paste the whole of it"))
    }
  }

  @Test func `a merchant switches methods for its own goods alone`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let (mei, platform) = (try await test.staff(of: merchant), try await test.staff(of: nil))
      let product = try await test.product(of: merchant)
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      #expect(try await browser.get("/orders/\(order.number)/pay").body.contains("value=\"sandbox\""))
      #expect(try await mei.post("\(Self.desk)/sandbox/turn", [("turn", "off")]).status == 303)
      #expect(try await !browser.get("/orders/\(order.number)/pay").body.contains("value=\"sandbox\""))
      #expect(try await mei.get(Self.desk).body.contains("Off for your goods"))
      #expect(try await !platform.get(Self.desk).body.contains("Off for your goods"))
      let refused = try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")])
      #expect(refused.status == 422 && refused.body.contains("Choose one of the ways to pay"))
      #expect(try await mei.post("\(Self.desk)/sandbox/turn", [("turn", "on")]).status == 303)
      try await test.pay(order)
      // What the platform has agreed with a provider is its own.
      #expect(try await platform.post("\(Self.desk)/stripe", Self.stripe).status == 303)
      #expect(try await platform.get(Self.desk).body.contains("fee 2.9 %"))
      let seen = try await mei.get(Self.desk).body
      #expect(seen.contains("Card and more") && !seen.contains("fee 2.9 %") && !seen.contains("…ONLY"))
    }
  }

  // req: 2.2-4
  @Test func `the platform keeps a method off one merchant's goods, which that merchant can't undo`() async throws {
    try await TestShop.run { test in
      let (merchant, other) = (try await test.merchant(), try await test.merchant("forge"))
      let (mei, platform) = (try await test.staff(of: merchant), try await test.staff(of: nil))
      let product = try await test.product(of: merchant)
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let page = "/admin/merchants/\(merchant.id)"
      func isOffered() async throws -> Bool {
        try await browser.get("/orders/\(order.number)/pay").body.contains("value=\"sandbox\"")
      }
      #expect(try await isOffered())
      #expect(try await mei.post("\(page)/payments/sandbox", [("turn", "off")]).status == 403)
      let admitting = try await test.staff(of: nil, [.merchantsEdit])
      #expect(try await !admitting.get(page).body.contains("/payments/sandbox"))
      #expect(try await admitting.post("\(page)/payments/sandbox", [("turn", "off")]).status == 403)
      #expect(try await platform.get(page).body.contains("\(page)/payments/sandbox"))
      let barred = try await platform.post("\(page)/payments/sandbox", [("turn", "off")])
      #expect(barred.status == 303 && barred.location == page)
      #expect(try await !isOffered())
      #expect(try await platform.get(page).body.contains("Not allowed by the platform"))
      let others = try await platform.get("/admin/merchants/\(other.id)").body
      #expect(!others.contains("Not allowed by the platform"))
      // Whose goods they are sees why, and has no button for it.
      let seen = try await mei.get(Self.desk).body
      #expect(seen.contains("Not allowed by the platform") && !seen.contains("methods/sandbox/turn"))
      #expect(try await mei.post("\(Self.desk)/sandbox/turn", [("turn", "on")]).status == 303)
      #expect(try await !isOffered())
      #expect(try await test.deeds(DeedFilter(verb: "payments.turnMethod")).count == 1)
      #expect(try await platform.post("\(page)/payments/sandbox", [("turn", "on")]).status == 303)
      #expect(try await isOffered())
      #expect(try await platform.post("/admin/merchants/mer_9/payments/sandbox", [("turn", "off")]).status == 404)
      // To whom the merchant's page doesn't open, they don't end there.
      let treasurer = try await test.staff(of: nil, [.paymentsSetUp])
      let turned = try await treasurer.post("\(page)/payments/sandbox", [("turn", "off")])
      #expect(turned.status == 303 && turned.location == Self.desk)
      #expect(try await treasurer.get(Self.desk).body.contains("Not allowed any more"))
      #expect(try await !isOffered())
    }
  }

  // req: 2.2-4
  @Test func `a channel where a method is off has its switch before anything was sold there`() async throws {
    try await TestShop.run { test in
      let platform = try await test.staff(of: nil)
      let program = test.program.with(token: try await test.issued(of: nil, [.paymentsSetUp]).secret.rawValue)
      #expect(try await !platform.get(Self.desk).body.contains("value=\"kiosk\""))
      let off: JSONValue = ["isOn": false, "channel": "kiosk"]
      #expect(try await program.put("\(Self.desk)/sandbox/switch", off).status == 204)
      #expect(try await platform.get(Self.desk).body.contains("value=\"kiosk\""))
      let turned = try await platform.post("\(Self.desk)/sandbox/turn", [("turn", "on"), ("channel", "kiosk")])
      #expect(turned.status == 303)
      #expect(try await !platform.get(Self.desk).body.contains("value=\"kiosk\""))
    }
  }

  // req: 4.1.4-2
  @Test func `what providers told is listed, found and taken as a file, without who the buyer is`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      try await test.pay(order)
      _ = try await test.browser().send(.POST, "/payments/notices/sandbox", json: #"{"email":"a@b.example"}"#)
      let staff = try await test.staff(of: nil, [.paymentsView])
      let all = try await staff.get("/admin/payments/notices?column=body&column=verification")
      #expect(all.status == 200 && all.body.contains("Not believed: not signed"))
      #expect(!all.body.contains("a@b.example"))
      let strange = try await staff.get("/admin/payments/notices?verification=disbelieved")
      #expect(strange.body.contains("Not believed") && !strange.body.contains("</svg>Holds"))
      let file = try await staff.get("/admin/payments/notices/export")
      #expect(file.headers.first(name: "content-type")?.hasPrefix("text/csv") == true)
      #expect(file.body.contains("Not believed"))
      #expect(try await test.staff(of: merchant).get("/admin/payments/notices").status == 403)
    }
  }

  // req: 4.1.4-2
  @Test func `a shop with real money starts neither with the sandbox nor with keys of tests`() async throws {
    let plain = try await Settings(arguments: ["--shop-is-production", "true"], environment: [:])
    #expect(plain.payments.isProduction && !plain.sandbox.isOffered)
    let fault = await #expect(throws: SettingFault.self) {
      _ = try await Settings(
        arguments: ["--shop-is-production", "true", "--sandbox-is-offered", "true"], environment: [:])
    }
    #expect(fault?.key == "sandbox.isOffered")
    for key in ["payments.sealKey", "payments.formerSealKey"] {
      let fault = await #expect(throws: SettingFault.self) {
        _ = try await Settings(arguments: [SettingArguments.name(of: key), "secret-but-short"], environment: [:])
      }
      #expect(fault?.key == key && fault?.description.contains("secret-but-short") == false)
    }
    try await TestShop.run { test in
      let staff = try await test.staff(of: nil)
      #expect(try await staff.post("\(Self.desk)/stripe", Self.stripe).status == 303)
      var settings = test.settings
      settings.payments.isProduction = true
      let fault = await #expect(throws: SettingFault.self) {
        try await Shop.checkProduction(settings, test.shop.paymentAccounts)
      }
      #expect(fault?.description.contains("stripe") == true && fault?.description.contains("testModeKey") == true)
      #expect(fault?.description.contains("sk_test_") == false)
    }
  }
}
