import Accounts
import Catalog
import Flows
import Merchants
import NIOHTTP1
import Testing
import Values

@testable import App

/// Forms as those use them who hear pages: controls of the right kind, faults tied to their fields, ways on.
@Suite struct AccessibleFormTests {
  /// What is described stands on the page, and each fault describes a field that is marked as faulty.
  private func check(_ page: Browser.Answer, faults wanted: Set<String> = [], _ place: String) {
    let ids = Set(page.body.matches(of: /\sid="([^"]+)"/).map { String($0.1) })
    let described = page.body.matches(of: /aria-describedby="([^"]*)"/).map { String($0.1) }
    for list in described {
      #expect(!list.isEmpty, "\(place)")
      for id in list.split(separator: " ") { #expect(ids.contains(String(id)), "\(place): \(id)") }
    }
    let named = Set(described.flatMap { $0.split(separator: " ").map(String.init) })
    let faults = Set(page.body.matches(of: /class="fault" id="([^"]+)"/).map { String($0.1) })
    #expect(faults == wanted, "\(place)")
    #expect(faults.isSubset(of: named), "\(place)")
    #expect(page.body.matches(of: /<(?:p|span) class="fault">/).isEmpty, "\(place): a fault of no field")
    #expect(page.body.contains("aria-invalid") == !wanted.isEmpty, "\(place)")
  }

  @Test func `the address of an order is chosen with radio inputs, and shown again before anything is placed`()
    async throws
  {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, first) = try await test.buyer()
      _ = try await browser.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
      #expect(!(try await browser.get("/checkout").body.contains("name=\"choose\"")))
      let second = try await test.shop.contexts.accounts.addAddress(
        AddressDraft(recipient: "Mei", phone: "13900139000", region: "110105", street: "1 Jianguo Road"),
        to: account.id)
      func radio(_ address: Address, _ more: String) -> String {
        "<input type=\"radio\" name=\"address\" value=\"\(address.id)\"\(more)>"
      }
      let page = try await browser.get("/checkout").body
      #expect(page.contains(radio(first, " checked")))
      #expect(page.contains(radio(second, "")))
      #expect(!page.contains("role=\"radio\""))
      let note = try #require(page.firstMatch(of: /name="(note\.[^"]+)"/)).1
      let chosen = try await browser.post(
        "/checkout", [("address", "\(second.id)"), (String(note), "Ring twice"), ("choose", "1")])
      #expect(chosen.status == 200)
      #expect(chosen.body.contains(radio(second, " checked")))
      #expect(chosen.body.contains("value=\"Ring twice\""))
      #expect(try await test.orders(of: account).isEmpty)
      let version = try #require(chosen.body.firstMatch(of: /name="version" value="([^"]*)"/)).1
      let key = try #require(chosen.body.firstMatch(of: /name="key" value="([^"]*)"/)).1
      let long = String(repeating: "x", count: 600)
      let refused = try await browser.post(
        "/checkout",
        [
          ("address", "\(second.id)"), ("version", String(version)), ("key", String(key)), (String(note), long),
          ("place", "1"),
        ])
      #expect(refused.status == 422)
      check(refused, faults: ["\(note)-fault"], "a long note")
    }
  }

  // req: 3.1.3-1
  @Test func `every fault is tied to its field`() async throws {
    try await TestShop.run { test in
      let guest = test.browser()
      for path in ["/login", "/register", "/forgot", "/reset?token=x"] { check(try await guest.get(path), path) }
      check(
        try await guest.post("/register", [("name", "Lin"), ("email", "x"), ("password", "short")]),
        faults: ["email-fault", "password-fault"], "register")
      let browser = try await test.buyer().browser
      for path in ["/account/profile", "/account/addresses/new", "/account/password", "/orders", "/search"] {
        check(try await browser.get(path), path)
      }
      check(
        try await browser.post("/account/profile", [("name", "Lin"), ("language", "tlh")]),
        faults: ["language-fault"], "profile")
      check(
        try await browser.post(
          "/account/addresses/new",
          [("recipient", "Lin"), ("phone", "13800138000"), ("street", "1 Century Avenue"), ("save", "1")]),
        faults: ["region-fault"], "address")
      check(
        try await browser.get("/orders?dueFrom=abc&paidTo=x&dateFrom=yesterday"),
        faults: ["dueFrom-fault", "paidTo-fault", "dateFrom-fault"], "orders")
      check(
        try await browser.get("/search?priceFrom=abc&priceTo=x"), faults: ["priceFrom-fault", "priceTo-fault"], "search"
      )
    }
  }

  @Test func `a quantity that is none is said on the page that it was chosen on`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let browser = test.browser()
      let path = "/products/\(product.id)"
      for text in ["0", "-1", "10000", "x", "", "1.5", "٣"] {
        let answer = try await browser.send(
          .POST, "/cart", body: Array("variant=\(product.variants[0].id)&quantity=\(Browser.escaped(text))".utf8),
          headers: [
            "content-type": "application/x-www-form-urlencoded", "origin": test.base, "referer": test.base + path,
          ])
        #expect(answer.status == 303, "\(text)")
        #expect(answer.location == path, "\(text)")
        #expect(try await browser.get(path).body.contains("Choose a quantity between 1 and 9999."), "\(text)")
      }
    }
  }

  @Test func `a link that has expired leads to a new one`() async throws {
    try await TestShop.run { test in
      let form = [("token", "gone"), ("password", "correct horse"), ("repeated", "correct horse")]
      let answer = try await test.browser().post("/reset", form)
      #expect(answer.body.contains("<a href=\"/forgot\">Ask for a new link</a>"))
      #expect(!(try await test.browser().get("/reset?token=x").body.contains("Ask for a new link")))
    }
  }

  @Test func `the docs are English throughout`() async throws {
    try await TestShop.run { test in
      let page = try await test.browser(language: .zhHans).get("/docs").body
      #expect(page.contains("<html lang=\"en\">"))
      #expect(page.contains("<h1>The API</h1>"))
    }
  }
}
