import Catalog
import Flows
import Foundation
import Orders
import Pages
import Storage
import Testing
import Values

@testable import App

/// The lists of the review desk and of the shipping desk: the five columns in their cells, and the five filters in each
/// part, over HTTP.
@Suite struct OrderListTests {
  /// A teapot for ¥94.00, and a cup for ¥26.00 that was ordered three days before.
  private struct Two: Sendable {
    let trade: Trade
    let pot: Order
    let cup: Order
  }

  private func two(_ test: TestShop) async throws -> Two {
    let trade = try await test.trade()
    let cup = try await test.product(
      of: trade.merchant, "cup", title: LocalizedText(en: "Tea cup", zhHans: "茶杯"), price: "20.00")
    let second = try await trade.paid([(cup.variants[0].id, 1)])
    let then = second.placedAt.adding(.days(-3))
    try await test.shop.database.write { transaction in
      try transaction.execute("UPDATE order_head SET placed_at = \(then) WHERE id = \(second.id)")
      try transaction.execute("UPDATE order_named SET named_at = \(then) WHERE order_id = \(second.id)")
    }
    return Two(trade: trade, pot: try await trade.paid(), cup: try await trade.now(second))
  }

  /// As a field for days has it, in the shop's calendar.
  private func day(_ order: Order) -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 8 * 3600)
    format.dateFormat = "yyyy-MM-dd"
    return format.string(from: Date(timeIntervalSince1970: Double(order.placedAt.milliseconds) / 1000))
  }

  private func found(_ trade: Trade, _ address: String, _ filters: [String: String]) async throws -> Set<String> {
    let query = filters.map { "\($0.key)=\(Browser.escaped($0.value))" }.sorted().joined(separator: "&")
    let answer = try await trade.mei.get("\(address)&\(query)")
    #expect(answer.status == 200, "\(query)")
    let links = answer.body.matches(of: /class="number" href="\/admin\/(?:orders|shipping)\/([0-9-]+)"/)
    return Set(links.map { String($0.1) })
  }

  /// The bounds of each filter, drawn as tightly around an order as they go.
  private func bounds(_ order: Order, product: String) -> [[String: String]] {
    let (day, due, paid) = (day(order), order.amounts.due.decimalText, order.amounts.paid.decimalText)
    return [
      ["number": order.number.rawValue], ["product": product], ["dateFrom": day, "dateTo": day],
      ["dueFrom": due, "dueTo": due], ["paidFrom": paid, "paidTo": paid],
    ]
  }

  /// Each filter finds the one and leaves the other out; all five find it, and nothing once any of them is the other's.
  private func expectFilters(_ two: Two, in address: String) async throws {
    let (pot, cup) = (try await two.trade.now(two.pot), try await two.trade.now(two.cup))
    let ofPot = bounds(pot, product: "teapot")
    let ofCup = bounds(cup, product: "茶杯")
    let (first, second) = (Set([pot.number.rawValue]), Set([cup.number.rawValue]))
    #expect(try await found(two.trade, address, [:]) == first.union(second), "\(address)")
    for (own, other) in zip(ofPot, ofCup) {
      #expect(try await found(two.trade, address, own) == first, "\(address) \(own)")
      #expect(try await found(two.trade, address, other) == second, "\(address) \(other)")
      let all: [String: String] = ofPot.reduce(into: [:]) { $0.merge($1) { _, new in new } }
      #expect(try await found(two.trade, address, all) == first, "\(address) \(all)")
      let mixed = all.merging(other) { _, new in new }
      #expect(try await found(two.trade, address, mixed).isEmpty, "\(address) \(mixed)")
    }
  }

  private func expectCells(_ two: Two, in address: String, latest: [String: String] = [:]) async throws {
    let (words, format) = (two.trade.test.shop.theme.words(.en), Format(.en))
    func label(_ key: String) -> String { words[key] ?? key }
    let rows = DeskRows(try await two.trade.mei.get(address).body).rows
    for (order, name) in [
      (try await two.trade.now(two.pot), "Clay teapot"), (try await two.trade.now(two.cup), "Tea cup"),
    ] {
      let row = try #require(rows.first { $0[label("orders.number")] == order.number.rawValue }, "\(address)")
      #expect(row[label("orders.product")]?.hasPrefix(name) == true)
      #expect(row[label("orders.date")] == format.dateTime(order.placedAt))
      #expect(row[label("cart.due")] == format.money(order.amounts.due))
      #expect(row[label("order.paid")] == format.money(order.amounts.paid))
    }
  }

  // req: 4.2.2-3 4.2.2-4 4.2.2-8 4.2.3-1 4.2.3-3 4.2.3-4
  @Test func `each of five filters finds and excludes in every part of both desks, alone and all together`()
    async throws
  {
    try await TestShop.run { test in
      let two = try await two(test)
      let (trade, orders) = (two.trade, [two.pot, two.cup])
      func expect(_ parts: [String]) async throws {
        for part in parts {
          try await expectFilters(two, in: part)
          try await expectCells(two, in: part)
        }
      }
      try await expect(["/admin/review?part=waiting"])
      for order in orders { try await trade.pass(order) }
      #expect(try await found(trade, "/admin/review?part=waiting", [:]).isEmpty)
      try await expect(["/admin/review?part=reviewed", "/admin/shipping?part=toShip"])
      for order in orders { try await trade.ship(order) }
      #expect(try await found(trade, "/admin/shipping?part=toShip", [:]).isEmpty)
      try await expect(["/admin/review?part=reviewed", "/admin/shipping?part=toSignFor"])
      for order in orders { try await trade.confirm(order) }
      #expect(try await found(trade, "/admin/shipping?part=toSignFor", [:]).isEmpty)
      try await expect(["/admin/shipping?part=completed"])
    }
  }

  // req: 4.2.2-3 4.2.2-4
  @Test func `an order that still owes a difference stands there with what is due and what is paid`() async throws {
    try await TestShop.run { test in
      let two = try await two(test)
      let line = two.pot.lines[0]
      let change = [("revision", "0"), ("quantity.\(line.id)", "2"), ("unit.\(line.id)", "88.00")]
      #expect(try await two.trade.mei.post("/admin/orders/\(two.pot.number)/edit", change).status == 303)
      let changed = try await two.trade.now(two.pot)
      #expect(changed.amounts.due.decimalText == "182.00" && changed.amounts.paid.decimalText == "94.00")
      try await expectCells(two, in: "/admin/review?part=waiting")
      try await expectFilters(two, in: "/admin/review?part=waiting")
      for (filter, isFound) in [("dueFrom=182&dueTo=182", true), ("dueTo=94", false), ("paidFrom=95", false)] {
        let list = try await two.trade.mei.get("/admin/review?number=\(two.pot.number)&\(filter)").body
        #expect(list.contains("href=\"/admin/orders/\(two.pot.number)\"") == isFound, "\(filter)")
      }
    }
  }
}
