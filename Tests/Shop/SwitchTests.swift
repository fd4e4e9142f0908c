import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Governance
import NIOHTTP1
import Orders
import Pages
import TestKit
import Testing
import Values

@testable import API
@testable import App

/// What operators switch off by hand: at the terminal and at their desk, and what buyers see of it.
@Suite struct SwitchTests {
  // req: 3.3.6-3
  @Test(arguments: [
    (Language.en, "Back in a moment", "Search is resting for a moment.", "New accounts can&#39;t be opened"),
    (.zhHans, "服务暂时不可用", "搜索暂时休息", "暂时不能注册新账号"),
  ])
  func `what is off is said in a sentence, and everything else goes on`(
    language: Language, heading: String, search: String, registration: String
  ) async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      for name in [Switch.search, .registration] { try await test.shop.switches.turn(name, on: false, by: "Mei") }
      let browser = test.browser(language: language)
      let page = try await browser.get("/search?q=teapot")
      #expect(page.status == 503)
      #expect(page.headers.first(name: "retry-after") == "60")
      #expect(page.body.contains(heading) && page.body.contains(search))
      #expect(try await browser.get("/search/suggest?q=tea").status == 503)
      #expect(try await browser.get("/register").body.contains(registration))
      #expect(try await browser.get("/c/tea").status == 200)
      #expect(try await browser.get("/login").status == 200)
      for path in ["/suggestions?q=tea", "/products?q=tea"] {
        let problem = try await test.program.get(path)
        #expect(problem.status == 503)
        #expect(problem.code == "switchedOff")
        #expect(problem["switch"]?.text == "search")
        #expect(problem.header("retry-after") == "60")
      }
      #expect(try await test.program.get("/products").status == 200)
      let account: JSONValue = ["name": "Lin", "email": "lin@example.com", "password": .text(TestShop.password)]
      #expect(try await test.program.post("/accounts", account).code == "switchedOff")
      try await test.shop.switches.turn(.search, on: true, by: "Mei")
      #expect(try await browser.get("/search?q=teapot").status == 200)
    }
  }

  // req: 3.3.6-3
  @Test func `without new payments orders are still placed, and without new orders carts are kept`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      try await test.shop.switches.turn(.payments, on: false, by: "Mei")
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let paying = try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")])
      #expect(paying.status == 503)
      #expect(paying.body.contains("Your order is kept; please pay a little later."))
      #expect(paying.body.contains("href=\"/orders\""))
      let token = try await test.token(of: account)
      let program = test.program.with(token: token.rawValue)
      let opened = try await program.post("/orders/\(order.number)/payments", ["method": "sandbox"])
      #expect(opened.code == "switchedOff")

      try await test.shop.switches.turn(.checkout, on: false, by: "Mei")
      _ = try await browser.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
      let checkout = try await browser.get("/checkout")
      #expect(checkout.status == 503)
      #expect(checkout.body.contains("Your cart is kept as it is."))
      let cart = try await test.shop.contexts.carts.cart(of: .account(account.id))
      let refused = try await program.post(
        "/orders", ["cartVersion": .integer(Int64(cart.version)), "address": .text("\(address.id)")])
      #expect(refused.code == "switchedOff")
      #expect(try await test.shop.contexts.carts.cart(of: .account(account.id)) == cart)
      #expect(try await browser.get("/cart").status == 200)
    }
  }

  // req: 3.3.6-3
  @Test func `pages that were made before leave out what is switched off since`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      _ = try await test.product(of: merchant, "kettle")
      try await test.settle()
      let heading = "id=\"related\""
      try await eventually { try await test.browser().get("/products/\(product.id)").body.contains(heading) }
      try await test.shop.switches.turn(.related, on: false, by: "Mei")
      #expect(!(try await test.browser().get("/products/\(product.id)").body.contains(heading)))
    }
  }

  // req: 3.3.6-3
  @Test func `switched at the terminal, the shop that serves heeds it within moments`() async throws {
    try await TestShop.run { test in
      let off = try await martlet(["switch", "off", "search", "--for", "5"] + test.dataArguments)
      #expect(off.status == 0, "\(off.errors)")
      #expect(off.output.hasPrefix("search is off until "))
      try await eventually { try await test.browser().get("/search").status == 503 }
      let list = try await martlet(["switch"] + test.dataArguments).output
      #expect(list.contains("search\toff\tuntil "))
      #expect(list.split(separator: "\n").count == Switch.ofShop.count)
      #expect(try await martlet(["switch", "on", "search"] + test.dataArguments).output == "search is on.\n")
      try await eventually { try await test.browser().get("/search").status == 200 }
      let unknown = try await martlet(["switch", "off", "everything"] + test.dataArguments)
      #expect(unknown.status != 0)
      #expect(unknown.errors.contains("There is no switch 'everything'"))
      #expect(try await martlet(["switch", "off", "search", "--for", "0"] + test.dataArguments).status != 0)
    }
  }

  // req: 3.3.6-3
  @Test func `those who operate the platform see its parts at their desk and switch things there`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let (platform, idle) = (try await test.staff(of: nil), try await test.staff(of: nil, [.ordersShip]))
      for stranger in [try await test.staff(of: merchant), idle] {
        #expect(try await stranger.get("/admin/parts").status == 403)
        #expect(try await stranger.post("/admin/parts/switches/search", [("turn", "off")]).status == 403)
        #expect(!(try await stranger.get("/admin/orders").body.contains("/admin/parts")))
      }
      #expect(test.shop.switches.isOn(.search))
      let itself = PartAddress(host: "127.0.0.1", port: test.settings.port)
      let registration = try await test.shop.registry.register(PartInstance(part: "shop", address: itself))
      let page = try await platform.get("/admin/parts").body
      #expect(page.contains("Everything answers and nothing is switched off."))
      #expect(page.contains("Payment provider: sandbox"))
      #expect(page.contains("127.0.0.1:\(test.settings.port)"))
      registration.update(PartCondition(load: 0.42, health: .unhealthy))
      let sick = try await platform.get("/admin/parts").body
      #expect(sick.contains("42%") && sick.contains("One thing needs a look."))
      registration.update(PartCondition())
      let off = try await platform.post("/admin/parts/switches/search", [("turn", "off"), ("minutes", "15")])
      #expect(off.location == "/admin/parts")
      #expect(!test.shop.switches.isOn(.search))
      let after = try await platform.get("/admin/parts").body
      #expect(after.contains("One thing is switched off."))
      #expect(after.contains("Mei, "))
      #expect(try await platform.get("/admin/parts?lang=zh-Hans").body.contains("有 1 项功能已关闭。"))
      _ = try await platform.post("/admin/parts/switches/search", [("turn", "on")])
      #expect(test.shop.switches.isOn(.search))
      for form in [[("turn", "sideways")], [("turn", "off"), ("minutes", "-1")], [("turn", "off"), ("minutes", "x")]] {
        #expect(try await platform.post("/admin/parts/switches/search", form).status == 422)
      }
      #expect(try await platform.post("/admin/parts/switches/nothing", [("turn", "off")]).status == 404)
      #expect(test.shop.switches.isOn(.search))
    }
  }
}
