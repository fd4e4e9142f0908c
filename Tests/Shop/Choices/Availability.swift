import Accounts
import Catalog
import Events
import Flows
import Foundation
import Governance
import NIOHTTP1
import Orders
import Pages
import Search
import Storage
import TestKit
import Testing
import Values

@testable import App

/// What is done on what is at hand while a part is away.
enum Availability {
  @Sendable static func look() async throws {
    let outage = Outage()
    try await TestShop.run(outage: outage) { test in
      let product = try await test.product(of: try await test.merchant())
      let pages = [
        "/", "/c/tea", "/search?q=teapot", "/products/\(product.id)/teapot", "/api/v1/products/\(product.id)",
        "/api/v1/products?q=teapot",
      ]
      for page in pages { #expect(try await test.browser().get(page).status == 200, "\(page)") }
      // Whose session and cart aren't in memory.
      let (buyer, guest) = (test.browser(), test.browser())
      buyer.carry(.session, String(repeating: "s", count: 43))
      guest.carry(.device, DeviceToken.random().rawValue)
      outage.begin()
      for (who, browser) in [("a new one", test.browser()), ("a buyer", buyer), ("a guest", guest)] {
        for page in pages {
          let answer = try await browser.get(page)
          #expect(answer.status == 200 && answer.body.contains("Clay teapot"), "\(page), \(who): \(answer.status)")
        }
      }
      #expect(buyer.cookie("martlet_device") == nil, "who comes back is who she was")
      // What is shown is asked for again before it's sold.
      expectRefusal(
        try await test.browser().post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")]), "cart")
    }
  }

  @Sendable static func history() async throws {
    let outage = Outage()
    try await TestShop.run(outage: outage) { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, _) = try await test.buyer()
      let visitor = Visitor.account(account.id)
      #expect(try await test.shop.contexts.browsing.recentViews(of: visitor, limit: 5).isEmpty)
      outage.beginWriting()
      #expect(try await browser.get("/products/\(product.id)/teapot").status == 200)
      #expect(try await browser.get("/search?q=teapot").status == 200)
      #expect(try await test.shop.contexts.browsing.recentViews(of: visitor, limit: 5) == [product.id])
      #expect(try await browser.get("/account/history").body.contains("Clay teapot"))
      outage.end()
      try await test.shop.contexts.browsing.flush()
      let kept: Int? = try await test.shop.database.read { transaction in
        try transaction.value("SELECT COUNT(*) FROM browsing_history")
      }
      #expect(kept == 1, "stored once it can be")
    }
  }

  @Sendable static func facts() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let folder = test.settings.mailFolder
      // Where letters go there is a file: none can be written.
      try? FileManager.default.removeItem(at: folder)
      try Data().write(to: folder)
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      #expect(order.state == .awaitingPayment)
      #expect(try await browser.get("/orders/\(order.number)").status == 200)
      try FileManager.default.removeItem(at: folder)
      try await eventually("the letter comes when letters can be written") {
        // What was given up meanwhile is replayed by and by; an operator doesn't wait for it.
        for letter in try await test.shop.letters.letters().items {
          try? await test.shop.letters.replay(letter.envelope.id, for: letter.subscriber)
        }
        return (try? test.plainLetter("order-placed", of: order)) != nil
      }
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  @Sendable static func limits() async throws {
    let outage = Outage()
    try await TestShop.run(
      ["--http-trusts-proxy", "true", "--server-client-per-minute", "10", "--server-requests-at-once", "20"],
      outage: outage
    ) { test in
      let client = ["x-forwarded-for": "203.0.113.7"]
      #expect(try await test.browser().get("/help").status == 200)
      outage.begin()
      for _ in 1...5 { #expect(try await test.browser().get("/help", headers: client).status == 200) }
      #expect(try await test.browser().get("/help", headers: client).status == 429)
      let admission = test.shop.vitals.admission
      for _ in 1...18 { #expect(admission.enter(.ordinary) == nil) }
      let full = try await test.browser().get("/help")
      #expect(full.status == 503 && full.body.contains("Many people are here right now."))
      for _ in 1...18 { admission.leave() }
      #expect(try await test.browser().get("/help").status == 200)
    }
  }

  @Sendable static func switches() async throws {
    let outage = Outage()
    try await TestShop.run(outage: outage) { test in
      _ = try await test.product(of: try await test.merchant())
      #expect(try await test.browser().get("/c/tea").status == 200)
      try await test.shop.switches.turn(.search, on: false, by: "Mei")
      outage.begin()
      await #expect(throws: (any Error).self) { try await test.shop.switches.refresh() }
      let off = try await test.browser().get("/search?q=teapot")
      #expect(off.status == 503 && off.body.contains("Search is resting for a moment."))
      #expect(test.shop.switches.isOn(.checkout) && !test.shop.switches.isOn(.search))
      #expect(try await test.browser().get("/c/tea").status == 200)
      outage.end()
      #expect(try await martlet(["switch", "on", "search"] + test.dataArguments).status == 0)
      try await eventually("heard once it can be read") { test.shop.switches.isOn(.search) }
    }
  }
}
