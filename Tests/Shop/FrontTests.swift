import Accounts
import Catalog
import Flows
import Foundation
import NIOHTTP1
import Orders
import Pages
import TestKit
import Testing
import Values

@testable import App

/// The whole shop behind nginx, as `deploy/nginx` sets it up.
@Suite struct FrontTests {
  // req: 3.1.5-1 3.3.1-3 3.3.3-1
  @Test func `a purchase goes over HTTPS from the buyer to nginx and from nginx to the shop`() async throws {
    try await behindNginx { test, browser, _ in
      let product = try await test.product(of: try await test.merchant())
      let accounts = test.shop.contexts.accounts
      let account = try await accounts.register(
        Registration(email: "lin@example.com", password: TestShop.password, name: "Lin", language: .en))
      let address = try await accounts.addAddress(
        AddressDraft(recipient: "Lin", phone: "13800138000", region: "310115", street: "1 Century Avenue"),
        to: account.id)
      _ = try await browser.post("/login", [("email", account.email), ("password", TestShop.password)])
      let added = try await browser.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "2")])
      #expect(added.status == 303)
      let confirm = try await browser.get("/checkout")
      #expect(confirm.headers.first(name: "strict-transport-security") != nil)
      let placed = try await browser.post("/checkout", test.confirmation(confirm.body, address: address.id))
      let order = try #require(try await test.orders(of: account).first)
      #expect(placed.location == "/orders/\(order.number)/pay")
      let handed = try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")])
      let paid = try await test.browser().post(try #require(handed.location) + "/pay")
      let result = try #require(paid.location)
      #expect(result.hasPrefix(browser.base + "/checkout/result/"))
      #expect(try await browser.get(result).body.contains("Paid, thank you"))
    }
  }

  // req: 3.3.1-3
  @Test func `files of the theme have the same headers from nginx as from the shop`() async throws {
    try await behindNginx { test, browser, nodes in
      try await withClient(trusting: nodes) { http in
        let direct = Browser(base: "https://\(TestAuthority.domain):\(test.settings.port)", http: http, language: .en)
        let files = FileManager.default.enumerator(
          at: test.shop.theme.folder.appending(path: "static"), includingPropertiesForKeys: [.isRegularFileKey])
        let paths = (files?.allObjects as? [URL] ?? []).filter { !$0.pathExtension.isEmpty }.map { file in
          file.path.replacing(test.shop.theme.folder.path, with: "")
        }
        #expect(paths.count > 10)
        for path in paths {
          let (own, front) = (try await direct.get(path), try await browser.get(path))
          #expect(front.body == own.body, "\(path)")
          for header in own.headers
          where !["date", "etag", "last-modified", "connection", "traceparent"].contains(header.name.lowercased()) {
            #expect(front.headers.first(name: header.name) == header.value, "\(path) \(header.name)")
          }
        }
      }
    }
  }

  // req: 3.3.1-3
  @Test func `who tries passwords is known by his address, whatever he says it is`() async throws {
    try await behindNginx(["--accounts-log-ins-per-minute", "1"]) { test, browser, _ in
      var statuses: [Int] = []
      for number in 1...6 {
        let form = "email=nobody%40example.com&password=wrong"
        statuses.append(
          try await browser.send(
            .POST, "/login", body: Array(form.utf8),
            headers: [
              "content-type": "application/x-www-form-urlencoded", "origin": browser.base,
              "x-forwarded-for": "203.0.113.\(number)",
            ]
          ).status)
      }
      #expect(statuses.last == 429)
    }
  }

  private func behindNginx(
    _ more: [String] = [], _ body: @escaping @Sendable (TestShop, Browser, TestAuthority) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-front-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let nodes = try await TestAuthority(in: folder, name: "nodes")
    let pair = try await nodes.certificate(for: [TestAuthority.domain])
    let port = try freePort()
    let arguments = [
      "--http-public-url", "https://\(TestAuthority.domain):\(port)", "--http-trusts-proxy", "true",
      "--tls-certificate",
      pair.certificate, "--tls-key", pair.key,
    ]
    try await TestShop.run(arguments + more) { test in
      let site = Nginx.Site(httpsPort: port, nodes: ["127.0.0.1:\(test.settings.port)"], nodeAuthority: nodes)
      try await Nginx.run(site) { nginx in
        try await withClient(trusting: nginx.authority) { http in
          try await body(test, Browser(base: nginx.base, http: http, language: .en), nodes)
        }
      }
    }
  }
}
