import Accounts
import Catalog
import Flows
import Foundation
import Inventory
import Merchants
import Orders
import Payments
import Testing
import Values

@testable import App

/// The review of paid orders over HTTP: the two parts, the list's columns and filters, changes, passing and rejecting.
@Suite struct ReviewDeskTests {
  private struct Desk: Sendable {
    let merchant: Merchant
    let product: Product
    let buyer: Browser
    let account: Account
    let address: Address
    let reviewer: Browser
  }

  private func desk(_ test: TestShop) async throws -> Desk {
    let merchant = try await test.merchant()
    let product = try await test.product(of: merchant)
    let (browser, account, address) = try await test.buyer()
    return Desk(
      merchant: merchant, product: product, buyer: browser, account: account, address: address,
      reviewer: try await test.staff(of: merchant, [.ordersReview, .buyersContact]))
  }

  /// Ordered and paid at the sandbox's cashier.
  private func paid(_ test: TestShop, _ desk: Desk) async throws -> Order {
    let order = try await test.placedOrder(
      desk.product, by: desk.buyer, account: desk.account, address: desk.address)
    try await pay(test, desk, order)
    return try #require(try await test.shop.contexts.orders.order(order.id))
  }

  private func pay(_ test: TestShop, _ desk: Desk, _ order: Order) async throws {
    let handed = try await desk.buyer.post("/orders/\(order.number)/pay", [("method", "sandbox")])
    let cashier = try #require(handed.location)
    let result = try #require(try await test.browser().post(cashier + "/pay").location)
    _ = try await desk.buyer.get(result)
    try await test.settle()
  }

  private func form(_ order: Order, quantity: Int = 1, unit: String = "88.00") -> [(String, String)] {
    [
      ("revision", "\(order.revision)"), ("quantity.\(order.lines[0].id)", "\(quantity)"),
      ("unit.\(order.lines[0].id)", unit),
    ]
  }

  private func now(_ test: TestShop, _ order: Order) async throws -> Order {
    try #require(try await test.shop.contexts.orders.order(order.id))
  }

  // req: 4.2.2-0 4.2.2-1 4.2.2-2 4.2.2-3 4.2.2-5 4.2.2-7 4.2.2-8
  @Test func `an order waits, is opened from the list, passed, and stands under reviewed then`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let order = try await paid(test, desk)
      let packer = try await test.staff(of: desk.merchant, [.ordersShip])
      #expect(try await packer.get("/admin/review").status == 403)
      #expect(try await test.browser().get("/admin/review").location == "/admin/login?to=/admin/review")
      let waiting = try await desk.reviewer.get("/admin/review").body
      let row = try #require(waiting.matches(of: /<tr>[\s\S]*?<\/tr>/).map { String($0.0) }.last)
      for text in [order.number.rawValue, "Clay teapot", "¥94.00", "lin", "The account is new"] {
        #expect(row.contains(text), "\(text)")
      }
      #expect(row.contains("href=\"/admin/orders/\(order.number)\""))
      #expect(!(try await desk.reviewer.get("/admin/review?part=reviewed").body.contains(order.number.rawValue)))
      #expect(try await desk.reviewer.post("/admin/orders/\(order.number)/pass").status == 303)
      #expect(!(try await desk.reviewer.get("/admin/review").body.contains("/admin/orders/\(order.number)\"")))
      #expect(try await desk.reviewer.get("/admin/review?part=reviewed").body.contains("To ship"))
      let stranger = try await test.staff(of: try await test.merchant("other"), [.ordersReview])
      for part in ["waiting", "reviewed"] {
        #expect(!(try await stranger.get("/admin/review?part=\(part)").body.contains(order.number.rawValue)))
      }
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.2.2-4
  @Test func `each filter finds its orders, alone and together`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let one = try await paid(test, desk)
      let two = try await paid(test, desk)
      _ = try await desk.reviewer.post(
        "/admin/orders/\(two.number)/edit", form(two, unit: "20.00") + [("note", "soon")])
      try await test.settle()
      func found(_ query: String) async throws -> Set<String> {
        let answer = try await desk.reviewer.get("/admin/review?\(query)")
        #expect(answer.status == 200, "\(query)")
        return Set(answer.body.matches(of: /class="number" href="\/admin\/orders\/([^"]+)"/).map { String($0.1) })
      }
      let (first, second) = (one.number.rawValue, two.number.rawValue)
      let cases: [(String, Set<String>)] = [
        ("", [first, second]), ("number=\(first)", [first]), ("number=nothing", []),
        ("product=teapot", [first, second]), ("product=\(Browser.escaped("茶壶"))", [first, second]),
        ("product=cup", []), ("dateFrom=2000-01-01", [first, second]), ("dateTo=2000-01-01", []),
        ("dueFrom=94", [first]), ("dueTo=26", [second]), ("paidFrom=94", [first]), ("paidTo=26.00", [second]),
        (
          "number=\(first)&product=teapot&dateFrom=2000-01-01&dateTo=2999-01-01&dueFrom=94&dueTo=94&paidFrom=94&paidTo=94",
          [first]
        ),
        ("number=\(first)&dueTo=26", []), ("part=reviewed", []), ("sort=newest", [first, second]),
      ]
      for (query, expected) in cases { #expect(try await found(query) == expected, "\(query)") }
      for query in [
        "dueFrom=abc", "dateTo=2026-13-40", "number=\(String(repeating: "9", count: 33))", "dueFrom=9&dueTo=8",
      ] {
        let answer = try await desk.reviewer.get("/admin/review?\(query)")
        #expect(answer.status == 422)
        #expect(answer.body.components(separatedBy: "class=\"fault\"").count == 2, "\(query)")
      }
    }
  }

  // req: 4.2.2-6
  @Test func `an order that gets dearer asks its buyer for the rest, who sees what changed and pays`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let order = try await paid(test, desk)
      let path = "/admin/orders/\(order.number)"
      let page = try await desk.reviewer.get("\(path)/edit").body
      for name in [
        "quantity.\(order.lines[0].id)", "unit.\(order.lines[0].id)", "freight", "recipient", "street", "note", "sku",
      ] {
        #expect(page.contains("name=\"\(name)\""), "\(name)")
      }
      let previewed = try await desk.reviewer.post(
        "\(path)/edit", form(order, quantity: 2) + [("sku", "teapot-blue"), ("preview", "1")])
      #expect(previewed.status == 200)
      #expect(previewed.body.contains("¥94.00 → ¥270.00. The buyer has to pay ¥176.00 on top."))
      #expect(previewed.body.contains("value=\"teapot-blue\""))
      #expect(try await now(test, order) == order)
      let saved = try await desk.reviewer.post(
        "\(path)/edit", form(order, quantity: 2) + [("sku", "teapot-blue"), ("reason", "a friend wants one")])
      #expect(saved.location == path)
      try await test.settle()
      let changed = try await now(test, order)
      #expect(changed.amounts.due == (try test.yuan("270.00")))
      #expect(
        try await test.shop.contexts.inventory.stock(of: [order.lines[0].variant])[order.lines[0].variant]?.onHand == 48
      )
      let detail = try await desk.reviewer.get(path).body
      for text in ["¥176.00", "a friend wants one", "¥94.00 → ¥270.00", "<ins>2</ins>"] {
        #expect(detail.contains(text), "\(text)")
      }
      #expect(!detail.contains("\(path)/pass"))
      #expect(try await desk.reviewer.get("/admin/review").body.contains("¥176.00 to be paid"))
      let own = try await desk.buyer.get("/orders/\(order.number)").body
      for text in ["¥176.00 dearer", "Pay ¥176.00", "teapot-blue", "<ins>2</ins>"] {
        #expect(own.contains(text), "\(text)")
      }
      #expect(!own.contains("a friend wants one"))
      #expect(try test.plainLetter("order-edited", of: order, "-1").contains("176.00"))
      #expect(try await desk.buyer.get("/orders/\(order.number)/pay").body.contains("¥176.00"))
      try await pay(test, desk, changed)
      #expect(try await now(test, order).openDifference == nil)
      let payments = try await test.shop.contexts.payments.payments(of: order.id)
      let paid = try await desk.reviewer.get(path).body
      #expect(payments.count == 2 && payments.allSatisfy { paid.contains("\($0.id)") })
      #expect(try await desk.reviewer.post("\(path)/pass").status == 303)
      #expect(try await now(test, order).state == .awaitingShipment)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 2.2-5 4.2.2-6
  @Test func `a reviewer who may not read where the buyer lives changes the rest, and sees no place`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let order = try await paid(test, desk)
      let path = "/admin/orders/\(order.number)"
      let place = [
        ("recipient", "Mei"), ("phone", "13900139000"), ("province", "310000"), ("city", "310100"),
        ("region", "310104"), ("street", "12 Anfu Road"), ("postcode", "200031"),
      ]
      let reviewer = try await test.staff(of: desk.merchant, [.ordersReview])
      let page = try await reviewer.get("\(path)/edit").body
      #expect(!page.contains("1 Century Avenue") && !page.contains("name=\"street\""))
      let packer = try await test.staff(of: desk.merchant, [.ordersShip])
      let slips = try await packer.get("/admin/shipping/slips?order=\(order.number)").body
      #expect(!slips.contains("1 Century Avenue"), "nothing is packed before it is passed")
      #expect(try await reviewer.post("\(path)/edit", form(order) + place + [("freight", "0")]).status == 303)
      let changed = try await now(test, order)
      #expect(changed.revision == 1 && changed.destination == order.destination)
      _ = try await desk.reviewer.post("\(path)/edit", form(changed) + place)
      let detail = try await reviewer.get(path).body
      #expect(!detail.contains("1 Century Avenue") && !detail.contains("12 Anfu Road"))
    }
  }

  // req: 4.2.2-6
  @Test func `an order that gets cheaper gives the rest back, and its place is changed`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let order = try await paid(test, desk)
      let path = "/admin/orders/\(order.number)"
      let place = [
        ("recipient", "Mei <b>"), ("phone", "13900139000"), ("province", "310000"), ("city", "310100"),
        ("region", "310104"), ("street", "12 Anfu Road"), ("postcode", "200031"),
      ]
      let refused = try await desk.reviewer.post(
        "\(path)/edit", form(order, quantity: 20_000) + place + [("freight", "x")])
      #expect(refused.status == 422)
      #expect(refused.body.contains("value=\"12 Anfu Road\""))
      #expect(refused.body.contains("value=\"20000\""))
      #expect(refused.body.contains("id=\"freight-fault\""))
      #expect(!refused.body.contains("Mei <b>"))
      #expect(try await desk.reviewer.post("\(path)/edit", form(order) + place + [("freight", "0")]).status == 303)
      try await test.settle()
      let changed = try await now(test, order)
      #expect(changed.amounts.paid == (try test.yuan("88.00")))
      #expect(changed.destination.street == "12 Anfu Road")
      let payment = try #require(changed.payment)
      #expect(try await test.shop.contexts.payments.payment(payment)?.refunded == (try test.yuan("6.00")))
      let detail = try await desk.reviewer.get(path).body
      #expect(detail.contains("<del>1 Century Avenue</del>"))
      #expect(detail.contains("Mei &lt;b&gt;"))
      #expect(detail.contains("¥6.00 goes back"))
      let stale = try await desk.reviewer.post("\(path)/edit", form(order, quantity: 3))
      #expect(stale.location == path)
      #expect(try await desk.reviewer.get(path).body.contains("was changed or paid meanwhile"))
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.2.2-7
  @Test func `a rejected order says why to its buyer and gives all back`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let order = try await paid(test, desk)
      let path = "/admin/orders/\(order.number)"
      let blank = try await desk.reviewer.post("\(path)/reject", [("reason", " ")])
      #expect(blank.status == 422)
      #expect(blank.body.contains("id=\"reason-fault\""))
      #expect(try await now(test, order).state == .awaitingReview)
      #expect(try await desk.reviewer.post("\(path)/reject", [("reason", "The kiln broke")]).location == path)
      try await test.settle()
      #expect(try await now(test, order).state == .cancelled)
      #expect(try await test.shop.contexts.payments.payment(try #require(order.payment))?.state == .refunded)
      let own = try await desk.buyer.get("/orders/\(order.number)").body
      #expect(own.contains("The kiln broke"))
      #expect(try test.plainLetter("order-cancelled", of: order).contains("94.00"))
      #expect(
        try await test.shop.contexts.inventory.stock(of: [order.lines[0].variant])[order.lines[0].variant]?.onHand == 50
      )
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.2.2-7
  @Test func `ticked orders pass together, and those that can't are told`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let (one, two) = (try await paid(test, desk), try await paid(test, desk))
      _ = try await desk.reviewer.post("/admin/orders/\(two.number)/edit", form(two, quantity: 2))
      let list = try await desk.reviewer.get("/admin/review").body
      for order in [one, two] { #expect(list.contains("name=\"select\" value=\"\(order.number)\"")) }
      let ticked = [one, two, one].map { ("select", $0.number.rawValue) } + [("select", "nonsense"), ("act", "pass")]
      let acted = try await desk.reviewer.post("/admin/review/act", ticked + [("back", "/admin/review?part=waiting")])
      #expect(acted.location == "/admin/review?part=waiting")
      #expect(try await desk.reviewer.get("/admin/review").body.contains("Passed: 1. Not passed: 1"))
      #expect(try await now(test, one).state == .awaitingShipment)
      #expect(try await now(test, two).state == .awaitingReview)
      let elsewhere = try await desk.reviewer.post("/admin/review/act", [("act", "pass"), ("back", "//evil.example/")])
      #expect(elsewhere.location == "/admin")
      #expect(try await desk.reviewer.post("/admin/review/act", ticked.filter { $0.0 != "act" }).status == 400)
    }
  }

  // req: 4.2.2-7
  @Test func `ticked orders are rejected together for one reason, which their buyers read`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let (one, two) = (try await paid(test, desk), try await paid(test, desk))
      _ = try await desk.reviewer.post("/admin/review/act", [("select", two.number.rawValue), ("act", "pass")])
      let ticked = [one, two].map { ("select", $0.number.rawValue) } + [("back", "/admin/review?part=waiting")]
      let asked = try await desk.reviewer.post("/admin/review/act", ticked + [("act", "reject")])
      #expect(asked.status == 200 && asked.body.contains("action=\"/admin/review/reject\""))
      #expect(asked.body.contains("name=\"select\" value=\"\(one.number)\""))
      let blank = try await desk.reviewer.post("/admin/review/reject", ticked + [("reason", " ")])
      #expect(blank.status == 422 && blank.body.contains("id=\"reason-fault\""))
      #expect(try await now(test, one).state == .awaitingReview)
      let packer = try await test.staff(of: desk.merchant, [.ordersShip])
      #expect(try await packer.post("/admin/review/reject", ticked + [("reason", "no")]).status == 403)
      let done = try await desk.reviewer.post("/admin/review/reject", ticked + [("reason", "The kiln broke")])
      #expect(done.location == "/admin/review?part=waiting")
      #expect(try await desk.reviewer.get("/admin/review").body.contains("Rejected: 1. Not rejected: 1"))
      try await test.settle()
      #expect(try await now(test, one).state == .cancelled)
      #expect(try await now(test, two).state == .awaitingShipment)
      #expect(try await desk.buyer.get("/orders/\(one.number)").body.contains("The kiln broke"))
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 4.2.2-1
  @Test func `staff find their own orders by number and product from any page, and the desks that open to them`()
    async throws
  {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let order = try await paid(test, desk)
      let link = "href=\"/admin/orders/\(order.number)\""
      for text in [String(order.number.rawValue.prefix(12)), "clay"] {
        #expect(try await desk.reviewer.get("/admin/find?q=\(text)").body.contains(link), "\(text)")
      }
      let desks = try await desk.reviewer.get("/admin/find?q=Review").body
      #expect(desks.contains("id=\"found\"") && desks.contains("<span>Review</span>"))
      let none = try await desk.reviewer.get("/admin/find?q=%3Cscript%3Enothing").body
      #expect(none.contains("Nothing is called that") && !none.contains("<script>nothing"))
      #expect(try await desk.reviewer.get("/admin/orders").body.contains("data-find"))
      let stranger = try await test.staff(of: try await test.merchant("other"))
      #expect(!(try await stranger.get("/admin/find?q=\(order.number)").body.contains(link)))
      #expect(try await test.browser().get("/admin/find?q=x").location?.hasPrefix("/admin/login") == true)
    }
  }

  @Test(arguments: [nil, "200.00"] as [String?])
  func `orders up to the limit pass by themselves, once their buyer isn't new`(limit: String?) async throws {
    let arguments = ["--review-new-account-hours", "0"] + (limit.map { ["--orders-auto-pass-up-to", $0] } ?? [])
    try await TestShop.run(arguments) { test in
      let desk = try await desk(test)
      let order = try await paid(test, desk)
      #expect(try await now(test, order).state == (limit == nil ? .awaitingReview : .awaitingShipment))
    }
  }
}
