import Foundation
import Payments
import TestKit
import Testing
import Values

@testable import Sandbox

/// How notices come, whatever they say. Alipay's stand for all.
@Suite struct TradeNoticeTests {
  @Test func `a notice comes again at its provider's pace until exactly the right word is said`() async throws {
    try await Shop.run(failures: 8, failure: (200, "success\n")) { shop in
      try await Platform.run(timeFactor: 1) { platform in
        let provider = try AlipayShop.provider(platform)
        _ = try await AlipayShop.paid(platform, provider, notices: shop.noticeURL)
        for (index, seconds) in [240, 600, 600, 3600, 7200, 21_600, 54_000].enumerated() {
          try await failures(index + 1, on: platform)
          #expect(shop.heard.count == index + 1)
          try await advance(platform, seconds: seconds - 1)
          #expect(try await AlipayShop.entry(on: platform).notices.first?.failures == index + 1)
          try await advance(platform, seconds: 1)
        }
        try await outcome("givenUp", on: platform)
        #expect(shop.heard.count == 8)
        let numbers = Set(try shop.heard.map { try #require(fields($0)["notify_id"]) })
        #expect(numbers.count == 1)
      }
    }
  }

  @Test func `who acknowledges isn't told again`() async throws {
    try await Shop.run(failures: 1, failure: (200, "failure")) { shop in
      try await Platform.run(timeFactor: 1) { platform in
        let provider = try AlipayShop.provider(platform)
        _ = try await AlipayShop.paid(platform, provider, notices: shop.noticeURL)
        try await failures(1, on: platform)
        try await advance(platform, seconds: 240)
        try await outcome("delivered", on: platform)
        try await advance(platform, seconds: 100_000)
        #expect(shop.heard.count == 2)
        #expect(try await platform.control("POST", "providers/alipay/trades/pay_1/notify").status == 200)
        #expect(try await shop.notices(3).count == 3)
      }
    }
  }

  @Test func `notices are lost, doubled, wrong, foreign and changed as it is ordered`() async throws {
    try await Shop.run { shop in
      try await Platform.run(timeFactor: 1_000_000) { platform in
        let provider = try AlipayShop.provider(platform)
        func told(_ number: String, _ fault: String, times: Int = 1) async throws -> Shop.Heard? {
          try await AlipayShop.order(fault, on: platform, times: times)
          _ = try await AlipayShop.paid(platform, provider, number, notices: shop.noticeURL)
          try await outcome("delivered", of: number, on: platform)
          return shop.heard.last
        }
        func report(_ heard: Shop.Heard?) async throws -> ProviderReport? {
          let heard = try #require(heard)
          return try await provider.verify(RawNotice(headers: heard.headers, body: heard.body))
        }
        #expect(try await report(told("pay_1", "loseNotice", times: 2))?.state == .captured)
        #expect(shop.heard.count == 1)
        _ = try await told("pay_2", "duplicateNotice")
        #expect(shop.heard.count == 3)
        #expect(try await report(told("pay_3", "wrongAmount"))?.amount.minor == 8881)
        #expect(try await report(told("pay_4", "wrongNumber"))?.number.hasPrefix("unknown_") == true)
        #expect(try await report(told("pay_5", "foreignNotice"))?.merchant == "2021999999999999/2088999999999999")
        for (number, fault) in [("pay_6", "tamperNotice"), ("pay_7", "badSignature")] {
          let heard = try await told(number, fault)
          await #expect(throws: NoticeFault.badSignature) { _ = try await report(heard) }
        }
      }
    }
  }

  @Test func `a notice is told behind a later one when that is ordered`() async throws {
    try await Shop.run { shop in
      try await Platform.run { platform in
        let provider = try AlipayShop.provider(platform)
        let answer = try await platform.control(
          "POST", "providers/alipay/faults", #"{"kind":"reorderNotice","seconds":60}"#)
        #expect(answer.status == 200)
        let payment = try await AlipayShop.paid(platform, provider, notices: shop.noticeURL)
        // The order is used up by the attempt at the first one.
        try await eventually("the first notice is held") {
          try await platform.control("GET", "providers/alipay/faults").text == "[]"
        }
        _ = try await provider.refund(
          ProviderRefund(
            payment: payment, number: "rfd_1", amount: Money(minor: 80, currency: .cny), reason: "returned"))
        let heard = try await shop.notices(2).map { try fields($0) }
        #expect(heard.map { $0["refund_fee"] ?? "" } == ["0.80", ""])
      }
    }
  }

  @Test func `only the phone's page is told of a trade that nobody paid in time`() async throws {
    try await Shop.run { shop in
      try await Platform.run { platform in
        let provider = try AlipayShop.provider(platform)
        for (number, way) in [("pay_1", PaymentWay.page), ("pay_2", .mobile)] {
          let payment = AlipayShop.payment(platform, number, way: way, notices: shop.noticeURL)
          guard case .redirect(let url) = try await provider.open(payment).handover else { continue }
          let cashier = try #require(try await platform.send("GET", url).headers["location"])
          _ = try await platform.send("GET", cashier)
        }
        try await advance(platform, seconds: 1800)
        let heard = try await shop.notices(1).map { try fields($0) }
        #expect(heard.map { $0["out_trade_no"] ?? "" } == ["pay_2"])
        #expect(heard.first?["trade_status"] == "TRADE_CLOSED")
        #expect(heard.first?["gmt_payment"] == nil)
      }
    }
  }

  private func fields(_ heard: Shop.Heard) throws -> [String: String] {
    let pairs = try #require(FormText.pairs(heard.body))
    return Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  private func advance(_ platform: Platform, seconds: Int) async throws {
    let answer = try await platform.control("POST", "clock", #"{"advanceSeconds":\#(seconds)}"#)
    #expect(answer.status == 200)
  }

  private func failures(_ count: Int, on platform: Platform) async throws {
    try await eventually("attempt \(count) failed") {
      try await AlipayShop.entry(on: platform).notices.first?.failures == count
    }
  }

  private func outcome(_ wanted: String, of number: String = "pay_1", on platform: Platform) async throws {
    try await eventually("the notice of \(number) becomes \(wanted)") {
      try await AlipayShop.entry(number, on: platform).notices.last?.outcome == wanted
    }
  }
}
