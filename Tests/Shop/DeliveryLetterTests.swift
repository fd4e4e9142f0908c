import Accounts
import Catalog
import Flows
import Foundation
import Fulfilment
import NIOHTTP1
import Orders
import TestKit
import Testing
import Values

@testable import App

/// What buyers read when a parcel is there, in their language.
@Suite struct DeliveryLetterTests {
  private struct Case {
    let test: TestShop
    let order: Order
    let mei: Browser
    var desk: String { "/admin/shipping/\(order.number)" }

    init(_ test: TestShop, _ language: Language, units: Int) async throws {
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (browser, account, address) = try await test.buyer(language: language)
      _ = try await browser.post(
        "/cart", [("variant", "\(product.variants[0].id)"), ("quantity", "\(units)"), ("then", "stay")])
      let confirm = try await browser.get("/checkout")
      _ = try await browser.post("/checkout", test.confirmation(confirm.body, address: address.id))
      let order = try #require(try await test.orders(of: account).first)
      let orders = test.shop.contexts.orders
      _ = try await orders.markPaid(
        order.id, by: PaymentID(raw: 7), amount: order.amounts.due, at: test.shop.clock.now)
      self.test = test
      self.order = try await orders.pass(order.id, by: StaffID(raw: 1), note: "")
      mei = try await test.staff(of: merchant)
    }

    func send(_ number: String, units: Int) async throws {
      let line = try #require(order.lines.first).id
      let sent = try await mei.post(
        "\(desk)/parcels",
        [
          ("key", number), ("units.\(line)", "\(units)"), ("carrier", "yuantong"), ("trackingNumber", number),
          ("then", "send"),
        ])
      try #require(sent.location == desk)
    }

    /// Plays the carrier at the sandbox, and waits until the shop has heard.
    func deliver(_ number: String, _ text: String) async throws {
      _ = try await test.shop.contexts.fulfilment.followUp(now: test.shop.clock.now, limit: 100)
      let json = #"{"state":"3","text":"\#(text)","place":"上海","at":\#(test.shop.clock.now.milliseconds)}"#
      let answer = try await test.browser().send(
        .POST, "\(test.settings.sandbox.url)/control/parcels/yuantong/\(number)/move", json: json,
        headers: ["sandbox-control": TestShop.controlKey])
      try #require(answer.status == 200, "\(answer.body)")
      try await eventually {
        try await test.shop.contexts.fulfilment.traces(of: order.id).values.joined().contains { $0.text == text }
      }
      try await test.settle()
    }

    /// The merchant signs for the buyer.
    func complete(_ proof: String) async throws -> Browser.Answer {
      let (type, bytes) = Browser.parts([("proof", proof)])
      return try await mei.send(
        .POST, "\(desk)/complete", body: bytes, headers: ["content-type": type, "origin": test.base])
    }

    func letter(_ index: Int) async throws -> String {
      let parcels = try await test.shop.contexts.fulfilment.consignment(of: order.id)?.parcels ?? []
      return try test.plainLetter("parcel-delivered-\(parcels[index].id)")
    }
  }

  // req: 4.2.3-7
  @Test func `each parcel that is there has one letter, which says what to do and until when`() async throws {
    try await TestShop.run { test in
      let it = try await Case(test, .en, units: 2)
      try await it.send("YT2001", units: 1)
      try await it.send("YT2002", units: 1)
      try await it.deliver("YT2001", "Signed for at the gate")
      try await it.deliver("YT2001", "Signed for at the gate, again")
      #expect(try test.letters("parcel-delivered").count == 1)
      let first = try await it.letter(0)
      for text in ["YTO Express YT2001", "still on their way", "within 7 days after you confirm", "within 30 days"] {
        #expect(first.contains(text), "\(text)\n\(first)")
      }
      #expect(!first.contains("YT2002"))
      try await it.deliver("YT2002", "Signed for by a neighbour")
      let second = try await it.letter(1)
      for text in [
        "YTO Express YT2002", "confirm on the order's page", "If you say nothing", "ask for a return or an exchange",
        "7 days, and 30", "/orders/\(it.order.number)",
      ] { #expect(second.contains(text), "\(text)\n\(second)") }
      #expect(try test.letters("parcel-delivered").count == 2)
      // Whoever signs for what the carrier has told of already writes nothing more of it.
      #expect(try await it.complete("").status == 303)
      try await test.settle()
      #expect(try test.letters("parcel-delivered").count == 2)
      #expect(try test.letters("order-completed").count == 1)
    }
  }

  // req: 4.2.3-8
  @Test(arguments: [(Language.en, "signed for you", "ask for a return"), (.zhHans, "代你确认收货", "申请退货或换货")])
  func `where the merchant signs for the buyer, the letter of the parcel says so`(
    language: Language, signed: String, next: String
  ) async throws {
    try await TestShop.run { test in
      let it = try await Case(test, language, units: 1)
      try await it.send("YT2003", units: 1)
      #expect(try await it.complete("Signed at the gate").status == 303)
      try await test.settle()
      let letter = try await it.letter(0)
      for text in ["YT2003", signed, next, "/orders/\(it.order.number)"] {
        #expect(letter.contains(text), "\(text)\n\(letter)")
      }
      #expect(try test.letters("order-completed").isEmpty)
      try await it.deliver("YT2003", "Signed for at last")
      #expect(try test.letters("parcel-delivered").count == 1)
    }
  }
}
