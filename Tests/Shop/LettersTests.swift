import Carts
import Events
import Foundation
import Logging
import Orders
import Storage
import TestKit
import Testing
import Values
@testable import App

/// Facts that a reaction couldn't follow.
@Suite struct LettersTests {
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
}

extension TestShop {
  fileprivate func putAside(_ subscriber: String, event: Int64) async throws {
    let fact = OrderPlaced(
      order: OrderID(raw: 1), checkout: "none", buyer: AccountID(raw: 1), merchant: MerchantID(raw: 1),
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
    try await martlet(["letters"] + arguments + dataArguments)
  }
}
