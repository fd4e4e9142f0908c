import Catalog
import Flows
import NIOHTTP1
import Testing
import Values

@testable import App

/// A shop that sells only to those who have logged in.
@Suite struct GateTests {
  private static let gated = ["--catalog-gates-products", "true"]

  // req: 4.1.1-3
  @Test func `a gated shop asks for the log-in before it fills a cart, on its pages and in its API`() async throws {
    try await TestShop.run(Self.gated) { test in
      let product = try await test.product(of: try await test.merchant())
      let address = "/products/\(product.id)/teapot"
      let guest = test.browser()
      let page = try await guest.get(address).body
      #expect(page.contains("/login?to=\(address)"))
      #expect(!page.contains("name=\"then\""))
      // The list shows the goods, and no way around the gate.
      let list = try await guest.get("/search?q=teapot").body
      #expect(list.contains("Clay teapot"))
      #expect(!list.contains("name=\"variant\""))

      let variant = "\(product.variants[0].id)"
      for then in ["stay", "buy"] {
        let answer = try await guest.post("/cart", [("variant", variant), ("quantity", "1"), ("then", then)])
        #expect(answer.status == 303)
        #expect(answer.location?.hasPrefix("/login?to=") == true)
      }
      let refused = try await guest.send(
        .POST, "/api/v1/cart/lines", json: #"{"variant":"\#(variant)","quantity":1}"#,
        headers: ["martlet-device": String(repeating: "d", count: 40)])
      #expect(refused.status == 401)
      #expect(refused.body.contains("logInToBuy"))
      #expect(!(try await guest.get("/cart").body.contains("name=\"quantity.")))

      let buyer = try await test.buyer().browser
      #expect(try await buyer.get(address).body.contains("name=\"then\""))
      _ = try await buyer.post("/cart", [("variant", variant), ("quantity", "1"), ("then", "stay")])
      #expect(try await buyer.get("/cart").body.contains("name=\"quantity."))
    }
  }

  @Test func `a shop without the gate fills a guest's cart`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let added = try await test.browser().send(
        .POST, "/api/v1/cart/lines", json: #"{"variant":"\#(product.variants[0].id)","quantity":1}"#,
        headers: ["martlet-device": String(repeating: "d", count: 40)])
      #expect(added.status == 201)
    }
  }
}
