import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Inventory
import NIOHTTP1
import Orders
import Pages
import Payments
import Pricing
import Storage
import TestKit
import Testing
import Values

@testable import API
@testable import App

/// What is refused, with nothing half done, rather than done on what may be wrong.
enum Consistency {
  private static func json(_ text: String) -> (body: [UInt8], headers: [String: String]) {
    (Array(text.utf8), ["content-type": "application/json"])
  }

  @Sendable static func priceAndStock() async throws {
    let outage = Outage()
    try await TestShop.run(outage: outage) { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let variant = product.variants[0].id
      _ = try await browser.post("/cart", [("variant", "\(variant)"), ("quantity", "1")])
      let seen = try await browser.get("/checkout").body
      #expect(seen.contains("¥94.00"))
      let token = try await test.token(of: account).rawValue
      outage.begin()
      // Somebody else may have changed them.
      test.shop.freshness.renewAll()
      for path in ["/cart", "/checkout"] {
        let answer = try await browser.get(path)
        expectRefusal(answer, path)
        #expect(!answer.body.contains("¥"), "\(path) names no price")
      }
      for path in ["/api/v1/cart", "/api/v1/checkout"] {
        let answer = try await test.browser().get(path, headers: ["authorization": "Bearer \(token)"])
        expectRefusal(answer, path)
        #expect(answer.body.contains("temporarilyUnavailable"))
      }
      outage.end()
      try await test.shop.contexts.pricing.setPrices([
        PriceChange(variant: variant, price: Price(sale: try test.yuan("99.00")))
      ])
      let late = try await browser.post("/checkout", test.confirmation(seen, address: address.id))
      #expect(late.status == 409 && late.body.contains("¥105.00"), "\(late.status)")
      let cart = try await test.shop.contexts.carts.cart(of: .account(account.id))
      let answer = try await test.program.with(token: token).post(
        "/orders",
        ["cartVersion": .integer(Int64(cart.version)), "address": .text("\(address.id)"), "due": "94.00"])
      #expect(answer.status == 409 && answer.code == "amountChanged", "\(answer.text)")
      #expect(try await test.orders(of: account).isEmpty)
    }
  }

  /// The database is lost before each of the writes that an order takes, one after the other.
  @Sendable static func place() async throws {
    let outage = Outage()
    try await TestShop.run(outage: outage) { test in
      let product = try await test.product(of: try await test.merchant(), stock: 100)
      let (browser, account, address) = try await test.buyer()
      let variant = product.variants[0].id
      var (placed, refused) = (0, 0)
      while refused < 20 {
        _ = try await browser.post("/cart", [("variant", "\(variant)"), ("quantity", "1")])
        let form = test.confirmation(try await browser.get("/checkout").body, address: address.id)
        try await test.settle()
        let books = try await test.books()
        outage.beginWriting(after: refused)
        let answer = try await browser.post("/checkout", form)
        outage.end()
        if answer.status == 303 {
          placed += 1
          break
        }
        expectRefusal(answer, "after \(refused) writes")
        if refused == 0 { #expect(try await test.books() == books, "nothing was done") }
        refused += 1
        let again = try await browser.post("/checkout", form)
        #expect(again.status == 303, "\(again.status): \(again.body.prefix(300))")
        placed += 1
        #expect(try await test.orders(of: account).count == placed, "after \(refused - 1) writes: one order")
        try await test.settle()
        #expect(try await test.shop.audit().isEmpty)
      }
      #expect(refused >= 4, "goods are held, the order is placed, the cart settled")
      try await test.settle()
      let stock = try #require(try await test.shop.contexts.inventory.stock(of: [variant])[variant])
      #expect(stock.held == placed && stock.onHand == 100, "each order holds what it sold, and nothing else does")
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  @Sendable static func openPayment() async throws {
    let outage = Outage()
    try await TestShop.run(outage: outage) { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      outage.beginWriting()
      expectRefusal(try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")]), "pay")
      outage.end()
      #expect(try await test.shop.contexts.payments.payments(of: order.id).isEmpty)
      #expect(try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")]).status == 303)
      #expect(try await test.shop.contexts.payments.payments(of: order.id).count == 1)
    }
    // Nobody listens where the provider should be.
    try await TestShop.run(["--sandbox-url", "http://127.0.0.1:\(try freePort())"]) { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      for _ in 1...6 {
        let answer = try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")])
        #expect(answer.status == 503 && answer.body.contains("Your order is kept"), "\(answer.status)")
      }
      let payments = try await test.shop.contexts.payments.payments(of: order.id)
      #expect(payments.allSatisfy { $0.state != .pending && $0.state != .captured }, "none could take money")
      #expect(payments.count <= 1)
      #expect(try await test.shop.contexts.orders.order(order.id)?.state == .awaitingPayment)
      #expect(try await browser.get("/metrics").body.contains(#"dependency="payments.sandbox"} 2"#), "left alone")
    }
  }

  @Sendable static func takeNotice() async throws {
    let outage = Outage()
    try await TestShop.run(outage: outage) { test in
      let bought = try await test.handedOver()
      let notice = try JSONSerialization.data(withJSONObject: [
        "merchant": test.settings.sandbox.merchant, "number": "\(bought.payment)", "tradeNumber": "T1",
        "amount": bought.order.amounts.due.minor, "currency": "CNY", "state": "paid",
        "at": test.shop.clock.now.milliseconds,
      ])
      outage.beginWriting()
      let unheard = try await test.sendNotice(notice)
      #expect(unheard.status == 503 && unheard.body != "success", "the provider tells it again")
      outage.end()
      let payments = test.shop.contexts.payments
      #expect(try await payments.payment(bought.payment)?.state == .pending)
      for _ in 1...2 { #expect(try await test.sendNotice(notice).body == "success") }
      try await test.settle()
      #expect(try await payments.ledger(of: bought.payment).count == 2, "counted once, on two sides")
      #expect(try await test.shop.contexts.orders.order(bought.order.id)?.state == .awaitingReview)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  @Sendable static func cart() async throws {
    let outage = Outage()
    try await TestShop.run(outage: outage) { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, _) = try await test.buyer()
      let program = test.browser()
      let token = ["authorization": "Bearer \(try await test.token(of: account).rawValue)"]
      let address = json(#"{"recipient":"B","phone":"13800138000","region":"310115","street":"2 Century Avenue"}"#)
      let books = try await test.books()
      outage.beginWriting()
      expectRefusal(
        try await browser.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")]), "cart")
      expectRefusal(
        try await program.send(.PUT, "/api/v1/account/favourites/\(product.id)", body: nil, headers: token), "favourite"
      )
      expectRefusal(
        try await program.send(
          .POST, "/api/v1/account/addresses", body: address.body, headers: address.headers.merging(token) { $1 }),
        "address")
      outage.end()
      #expect(try await test.books() == books)
      #expect(try await test.shop.contexts.carts.cart(of: .account(account.id)).lines.isEmpty)
      #expect(try await test.shop.contexts.browsing.isFavourite(product.id, of: account.id) == false)
      #expect(try await test.shop.contexts.accounts.addresses(of: account.id).count == 1)
    }
  }

  @Sendable static func logIn() async throws {
    let outage = Outage()
    try await TestShop.run(outage: outage) { test in
      let (browser, account, _) = try await test.buyer()
      let (left, guest) = (test.browser(), test.browser())
      let session = try #require(browser.cookie("martlet_session"))
      left.carry(.session, session)
      #expect(try await left.get("/account").status == 200)
      #expect(try await browser.post("/logout").status == 303)
      outage.begin()
      let ended = try await left.get("/account")
      #expect(ended.status == 503 || ended.status == 303, "an ended session opens nothing: \(ended.status)")
      expectRefusal(
        try await guest.post("/login", [("email", account.email), ("password", TestShop.password)]), "log-in")
      #expect(guest.cookie("martlet_session") == nil)
      outage.end()
      #expect(try await left.get("/account").location?.hasPrefix("/login") == true)
      #expect(
        try await guest.post("/login", [("email", account.email), ("password", TestShop.password)]).status == 303)
    }
  }
}
