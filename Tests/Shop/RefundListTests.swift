import Accounts
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Orders
import Refunds
import Testing
import Values

@testable import App

/// The list of refunds at their desk, over HTTP.
@Suite struct RefundListTests {
  // req: 4.2.4-5 3.1.2-1
  @Test func `refunds are found by number, product, days and amount, in each part and by their merchant alone`()
    async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let mei = try await test.staff(of: owner.merchant)
      let asked = try #require(RefundCaseID(owner["asked"]))
      let refund = try #require(try await test.shop.contexts.refunds.refundCase(asked))
      let order = try #require(try await test.shop.contexts.orders.order(refund.order))
      let link = "href=\"/admin/refunds/\(asked)\""
      for query in [
        "", "number=\(order.number)", "number=\(order.number.rawValue.prefix(8))", "product=TEAPOT",
        "product=%E7%B4%AB%E7%A0%82", "amountFrom=88&amountTo=94", "askedFrom=2020-01-01&askedTo=2100-01-01",
        "part=waiting&number=\(order.number)&product=clay&amountFrom=1&sort=oldest",
      ] { #expect(try await mei.get("/admin/refunds?\(query)").body.contains(link), "\(query)") }
      for query in [
        "number=20200101-0000000000", "number=x", "product=kettle", "amountFrom=1000", "askedTo=2020-01-01",
        "part=settled", "part=awaitingGoods",
      ] { #expect(!(try await mei.get("/admin/refunds?\(query)").body.contains(link)), "\(query)") }
      let awaited = try await mei.get("/admin/refunds?part=awaitingGoods&column=number").body
      #expect(awaited.contains("/admin/refunds/\(owner["awaited"])\""))
      #expect(try await mei.get("/admin/refunds?amountFrom=abc").status == 422)
      #expect(try await mei.get("/admin/refunds?after=nonsense").status < 500)
      let file = try await mei.get("/admin/refunds/export?number=\(order.number)").body
      #expect(file.components(separatedBy: "\r\n").count == 3 && file.contains(order.number.rawValue))
      let view = [("list", "refunds"), ("viewQuery", "part=settled"), ("viewName", "Done"), ("back", "/admin/refunds")]
      _ = try await mei.post("/admin/views", view)
      #expect(try await mei.get("/admin/refunds").body.contains("href=\"/admin/refunds?part=settled\">Done</a>"))
      let stranger = try await test.staff(of: try await test.merchant("other"))
      for query in ["number=\(order.number)", "product=teapot"] {
        #expect(!(try await stranger.get("/admin/refunds?\(query)").body.contains(link)), "\(query)")
        #expect(!(try await stranger.get("/admin/refunds/export?\(query)").body.contains(order.number.rawValue)))
      }
    }
  }

  /// Where so many orders match that those of the refunds aren't asked for one by one.
  @Test func `refunds are found among orders without number, page by page`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let (_, account, _) = try await test.buyer()
      var given: [RefundCaseID] = []
      for index in 0..<140 {
        let order = try await test.placed(index, merchant, account)
        given.append(try await test.given(order))
      }
      let staff = try await test.staff(of: merchant)
      for sort in ["newest", "oldest"] {
        var (seen, pages): ([String], Int) = ([], 0)
        var address: String? = "/admin/refunds?part=underWay&product=bowl&sort=\(sort)"
        while let here = address, pages < 9 {
          let body = try await staff.get(here).body
          seen += body.matches(of: /class="number" href="\/admin\/refunds\/([^"]+)"/).map { String($0.1) }
          address = body.firstMatch(of: /rel="next" href="([^"]+)"/).map { String($0.1).replacing("&amp;", with: "&") }
          pages += 1
        }
        let bowls = given.enumerated().filter { $0.offset < 120 }.map { "\($0.element)" }
        #expect(seen == (sort == "oldest" ? bowls : bowls.reversed()), "\(sort): \(seen.count) in \(pages)")
      }
    }
  }
}

extension TestShop {
  fileprivate func placed(_ number: Int, _ merchant: Merchant, _ account: Account) async throws -> Order {
    let ids = shop.ids
    let region = try #require(RegionCode(rawValue: "310115"))
    let orders = try await shop.contexts.orders.place(
      CheckoutOrders(
        key: "refunds-\(number)", buyer: account.id, channel: .main, currency: .cny,
        destination: Destination(
          recipient: "Lin", phone: "13800138000", region: region, regionName: LocalizedText("Pudong"), street: "1",
          postcode: ""),
        payBefore: shop.clock.now.adding(.days(1)),
        orders: [
          CheckoutOrders.NewOrder(
            id: ids.next(), merchant: merchant.id,
            lines: [
              CheckoutOrders.NewLine(
                variant: ids.next(), product: ids.next(), title: LocalizedText(number < 120 ? "Bowl" : "Cup"),
                choice: LocalizedText(), sku: "T", picture: nil, unit: try yuan("9.00"), quantity: .one,
                discount: .zero(.cny))
            ], freight: .zero(.cny), note: "")
        ]))
    return try #require(orders.first)
  }

  fileprivate func given(_ order: Order) async throws -> RefundCaseID {
    let refundable = RefundableOrder(
      id: order.id, merchant: order.merchant, buyer: order.buyer,
      lines: order.lines.map {
        RefundableOrder.Line(id: $0.id, variant: $0.variant, quantity: $0.quantity, due: $0.due)
      }, freight: .zero(.cny), wasShipped: false, completedAt: nil)
    return try await shop.contexts.refunds.grant(
      GoodwillDraft(
        key: "\(order.id)", order: refundable, amount: try yuan("1.00"), paid: order.amounts.due, words: "Sorry",
        by: .system)
    ).id
  }
}
