import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Inventory
import NIOHTTP1
import Orders
import Testing
import Values
@testable import App

/// Many at once, over real HTTP.
@Suite struct BuyingRaceTests {
  @Test func `200 buyers at once for 50 units buy exactly 50`() async throws {
    try await TestShop.run(["--accounts-log-ins-per-minute", "100000"]) { test in
      let product = try await test.product(of: try await test.merchant(), stock: 50)
      let variant = product.variants[0].id
      var buyers: [(token: String, body: String)] = []
      for number in 0..<200 {
        buyers.append(try await test.readyBuyer(number, variant: variant, product: product))
      }
      let ready = buyers
      let outcomes = await withTaskGroup(of: Int.self) { group in
        for buyer in ready {
          group.addTask {
            let answer = try? await test.browser().send(
              .POST, "/api/v1/orders", json: buyer.body, headers: ["authorization": "Bearer \(buyer.token)"])
            return answer?.status ?? 0
          }
        }
        return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      }
      #expect(outcomes == [201: 50, 409: 150])
      let level = try #require(try await test.shop.contexts.inventory.stock(of: [variant])[variant])
      #expect(level.held == 50)
      #expect(level.free == 0)
      try await test.settle()
      #expect(try await test.shop.audit().isEmpty)
    }
  }
}

extension TestShop {
  /// A buyer with an address, a session and one unit in the cart, and the order to be placed.
  fileprivate func readyBuyer(
    _ number: Int, variant: VariantID, product: Product
  ) async throws -> (token: String, body: String) {
    let account = try await shop.contexts.accounts.register(
      Registration(email: "race\(number)@example.com", password: Self.password, name: "R", language: .en))
    let address = try await shop.contexts.accounts.addAddress(
      AddressDraft(recipient: "R", phone: "13800138000", region: "310115", street: "1 Century Avenue"), to: account.id)
    let session = try await shop.contexts.accounts.logIn(
      email: account.email, password: Self.password, client: "race\(number)")
    let cart = try await shop.contexts.carts.add(
      CartItem(
        variant: variant, product: product.id, merchant: product.merchant, quantity: .one, seenPrice: try yuan("88.00")),
      to: .account(account.id))
    return (
      session.token.rawValue, #"{"cartVersion":\#(cart.version),"address":"\#(address.id)","note":""}"#
    )
  }
}
