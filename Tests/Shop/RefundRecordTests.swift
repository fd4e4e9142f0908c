import Accounts
import Catalog
import Flows
import Foundation
import NIOHTTP1
import Orders
import Pages
import Refunds
import TestKit
import Testing
import Values

@testable import App

/// What is left of refunds that are done: their records, the goods, and what both sides can read, over HTTP.
@Suite struct RefundRecordTests {
  private func settled(_ trade: Trade, units: Int, amount: String) async throws -> (order: Order, refund: RefundCase) {
    let order = try await trade.paid(units)
    try await trade.pass(order)
    try await trade.ship(order)
    try #require(try await trade.ask(order, .moneyOnly, units: units).status == 303)
    let asked = try #require(try await trade.cases(order).first)
    let approved = try await trade.mei.post(
      "/admin/refunds/\(asked.id)/approve", [("then", "pay"), ("amount", amount)])
    try #require(approved.status == 303)
    try await trade.test.settle()
    return (order, try #require(try await trade.cases(order).first))
  }

  // req: 4.2.4-4
  // part of req: 4.2.4-7
  @Test func `the record table has a row for each that is done, found by its filters and had as a file`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let (order, refund) = try await settled(trade, units: 1, amount: "80.00")
      let (second, _) = try await settled(trade, units: 2, amount: "150.00")
      let record = try #require(try await test.shop.contexts.refunds.records(of: refund.id).first)
      #expect(try await trade.mei.get("/admin/refunds").body.contains("/admin/refunds?part=records"))
      let list = try await trade.mei.get("/admin/refunds?part=records&sort=oldest").body
      let (words, rows) = (test.shop.theme.words(.en), DeskRows(list).rows)
      #expect(rows.map { $0[words["orders.number"] ?? ""] } == [order.number.rawValue, second.number.rawValue])
      let row = try #require(rows.first)
      #expect(row[words["refunds.record"] ?? ""] == record.id.description)
      #expect(row[words["refunds.what"] ?? ""]?.hasPrefix(words["refundKind.moneyOnly"] ?? "?") == true)
      #expect(row[words["refunds.amount"] ?? ""] == "¥80.00")
      #expect(row[words["refunds.settledAt"] ?? ""] == Format(.en).dateTime(record.at))
      #expect(row[words["refunds.payment"] ?? ""] == order.payment?.description)
      #expect(row[words["admin.state"] ?? ""] == words["refundState.settled"])
      #expect(list.contains("href=\"/admin/refunds/\(refund.id)\""))

      let platform = try await test.staff(of: nil)
      for staff in [trade.mei, platform] {
        func numbers(_ query: String) async throws -> [String?] {
          let rows = DeskRows(try await staff.get("/admin/refunds?part=records&sort=oldest&\(query)").body).rows
          return rows.map { $0[words["orders.number"] ?? ""] }
        }
        for query in [
          "number=\(order.number)", "number=\(order.number)&product=clay", "amountTo=80", "amountFrom=80&amountTo=80",
          "number=\(order.number)&product=teapot&settledFrom=2020-01-01&settledTo=2100-01-01&amountFrom=80&amountTo=80",
        ] { #expect(try await numbers(query) == [order.number.rawValue], "\(query)") }
        for query in ["number=x", "product=kettle", "amountFrom=151", "settledTo=2020-01-01"] {
          #expect(try await numbers(query).isEmpty, "\(query)")
        }
      }
      #expect(try await trade.mei.get("/admin/refunds?part=records&settledFrom=abc").status == 422)
      let file = try await trade.mei.get("/admin/refunds/export?part=records&number=\(order.number)")
      #expect(file.headers.first(name: "content-disposition")?.contains("refund-records.csv") == true)
      #expect(file.body.components(separatedBy: "\r\n").count == 3)
      for text in ["80.00", record.id.description, order.number.rawValue] { #expect(file.body.contains(text)) }
      let stranger = try await test.staff(of: try await test.merchant("other"))
      #expect(DeskRows(try await stranger.get("/admin/refunds?part=records").body).rows.isEmpty)
      #expect(!(try await stranger.get("/admin/refunds/export?part=records").body.contains(order.number.rawValue)))
    }
  }

  // req: 4.2.4-4
  @Test func `who sees the money that goes back finds records by number and goods, without the orders' desk`()
    async throws
  {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let (order, _) = try await settled(trade, units: 1, amount: "80.00")
      let cashier = try await test.staff(of: trade.merchant, [.paymentsView])
      let desk = "href=\"/admin/orders/\(order.number)\""
      for query in ["number=\(order.number)", "product=teapot"] {
        let list = try await cashier.get("/admin/refunds?part=records&\(query)")
        #expect(list.status == 200 && list.body.contains(order.number.rawValue), "\(query)")
        #expect(!list.body.contains(desk), "\(query)")
        #expect(try await trade.mei.get("/admin/refunds?part=records&\(query)").body.contains(desk), "\(query)")
        let file = try await cashier.get("/admin/refunds/export?part=records&\(query)")
        #expect(file.status == 200 && file.body.contains(order.number.rawValue), "\(query)")
      }
    }
  }

  // part of req: 4.2.4-7
  @Test func `records are read page by page, in both orders`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid(9)
      try await trade.pass(order)
      for index in 0..<33 {
        let form = [("key", "k\(index)"), ("amount", "1.00"), ("words", "Sorry")]
        try #require(try await trade.mei.post("/admin/orders/\(order.number)/goodwill", form).status == 303)
      }
      let label = test.shop.theme.words(.en)["refunds.record"] ?? ""
      var orders: [[String]] = []
      for sort in ["newest", "oldest"] {
        var (seen, address): ([String], String?) = ([], "/admin/refunds?part=records&sort=\(sort)")
        while let here = address, seen.count < 99 {
          let body = try await trade.mei.get(here).body
          seen += DeskRows(body).rows.compactMap { $0[label] }
          address = body.firstMatch(of: /rel="next" href="([^"]+)"/).map { String($0.1).replacing("&amp;", with: "&") }
        }
        #expect(Set(seen).count == 33)
        orders.append(seen)
      }
      #expect(orders[0] == orders[1].reversed())
      // Of money out of goodwill there are no goods: it says once what it is.
      let words = test.shop.theme.words(.en)
      let kind = try #require(words["refundKind.goodwill"])
      let row = try #require(DeskRows(try await trade.mei.get("/admin/refunds?part=records").body).rows.first)
      #expect(row[words["refunds.what"] ?? ""]?.hasPrefix(kind) == true && row[words["orders.product"] ?? ""] == "")
      let file = try await trade.mei.get("/admin/refunds/export?part=records").body
      #expect(file.components(separatedBy: "\r\n").dropFirst().first?.components(separatedBy: kind).count == 2)
      try await trade.expectBooks()
    }
  }

  // part of req: 4.2.4-7
  @Test func `of goods that came back some are on sale again, and the others are written off`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid(3)
      try await trade.pass(order)
      try await trade.ship(order)
      #expect(try await trade.onHand(trade.red) == 47)
      _ = try await trade.ask(order, .goodsBack, units: 3)
      let asked = try #require(try await trade.cases(order).first)
      let desk = "/admin/refunds/\(asked.id)"
      _ = try await trade.mei.post("\(desk)/approve", [("then", "goods")])
      let received = [("restocked.\(order.lines[0].id)", "2"), ("note", "One is cracked")]
      #expect(try await trade.mei.post("\(desk)/receive", received).status == 303)
      #expect(try await trade.onHand(trade.red) == 47, "not before it is decided")
      #expect(try await trade.mei.post("\(desk)/approve", [("then", "pay")]).status == 303)
      try await test.settle()
      #expect(try await trade.onHand(trade.red) == 49)
      let page = try await trade.mei.get(desk).body
      #expect(page.contains("2 back to stock, 1 written off") && page.contains("One is cracked"))
      let item = try await trade.mei.get("/admin/stock/\(trade.red)")
      #expect(item.status == 200 && item.body.contains("49"))
      #expect(try await trade.now(order).state == .refunded)
      try await trade.expectBooks()
    }
  }

  // req: 4.2.4-0 4.2.4-6
  @Test func `the merchant sees the pictures, the words and the reason before deciding`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid(1)
      try await trade.pass(order)
      try await trade.ship(order)
      #expect(try await trade.ask(order, .goodsBack, pictures: [SmallPicture.png]).status == 303)
      let asked = try #require(try await trade.cases(order).first)
      let file = try #require(asked.evidence.first)
      let page = try await trade.mei.get("/admin/refunds/\(asked.id)").body
      let reason = try #require(test.shop.theme.words(.en)["refundReason.damaged"])
      #expect(page.contains("Cracked") && page.contains(reason))
      let source = try #require(page.firstMatch(of: /<img[^>]*src="(\/admin\/refunds\/[^"]*)"/)).1
      #expect(!page.contains(file.rawValue))
      let picture = try await trade.mei.get(String(source))
      #expect(picture.status == 200 && picture.headers.first(name: "content-type") == "image/png")
      let stranger = try await test.staff(of: try await test.merchant("other"))
      #expect(try await stranger.get("/admin/refunds/\(asked.id)").status == 404)
    }
  }

  // req: 4.2.3-9 4.2.4-2
  @Test func `state, notes and parcels of an order are read by its buyer and its merchant`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let order = try await trade.paid()
      let line = order.lines[0]
      let change = [
        ("revision", "0"), ("quantity.\(line.id)", "1"), ("unit.\(line.id)", "88.00"), ("note", "Ring at the gate"),
      ]
      #expect(try await trade.mei.post("/admin/orders/\(order.number)/edit", change).status == 303)
      let passed = [("note", "Wrap it twice")]
      #expect(try await trade.mei.post("/admin/orders/\(order.number)/pass", passed).status == 303)
      try await trade.ship(order)
      let number = "YT\(order.number.rawValue.suffix(8))"
      let (own, desk) = (
        try await trade.buyer.get("/orders/\(order.number)").body,
        try await trade.mei.get("/admin/shipping/\(order.number)").body
      )
      for page in [own, desk, try await trade.mei.get("/admin/orders/\(order.number)").body] {
        for text in ["Ring at the gate", number, "YTO Express"] { #expect(page.contains(text), "\(text)") }
      }
      let words = test.shop.theme.words(.en)
      #expect(own.contains(words["orderState.awaitingReceipt"] ?? "?"))
      #expect(desk.contains(words["admin.tabs.awaitingReceipt"] ?? "?"))
      #expect(desk.contains("Wrap it twice"), "what a reviewer says to who packs")
      #expect(!own.contains("Wrap it twice"), "and to nobody else")
    }
  }
}
