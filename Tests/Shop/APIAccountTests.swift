import Catalog
import Flows
import Orders
import Testing
import Values

@testable import API
@testable import App

@Suite struct APIAccountTests {
  private static func member(_ shop: TestShop, _ name: String = "lin") async throws -> APIClient {
    let made = try await shop.program.post(
      "/accounts", ["email": .text("\(name)@example.com"), "password": "correct horse", "name": .text(name)])
    return shop.program.with(token: try #require(made["token"]?.text))
  }

  @Test func `someone registers, logs in and changes the password`() async throws {
    try await TestShop.run { shop in
      let program = try await Self.member(shop)
      let body: JSONValue = ["email": "lin@example.com", "password": "correct horse"]
      let answer = try await shop.program.post("/accounts", ["email": "lin@example.com", "password": "x", "name": ""])
      #expect(answer.status == 422)
      #expect(Set(answer["errors"]?.items.compactMap { $0["field"]?.text } ?? []) == ["password", "name"])
      #expect(
        try await shop.program.post(
          "/accounts", ["email": "LIN@example.com", "password": "correct horse", "name": "Lin"]
        ).code == "emailTaken")
      #expect(
        try await program.patch("/account", ["name": "Lin 🐦", "language": "zh-Hans"])["language"]?.text == "zh-Hans")
      #expect(try await program.patch("/account", ["language": "fr"]).status == 400)
      let second = shop.program.with(token: try #require(try await shop.program.post("/sessions", body)["token"]?.text))
      #expect(
        try await program.put("/account/password", ["current": "wrong wrong", "new": "battery staple"]).status == 401)
      #expect(
        try await program.put("/account/password", ["current": "correct horse", "new": "battery staple"]).status == 204)
      #expect(try await second.get("/account").status == 401)
      #expect(try await program.get("/account")["name"]?.text == "Lin 🐦")
      #expect(try await shop.program.post("/sessions", body).code == "wrongCredentials")
    }
  }

  @Test func `asking for a new password doesn't tell who is registered`() async throws {
    try await TestShop.run { shop in
      _ = try await Self.member(shop)
      for email in ["lin@example.com", "nobody@example.com", "'; DROP TABLE account"] {
        #expect(try await shop.program.post("/password-resets", ["email": .text(email)]).status == 202)
      }
      #expect(
        try await shop.program.put("/password-resets/none", ["password": "battery staple"]).code == "resetExpired")
    }
  }

  @Test func `an address book is kept`() async throws {
    try await TestShop.run { shop in
      let program = try await Self.member(shop)
      var body: [String: JSONValue] = [
        "recipient": "Lin", "phone": "13800138000", "region": "310115", "street": "1 Century Avenue",
      ]
      let first = try await program.post("/account/addresses", .object(body))
      let path = "/account/addresses/\(try #require(first["id"]?.text))"
      #expect(first.header("location") == ShopAPI.root + path)
      #expect(first["isDefault"]?.flag == true)
      body["region"] = "999999"
      #expect(try await program.post("/account/addresses", .object(body)).status == 422)
      body["region"] = "110101"
      #expect(try await program.put(path, .object(body))["region"]?.text == "110101")
      #expect(try await program.get("/account/addresses")["items"]?.items.count == 1)
      #expect(try await program.delete(path).status == 204)
      #expect(try await program.delete(path).code == "unknownAddress")
    }
  }

  @Test func `favourites and histories are kept and let go`() async throws {
    try await TestShop.run { shop in
      let product = try await shop.product(of: try await shop.merchant())
      let program = try await Self.member(shop)
      let path = "/account/favourites/\(product.id)"
      #expect(try await program.put(path).status == 204)
      #expect(try await program.put("/account/favourites/prd_0000000000000").code == "unknownProduct")
      #expect(try await program.get("/account/favourites")["items"]?.items.count == 1)
      #expect(try await program.delete(path).status == 204)
      #expect(try await program.get("/account/favourites")["items"]?.items.isEmpty == true)

      _ = try await program.get("/products/\(product.id)")
      _ = try await program.get("/products?q=teapot")
      let history = try await program.get("/account/history")
      #expect(history["views"]?.items.count == 1)
      #expect(history["searches"]?[0]?.text == "teapot")
      #expect(try await program.delete("/account/history?of=views").status == 204)
      #expect(try await program.get("/account/history")["searches"]?.items.count == 1)
      #expect(try await program.delete("/account/history").status == 204)
      #expect(try await program.get("/account/history")["searches"]?.items.isEmpty == true)
      #expect(try await program.delete("/account/history?of=all").status == 422)
    }
  }
}

extension TestShop {
  /// Brings an order as far as its parcel, as if it were paid.
  func finish(_ number: String) async throws {
    let orders = shop.contexts.orders
    let known = try #require(OrderNumber(rawValue: number))
    let order = try #require(try await orders.order(number: known))
    let staff = StaffID(raw: 1)
    _ = try await orders.markPaid(order.id, by: PaymentID(raw: 1), amount: order.amounts.due, at: shop.clock.now)
    _ = try await orders.pass(order.id, by: staff, note: "")
    _ = try await orders.ship(order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345678"), by: staff)
  }
}
