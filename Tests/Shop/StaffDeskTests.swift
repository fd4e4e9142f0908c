import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Merchants
import Orders
import Payments
import Testing
import Values
@testable import App

/// The back office over HTTP: who may see and do what with orders.
@Suite struct StaffDeskTests {
  private func staff(
    _ test: TestShop, _ name: String, of merchant: Merchant?, _ rights: Set<StaffRight> = Set(StaffRight.allCases)
  ) async throws -> Browser {
    let email = "\(name)@staff.example"
    _ = try await test.shop.contexts.staff.hire(
      StaffHire(email: email, password: TestShop.password, name: name, merchant: merchant?.id, rights: rights))
    let browser = test.browser()
    let entered = try await browser.post("/admin/login", [("email", email), ("password", TestShop.password)])
    try #require(entered.status == 303)
    return browser
  }

  /// An order that was paid at the counter of this test.
  private func paidOrder(_ test: TestShop, of merchant: Merchant) async throws -> Order {
    let product = try await test.product(of: merchant)
    let (browser, account, address) = try await test.buyer()
    _ = try await browser.post(
      "/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "1"), ("then", "stay")])
    let confirm = try await browser.get("/checkout")
    _ = try await browser.post("/checkout", test.confirmation(confirm.body, address: address.id))
    let order = try #require(try await test.orders(of: account).first)
    return try await test.shop.contexts.orders.markPaid(
      order.id, by: PaymentID(raw: 7), amount: order.amounts.due, at: test.shop.clock.now)
  }

  @Test func `an order is passed, shipped and completed at the desk`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let order = try await paidOrder(test, of: merchant)
      let desk = "/admin/orders/\(order.number)"
      let stranger = test.browser()
      #expect(try await stranger.get("/admin/orders").location == "/admin/login?to=/admin/orders")
      #expect(try await stranger.post("\(desk)/pass").location == "/admin/login")
      let (one, two) = (try await staff(test, "mei", of: merchant), try await staff(test, "bo", of: nil))
      #expect(try await one.get("/admin/orders?state=awaitingReview").body.contains(order.number.rawValue))
      #expect(try await one.get("/admin/orders?dueFrom=abc").status == 422)
      #expect(try await one.get(desk).body.contains("\(desk)/pass"))
      _ = try await one.post("\(desk)/ship", [("carrier", "EMS"), ("trackingNumber", "AB1234")])
      #expect(try await one.get(desk).body.contains("The order has moved on"))
      #expect(!(try await one.get(desk).body.contains("The order has moved on")))
      #expect(try await one.post("\(desk)/pass", [("note", "<i>fine</i>")]).status == 303)
      #expect(try await two.post("\(desk)/pass").location == desk)
      #expect(try await two.get(desk).body.contains("The order has moved on"))
      #expect(try await one.get(desk).body.contains("&lt;i&gt;fine&lt;/i&gt;"))
      let faulty = try await one.post("\(desk)/ship", [("carrier", "shunfeng"), ("trackingNumber", "1 2")])
      #expect(faulty.status == 422)
      #expect(faulty.body.contains("value=\"shunfeng\" selected"))
      #expect(faulty.body.contains("trackingNumber-fault"))
      #expect(
        try await one.post("\(desk)/ship", [("carrier", "shunfeng"), ("trackingNumber", "SF123456")]).status == 303)
      #expect(try await one.post("\(desk)/complete").status == 422)
      #expect(try await one.post("\(desk)/complete", [("proof", "Signed for at the door")]).status == 303)
      #expect(try await one.get(desk).body.contains("SF123456"))
      #expect(try await test.shop.contexts.orders.order(order.id)?.state == .completed)
      try await test.settle()
      for occasion in ["order-placed", "order-paid", "merchant-order-paid", "order-shipped"] {
        let letter = try #require(try test.letters(occasion).first)
        #expect(letter.contains(order.number.rawValue) || letter.contains("base64"))
      }
      #expect(try test.letters("order-shipped").first?.contains("SF123456") == true)
      #expect(try await one.post("/admin/logout").location == "/admin/login")
      #expect(try await one.get(desk).status == 303)
    }
  }

  @Test(arguments: [
    (Language.en, ["SF Express", "ZTO Express", "YTO Express", "STO Express", "Yunda Express", "JD Logistics"]),
    (.zhHans, ["顺丰速运", "中通快递", "圆通速递", "申通快递", "韵达速递", "京东物流", "邮政EMS", "极兔速递"]),
  ])
  func `a carrier is chosen by name and shown by name`(language: Language, names: [String]) async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let order = try await paidOrder(test, of: merchant)
      let desk = "/admin/orders/\(order.number)"
      let mei = try await staff(test, "mei", of: merchant)
      _ = try await mei.post("\(desk)/pass")
      let form = try await mei.get("\(desk)?lang=\(language.rawValue)").body
      for name in names { #expect(form.contains(">\(name)</option>"), "\(name)") }
      _ = try await mei.post("\(desk)/ship", [("carrier", "shunfeng"), ("trackingNumber", "SF123456")])
      try await test.settle()
      #expect(try await test.shop.contexts.orders.order(order.id)?.shipment?.carrier == "shunfeng")
      let buyer = test.browser(language: language)
      _ = try await buyer.post("/login", [("email", "lin@example.com"), ("password", TestShop.password)])
      let page = try await buyer.get("/orders/\(order.number)?lang=\(language.rawValue)").body
      #expect(page.contains("\(names[0]) SF123456"))
      #expect(page.contains("<p><b>\(names[0])</b> <a class=\"number\""))
      #expect(!page.contains("shunfeng"))
      #expect(try test.plainLetter("order-shipped", of: order).contains("SF Express SF123456"))
    }
  }

  @Test func `another carrier goes by the name that is typed, which can't be left out`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let order = try await paidOrder(test, of: merchant)
      let desk = "/admin/orders/\(order.number)"
      let mei = try await staff(test, "mei", of: merchant)
      _ = try await mei.post("\(desk)/pass")
      let nameless = try await mei.post("\(desk)/ship", [("carrier", "other"), ("trackingNumber", "AB1234")])
      #expect(nameless.status == 422)
      #expect(nameless.body.contains("id=\"carrierName-fault\""))
      #expect(nameless.body.contains("value=\"other\" selected"))
      #expect(try await mei.post("\(desk)/ship", [("carrier", ""), ("trackingNumber", "AB1234")]).status == 422)
      _ = try await mei.post(
        "\(desk)/ship", [("carrier", "other"), ("carrierName", "Pigeon & Sons"), ("trackingNumber", "AB1234")])
      #expect(try await mei.get(desk).body.contains("<p>Pigeon &amp; Sons<br>"))
    }
  }

  @Test func `staff see their merchant's orders alone and do what they have the right to`() async throws {
    try await TestShop.run { test in
      let order = try await paidOrder(test, of: try await test.merchant())
      let desk = "/admin/orders/\(order.number)"
      let other = try await staff(test, "eve", of: try await test.merchant("other"))
      #expect(try await other.get(desk).status == 404)
      #expect(try await other.post("\(desk)/pass").status == 404)
      #expect(!(try await other.get("/admin/orders").body.contains(order.number.rawValue)))
      let packer = try await staff(test, "packer", of: nil, [.ordersShip])
      #expect(!(try await packer.get(desk).body.contains("\(desk)/pass")))
      #expect(try await packer.post("\(desk)/pass").status == 403)
      let lost = try await packer.get("/admin/nowhere")
      #expect(lost.status == 404)
      #expect(lost.body.contains("class=\"admin\""))
      #expect(try await test.shop.contexts.orders.order(order.id)?.state == .awaitingReview)
    }
  }
}
