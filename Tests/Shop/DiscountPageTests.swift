import Accounts
import Carts
import Catalog
import Flows
import Merchants
import Orders
import Pricing
import Refunds
import Testing
import Values

@testable import API
@testable import App

/// Coupons and points as buyers and staff meet them.
@Suite struct DiscountPageTests {
  private func coupon(_ test: TestShop, of merchant: MerchantID? = nil) async throws -> Coupon {
    let now = test.shop.clock.now
    return try await test.shop.contexts.coupons.add(
      CouponDraft(
        code: "SPRING", name: LocalizedText(en: "Spring", zhHans: "春天"), benefit: .amountOff(try test.yuan("10.00")),
        minimum: try test.yuan("100.00"), startsAt: now.adding(.days(-1)), endsAt: now.adding(.days(9))),
      for: merchant, by: .system)
  }

  private func used(_ test: TestShop, _ coupon: Coupon) async throws -> Int? {
    try await test.shop.contexts.coupons.coupon(coupon.id)?.used
  }

  // req: 4.1.3-5
  @Test func `a coupon is named in the cart, refused beside its field, and taken off at the confirmation`()
    async throws
  {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let coupon = try await coupon(test)
      let cup = [("variant", "\(trade.red)"), ("quantity", "1")]
      _ = try await trade.buyer.post("/cart", cup)
      let unknown = try await trade.buyer.post("/cart", [("coupon", "WINTER"), ("applyCoupon", "1")])
      #expect(unknown.status == 422)
      #expect(unknown.body.contains("value=\"WINTER\"") && unknown.body.contains("id=\"coupon-fault\""))
      let small = try await trade.buyer.post("/cart", [("coupon", "spring"), ("applyCoupon", "1")])
      #expect(small.status == 422 && small.body.contains("This coupon needs goods worth ¥100.00."))

      _ = try await trade.buyer.post("/cart", cup)
      let applied = try await trade.buyer.post("/cart", [("coupon", " spring "), ("applyCoupon", "1")])
      #expect(applied.location == "/cart")
      let cart = try await trade.buyer.get("/cart").body
      #expect(cart.contains("<b>SPRING</b> Spring") && cart.contains("name=\"dropCoupon\""))
      #expect(cart.contains("<dt>Coupon SPRING</dt><dd>−¥10.00</dd>"))
      // 2 × 88.00 + 6.00 − 10.00
      let confirm = try await trade.buyer.get("/checkout").body
      #expect(confirm.contains("<dt>Coupon SPRING</dt><dd>−¥10.00</dd>") && confirm.contains("<dd>¥172.00</dd>"))
      let placed = try await trade.buyer.post("/checkout", test.confirmation(confirm, address: trade.address.id))
      #expect(placed.status == 303)
      let order = try #require(try await test.orders(of: trade.account).first)
      #expect(try order.amounts.due == test.yuan("172.00"))
      #expect(try await used(test, coupon) == 1)
      let detail = try await trade.buyer.get("/orders/\(order.number)").body
      #expect(detail.contains("<dt>Coupon SPRING</dt><dd>−¥10.00</dd>"))
      #expect(try await trade.mei.get("/admin/orders/\(order.number)").body.contains("Coupon SPRING"))

      // Cancelled unpaid, it can be used again.
      _ = try await trade.buyer.post("/orders/\(order.number)/cancel")
      try await test.settle()
      #expect(try await used(test, coupon) == 0)
      try await trade.expectBooks()
    }
  }

  // req: 4.1.3-5
  @Test func `a code that was typed and not applied is applied before anything is ordered`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      _ = try await coupon(test)
      _ = try await trade.buyer.post("/cart", [("variant", "\(trade.red)"), ("quantity", "2")])
      let first = try await trade.buyer.get("/checkout").body
      let sent = test.confirmation(first, address: trade.address.id)
      let shown = try await trade.buyer.post("/checkout", sent + [("coupon", "SPRING")])
      #expect(shown.status == 200 && shown.body.contains("<dd>¥172.00</dd>"))
      #expect(try await test.orders(of: trade.account).isEmpty)
      let wrong = try await trade.buyer.post("/checkout", sent + [("dropCoupon", "1")])
      #expect(wrong.status == 200 && wrong.body.contains("<dd>¥182.00</dd>"))
      let refused = try await trade.buyer.post("/checkout", sent + [("coupon", "NO-SUCH")])
      #expect(refused.status == 422 && refused.body.contains("id=\"coupon-fault\""))
      #expect(refused.body.contains("value=\"NO-SUCH\""))
    }
  }

  // part of req: 4.2.4-7
  @Test func `a coupon comes back with the whole of an order, not with a part`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let coupon = try await coupon(test)
      _ = try await trade.buyer.post("/cart", [("variant", "\(trade.red)"), ("quantity", "2")])
      _ = try await trade.buyer.post("/cart", [("coupon", "SPRING"), ("applyCoupon", "1")])
      let confirm = try await trade.buyer.get("/checkout").body
      _ = try await trade.buyer.post("/checkout", test.confirmation(confirm, address: trade.address.id))
      let order = try #require(try await test.orders(of: trade.account).first)
      try await test.pay(order)
      var granted: [String] = []
      for (units, used) in [(1, 1), (1, 0)] {
        _ = try await trade.ask(order, .moneyOnly, .other, units: units)
        let asked = try #require(try await trade.cases(order).first { $0.state == .requested })
        let answer = [("amount", asked.asked.decimalText), ("answer", "fine"), ("then", "pay")]
        _ = try await trade.mei.post("/admin/refunds/\(asked.id)/approve", answer)
        try await test.settle()
        granted.append(asked.asked.decimalText)
        #expect(try await self.used(test, coupon) == used)
      }
      // Half of what was left of the goods, and with the last of them the freight.
      #expect(granted == ["83.00", "89.00"])
      #expect(try await trade.now(order).state == .refunded)
      try await trade.expectBooks()
    }
  }

  // req: 4.1.3-5
  @Test func `points are given by staff, spent at the confirmation, earned at the end and read in a ledger`()
    async throws
  {
    try await TestShop.run(["--points-earned", "1"]) { test in
      let trade = try await test.trade()
      let desk = try await test.staff(of: nil)
      let page = "/admin/customers/\(trade.account.id)"
      let given = try await desk.post("\(page)/points", [("points", "500"), ("note", "For the wait"), ("key", "k1")])
      #expect(given.status == 303)
      _ = try await desk.post("\(page)/points", [("points", "500"), ("note", "For the wait"), ("key", "k1")])
      #expect(try await desk.get(page).body.contains("For the wait"))
      let taken = try await desk.post("\(page)/points", [("points", "-501"), ("note", "no"), ("key", "k2")])
      #expect(taken.status == 409 && taken.body.contains("There are only 500 points."))
      #expect(try await trade.mei.post("\(page)/points", [("points", "5"), ("note", "x")]).status == 403)

      _ = try await trade.buyer.post("/cart", [("variant", "\(trade.red)"), ("quantity", "1")])
      let confirm = try await trade.buyer.get("/checkout").body
      #expect(confirm.contains("You have 500. Up to 500 can be used here, worth ¥5.00."))
      let sent = test.confirmation(confirm, address: trade.address.id)
      let many = try await trade.buyer.post("/checkout", sent + [("points", "501")])
      #expect(many.status == 409 && many.body.contains("id=\"points-fault\"") && many.body.contains("value=\"501\""))
      #expect(try await trade.buyer.post("/checkout", sent + [("points", "x")]).status == 422)
      let used = try await trade.buyer.post("/checkout", sent + [("points", "500"), ("usePoints", "1")])
      #expect(used.status == 200 && used.body.contains("<dt>Points</dt><dd>−¥5.00</dd>"))
      let placed = test.confirmation(used.body, address: trade.address.id) + [("points", "500")]
      #expect(try await trade.buyer.post("/checkout", placed).status == 303)
      let order = try #require(try await test.orders(of: trade.account).first)
      #expect(try order.amounts.due == test.yuan("89.00"))
      try await test.pay(order)
      try await trade.pass(order)
      try await trade.ship(order)
      try await trade.confirm(order)
      try await test.settle()
      let ledger = try await trade.buyer.get("/account/points").body
      #expect(ledger.contains("<b>83</b>") && ledger.contains("+83") && ledger.contains("−500"))
      #expect(ledger.contains("\(order.number)") && ledger.contains("For the wait"))
      #expect(try await trade.buyer.get("/account").body.contains("/account/points"))
      try await trade.expectBooks()
    }
  }

  // req: 4.1.3-5
  @Test func `an order with nothing left to pay says so and is complete without a payment`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let now = test.shop.clock.now
      for (code, benefit) in [("ALL", OfferBenefit.percentOff(100))] {
        _ = try await test.shop.contexts.coupons.add(
          CouponDraft(
            code: code, name: LocalizedText(en: "All", zhHans: "全免"), benefit: benefit, minimum: .zero(.cny),
            startsAt: now, endsAt: now.adding(.days(1))),
          for: trade.merchant.id, by: .system)
      }
      try await test.shop.contexts.pricing.saveFreightTemplate(
        FreightTemplate(
          merchant: trade.merchant.id, name: LocalizedText(en: "None"),
          zones: [
            FreightZone(firstGrams: 1000, firstFee: .zero(.cny), nextGrams: 1000, nextFee: .zero(.cny))
          ]))
      _ = try await trade.buyer.post("/cart", [("variant", "\(trade.red)"), ("quantity", "1")])
      _ = try await trade.buyer.post("/cart", [("coupon", "ALL"), ("applyCoupon", "1")])
      let confirm = try await trade.buyer.get("/checkout").body
      #expect(confirm.contains("Nothing is left to pay"))
      let placed = try await trade.buyer.post("/checkout", test.confirmation(confirm, address: trade.address.id))
      let pay = try #require(placed.location)
      #expect(try await trade.buyer.get(pay).body.contains("value=\"free\""))
      _ = try await trade.buyer.post(pay, [("method", "free")])
      try await test.settle()
      let order = try #require(try await test.orders(of: trade.account).first)
      #expect(order.state == .awaitingReview && order.amounts.paid.isZero)
      try await trade.expectBooks()
    }
  }

  @Test func `staff make, change and switch coupons of their own, and see who used them`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let fields = [
        ("coupon", "own-10"), ("nameEn", "Ours"), ("nameZh", "本店"), ("kind", "percentOff"), ("percent", "10"),
        ("most", "20.00"), ("starts", "2020-01-01T00:00"), ("ends", "2099-01-01T00:00"), ("mostUsesEach", "1"),
        ("isOn", "1"),
      ]
      let faulty = try await trade.mei.post(
        "/admin/coupons/new", fields.map { $0.0 == "percent" ? ("percent", "x") : $0 })
      #expect(
        faulty.status == 422 && faulty.body.contains("id=\"percent-fault\"") && faulty.body.contains("value=\"own-10\"")
      )
      let made = try await trade.mei.post("/admin/coupons/new", fields)
      let address = try #require(made.location)
      #expect(try await trade.mei.post("/admin/coupons/new", fields).body.contains("id=\"coupon-fault\""))
      #expect(try await trade.mei.get("/admin/coupons").body.contains("OWN-10"))
      _ = try await coupon(test)
      let own = try await trade.mei.get("/admin/coupons").body
      #expect(!own.contains("SPRING"))
      #expect(try await test.staff(of: nil).get("/admin/coupons?phase=running").body.contains("SPRING"))
      let other = try await test.staff(of: try await test.merchant("other"))
      #expect(try await other.get(address).status == 404)
      #expect(try await test.staff(of: trade.merchant, [.ordersReview]).get(address).status == 403)

      let changed = try await trade.mei.post(
        address, fields.map { $0.0 == "percent" ? ("percent", "20") : $0 } + [("version", "1")])
      #expect(changed.status == 303)
      let late = try await trade.mei.post(address, fields + [("version", "1")])
      #expect(late.status == 409 && late.body.contains("Somebody else has changed this coupon."))
      _ = try await trade.buyer.post("/cart", [("variant", "\(trade.red)"), ("quantity", "1")])
      _ = try await trade.buyer.post("/cart", [("coupon", "OWN-10"), ("applyCoupon", "1")])
      let confirm = try await trade.buyer.get("/checkout").body
      #expect(confirm.contains("<dt>Coupon OWN-10</dt><dd>−¥17.60</dd>"))
      _ = try await trade.buyer.post("/checkout", test.confirmation(confirm, address: trade.address.id))
      let order = try #require(try await test.orders(of: trade.account).first)
      #expect(try await trade.mei.get(address).body.contains("\(order.number)"))
      _ = try await trade.mei.post("\(address)/turn", [("on", "0")])
      _ = try await trade.buyer.post("/cart", [("variant", "\(trade.red)"), ("quantity", "1")])
      #expect(try await trade.buyer.post("/cart", [("coupon", "OWN-10"), ("applyCoupon", "1")]).status == 422)
    }
  }

  @Test func `programs name coupons and points, and read what they took off`() async throws {
    try await TestShop.run(["--points-earned", "1"]) { test in
      let trade = try await test.trade()
      _ = try await coupon(test)
      _ = try await test.shop.contexts.points.adjust(
        300, of: trade.account.id, note: "gift", key: "k", by: .system)
      let token = try await test.token(of: trade.account)
      let program = test.program.with(token: token.rawValue)
      #expect(try await program.put("/cart/coupon", ["code": "SPRING"]).code == "nothingTicked")
      _ = try await program.post("/cart/lines", ["variant": .text("\(trade.red)"), "quantity": 2])
      #expect(try await program.put("/cart/coupon", ["code": "NO-SUCH"]).code == "couponUnknown")
      #expect(try await program.put("/cart/coupon", ["code": "spring"])["coupon"]?.text == "SPRING")
      #expect(try await program.put("/cart/points", ["points": 301]).code == "notEnoughPoints")
      let cart = try await program.put("/cart/points", ["points": 300])
      let checkout = try await program.get("/checkout?address=\(trade.address.id)")
      #expect(checkout["quote"]?["due"]?["amount"]?.text == "169.00")
      #expect(checkout["discounts"]?["points"]?["spent"]?.integer == 300)
      let placed = try await program.post(
        "/orders", ["cartVersion": cart["version"] ?? .null, "address": .text("\(trade.address.id)"), "due": "169.00"])
      let discounts = placed["items"]?[0]?["amounts"]?["discounts"]
      #expect(discounts?[0]?["offer"]?.text == "coupon/SPRING" && discounts?[1]?["offer"]?.text == "points")
      #expect(try await program.get("/points")["balance"]?.integer == 0)
      #expect(try await program.get("/cart")["coupon"] == .null)
    }
  }
}
