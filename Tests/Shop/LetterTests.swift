import Accounts
import Catalog
import Flows
import Foundation
import Orders
import Payments
import Testing
import Values

@testable import App

/// What the shop writes to buyers and merchants about an order, in the reader's language.
@Suite struct LetterTests {
  private func paidOrder(_ test: TestShop, in language: Language) async throws -> Order {
    let order = try await openOrder(test, in: language)
    return try await test.shop.contexts.orders.markPaid(
      order.id, by: PaymentID(raw: 7), amount: order.amounts.due, at: test.shop.clock.now)
  }

  private func openOrder(_ test: TestShop, in language: Language) async throws -> Order {
    let product = try await test.product(of: try await test.merchant())
    let (browser, account, address) = try await test.buyer(language: language)
    return try await test.placedOrder(product, by: browser, account: account, address: address)
  }

  // req: 4.1.4-4
  @Test func `the merchant reads what to pack and where to send it`() async throws {
    try await TestShop.run { test in
      let order = try await paidOrder(test, in: .en)
      try await test.settle()
      let letter = try test.plainLetter("merchant-order-paid", of: order)
      for part in ["Clay teapot", "teapot-red", "× 1", "lin 13800138000", "1 Century Avenue", "Hello Kiln kiln"] {
        #expect(letter.contains(part), "\(part)")
      }
      #expect(letter.contains("/admin/orders/\(order.number)"))
      #expect(!letter.contains("We have your payment"))
      let buyers = try test.plainLetter("order-paid", of: order)
      #expect(buyers.contains("We have your payment"))
      #expect(!buyers.contains("teapot-red"))
    }
  }

  @Test(arguments: [(Language.en, "Kiln kiln"), (.zhHans, "窑 kiln")])
  func `letters to a buyer name the merchant, and thank for a completed order`(
    language: Language, merchant: String
  ) async throws {
    try await TestShop.run { test in
      let order = try await paidOrder(test, in: language)
      let orders = test.shop.contexts.orders
      _ = try await orders.pass(order.id, by: StaffID(raw: 1), note: "")
      _ = try await orders.ship(
        order.id, ShipmentNote(carrier: "Pigeon", trackingNumber: "SF12345678"), by: StaffID(raw: 1))
      _ = try await orders.confirmReceipt(order.id, by: .buyer(order.buyer))
      try await test.settle()
      for occasion in ["order-placed", "order-paid", "order-shipped", "order-completed"] {
        #expect(try test.plainLetter(occasion, of: order).contains("\(order.number) · \(merchant)"), "\(occasion)")
      }
      let thanks = try test.plainLetter("order-completed", of: order)
      #expect(thanks.contains(language == .en ? "Write a review: http" : "写评价：http"))
      #expect(thanks.contains("/orders/\(order.number)"))
    }
  }

  @Test(arguments: [
    (Language.en, CancelReason.unpaidInTime, "not paid in time", "You were not charged"),
    (.zhHans, .unpaidInTime, "超时未付款", "未扣款"), (.en, .byBuyer, "as you wished", "You were not charged"),
    (.zhHans, .byBuyer, "按你的要求", "未扣款"), (.en, .soldOut, "sold out", "Your ¥94.00 goes back"),
    (.zhHans, .soldOut, "已售罄", "款项 ¥94.00 将原路退回"),
  ])
  func `a cancelled order's letter says why, and whether money comes back`(
    language: Language, reason: CancelReason, why: String, money: String
  ) async throws {
    try await TestShop.run { test in
      let order = try await openOrder(test, in: language)
      _ = try await test.shop.contexts.orders.cancel(order.id, by: .system, reason: reason)
      try await test.settle()
      let letter = try test.plainLetter("order-cancelled", of: order)
      #expect(letter.contains(why))
      #expect(letter.contains(money))
      #expect(letter.contains("\(order.number) · "))
    }
  }
}

extension TestShop {
  /// The plain text of the letter that was written about an order.
  /// - Parameter ending: of the letter's key, where an order has several on one occasion.
  func plainLetter(_ occasion: String, of order: Order, _ ending: String = "") throws -> String {
    try plainLetter("\(occasion)-\(order.id)\(ending)")
  }

  /// The same of any letter, by its key.
  func plainLetter(_ key: String) throws -> String {
    let file = settings.dataFolder.appending(path: "mail/\(key).eml")
    let parts = try String(contentsOf: file, encoding: .utf8).replacing("\r\n", with: "\n")
      .components(separatedBy: "--=_martlet_alternative")
    let part = try #require(parts.first { $0.contains("text/plain") })
    let (head, body) = try #require(part.range(of: "\n\n").map { (part[..<$0.lowerBound], part[$0.upperBound...]) })
    if head.contains("base64") {
      let data = try #require(Data(base64Encoded: String(body), options: .ignoreUnknownCharacters))
      return String(decoding: data, as: UTF8.self)
    }
    let bytes = body.replacing("=\n", with: "").replacing("%", with: "%25").replacing("=", with: "%")
    return try #require(bytes.removingPercentEncoding)
  }
}
