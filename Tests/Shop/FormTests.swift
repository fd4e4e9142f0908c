import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Inventory
import Merchants
import NIOHTTP1
import Orders
import Payments
import Pricing
import Reviews
import Testing
import Values

@testable import App

/// What every form answers to input that no one types by accident: a clear refusal, nothing stored, nothing run.
@Suite struct FormTests {
  private typealias Fields = [(String, String)]

  private static let huge = String(repeating: "长", count: 20_000)
  private static let script = "<script>alert(1)</script>"
  /// Fit for no short field: controls and marks that turn text around are among them.
  private static let unfit = [huge, "\u{202E}tset", "a\u{0}b", "\u{200B}\u{2066}"]
  /// No number, date or code.
  private static let nonsense = unfit + ["-1", "9223372036854775808", "🫖", script, "'; DROP TABLE account"]

  /// A phone number is text: twenty digits are one, more aren't.
  private static let noPhone = nonsense.map { $0 == "9223372036854775808" ? $0 + "00" : $0 }

  /// The form with one field changed.
  private func changed(_ fields: Fields, _ name: String, _ value: String?) -> Fields {
    fields.filter { $0.0 != name } + (value.map { [(name, $0)] } ?? [])
  }

  private func expectRefusal(_ answer: Browser.Answer, _ what: String) {
    #expect((400..<500).contains(answer.status), "\(what) is answered \(answer.status)")
    #expect(!answer.body.contains("<script>alert"))
  }

  // req: 3.1.3-1
  @Test func `a faulty registration or log-in is refused and makes no account`() async throws {
    try await TestShop.run { test in
      let good: Fields = [("name", "Lin"), ("email", "lin@example.com"), ("password", TestShop.password)]
      let browser = test.browser()
      for name in ["name", "email", "password"] {
        let values: [String?] = name == "email" ? [nil, ""] + Self.nonsense : [nil, "", Self.huge]
        for value in values {
          let what = "\(name) \(value?.prefix(20) ?? "missing")"
          expectRefusal(try await browser.post("/register", changed(good, name, value)), what)
          if name != "name" { expectRefusal(try await browser.post("/login", changed(good, name, value)), what) }
        }
      }
      expectRefusal(try await browser.post("/register", changed(good, "name", "\u{202E}tset")), "a name turned around")
      expectRefusal(try await browser.post("/register"), "nothing")
      let entered = try await test.browser().post("/register", good)
      #expect(entered.status == 303)
    }
  }

  // req: 3.1.3-1
  @Test func `a faulty address is refused and not kept`() async throws {
    try await TestShop.run { test in
      let (browser, account, _) = try await test.buyer()
      let before = try await test.shop.contexts.accounts.addresses(of: account.id)
      let good: Fields = [
        ("recipient", "Lin"), ("phone", "13800138000"), ("province", "310000"), ("city", "310100"),
        ("region", "310104"),
        ("street", "12 Anfu Road"), ("postcode", "200031"), ("save", "1"),
      ]
      let bad: [String: [String?]] = [
        "recipient": [nil, ""] + Self.unfit, "street": [nil, ""] + Self.unfit, "phone": [nil, ""] + Self.noPhone,
        "postcode": Self.nonsense.filter { $0 != "\u{200B}\u{2066}" },
      ]
      for (name, values) in bad {
        for value in values {
          let answer = try await browser.post("/account/addresses/new", changed(good, name, value))
          expectRefusal(answer, "\(name) \(value?.prefix(20) ?? "missing")")
        }
      }
      for value in Self.nonsense {
        let regions: Fields = [("province", value), ("city", value), ("region", value)]
        let rest = good.filter { !["province", "city", "region"].contains($0.0) }
        expectRefusal(try await browser.post("/account/addresses/new", rest + regions), "region \(value.prefix(20))")
      }
      #expect(try await test.shop.contexts.accounts.addresses(of: account.id) == before)
      let kept = try await browser.post("/account/addresses/new", changed(good, "street", "\(Self.script) 🌙"))
      #expect(kept.status == 303)
      let list = try await browser.get("/account/addresses").body
      #expect(!list.contains("<script>alert"))
      #expect(list.contains("&lt;script&gt;"))
    }
  }

  // req: 3.1.3-1
  @Test func `a faulty note or confirmation makes no order, and markup in a note stays text`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (browser, account, address) = try await test.buyer()
      _ = try await browser.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
      let good = test.confirmation(try await browser.get("/checkout").body, address: address.id)
      let note = "note.\(merchant.id)"
      for value in [Self.huge, "\u{202E}tset", "a\u{0}b"] {
        expectRefusal(try await browser.post("/checkout", good + [(note, value)]), "note \(value.prefix(20))")
      }
      for (name, value) in ["version", "address"].flatMap({ name in Self.nonsense.map { (name, $0) } }) {
        expectRefusal(try await browser.post("/checkout", changed(good, name, value)), "\(name) \(value.prefix(20))")
      }
      #expect(try await test.orders(of: account).isEmpty)
      #expect(try await browser.post("/checkout", good + [(note, "\(Self.script) 🌙")]).status == 303)
      let order = try #require(try await test.orders(of: account).first)
      let page = try await browser.get("/orders/\(order.number)").body
      #expect(!page.contains("<script>alert"))
      #expect(page.contains("&lt;script&gt;"))
    }
  }

  // req: 3.1.3-1
  @Test func `a faulty review is refused and not kept, and markup in one stays text`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.completedOrder(product, by: browser, account: account, address: address)
      let path = "/orders/\(order.number)/review/\(try #require(order.lines.first).id)"
      let stars: [String] = ["", "0", "6", "4.5"] + Self.nonsense
      for value in stars {
        let answer = try await browser.review(path, [("stars", value), ("text", "Fine")], pictures: [])
        expectRefusal(answer, "stars \(value.prefix(20))")
      }
      for value in Self.unfit + [""] {
        let answer = try await browser.review(path, [("stars", "4"), ("text", value)], pictures: [])
        expectRefusal(answer, "text \(value.prefix(20))")
      }
      let reviews = test.shop.contexts.reviews
      #expect(try await reviews.reviews(of: product.id, stars: nil, PageRequest()).items.isEmpty)
      #expect(try await browser.review(path, [("stars", "4"), ("text", Self.script)], pictures: []).status == 303)
      try await test.settle()
      let page = try await browser.get("/products/\(product.id)").body
      #expect(page.contains("&lt;script&gt;alert"))
      #expect(!page.contains("<script>alert"))
    }
  }

  // req: 3.1.3-1
  @Test func `a faulty profile is refused and the old one stays, and markup in a name stays text`() async throws {
    try await TestShop.run { test in
      let (browser, account, _) = try await test.buyer()
      let good: Fields = [("name", "Lin"), ("phone", "13800138000"), ("language", "en")]
      let bad: [String: [String?]] = [
        "name": [nil, ""] + Self.unfit, "phone": Self.noPhone.filter { $0 != "\u{200B}\u{2066}" },
        "language": [nil, ""] + Self.nonsense,
      ]
      for (name, values) in bad {
        for value in values {
          let answer = try await browser.post("/account/profile", changed(good, name, value))
          expectRefusal(answer, "\(name) \(value?.prefix(20) ?? "missing")")
        }
      }
      #expect(try await test.shop.contexts.accounts.account(account.id)?.profile == account.profile)
      #expect(try await browser.post("/account/profile", changed(good, "name", Self.script)).status == 303)
      for page in ["/", "/account", "/account/profile", "/products/1"] {
        let body = try await browser.get(page).body
        #expect(!body.contains("<script>alert"))
      }
    }
  }

  // req: 3.1.3-1
  @Test func `bodies that are no form are refused`() async throws {
    try await TestShop.run { test in
      let browser = try await test.buyer().browser
      for path in ["/login", "/register", "/cart", "/checkout", "/account/profile", "/account/addresses/new"] {
        for (type, body) in [("application/json", Array("{".utf8)), ("text/plain", [0xFF, 0xFE]), ("", [])] {
          let answer = try await browser.send(
            .POST, path, body: body, headers: ["content-type": type, "origin": test.base])
          #expect(answer.status < 500, "\(path) \(type)")
        }
        let large = try await browser.send(
          .POST, path, body: Array(repeating: 0x61, count: 3 << 20),
          headers: ["content-type": "application/x-www-form-urlencoded", "origin": test.base])
        expectRefusal(large, "three megabytes to \(path)")
        let foreign = try await browser.send(
          .POST, path, body: [],
          headers: ["content-type": "application/x-www-form-urlencoded", "origin": "https://evil.example"])
        #expect(foreign.status == 403)
      }
    }
  }
}
