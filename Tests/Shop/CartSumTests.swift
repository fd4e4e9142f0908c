import Accounts
import Carts
import Catalog
import Flows
import Inventory
import Merchants
import Pricing
import Testing
import Values

@testable import App

/// What the cart's sum is of, and what it says of freight.
@Suite struct CartSumTests {
  // req: 4.1.2-3 4.1.2-5
  @Test(arguments: Language.allCases)
  func `ticked lines that can't be ordered are named and left out of the sum`(language: Language) async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, stock: 5)
      let other = try await test.product(of: merchant, "cup", price: "10.00")
      let (buyer, account, _) = try await test.buyer(language: language)
      for variant in product.variants + other.variants.prefix(1) {
        _ = try await buyer.post("/cart", [("variant", "\(variant.id)"), ("quantity", "3")])
      }
      #expect(try await buyer.get("/cart").body.contains("¥570.00"))
      try await test.count(product.variants[0].id, of: merchant, to: 0)
      try await test.count(product.variants[1].id, of: merchant, to: 2)

      let cart = try await buyer.get("/cart?lang=\(language.rawValue)").body
      let words: [Language: [String]] = [
        .en: ["2 selected items can&#39;t be ordered", "Sold out.", "Only 2 left.", "Check out (3)"],
        .zhHans: ["2 件已选商品无法下单", "已售罄。", "仅剩 2 件。", "去结算（3）"],
      ]
      for text in try #require(words[language]) + ["<dd>¥30.00</dd>", "<dd aria-live=\"polite\">¥38.00</dd>"] {
        #expect(cart.contains(text), "\(text)")
      }
      // Nothing is ordered without what its buyer has chosen until he says so.
      #expect(!cart.contains("name=\"checkout\""))
      #expect(try await buyer.post("/cart", [("checkout", "1")]).location == "/cart")
      #expect(try await buyer.get("/checkout").location == "/cart")

      _ = try await buyer.post("/cart", [("leaveOut", "1")])
      #expect(
        try await test.cart(of: account).lines.filter(\.isTicked).map(\.variant) == [other.variants[0].id])
      let mended = try await buyer.get("/cart").body
      #expect(mended.contains("name=\"checkout\""))
      #expect(!mended.contains("name=\"leaveOut\""))
      #expect(try await buyer.post("/cart", [("checkout", "1")]).location == "/checkout")
      #expect(try await buyer.get("/checkout").body.contains("<dd>¥38.00</dd>"))
    }
  }

  @Test func `a cart with nothing but what is sold out costs nothing and can't be checked out`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (buyer, _, _) = try await test.buyer()
      _ = try await buyer.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
      try await test.count(product.variants[0].id, of: merchant, to: 0)
      let cart = try await buyer.get("/cart").body
      #expect(cart.contains("<dd aria-live=\"polite\">¥0.00</dd>"))
      #expect(cart.contains("See to the marked items first"))
      #expect(!cart.contains("name=\"checkout\""))
    }
  }

  @Test func `product, cart and confirmation name one place and its freight`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      try await test.sendsDearlyToBeijing(merchant)
      let guest = test.browser()
      let path = "/products/\(product.id)"
      _ = try await guest.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
      func expect(_ texts: [String], on pages: [String], of browser: Browser) async throws {
        for page in pages {
          let body = try await browser.get(page).body
          for text in texts { #expect(body.contains(text), "\(text) on \(page)") }
        }
      }
      try await expect(["Freight to Shanghai", "¥6.00"], on: [path, "/cart"], of: guest)
      #expect(try await guest.get("/cart").body.contains("Free delivery to Shanghai from ¥1,000.00"))
      // What is chosen on a product's page holds for the cart.
      try await expect(["Freight to Beijing", "¥19.00"], on: ["\(path)?to=110105", "/cart"], of: guest)
      #expect(try await guest.get("/cart").body.contains("¥107.00"))
      try await expect(["Free delivery to Beijing from ¥2,000.00"], on: ["/cart"], of: guest)
      // Where the merchant doesn't deliver, the cart says so and adds no freight.
      try await expect(["Not delivered to Hong Kong"], on: ["\(path)?to=810000", "/cart"], of: guest)
      #expect(try await guest.get("/cart").body.contains("<dd aria-live=\"polite\">¥88.00</dd>"))

      // A member's is his default address, until he has goods sent elsewhere.
      let (buyer, account, _) = try await test.buyer()
      _ = try await buyer.post("/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1")])
      let far = try await test.shop.contexts.accounts.addAddress(
        AddressDraft(recipient: "Lin", phone: "13800138000", region: "110105", street: "1 Jianguo Road"),
        to: account.id)
      try await expect(["Freight to", "Shanghai", "¥6.00"], on: [path, "/cart", "/checkout"], of: buyer)
      try await expect(["Beijing", "¥19.00", "¥107.00"], on: ["/checkout?address=\(far.id)", "/cart"], of: buyer)
      try await expect(["Freight to Beijing", "¥19.00"], on: [path], of: buyer)
    }
  }
}

extension TestShop {
  func count(_ variant: VariantID, of merchant: Merchant, to units: Int) async throws {
    let location = try await shop.contexts.inventory.location(named: "Main", of: merchant.id)
    _ = try await shop.contexts.inventory.count(
      [StockCount(variant: variant, location: location.id, onHand: units)], key: "\(variant)/\(units)", by: .system)
    try await settle()
  }

  func sendsDearlyToBeijing(_ merchant: Merchant) async throws {
    func zone(_ regions: [String], _ fee: String, freeFrom: String, delivers: Bool = true) throws -> FreightZone {
      FreightZone(
        regions: regions, firstGrams: 1000, firstFee: try yuan(fee), nextGrams: 1000, nextFee: try yuan("2.00"),
        freeFrom: try yuan(freeFrom), delivers: delivers)
    }
    try await shop.contexts.pricing.saveFreightTemplate(
      FreightTemplate(
        merchant: merchant.id, name: merchant.name,
        zones: [
          try zone(["11"], "19.00", freeFrom: "2000.00"), try zone(["81"], "0.00", freeFrom: "0.00", delivers: false),
          try zone([], "6.00", freeFrom: "1000.00"),
        ]))
    try await settle()
  }
}
