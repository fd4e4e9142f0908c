import Catalog
import Flows
import Inventory
import Merchants
import NIOHTTP1
import Orders
import Payments
import Pricing
import Refunds
import Testing
import Values

@testable import App

/// Other choices of the same goods for those that came, over HTTP: from the request to the parcel that brings them.
@Suite struct ExchangePageTests {
  // req: 4.2.4-3 4.2.4-6
  @Test func `a red teapot goes back, a blue one comes, and each is where it belongs`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid(2)
      try await trade.pass(order)
      try await trade.ship(order)
      #expect(try await trade.onHand(trade.red) == 48)
      let wanted = "wanted.\(order.lines[0].id)"
      let form = try await trade.buyer.get("/orders/\(order.number)/refund").body
      let choices = try #require(form.firstMatch(of: /<select id="wanted[\s\S]*?<\/select>/)).0
      for (variant, name) in [(trade.red, "Red"), (trade.blue, "Blue")] {
        #expect(choices.contains("value=\"\(variant)\"") && choices.contains(">\(name)<"), "\(name)")
      }
      #expect(try await trade.ask(order, .exchange).body.contains("id=\"\(wanted)-fault\""), "it must be chosen")
      #expect(try await trade.ask(order, .exchange, .damaged, [(wanted, "\(trade.blue)")]).status == 303)
      let asked = try #require(try await trade.cases(order).first)
      #expect(asked.kind == .exchange && asked.lines.map(\.wanted) == [trade.blue])

      let desk = "/admin/refunds/\(asked.id)"
      let page = try await trade.mei.get(desk).body
      #expect(page.contains("Send the other goods") && page.contains("Ask for the goods first"))
      _ = try await trade.mei.post("\(desk)/approve", [("then", "goods")])
      let parcel = [("carrier", "shunfeng"), ("trackingNumber", "SF55556666")]
      _ = try await trade.buyer.post("/refunds/\(asked.id)/parcel", parcel)
      _ = try await trade.mei.post("\(desk)/receive", [("restocked.\(order.lines[0].id)", "1")])
      #expect(try await trade.mei.post("\(desk)/approve", [("then", "pay")]).status == 303)
      try await test.settle()
      let settled = try #require(try await trade.cases(order).first)
      #expect(settled.state == .settled && settled.granted?.isZero == true)
      #expect(try await trade.onHand(trade.red) == 49)
      #expect(try await trade.onHand(trade.blue) == 49)

      let id = try #require(settled.replacement)
      let other = try #require(try await test.shop.contexts.orders.order(id))
      #expect(try await trade.mei.get(desk).body.contains("href=\"/admin/orders/\(other.number)\""))
      #expect(try await trade.buyer.get("/refunds/\(asked.id)").body.contains("href=\"/orders/\(other.number)\""))
      let own = try await trade.buyer.get("/orders/\(other.number)").body
      #expect(own.contains("Blue") && own.contains("¥0.00"))
      try await trade.pass(other)
      try await trade.ship(other)
      #expect(try await trade.now(other).state == .awaitingReceipt)
      try await trade.confirm(other)
      #expect(try await trade.mei.get("/admin/shipping?part=completed").body.contains(other.number.rawValue))
      let payment = try #require(order.payment)
      #expect(try await test.shop.contexts.payments.refunds(of: payment).isEmpty)
      try await trade.expectBooks()
    }
  }

  // req: 4.2.4-3
  @Test func `a price that changed since the form was shown is shown before anything is asked`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid()
      try await trade.pass(order)
      try await trade.ship(order)
      let line = order.lines[0].id
      func set(_ price: String) async throws {
        try await test.shop.contexts.pricing.setPrices([
          PriceChange(variant: trade.blue, price: Price(sale: try test.yuan(price)))
        ])
      }
      func seen(_ page: String) -> [(String, String)] {
        page.matches(of: /name="(seen\.[^"]+)" value="(-?\d+)"/).map { (String($0.1), String($0.2)) }
      }
      try await set("120.00")
      let wanted = [("wanted.\(line)", "\(trade.blue)")]
      let shown = seen(try await trade.buyer.get("/orders/\(order.number)/refund").body)
      #expect(shown.contains { $0 == ("seen.\(line).\(trade.blue)", "3200") })
      try await set("130.00")
      let refused = try await trade.ask(order, .exchange, .damaged, wanted + shown)
      #expect(refused.status == 409 && refused.body.contains("has changed"))
      #expect(refused.body.contains("Blue (+¥42.00 each)") && refused.body.contains("Cracked"))
      #expect(refused.body.contains("value=\"\(trade.blue)\" selected"))
      #expect(try await trade.cases(order).isEmpty)
      let api = "/api/v1/orders/\(order.number)"
      let offer = try await trade.buyer.get("\(api)/refundable").body
      #expect(offer.contains("\"variant\":\"\(trade.blue)\"") && offer.contains("\"amount\":\"42.00\""))
      func body(_ difference: String) -> String {
        """
        {"kind":"exchange","reason":"damaged","lines":[{"line":"\(line)","units":1,"wanted":"\(trade.blue)",\
        "difference":"\(difference)"}]}
        """
      }
      for (difference, status, code) in [
        ("32.00", 409, "exchangePriceChanged"), ("-42.00", 409, "exchangePriceChanged"), ("x", 422, "invalidInput"),
      ] {
        let answer = try await trade.buyer.send(.POST, "\(api)/refunds", json: body(difference))
        #expect(answer.status == status && answer.body.contains(code), "\(difference)")
      }
      #expect(try await trade.ask(order, .exchange, .damaged, wanted + seen(refused.body)).status == 303)
      #expect(try await trade.cases(order).map(\.difference.minor) == [4200])
    }
  }

  // req: 4.2.4-3
  @Test func `what there is none of isn't offered in exchange`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid()
      try await trade.pass(order)
      try await trade.ship(order)
      let location = try await test.shop.contexts.inventory.location(named: "Main", of: trade.merchant.id)
      try await test.shop.contexts.inventory.count(
        [StockCount(variant: trade.blue, location: location.id, onHand: 0)], key: "gone", by: .system)
      try await test.settle()
      let form = try await trade.buyer.get("/orders/\(order.number)/refund").body
      #expect(form.contains("value=\"\(trade.red)\"") && !form.contains("value=\"\(trade.blue)\""))
      let wanted = "wanted.\(order.lines[0].id)"
      let refused = try await trade.ask(order, .exchange, .damaged, [(wanted, "\(trade.blue)")])
      #expect(refused.status == 422 && refused.body.contains("id=\"\(wanted)-fault\""))
      #expect(try await trade.cases(order).isEmpty)
    }
  }
}
