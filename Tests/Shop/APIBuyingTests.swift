import Accounts
import Catalog
import NIOHTTP1
import Testing
import Values
@testable import API
@testable import App

@Suite struct APIBuyingTests {
  private static let device = String(repeating: "d", count: 40)

  /// A program that is logged in, and the address of its account.
  private static func buyer(_ shop: TestShop, _ name: String = "lin") async throws -> (APIClient, address: String) {
    let made = try await shop.program.post(
      "/accounts", ["email": .text("\(name)@example.com"), "password": "correct horse", "name": .text(name)])
    let program = shop.program.with(token: try #require(made["token"]?.text))
    let address = try await program.post(
      "/account/addresses",
      ["recipient": .text(name), "phone": "13800138000", "region": "310115", "street": "1 Century Avenue"])
    return (program, try #require(address["id"]?.text))
  }

  private static func order(_ program: APIClient, _ address: String, _ variant: VariantID) async throws
    -> APIClient.Answer
  {
    let cart = try await program.post("/cart/lines", ["variant": .text("\(variant)"), "quantity": 2])
    return try await program.post(
      "/orders", ["cartVersion": cart["version"] ?? .null, "address": .text(address), "note": "by the door"])
  }

  @Test func `a cart is filled, changed and emptied by a device without account`() async throws {
    try await TestShop.run { shop in
      let product = try await shop.product(of: try await shop.merchant())
      let program = shop.program.with(device: Self.device)
      #expect(try await shop.program.get("/cart").code == "noDevice")
      #expect(try await program.get("/cart")["units"]?.integer == 0)
      let variant = JSONValue.text("\(product.variants[0].id)")
      let cart = try await program.post("/cart/lines", ["variant": variant, "quantity": 2])
      #expect(cart["goods"]?["minor"]?.integer == 17_600)
      let line = try #require(cart["groups"]?[0]?["lines"]?[0]?["id"]?.text)
      #expect(try await program.patch("/cart/lines/\(line)", ["quantity": 3])["units"]?.integer == 3)
      #expect(try await program.patch("/cart/lines/\(line)", ["quantity": 51]).code == "soldOut")
      #expect(try await program.patch("/cart/lines/\(line)", ["quantity": 0]).status == 400)
      #expect(try await program.patch("/cart/lines/\(line)", ["isTicked": false])["goods"]?["minor"]?.integer == 0)
      #expect(try await program.post("/cart/ticks", ["isTicked": true])["canBeOrdered"]?.flag == true)
      let other = shop.program.with(device: String(repeating: "e", count: 40))
      #expect(try await other.patch("/cart/lines/\(line)", ["quantity": 1]).status == 404)
      #expect(try await program.delete("/cart/lines/\(line)")["units"]?.integer == 0)
      #expect(try await program.post("/cart/lines", ["variant": "var_x"]).status == 400)
    }
  }

  @Test func `what the device had becomes the account's at registration`() async throws {
    try await TestShop.run { shop in
      let product = try await shop.product(of: try await shop.merchant())
      let guest = shop.program.with(device: Self.device)
      _ = try await guest.post("/cart/lines", ["variant": .text("\(product.variants[1].id)")])
      let made = try await guest.post(
        "/accounts", ["email": "wu@example.com", "password": "correct horse", "name": "Wu", "language": "zh-Hans"])
      let program = shop.program.with(token: try #require(made["token"]?.text))
      #expect(try await program.get("/cart")["units"]?.integer == 1)
      #expect(try await guest.get("/cart")["units"]?.integer == 0)
      #expect(try await program.delete("/sessions/current").status == 204)
      #expect(try await program.get("/account").code == "unknownSession")
    }
  }

  // req: 3.1.1-2
  @Test func `an order goes from the cart to the provider, and is its buyer's alone`() async throws {
    try await TestShop.run { shop in
      let product = try await shop.product(of: try await shop.merchant())
      let (program, address) = try await Self.buyer(shop)
      _ = try await program.post("/cart/lines", ["variant": .text("\(product.variants[0].id)")])
      let quote = try await program.get("/checkout?address=\(address)")
      #expect(quote["quote"]?["due"]?["amount"]?.text == "94.00")
      #expect(quote["refusal"] == .null)
      let placed = try await Self.order(program, address, product.variants[0].id)
      #expect(placed["due"]?["amount"]?.text == "272.00")
      let number = try #require(placed["items"]?[0]?["number"]?.text)
      #expect(placed.header("location") == "\(ShopAPI.root)/orders/\(number)")
      #expect(
        try await program.get(
          "/orders?number=\(number.prefix(9))&state=awaitingPayment&dueFrom=270&product=teapot"
            + "&placedFrom=2020-01-01T00:00:00Z"
        )["items"]?.items.count == 1)
      #expect(try await program.get("/orders?state=completed")["items"]?.items.isEmpty == true)
      #expect(try await program.get("/orders?state=x&placedFrom=yesterday&paidTo=1e9").status == 422)

      let opened = try await program.post("/orders/\(number)/payments", ["method": "sandbox"])
      let payment = try #require(opened["payment"]?["id"]?.text)
      #expect(opened["handover"]?["kind"]?.text != nil)
      #expect(try await program.get("/payments/\(payment)?refresh=true")["state"]?.text == "pending")
      #expect(try await program.post("/orders/\(number)/payments", ["method": "Gold"]).code == "unknownMethod")

      let (stranger, _) = try await Self.buyer(shop, "eve")
      for path in ["/orders/\(number)", "/payments/\(payment)", "/account/addresses/\(address)"] {
        #expect(try await stranger.get(path).status == 404)
      }
      #expect(try await stranger.get("/checkout?address=\(address)").status == 404)
      #expect(try await stranger.post("/orders/\(number)/cancellation").status == 404)
      #expect(try await stranger.post("/orders/\(number)/payments", ["method": "sandbox"]).status == 404)

      #expect(try await program.post("/orders/\(number)/receipt").code == "wrongOrderState")
      let cancelled = try await program.post("/orders/\(number)/cancellation")
      #expect(cancelled["order"]?["state"]?.text == "cancelled")
      #expect(try await program.post("/orders/\(number)/payments", ["method": "sandbox"]).code == "orderNotPayable")
    }
  }

  @Test func `a finished order is received and reviewed, once`() async throws {
    try await TestShop.run { shop in
      let product = try await shop.product(of: try await shop.merchant())
      let (program, address) = try await Self.buyer(shop)
      let placed = try await Self.order(program, address, product.variants[0].id)
      let number = try #require(placed["items"]?[0]?["number"]?.text)
      let line = try #require(placed["items"]?[0]?["lines"]?[0]?["id"]?.text)
      let path = "/orders/\(number)/lines/\(line)/review"
      #expect(try await program.post(path, ["stars": 5, "text": "Fine"]).code == "notBought")
      try await shop.finish(number)
      #expect(try await program.post("/orders/\(number)/receipt")["order"]?["state"]?.text == "completed")
      #expect(try await program.post(path, ["stars": 9, "text": ""]).status == 422)
      #expect(try await program.post(path, ["stars": 5, "text": "Pours well"])["author"]?.text == "l**n")
      #expect(try await program.post(path, ["stars": 4, "text": "Again"]).code == "alreadyReviewed")
      try await shop.settle()
      #expect(try await program.get("/products/\(product.id)/reviews?stars=5")["items"]?.items.count == 1)
      #expect(try await program.get("/products/\(product.id)")["rating"]?["count"]?.integer == 1)
    }
  }

  @Test func `a request sent twice with one key acts once`() async throws {
    try await TestShop.run { shop in
      let product = try await shop.product(of: try await shop.merchant())
      let program = shop.program.with(device: Self.device).with(key: "once")
      let body: JSONValue = ["variant": .text("\(product.variants[0].id)")]
      let first = try await program.post("/cart/lines", body)
      let second = try await program.post("/cart/lines", body)
      #expect(first.text == second.text)
      #expect(second.header("Idempotency-Replayed") == "true")
      #expect(try await program.get("/cart")["units"]?.integer == 1)
      let other = try await program.post("/cart/lines", ["variant": .text("\(product.variants[1].id)")])
      #expect(other.code == "idempotencyMismatch")
      // Another question under the same key is another request.
      #expect(try await program.post("/cart/lines?lang=en", body)["units"]?.integer == 2)
      #expect(try await program.with(key: "a b").post("/cart/lines", body).code == "badIdempotencyKey")
    }
  }

  @Test func `fifty requests that order one cart at once make one order`() async throws {
    try await TestShop.run { shop in
      let product = try await shop.product(of: try await shop.merchant())
      let (program, address) = try await Self.buyer(shop)
      let cart = try await program.post("/cart/lines", ["variant": .text("\(product.variants[0].id)")])
      let body: JSONValue = ["cartVersion": cart["version"] ?? .null, "address": .text(address)]
      let answers = try await withThrowingTaskGroup(of: APIClient.Answer.self) { group in
        for _ in 0..<50 { group.addTask { try await program.post("/orders", body) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.contains { $0.status == 201 })
      #expect(Set(answers.compactMap { $0["items"]?[0]?["number"]?.text }).count == 1)
      #expect(try await program.get("/orders")["items"]?.items.count == 1)
    }
  }
}
