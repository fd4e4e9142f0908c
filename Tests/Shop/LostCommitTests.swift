import Accounts
import Catalog
import Storage
import TestKit
import Testing
import Values
@testable import API

/// The database server is lost after it has stored something and before it could say so.
@Suite(.enabled(if: TestEngine.current == .mysql)) struct LostCommitTests {
  // req: 3.3.4-1
  @Test func `a request that may have been done isn't done again under its key, and an order that was placed is found`()
    async throws
  {
    let cutter = try CommitCutter(server: try await MariaDBServer.shared.port)
    defer { cutter.stop() }
    try await TestShop.run(databaseThrough: cutter.port) { shop in
      let product = try await shop.product(of: try await shop.merchant())
      let made = try await shop.program.post(
        "/accounts", ["email": "lin@example.com", "password": "correct horse", "name": "Lin"])
      let program = shop.program.with(token: try #require(made["token"]?.text))
      let address = try await program.post(
        "/account/addresses",
        ["recipient": "Lin", "phone": "13800138000", "region": "310115", "street": "1 Century Avenue"])

      let line: JSONValue = ["variant": .text("\(product.variants[0].id)"), "quantity": 2]
      cutter.cutCommit(after: "INSERT INTO cart_line")
      for _ in 1...2 {
        let lost = try await program.with(key: "line").post("/cart/lines", line)
        #expect(lost.status == 409 && lost.code == "outcomeUnknown", "\(lost.text)")
      }
      #expect(cutter.hasCut)
      let cart = try await program.get("/cart")
      #expect(cart["units"]?.integer == 2)

      let order: JSONValue = ["cartVersion": cart["version"] ?? .null, "address": address["id"] ?? .null]
      cutter.cutCommit(after: "INSERT INTO order_head")
      // The flow looks for what it was about to do, and finds it done.
      let placed = try await program.with(key: "order").post("/orders", order)
      #expect(placed.status == 201, "\(placed.text)")
      #expect(cutter.hasCut)
      #expect(try await program.get("/orders")["items"]?.items.count == 1)
    }
  }
}
