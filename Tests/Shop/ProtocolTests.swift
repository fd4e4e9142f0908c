import Accounts
import Catalog
import Foundation
import NIOHTTP1
import Testing
import Values

@testable import API
@testable import App

/// What the shop does with HTTP itself: other methods, other sites, addresses that nobody wrote.
@Suite struct ProtocolTests {
  // req: 3.1.3-1
  @Test func `HEAD answers as GET does, without a body, and the connection stays sound`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let browser = test.browser()
      let found = [
        "/", "/search", "/c/tea", "/products/\(product.id)", "/cart", "/sitemap.xml", "/api/v1/products",
        "/api/v1/products/\(product.id)", "/static/css/tokens.css",
      ]
      for path in found {
        let head = try await browser.send(.HEAD, path, body: nil, headers: [:])
        #expect(head.status == 200, "\(path)")
        #expect(head.body.isEmpty, "\(path)")
        #expect(head.headers.first(name: "x-content-type-options") == "nosniff", "\(path)")
        let get = try await browser.get(path)
        #expect(head.headers.first(name: "content-type") == get.headers.first(name: "content-type"), "\(path)")
      }
      for path in ["/nothing", "/products/unknown", "/api/v1/nothing", "/api/v1/products/unknown"] {
        let head = try await browser.send(.HEAD, path, body: nil, headers: [:])
        #expect(head.status == 404, "\(path)")
        #expect(head.body.isEmpty, "\(path)")
        #expect(try await browser.get("/search").status == 200)
      }
      let refused = try await browser.send(.HEAD, "/api/v1/sessions", body: nil, headers: [:])
      #expect(refused.status == 405)
    }
  }

  @Test func `no address makes a page link to another site`() async throws {
    try await TestShop.run { test in
      for path in ["//evil.example/x", "//evil.example", "/%5Cevil.example", "//evil.example/x?q=1", "///evil.example"]
      {
        let answer = try await test.browser().get(path)
        for link in answer.body.matches(of: /(?:href|action)="([^"]*)"/).map(\.1) {
          #expect(!link.hasPrefix("//") && !link.hasPrefix("/\\"), "\(path): \(link)")
        }
      }
      // The language stays within reach of an address that is long.
      let long = "/search?q=" + Browser.escaped(String(repeating: "壶", count: 100))
      #expect(try await test.browser().get(long).body.contains("lang=zh-Hans"))
    }
  }

  // req: 3.1.3-1
  @Test func `everything below api is answered as the API does`() async throws {
    try await TestShop.run { test in
      let browser = test.browser()
      let foreign = ["origin": "https://evil.example", "sec-fetch-site": "cross-site"]
      let asked: [(HTTPMethod, String)] = [
        (.GET, "/api"), (.GET, "/api/"), (.GET, "/api/v2"), (.GET, "/api/v2/products"), (.GET, "/api/v1"),
        (.GET, "/api/v1x"), (.GET, "/api/v1/nothing"), (.POST, "/api/v2/orders"), (.POST, "/api/nothing"),
        (.DELETE, "/api"),
      ]
      for (method, path) in asked {
        for headers in [[:], foreign] {
          let answer = try await browser.send(method, path, body: nil, headers: headers)
          #expect(answer.status == 404, "\(method) \(path)")
          #expect(answer.headers.first(name: "content-type") == "application/problem+json", "\(method) \(path)")
          #expect(answer.headers.first(name: "x-content-type-options") == "nosniff", "\(method) \(path)")
          #expect(answer.body.contains("\"code\":\"unknownPath\""), "\(method) \(path)")
        }
      }
    }
  }

  // req: 3.1.3-1
  @Test func `a payment platform is refused in plain words`() async throws {
    try await TestShop.run { test in
      let large = [UInt8](repeating: 65, count: 70_000)
      for (path, body) in [("unknown", Array("{}".utf8)), ("sandbox", large), ("%F0%9F%AB%96", []), ("sandbox", [])] {
        let answer = try await test.browser().send(
          .POST, "/payments/notices/\(path)", body: body,
          headers: ["content-type": "application/json", "origin": "https://platform.example"])
        #expect((400..<500).contains(answer.status), "\(path)")
        #expect(answer.headers.first(name: "content-type")?.hasPrefix("text/html") != true, "\(path)")
        #expect(answer.body.utf8.count < 200, "\(path)")
      }
    }
  }

  // req: 3.1.3-1
  @Test func `a program on another site's page may call with a token or a device, and never with cookies`() async throws
  {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, _) = try await test.buyer()
      let session = try await test.program.post(
        "/sessions", ["email": .text(account.email), "password": .text(TestShop.password)])
      let token = try #require(session["token"]?.text)
      let foreign = ["origin": "https://shop.example", "sec-fetch-site": "cross-site"]
      let line = #"{"variant":"\#(product.variants[0].id)","quantity":1}"#
      func add(_ who: Browser, _ more: [String: String]) async throws -> Browser.Answer {
        try await who.send(.POST, "/api/v1/cart/lines", json: line, headers: foreign.merging(more) { $1 })
      }
      let bearer = try await add(test.browser(), ["authorization": "Bearer \(token)"])
      #expect(bearer.status == 201)
      #expect(bearer.headers.first(name: "access-control-allow-origin") == "*")
      #expect(bearer.headers.first(name: "access-control-allow-credentials") == nil)
      let device = String(repeating: "d", count: 40)
      #expect(try await add(test.browser(), ["martlet-device": device]).status == 201)
      // The cookie of a person who is logged in here is no consent.
      let cookie = try await add(browser, [:])
      #expect(cookie.status == 403)
      #expect(cookie.body.contains("crossSite"))
      let guest = test.browser()
      _ = try await guest.get("/")
      #expect(try await add(guest, [:]).status == 403)
      #expect(try await add(browser, ["authorization": "Bearer \(token)"]).status == 201)
    }
  }

  // req: 3.1.3-1
  @Test func `a browser that asks first is told what it may send`() async throws {
    try await TestShop.run { test in
      let asked = [
        "origin": "https://shop.example", "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,idempotency-key",
      ]
      let answer = try await test.browser().send(.OPTIONS, "/api/v1/cart/lines", body: nil, headers: asked)
      #expect(answer.status == 204)
      #expect(answer.headers.first(name: "access-control-allow-origin") == "*")
      #expect(answer.headers.first(name: "access-control-allow-methods")?.contains("POST") == true)
      let allowed = answer.headers.first(name: "access-control-allow-headers")?.lowercased() ?? ""
      for name in ["authorization", "content-type", "idempotency-key", "martlet-device"] {
        #expect(allowed.contains(name))
      }
      #expect(try await test.browser().send(.OPTIONS, "/api/v1/nothing", body: nil, headers: asked).status == 404)
      let page = try await test.browser().get("/", headers: ["origin": "https://shop.example"])
      #expect(page.headers.first(name: "access-control-allow-origin") == nil)
    }
  }
}
