import Accounts
import Catalog
import Foundation
import NIOHTTP1
import Orders
import Payments
import Testing
import Values

@testable import API
@testable import App

/// Who pays inside WeChat: with its mini-programs, which are clients of the API, and in the browser that it has of its own.
@Suite struct MiniProgramTests {
  private static let inWeChat =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50"
  private static let phone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"

  /// A shop that is set up at WeChat Pay, which the sandbox plays.
  private static func run(_ body: @escaping @Sendable (TestShop) async throws -> Void) async throws {
    let keys = try ExampleKeys.read()
    let file = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try ExampleAccounts.ofSandbox(keys).write(to: file)
    try await TestShop.run(["--sandbox-keys", file.path]) { test in
      let accounts = ExampleAccounts(keys: keys, sandbox: test.settings.sandbox.url)
      _ = try await test.shop.paymentAccounts.save(try accounts.draft(of: "wechat"), by: StaffID(raw: 1))
      try await body(test)
    }
  }

  private struct Session: Decodable {
    let openid: String
  }

  /// Who the sandbox takes the person to be.
  private static func openID(of person: String, _ test: TestShop) async throws -> String {
    let place = "\(test.settings.sandbox.url)/sns/jscode2session?appid=\(ExampleAccounts.weChatApp)"
    let answer = try await test.browser().get(
      "\(place)&secret=\(ExampleAccounts.weChatSecret)&js_code=\(person).99&grant_type=authorization_code")
    return try JSONDecoder().decode(Session.self, from: Data(answer.body.utf8)).openid
  }

  private static func trades(_ test: TestShop) async throws -> String {
    try await test.browser().get(
      "\(test.settings.sandbox.url)/control/providers/wechat", headers: ["sandbox-control": TestShop.controlKey]
    ).body
  }

  /// Somebody who is logged in by the API, with an order.
  private static func buyer(_ test: TestShop, _ name: String, _ product: Product) async throws -> (APIClient, String) {
    let made = try await test.program.post(
      "/accounts", ["email": .text("\(name)@example.com"), "password": "correct horse", "name": .text(name)])
    let program = test.program.with(token: try #require(made["token"]?.text))
    let address = try await program.post(
      "/account/addresses",
      ["recipient": .text(name), "phone": "13800138000", "region": "310115", "street": "1 Century Avenue"])
    let cart = try await program.post("/cart/lines", ["variant": .text("\(product.variants[0].id)")])
    let placed = try await program.post(
      "/orders", ["cartVersion": cart["version"] ?? .null, "address": address["id"] ?? .null])
    return (program, try #require(placed["items"]?[0]?["number"]?.text))
  }

  // req: 3.1.1-2 4.1.4-1
  @Test func `a mini-program pays with the code of its log-in, and the shop finds out whose it is`() async throws {
    try await Self.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (ann, number) = try await Self.buyer(test, "ann", product)
      let path = "/orders/\(number)/payments"
      let wish: JSONValue = ["method": "wechat", "way": "client", "code": "ann.1"]
      let opened = try await ann.post(path, wish)
      #expect(opened.status == 201 && opened["handover"]?["kind"]?.text == "client")
      let package = try #require(opened["handover"]?["parameters"]?["package"]?.text)
      #expect(package.hasPrefix("prepay_id="))
      let person = try await Self.openID(of: "ann", test)
      #expect(try await Self.trades(test).contains(person))
      let payment = try #require(opened["payment"]?["id"]?.text)
      try await test.control("providers/wechat/trades/\(payment)/pay")
      #expect(try await ann.get("/payments/\(payment)?refresh=true")["state"]?.text == "captured")

      let (ben, other) = try await Self.buyer(test, "ben", product)
      let spent = try await ben.post("/orders/\(other)/payments", wish)
      #expect(spent.status == 409 && spent.code == "payerUnknown" && spent["providerCode"]?.text == "40029")
      let fresh = try await ben.post(
        "/orders/\(other)/payments", ["method": "wechat", "way": "client", "code": "ben.1"])
      #expect(fresh.status == 201 && fresh["handover"]?["kind"]?.text == "client")
      for answer in [opened, spent, fresh] { #expect(!answer.text.contains("session_key")) }
    }
  }

  // req: 3.1.1-2
  @Test func `a client that knows who its buyer is says that in place of the code, and never both`() async throws {
    try await Self.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (program, number) = try await Self.buyer(test, "lin", product)
      let path = "/orders/\(number)/payments"
      for wrong: JSONValue in [
        ["method": "wechat", "way": "client", "openID": "oTEST-of_Lin1", "code": "lin.1"],
        ["method": "wechat", "way": "client", "code": ""], ["method": "wechat", "way": "client", "code": "a b"],
        ["method": "wechat", "way": "client", "code": .text(String(repeating: "c", count: 129))],
        ["method": "wechat", "way": "client", "openID": "o TEST"],
      ] {
        #expect(try await program.post(path, wrong).status == 422)
      }
      // Nobody says who pays.
      let nobody = try await program.post(path, ["method": "wechat", "way": "client"])
      #expect(nobody.code == "providerRefused" && nobody["providerCode"]?.text == "openid")
      let opened = try await program.post(path, ["method": "wechat", "way": "client", "openID": "oTEST-of_Lin1"])
      #expect(opened.status == 201 && opened["handover"]?["kind"]?.text == "client")
      #expect(try await Self.trades(test).contains("oTEST-of_Lin1"))
    }
  }

  // req: 2.2-4
  @Test func `in WeChat's own browser its page wouldn't open: there is a code, and how to get out`() async throws {
    try await Self.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      func pays(_ agent: String) async throws -> Browser.Answer {
        try await browser.send(
          .POST, "/orders/\(order.number)/pay", body: Array("method=wechat".utf8),
          headers: [
            "content-type": "application/x-www-form-urlencoded", "origin": browser.base, "user-agent": agent,
          ])
      }
      let inside = try await pays(Self.inWeChat)
      let result = try #require(inside.location)
      #expect(result.contains("/checkout/result/"), "\(result)")
      let page = try await browser.get(result, headers: ["user-agent": Self.inWeChat])
      #expect(page.body.contains("class=\"qr\"") && page.body.contains("Open in Browser"))
      let elsewhere = try await browser.get(result, headers: ["user-agent": Self.phone])
      #expect(elsewhere.body.contains("class=\"qr\"") && !elsewhere.body.contains("Open in Browser"))
      // Out there the same order is paid on its page.
      let outside = try await pays(Self.phone)
      let cashier = try #require(outside.location)
      #expect(cashier.contains("/cgi-bin/mmpayweb-bin/checkmweb"), "\(cashier)")
    }
  }
}
