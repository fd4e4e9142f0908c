import Accounts
import AuditLog
import Flows
import Merchants
import NIOHTTP1
import Orders
import Pages
import TestKit
import Foundation
import Testing
import Values

@testable import App

/// Changes that a merchant's people ask of the platform's reviewer, and what the merchant hears of a reviewer's work, over
/// HTTP.
@Suite struct WishDeskTests {
  private struct Desk: Sendable {
    let trade: Trade
    let order: Order
    /// Of the platform.
    let reviewer: Browser
    /// Of the merchant, without the right to review.
    let packer: Browser
    var path: String { "/admin/orders/\(order.number)" }
  }

  private func desk(_ test: TestShop) async throws -> Desk {
    let trade = try await test.trade()
    return Desk(
      trade: trade, order: try await trade.paid(),
      reviewer: try await test.staff(of: nil, [.ordersReview, .buyersContact]),
      packer: try await test.staff(of: trade.merchant, [.ordersShip]))
  }

  private func mark(_ desk: Desk) async throws -> String {
    let words = desk.trade.test.shop.theme.words(.en)
    let rows = DeskRows(try await desk.reviewer.get("/admin/review").body).rows
    return rows.first { $0[words["orders.number"] ?? ""] == desk.order.number.rawValue }?[words["review.mark"] ?? ""]
      ?? ""
  }

  // req: 4.2.2-0 4.2.2-6
  @Test func `a merchant's wish is marked in the list, read by the reviewer, and answered by the change`() async throws
  {
    try await TestShop.run { test in
      let desk = try await desk(test)
      #expect(try await desk.packer.get(desk.path).body.contains("action=\"\(desk.path)/wish\""))
      let blank = try await desk.packer.post("\(desk.path)/wish", [("wish", " ")])
      #expect(blank.status == 422 && blank.body.contains("id=\"wish-fault\""))
      #expect(blank.body.contains("<a href=\"#wish\">What should be changed: "))
      #expect(!(try await mark(desk).contains("asks for a change")))
      let wish = [("wish", "The buyer called: <two> of them")]
      #expect(try await desk.packer.post("\(desk.path)/wish", wish).location == desk.path)
      #expect(try await mark(desk).contains("The merchant asks for a change"))
      let page = try await desk.reviewer.get(desk.path).body
      for text in ["The buyer called: &lt;two&gt; of them", "Mei, ", "\(desk.path)/wish/dismiss", "\(desk.path)/edit"] {
        #expect(page.contains(text), "\(text)")
      }
      #expect(!page.contains("action=\"\(desk.path)/pass\""))
      #expect(page.components(separatedBy: "The merchant asks for a change").count == 2, "said once")
      _ = try await desk.reviewer.post("\(desk.path)/pass")
      #expect(try await desk.reviewer.get(desk.path).body.contains("Make it, or leave the order as it is"))
      _ = try await desk.reviewer.post("/admin/review/act", [("act", "pass"), ("select", desk.order.number.rawValue)])
      #expect(try await desk.trade.now(desk.order).state == .awaitingReview)
      let late = try await desk.packer.post("\(desk.path)/wish", [("wish", "Three <b>")])
      #expect(late.status == 409 && late.body.contains("A change of this order is asked for already"))
      #expect(late.body.contains("Three &lt;b&gt;") && !late.body.contains("Make it, or leave the order"))
      #expect(try await test.shop.contexts.orders.timeline(of: desk.order.id).count { $0.kind == .editAsked } == 1)

      let line = desk.order.lines[0].id
      let change = [("revision", "0"), ("quantity.\(line)", "1"), ("unit.\(line)", "80.00"), ("reason", "as asked")]
      #expect(try await desk.reviewer.post("\(desk.path)/edit", change).status == 303)
      #expect(!(try await mark(desk).contains("asks for a change")))
      let own = try await desk.trade.buyer.get("/orders/\(desk.order.number)").body
      #expect(!own.contains("The buyer called") && own.contains("Changed by the merchant"))
      #expect(try await desk.reviewer.post("\(desk.path)/pass").status == 303)
      #expect(try await desk.trade.now(desk.order).state == .awaitingShipment)
      let deeds = try await test.shop.log.entries(
        matching: DeedFilter(merchant: desk.trade.merchant.id), before: nil, limit: 50)
      #expect(deeds.contains { $0.verb == "orders.askEdit" && $0.fieldsAfter["wish"]?.contains("called") == true })
      try await desk.trade.expectBooks()
    }
  }

  // req: 4.2.2-6
  @Test func `a wish is dismissed with words, or taken back by who asked, and never by a stranger`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let stranger = try await test.staff(of: try await test.merchant("other"), [.ordersShip])
      let cashier = try await test.staff(of: desk.trade.merchant, [.paymentsView])
      #expect(try await stranger.post("\(desk.path)/wish", [("wish", "x")]).status == 404)
      #expect(try await cashier.post("\(desk.path)/wish", [("wish", "x")]).status == 403)
      _ = try await desk.packer.post("\(desk.path)/wish/dismiss", [("dismissal", "none")])
      #expect(try await desk.packer.get(desk.path).body.contains("Nobody asks for a change"))
      for (staff, words) in [(desk.reviewer, "It is packed"), (desk.packer, "Not needed")] {
        #expect(try await desk.packer.post("\(desk.path)/wish", [("wish", "Blue, please")]).status == 303)
        #expect(try await stranger.post("\(desk.path)/wish/dismiss").status == 404)
        #expect(try await staff.post("\(desk.path)/wish/dismiss", [("dismissal", words)]).status == 303)
        let page = try await desk.packer.get(desk.path).body
        #expect(page.contains(words) && page.contains("action=\"\(desk.path)/wish\""))
      }
      #expect(try await desk.trade.now(desk.order).heldFor == [.newAccount])
      #expect(!(try await desk.trade.buyer.get("/orders/\(desk.order.number)").body.contains("It is packed")))
      try await desk.trade.pass(desk.order)
      _ = try await desk.packer.post("\(desk.path)/wish", [("wish", "Too late")])
      #expect(try await test.shop.contexts.orders.timeline(of: desk.order.id).count { $0.kind == .editAsked } == 2)
    }
  }

  // req: 4.2.2-6
  @Test func `programs of a merchant ask for a change and see what became of it`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let program = try await test.program(of: desk.trade.merchant)
      let api = "/api/v1/admin/orders/\(desk.order.number)"
      let asked = try await program.send(.POST, "\(api)/wish", json: "{\"wish\":\"Two of them\"}")
      #expect(asked.status == 200 && asked.body.contains("\"editAsked\"") && asked.body.contains("Two of them"))
      let repeated = try await program.send(.POST, "\(api)/wish", json: "{\"wish\":\" Two of them\"}")
      #expect(repeated.status == 200)
      #expect(try await test.shop.contexts.orders.timeline(of: desk.order.id).count { $0.kind == .editAsked } == 1)
      let colleague = try await test.program(of: desk.trade.merchant)
      let other = try await colleague.send(.POST, "\(api)/wish", json: "{\"wish\":\"Two of them\"}")
      #expect(other.status == 409 && other.body.contains("orderEditAskedAlready"))
      let again = try await program.send(.POST, "\(api)/wish", json: "{\"wish\":\"Three\"}")
      #expect(again.status == 409 && again.body.contains("orderEditAskedAlready"))
      let left = try await program.send(.POST, "\(api)/wish/dismissal", json: "{\"words\":\"Never mind\"}")
      #expect(left.status == 200 && left.body.contains("\"editDismissed\""))
      let none = try await program.send(.POST, "\(api)/wish/dismissal", json: "{}")
      #expect(none.status == 409 && none.body.contains("orderNoEditAsked"))
    }
  }

  // req: 4.2.2-6
  @Test func `the platform's people change an order, or leave that to who reviews, and ask nobody`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let shipper = try await test.staff(of: nil, [.ordersShip])
      for staff in [desk.reviewer, shipper] {
        #expect(!(try await staff.get(desk.path).body.contains("action=\"\(desk.path)/wish\"")))
        let refused = try await staff.post("\(desk.path)/wish", [("wish", "x")])
        #expect(refused.status == 403 && refused.body.contains("own people. You can change the order"))
      }
      let program = try await test.program(of: nil)
      let answer = try await program.send(
        .POST, "/api/v1/admin/orders/\(desk.order.number)/wish", json: "{\"wish\":\"x\"}")
      #expect(answer.status == 403 && answer.body.contains("\"forMerchantsAlone\""))
      #expect(try await desk.trade.now(desk.order).isEditAsked == false)
    }
  }

  // req: 4.2.2-6
  @Test func `the merchant reads in a letter that the platform leaves an order as it is, each time`() async throws {
    try await TestShop.run { test in
      let desk = try await desk(test)
      for (staff, count) in [(desk.packer, 0), (desk.reviewer, 1), (desk.reviewer, 2)] {
        _ = try await desk.packer.post("\(desk.path)/wish", [("wish", "To 9 Quiet Road")])
        _ = try await staff.post("\(desk.path)/wish/dismiss", [("dismissal", "It is packed")])
        try await test.settle()
        let letters = try test.letters("merchant-order-dismissed")
        #expect(letters.count == count)
        #expect(letters.allSatisfy { $0.contains("stays as it is") && !$0.contains("Quiet Road") })
      }
      let told = try await test.shop.contexts.orders.timeline(of: desk.order.id).map(\.kind)
      #expect(told.count { $0 == .editDismissed } == 3)
    }
  }

  // req: 4.2.2-6 4.2.2-7
  @Test func `the merchant hears of what the platform's reviewer does, and not of what its own people do`() async throws
  {
    try await TestShop.run { test in
      let desk = try await desk(test)
      func change(_ order: Order, _ revision: Int, _ unit: String) -> [(String, String)] {
        let line = order.lines[0].id
        return [("revision", "\(revision)"), ("quantity.\(line)", "1"), ("unit.\(line)", unit)]
      }
      _ = try await desk.trade.mei.post("\(desk.path)/edit", change(desk.order, 0, "85.00"))
      try await test.settle()
      #expect(try test.letters("merchant-order-edited").isEmpty)
      _ = try await desk.reviewer.post("\(desk.path)/edit", change(desk.order, 1, "80.00"))
      try await test.settle()
      #expect(
        try test.plainLetter("merchant-order-edited", of: desk.order, "-2").contains("Please pack it as it stands now"))
      _ = try await desk.reviewer.post("\(desk.path)/reject", [("reason", "Fraud")])
      try await test.settle()
      #expect(try test.plainLetter("merchant-order-rejected", of: desk.order).contains("isn't to be sent"))
      let own = try await desk.trade.paid()
      _ = try await desk.trade.mei.post("/admin/orders/\(own.number)/reject", [("reason", "The kiln broke")])
      try await test.settle()
      #expect(try test.letters("merchant-order-rejected").count == 1)
    }
  }

  // req: 4.2.3-7 4.2.4-6
  @Test func `the merchant hears that the buyer has the goods, and that money was given out of goodwill`() async throws
  {
    try await TestShop.run { test in
      let desk = try await desk(test)
      let (trade, order) = (desk.trade, desk.order)
      try await trade.pass(order)
      try await trade.ship(order)
      try await test.settle()
      #expect(try test.letters("merchant-order-completed").isEmpty)
      try await trade.confirm(order)
      try await test.settle()
      #expect(try test.plainLetter("merchant-order-completed", of: order).contains("confirmed it"))
      let giver = try await test.staff(of: nil, [.refundsApprove])
      let form = [("key", "once"), ("amount", "5.00"), ("words", "Sorry")]
      #expect(try await giver.post("\(desk.path)/goodwill", form).status == 303)
      try await test.settle()
      #expect(try test.letters("merchant-refund").contains { $0.contains("out of goodwill") })
    }
  }
}
