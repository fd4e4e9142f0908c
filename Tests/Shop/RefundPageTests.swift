import Accounts
import Catalog
import Flows
import Foundation
import Inventory
import Merchants
import NIOHTTP1
import Orders
import Payments
import Pricing
import Refunds
import Testing
import TestKit
import Values

@testable import App

/// Money back and goods back over HTTP: the buyer's pages, the merchant's desk, and what both read in their letters.
@Suite struct RefundPageTests {
  private struct Sale: Sendable {
    let test: TestShop
    let merchant: Merchant
    let product: Product
    let buyer: Browser
    let account: Account
    let order: Order
    let mei: Browser

    func now() async throws -> Order { try #require(try await test.shop.contexts.orders.order(order.id)) }
    func cases() async throws -> [RefundCase] { try await test.shop.contexts.refunds.cases(of: order.id) }
    func audit() async throws -> [Discrepancy] {
      try await test.settle()
      return try await test.shop.audit()
    }
  }

  /// A PNG as far as its parts go.
  private static let png: [UInt8] =
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", SmallPicture.size)
    + chunk("IDAT", [1]) + chunk("IEND", [])

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    [0, 0, 0, UInt8(content.count)] + Array(name.utf8) + content + [9, 9, 9, 9]
  }

  /// An order that was really paid, as far on its way as asked.
  private func sale(_ test: TestShop, to state: OrderState, units: Int = 2) async throws -> Sale {
    let merchant = try await test.merchant()
    let product = try await test.product(of: merchant)
    let (buyer, account, address) = try await test.buyer()
    _ = try await buyer.post(
      "/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "\(units)"), ("then", "stay")])
    let confirm = try await buyer.get("/checkout")
    _ = try await buyer.post("/checkout", test.confirmation(confirm.body, address: address.id))
    let order = try #require(try await test.orders(of: account).first)
    try await test.pay(order)
    let (orders, staff) = (test.shop.contexts.orders, StaffID(raw: 1))
    if state != .awaitingReview { _ = try await orders.pass(order.id, by: staff, note: "") }
    if state == .awaitingReceipt || state == .completed {
      _ = try await orders.ship(
        order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345678"), by: staff)
    }
    if state == .completed { _ = try await orders.confirmReceipt(order.id, by: .buyer(account.id)) }
    return Sale(
      test: test, merchant: merchant, product: product, buyer: buyer, account: account, order: order,
      mei: try await test.staff(of: merchant))
  }

  private func ask(
    _ sale: Sale, _ fields: [(String, String)] = [], units: Int, pictures: [[UInt8]] = []
  ) async throws -> Browser.Answer {
    let line = try #require(sale.order.lines.first).id
    return try await sale.buyer.review(
      "/orders/\(sale.order.number)/refund", fields + [("units.\(line)", String(units))], pictures: pictures)
  }

  // req: 4.2.4-0 4.2.4-1 4.2.4-2 4.2.4-3 4.2.4-4
  @Test func `a buyer asks for a part back with reason, words and pictures, and follows it to the money`() async throws
  {
    try await TestShop.run { test in
      let sale = try await sale(test, to: .completed)
      let path = "/orders/\(sale.order.number)"
      #expect(try await sale.buyer.get(path).body.contains("\(path)/refund"))
      let form = try await sale.buyer.get("\(path)/refund")
      #expect(form.status == 200 && form.body.contains("Clay teapot"))
      let sent = try await ask(
        sale, [("kind", "goodsBack"), ("reason", "damaged"), ("explanation", "<b>Chipped</b>")], units: 1,
        pictures: [Self.png])
      #expect(sent.status == 303)
      let asked = try #require(try await sale.cases().first)
      #expect(sent.location == "/refunds/\(asked.id)")
      let page = try await sale.buyer.get("/refunds/\(asked.id)").body
      #expect(page.contains("&lt;b&gt;Chipped&lt;/b&gt;") && page.contains("src=\"/refunds/\(asked.id)/pictures/1\""))
      #expect(page.contains("The merchant has been told"))
      #expect(try await sale.buyer.get("/refunds").body.contains("/refunds/\(asked.id)"))
      #expect(try await sale.buyer.get(path).body.contains("/refunds/\(asked.id)"))

      // The merchant is told at once, and decides at the desk.
      try await test.settle()
      #expect(try test.letters("merchant-refund").count == 1)
      let desk = "/admin/refunds/\(asked.id)"
      #expect(try await sale.mei.get("/admin/refunds").body.contains(desk))
      #expect(
        try await sale.mei.post("\(desk)/approve", [("then", "goods"), ("answer", "Pack it well")]).status == 303)
      #expect(try await sale.buyer.get("/refunds/\(asked.id)").body.contains("Pack it well"))
      let parcel = [("carrier", "shunfeng"), ("trackingNumber", "SF55556666")]
      #expect(try await sale.buyer.post("/refunds/\(asked.id)/parcel", parcel).status == 303)
      #expect(try await sale.mei.get(desk).body.contains("SF55556666"))
      let line = try #require(sale.order.lines.first).id
      #expect(try await sale.mei.post("\(desk)/receive", [("restocked.\(line)", "9")]).status == 422)
      #expect(try await sale.mei.post("\(desk)/receive", [("restocked.\(line)", "0")]).status == 303)
      #expect(try await sale.mei.post("\(desk)/approve", [("then", "pay"), ("amount", "80.00")]).status == 303)
      let settled = try #require(try await sale.cases().first)
      #expect(settled.state == .settled && settled.granted?.minor == 8000)
      #expect(try await sale.buyer.get("/refunds/\(asked.id)").body.contains("¥80.00"))
      #expect(try await sale.buyer.get(path).body.contains("1 refunded"))
      #expect(try await sale.now().state == .completed)
      #expect(try await sale.audit().isEmpty)
      try await test.settle()
      #expect(try test.letters("refund").count == 6)
    }
  }

  // req: 4.2.4-3 4.2.4-6
  @Test func `a buyer exchanges for a dearer choice, and pays the difference before it is sent`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test, to: .completed, units: 1)
      let (red, blue) = (sale.product.variants[0].id, sale.product.variants[1].id)
      try await test.shop.contexts.pricing.setPrices([
        PriceChange(variant: blue, price: Price(sale: try test.yuan("120.00")))
      ])
      let line = try #require(sale.order.lines.first).id
      let form = try await sale.buyer.get("/orders/\(sale.order.number)/refund").body
      #expect(form.contains("Blue (+¥32.00 each)") && form.contains("value=\"\(red)\""))
      let sent = try await ask(
        sale, [("kind", "exchange"), ("reason", "damaged"), ("wanted.\(line)", "\(blue)")], units: 1)
      #expect(sent.status == 303)
      let asked = try #require(try await sale.cases().first)
      let (page, desk) = ("/refunds/\(asked.id)", "/admin/refunds/\(asked.id)")
      #expect(try await sale.buyer.get(page).body.contains("To pay on top"))
      #expect(try await sale.mei.post("\(desk)/approve", [("then", "pay")]).status == 303)
      let granted = try #require(try await sale.cases().first)
      let other = try #require(try await test.shop.contexts.unpaidExchange(granted))
      #expect(other.amounts.due.minor == 3200)
      let agreed = try await sale.buyer.get(page).body
      #expect(agreed.contains("¥32.00 more: please pay before") && agreed.contains("/orders/\(other.number)"))
      #expect(try await sale.mei.get(desk).body.contains("The buyer has to pay ¥32.00 more"))
      #expect(!(try await sale.mei.get("/admin/shipping").body.contains(other.number.rawValue)))
      try await test.settle()
      #expect(try test.letters("refund").count == 2)
      #expect(try test.plainLetter("order-placed", of: other).contains("¥32.00"))
      try await test.pay(other)
      try await test.settle()
      #expect(try await sale.cases().map(\.state) == [.settled])
      #expect(try await sale.buyer.get(page).body.contains("/orders/\(other.number)"))
      #expect(try await sale.audit().isEmpty)
    }
  }

  // req: 4.2.4-3 4.2.4-6
  // part of req: 4.2.4-7
  @Test func `a paid order is cancelled for its money before anyone packs it`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test, to: .awaitingReview)
      let path = "/orders/\(sale.order.number)"
      #expect(try await sale.buyer.get(path).body.contains("Cancel and get the money back"))
      let sent = try await ask(sale, [("kind", "moneyOnly"), ("reason", "changedMind")], units: 2)
      #expect(sent.status == 303)
      #expect(try await sale.now().state == .refunded)
      let refund = try #require(try await sale.cases().first)
      #expect(refund.state == .settled && refund.granted == sale.order.amounts.due, "with the freight")
      #expect(
        try await test.shop.contexts.inventory.stock(of: [sale.product.variants[0].id]).values.first?.onHand == 50)
      #expect(
        try await sale.mei.post(
          "/admin/orders/\(sale.order.number)/ship",
          [
            ("carrier", "SF"), ("trackingNumber", "SF12345678"),
          ]
        ).location == "/admin/orders/\(sale.order.number)")
      #expect(try await sale.now().state == .refunded)
      #expect(try await sale.buyer.get("\(path)/refund").location == path)
      #expect(try await sale.audit().isEmpty)
    }
  }

  @Test func `what can't be asked is said beside its field, keeps what was typed and leaves nothing`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test, to: .awaitingReceipt)
      let svg = Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8)
      let good = [("kind", "goodsBack"), ("reason", "damaged"), ("explanation", "kept words")]
      let cases: [(fields: [(String, String)], units: Int, pictures: [[UInt8]], fault: String)] = [
        ([], 1, [], "kind-fault"), (good, 0, [], "lines-fault"), (good, 3, [], "units."), (good, -1, [], "units."),
        (good, 1, [svg], "pictures-fault"), (good, 1, Array(repeating: Self.png, count: 7), "pictures-fault"),
        ([("kind", "goodsBack"), ("reason", "other"), ("explanation", " ")], 1, [], "explanation-fault"),
        ([("kind", "goodwill"), ("reason", "damaged")], 1, [], "kind-fault"),
        ([("kind", "exchange"), ("reason", "damaged")], 1, [], "wanted."),
      ]
      for (fields, units, pictures, fault) in cases {
        let answer = try await ask(sale, fields, units: units, pictures: pictures)
        #expect(answer.status == 422, "\(fault)")
        #expect(answer.body.contains("id=\"\(fault)"), "\(fault)")
        if fields.last?.1 == "kept words" { #expect(answer.body.contains("kept words")) }
      }
      let keeping = try await ask(sale, [("kind", "moneyOnly"), ("reason", "changedMind")], units: 1)
      #expect(keeping.status == 409)
      #expect(try await sale.cases().isEmpty)
      #expect(try await ask(sale, good, units: 2).status == 303)
      #expect(try await ask(sale, good, units: 1).location == "/orders/\(sale.order.number)")
      #expect(try await sale.cases().count == 1)
    }
  }

  @Test func `a refused or withdrawn request can be asked again, with the merchant's reason to read`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test, to: .awaitingReceipt)
      let good = [("kind", "moneyOnly"), ("reason", "notArrived"), ("explanation", "")]
      _ = try await ask(sale, good, units: 2)
      let first = try #require(try await sale.cases().first)
      let desk = "/admin/refunds/\(first.id)"
      #expect(try await sale.mei.post("\(desk)/reject", [("rejection", "")]).body.contains("rejection-fault"))
      #expect(try await sale.mei.post("\(desk)/reject", [("rejection", "It is on its way")]).status == 303)
      #expect(try await sale.buyer.get("/refunds/\(first.id)").body.contains("It is on its way"))
      let late = try await sale.mei.post("\(desk)/approve", [("then", "pay")])
      #expect(late.status == 409 && late.body.contains("The request has moved on"))
      _ = try await ask(sale, good, units: 1)
      let second = try #require(try await sale.cases().first)
      #expect(try await sale.buyer.post("/refunds/\(second.id)/withdraw").status == 303)
      #expect(try await sale.cases().map(\.state) == [.withdrawn, .rejected])
      #expect(try await sale.audit().isEmpty)
    }
  }

  // req: 4.2.4-5
  @Test func `a refund that was begun at the payment platform is told to the merchant at once`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test, to: .awaitingReceipt)
      let payments = test.shop.contexts.payments
      let payment = try #require(try await payments.payments(of: sale.order.id).first)
      try await test.control("payments/\(payment.id)/refund", #"{"amount":1200}"#)
      try await eventually("the notice comes") {
        try await test.settle()
        return try await !sale.cases().isEmpty
      }
      let refund = try #require(try await sale.cases().first)
      #expect(refund.kind == .atProvider && refund.state == .settled && refund.granted?.minor == 1200)
      #expect(try await payments.payment(payment.id)?.refunded.minor == 1200)
      try await test.settle()
      let letter = try #require(try test.letters("merchant-refund").first)
      #expect(letter.contains("at the payment service"))
      #expect(try await sale.mei.get("/admin/refunds?part=settled").body.contains("/admin/refunds/\(refund.id)"))
      #expect(try await sale.audit().isEmpty)
    }
  }

  @Test func `money is given out of goodwill, once for a form and never above what is left`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test, to: .awaitingReceipt, units: 1)
      let desk = "/admin/orders/\(sale.order.number)/goodwill"
      #expect(try await sale.mei.get("/admin/orders/\(sale.order.number)").body.contains(desk))
      let page = try await sale.mei.get(desk).body
      let key = String(try #require(page.firstMatch(of: /name="key" value="([^"]+)"/)).1)
      let form = [("key", key), ("amount", "14.00"), ("words", "Sorry for the wait")]
      for _ in 1...2 { #expect(try await sale.mei.post(desk, form).status == 303) }
      #expect(try await sale.cases().map(\.granted?.minor) == [1400])
      let above = try await sale.mei.post(desk, [("key", "x"), ("amount", "80.01"), ("words", "Sorry")])
      #expect(above.status == 409 && above.body.contains("At most ¥80.00 can be given back."))
      #expect(try await sale.mei.post(desk, [("key", "y"), ("amount", "lots"), ("words", "")]).status == 422)
      let idle = try await test.staff(of: sale.merchant, [.ordersShip])
      #expect(try await idle.post(desk, form).status == 403)
      #expect(try await sale.buyer.get("/orders/\(sale.order.number)").body.contains("Goodwill of the merchant"))
      #expect(try await sale.audit().isEmpty)
    }
  }

  @Test(arguments: [(Language.en, "Refunds and returns", "Nothing asked back"), (.zhHans, "退款/售后", "还没有退款或售后")])
  func `the pages speak the reader's language`(language: Language, heading: String, none: String) async throws {
    try await TestShop.run { test in
      let buyer = try await test.buyer(language: language).browser
      let page = try await buyer.get("/refunds?lang=\(language.rawValue)").body
      #expect(page.contains(heading) && page.contains(none))
    }
  }

  @Test func `refunds are asked for and followed over the API`() async throws {
    try await TestShop.run { test in
      let sale = try await sale(test, to: .awaitingReceipt)
      let line = try #require(sale.order.lines.first).id
      let api = "/api/v1/orders/\(sale.order.number)"
      let offer = try await sale.buyer.get("\(api)/refundable").body
      #expect(offer.contains("\"left\":2") && offer.contains("\"exchange\""))
      func body(_ units: Int) -> String {
        "{\"kind\":\"goodsBack\",\"reason\":\"damaged\",\"lines\":[{\"line\":\"\(line)\",\"units\":\(units)}]}"
      }
      let made = try await sale.buyer.send(.POST, "\(api)/refunds", json: body(2))
      #expect(made.status == 201 && made.body.contains("\"state\":\"requested\""))
      let location = try #require(made.headers.first(name: "location"))
      #expect(try await sale.buyer.get(location).body.contains("\"amount\":\"182.00\""), "with the freight")
      let again = try await sale.buyer.send(.POST, "\(api)/refunds", json: body(1))
      #expect(again.status == 409 && again.body.contains("unitsAlreadyRequested"))
      #expect(try await sale.buyer.send(.POST, "\(location)/withdrawal", json: "{}").status == 200)
      #expect(try await sale.buyer.get("/api/v1/refunds?state=withdrawn").body.contains("\"withdrawn\""))
      #expect(try await sale.buyer.get("/api/v1/refunds?state=nonsense").status == 422)
    }
  }
}
