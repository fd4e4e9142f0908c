import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Inventory
import Orders
import Payments
import Testing
import Values
@testable import App

/// The whole purchase over HTTP, from a product page to a paid order.
@Suite struct PurchaseTests {
  // req: 2.2-1 2.2-4 3.3.2-2 4-1 4.1.1-1 4.1.2-1 4.1.3-1 4.1.3-2 4.1.4-1 4.1.4-2 4.1.4-5 3.1.3-2
  @Test func `a buyer adds to the cart, confirms, pays at the platform and sees the paid order`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let variant = product.variants[0].id

      let page = try await browser.get("/products/\(product.id)")
      #expect(page.status == 200)
      #expect(page.body.contains("¥88.00"))

      let added = try await browser.post("/cart", [("variant", "\(variant)"), ("quantity", "2"), ("then", "stay")])
      #expect(added.status == 303)
      let cart = try await browser.get("/cart")
      #expect(cart.body.contains("Clay teapot"))
      #expect(cart.body.contains("¥176.00"))

      let confirm = try await browser.get("/checkout")
      #expect(confirm.body.contains("¥182.00"))
      let placed = try await browser.post("/checkout", test.confirmation(confirm.body, address: address.id))
      #expect(placed.status == 303)
      let order = try #require(try await test.orders(of: account).first)
      #expect(placed.location == "/orders/\(order.number)/pay")
      let expected = try test.yuan("182.00")
      #expect(order.amounts.due == expected)

      let handed = try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")])
      let cashier = try #require(handed.location)
      #expect(cashier.hasPrefix("http://127.0.0.1:\(test.settings.sandbox.port)/cashier/"))
      let till = test.browser()
      #expect(try await till.get(cashier).body.contains("182.00"))
      let paid = try await till.post(cashier + "/pay")
      let result = try #require(paid.location)
      #expect(result.contains("/checkout/result/"))

      let done = try await browser.get(result)
      #expect(done.status == 200)
      #expect(done.body.contains(order.number.rawValue))
      #expect(done.body.contains("Paid, thank you"))
      try await test.settle()
      let now = try #require(try await test.shop.contexts.orders.order(order.id))
      #expect(now.state == .awaitingReview)
      #expect(now.amounts.paid == now.amounts.due)
      let level = try #require(try await test.shop.contexts.inventory.stock(of: [variant])[variant])
      #expect(level.onHand == 48)
      #expect(level.held == 0)
      #expect(try await test.shop.contexts.orders.sales(of: [product.id])[product.id] == 2)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.1.2-4 4.1.3-4
  @Test func `a guest is prompted to log in, and what was chosen before survives it`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let account = try await test.buyer("amy").account
      let guest = test.browser()
      _ = try await guest.get("/products/\(product.id)")
      _ = try await guest.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "3")])
      let cart = try await guest.get("/cart")
      #expect(cart.body.contains("/login?to=/cart"))
      #expect(cart.body.contains("Clay teapot"))
      let checkout = try await guest.get("/checkout")
      #expect(checkout.status == 303)
      #expect(checkout.location == "/login?to=/checkout")
      #expect(try await guest.post("/checkout", [("place", "1"), ("version", "1")]).status == 303)
      #expect(try await test.orders(of: account).isEmpty)

      let entered = try await guest.post(
        "/login", [("email", account.email), ("password", TestShop.password), ("to", "/checkout")])
      #expect(entered.location == "/checkout")
      let kept = try await guest.get("/cart")
      #expect(kept.body.contains("Clay teapot"))
      #expect(kept.body.contains("value=\"3\""))
    }
  }

  // req: 4.1.3-1
  @Test func `two tabs that submit the same cart make one order`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      _ = try await browser.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
      let confirm = try await browser.get("/checkout")
      let form = test.confirmation(confirm.body, address: address.id)
      let answers = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 1...8 { group.addTask { try await browser.post("/checkout", form).location } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let orders = try await test.orders(of: account)
      #expect(orders.count == 1)
      let number = try #require(orders.first).number
      #expect(Set(answers) == ["/orders/\(number)/pay"])
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 2.2-4 4.1.4-5
  @Test func `a refused payment can be retried and then succeeds`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let first = try #require(try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")]).location)
      let refused = try #require(try await test.browser().post(first + "/refuse").location)
      let page = try await browser.get(refused)
      #expect(page.body.contains("/orders/\(order.number)/pay"))
      try await test.settle()
      let second = try #require(try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")]).location)
      #expect(second != first)
      let paid = try #require(try await test.browser().post(second + "/pay").location)
      #expect(try await browser.get(paid).body.contains("Paid, thank you"))
      try await test.settle()
      #expect(try await test.shop.contexts.orders.order(order.id)?.state == .awaitingReview)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.1.2-2
  @Test func `adding again raises the quantity, and more than the stock is refused with what is left`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant(), stock: 3)
      let (browser, account, _) = try await test.buyer()
      let variant = "\(product.variants[0].id)"
      _ = try await browser.post("/cart", [("variant", variant), ("quantity", "1")])
      _ = try await browser.post("/cart", [("variant", variant), ("quantity", "1")])
      #expect(try await test.shop.contexts.carts.cart(of: .account(account.id)).unitCount == 2)
      let refused = try await browser.post("/cart", [("variant", variant), ("quantity", "2")])
      #expect(refused.status == 303)
      let page = try await browser.get("/cart")
      #expect(page.body.contains("1"))
      #expect(try await test.shop.contexts.carts.cart(of: .account(account.id)).unitCount == 2)
    }
  }
}

extension TestShop {
  func orders(of account: Account) async throws -> [Order] {
    try await shop.contexts.orders.orders(.buyer(account.id), matching: OrderFilter(), PageRequest()).items
  }

  /// The fields of the confirmation page, as its button would send them.
  func confirmation(_ html: String, address: AddressID) -> [(String, String)] {
    func hidden(_ name: String) -> String {
      guard let start = html.range(of: "name=\"\(name)\" value=\"") else { return "" }
      return String(html[start.upperBound...].prefix { $0 != "\"" })
    }
    return [
      ("key", hidden("key")), ("version", hidden("version")), ("address", "\(address)"), ("place", "1"),
    ]
  }

  func placedOrder(
    _ product: Product, by browser: Browser, account: Account, address: Address
  ) async throws -> Order {
    _ = try await browser.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
    let confirm = try await browser.get("/checkout")
    _ = try await browser.post("/checkout", confirmation(confirm.body, address: address.id))
    return try #require(try await orders(of: account).first)
  }
}
