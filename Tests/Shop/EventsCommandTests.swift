import Accounts
import Carts
import Events
import Flows
import Foundation
import Logging
import Orders
import Storage
import Synchronization
import TestKit
import Testing
import Values
@testable import App

/// Facts that a reaction couldn't follow.
@Suite struct StuckEventTests {
  @Test func `a letter is named by the audit, and replayed or discarded by command`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      _ = try await test.placedOrder(product, by: browser, account: account, address: address)
      #expect(try await test.shop.audit().isEmpty)
      try await test.putAside("letters.whenOrderPlaced", event: 7)
      try await test.putAside("nobody.whenOrderPlaced", event: 7)
      let found = try #require(try await test.shop.audit().first)
      #expect(found.book == "events")
      #expect(found.found.hasPrefix("2 letters wait"))

      let event = "\(EventID(raw: 7))"
      let list = try await test.command()
      #expect(list.status == 0)
      #expect(list.output.contains("\(event)\tletters.whenOrderPlaced\torders.orderPlaced"))
      let all = try await test.command("--replay-all")
      #expect(all.status == 1)
      #expect(all.output == "\(event)\tletters.whenOrderPlaced\thandled\n")
      #expect(try await test.shop.letters.letters().items.map(\.subscriber) == ["nobody.whenOrderPlaced"])
      #expect(try await test.command("--replay", event, "nobody.whenOrderPlaced").status == 1)
      #expect(try await test.command("--discard", event).status == 64)
      #expect(try await test.command("--discard", event, "nobody.whenOrderPlaced").status == 0)
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 3.3.5-3
  @Test func `staff of the platform hand an event over again or throw it away at the desk, and nobody else does`()
    async throws
  {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      try await test.putAside("letters.whenOrderPlaced", event: 7, order: order.id)
      try await test.putAside("nobody.whenOrderPlaced", event: 8)
      let staff = try await test.staff(of: nil)
      for language in ["zh-Hans", "en"] {
        let page = try await staff.get("/admin/events?lang=\(language)")
        #expect(page.status == 200 && page.body.contains("letters.whenOrderPlaced") && page.body.contains("Broken()"))
        #expect(page.body.contains(language == "en" ? "2 stuck" : "2 个受阻") && !page.body.contains("events."))
      }
      let seven = [("event", "\(EventID(raw: 7))"), ("subscriber", "letters.whenOrderPlaced")]
      let eight = [("event", "\(EventID(raw: 8))"), ("subscriber", "nobody.whenOrderPlaced")]
      for stranger in [try await test.staff(of: merchant), try await test.staff(of: nil, [.ordersShip])] {
        #expect(try await stranger.get("/admin/events").status == 403)
        #expect(!(try await stranger.get("/admin/orders").body.contains("/admin/events")))
        #expect(try await stranger.post("/admin/events/replay", seven).status == 403)
        #expect(try await stranger.post("/admin/events/discard", eight).status == 403)
      }
      #expect(try await test.shop.letters.count() == 2)

      #expect(try await staff.post("/admin/events/replay", seven).location == "/admin/events")
      #expect(try await staff.get("/admin/events").body.contains("Handed over and followed."))
      #expect(try await staff.post("/admin/events/replay", eight).status == 303)
      #expect(try await staff.get("/admin/events").body.contains("has nobody of that name"))
      #expect(try await test.shop.letters.count() == 1)
      #expect(try await staff.post("/admin/events/discard", eight).status == 303)
      #expect(try await staff.get("/admin/events").body.contains("Thrown away."))
      #expect(try await staff.get("/admin/events").body.contains("Nothing is stuck"))
      #expect(try await staff.post("/admin/events/discard", [("event", "x")]).status == 400)
    }
  }

  @Test func `what is thrown away at the desk leaves a line in the log, with who did it`() async throws {
    try await TestShop.run { test in
      let lines = Mutex<[String]>([])
      let logger = Logger(label: "desk") { label in
        JSONLines(label: label, part: "shop") { line in
          lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
      }
      let desk = try await Shop.build(test.settings, theme: test.shop.theme, logger: logger)
      try await test.putAside("nobody.whenOrderPlaced", event: 8)
      let staff = try await desk.contexts.staff.hire(
        StaffHire(
          email: "mei@example.com", password: TestShop.password, name: "Mei", merchant: nil,
          rights: [.systemOperate]))
      let key = StuckEvent.Key(event: EventID(raw: 8), subscriber: "nobody.whenOrderPlaced")
      try await desk.flows.workEvents.discard(key, by: staff)
      await #expect(throws: EventRefusal.noSuchLetter) { try await desk.flows.workEvents.discard(key, by: staff) }
      let told = lines.withLock { $0 }.filter { $0.contains("thrown away unhandled") }
      #expect(told.count == 1)
      for words in ["\(staff.id)", "mei@example.com", "\(key.event)", key.subscriber, OrderPlaced.name] {
        #expect(told.first?.contains(words) == true, "\(words)")
      }
      try await desk.close()
    }
  }
}

extension TestShop {
  /// An event that a subscriber couldn't follow.
  func putAside(_ subscriber: String, event: Int64, order: OrderID = OrderID(raw: 1)) async throws {
    let fact = OrderPlaced(
      order: order, checkout: "none", buyer: AccountID(raw: 1), merchant: MerchantID(raw: 1),
      due: .zero(.cny))
    let payload = String(decoding: try JSONEncoder().encode(fact), as: UTF8.self)
    try await shop.database.write { transaction in
      _ = try transaction.execute(
        """
        INSERT INTO dead_letter (event_id, subscriber, name, version, subject, occurred_at, payload, error_text,
          attempts, failed_at)
        VALUES (\(event), \(subscriber), \(OrderPlaced.name), 1, \(fact.subject), 0, \(payload), 'Broken()', 7, 0)
        """)
    }
  }

  /// The command as a program of its own beside the shop that serves.
  fileprivate func command(_ arguments: String...) async throws -> Process.Outcome {
    try await martlet(["events"] + arguments + dataArguments)
  }
}
