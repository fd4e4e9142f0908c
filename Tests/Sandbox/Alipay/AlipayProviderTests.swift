import Foundation
import Payments
import Synchronization
import TestKit
import Testing
import Values

@testable import Sandbox

/// The shop's own side of Alipay's protocol, against the sandbox.
@Suite struct AlipayProviderTests {
  @Test(arguments: [PaymentWay.page, .mobile], [false, true])
  func `a browser is brought to the cashier and back, and the shop hears of it`(
    way: PaymentWay, certificates: Bool
  ) async throws {
    try await Shop.run { shop in
      try await Platform.run { platform in
        let provider = try AlipayShop.provider(platform, certificates: certificates)
        let payment = AlipayShop.payment(platform, way: way, notices: shop.noticeURL)
        guard case .redirect(let url) = try await provider.open(payment).handover else {
          Issue.record("the buyer isn't sent to Alipay")
          return
        }
        // Nothing is known of it before the buyer comes, and what isn't there can't be closed.
        #expect(try await provider.query(payment).state == .unknown)
        await #expect(throws: ProviderFault.refused(code: "ACQ.TRADE_NOT_EXIST")) { try await provider.close(payment) }
        let sent = try await platform.send("GET", url)
        #expect(sent.status == 303)
        let cashier = try #require(sent.headers["location"])
        #expect(try await provider.query(payment).state == .unknown)
        let page = try await platform.send("GET", cashier)
        #expect(page.text.contains("支付宝"))
        #expect(page.text.contains("¥88.80"))
        #expect(try await provider.query(payment).state == .pending)
        let back = try await platform.send("POST", cashier + "/pay")
        #expect(back.headers["location"]?.hasPrefix("https://shop.example/back?a=1&") == true)
        #expect(back.headers["location"]?.contains("sign=") == true)
        let report = try await provider.query(payment)
        #expect(report.state == .captured)
        #expect(report.amount == payment.amount)
        #expect(report.merchant == provider.merchant)
        let heard = try await shop.notices(1)
        let told = try await provider.verify(RawNotice(headers: heard[0].headers, body: heard[0].body))
        #expect(told == report)
        await #expect(throws: ProviderFault.refused(code: "ACQ.TRADE_STATUS_ERROR")) {
          try await provider.close(payment)
        }
      }
    }
  }

  @Test(arguments: [false, true])
  func `a code is paid once it was read`(certificates: Bool) async throws {
    try await Platform.run { platform in
      let provider = try AlipayShop.provider(platform, certificates: certificates)
      let payment = AlipayShop.payment(platform)
      guard case .code(let text) = try await provider.open(payment).handover else {
        Issue.record("there is no code")
        return
      }
      #expect(text.hasPrefix(platform.base + "/till/"))
      #expect(try await provider.query(payment).state == .unknown)
      _ = try await platform.send("GET", text)
      #expect(try await provider.query(payment).state == .pending)
      // A failed attempt leaves it open.
      _ = try await platform.send("POST", text + "/refuse")
      #expect(try await provider.query(payment).state == .pending)
      try await provider.close(payment)
      #expect(try await provider.query(payment).state == .closed)
      _ = try await platform.send("POST", text + "/pay")
      #expect(try await provider.query(payment).state == .closed)
      await #expect(throws: ProviderFault.refused(code: "ACQ.TRADE_HAS_CLOSE")) { _ = try await provider.open(payment) }
    }
  }

  @Test func `money that comes in after the close is told`() async throws {
    try await Shop.run { shop in
      try await Platform.run { platform in
        let provider = try AlipayShop.provider(platform)
        let payment = AlipayShop.payment(platform, notices: shop.noticeURL)
        _ = try await provider.open(payment)
        _ = try await platform.control("POST", "providers/alipay/trades/pay_1/see")
        try await provider.close(payment)
        #expect(try await platform.control("POST", "providers/alipay/trades/pay_1/pay").status == 409)
        let late = try await platform.control("POST", "providers/alipay/trades/pay_1/pay", #"{"evenIfClosed":true}"#)
        #expect(late.status == 200)
        let heard = try await shop.notices(1)
        let told = try await provider.verify(RawNotice(headers: heard[0].headers, body: heard[0].body))
        #expect(told?.state == .captured)
      }
    }
  }

  @Test(arguments: [false, true])
  func `money goes back in parts, once under each number, and never more than came`(certificates: Bool) async throws {
    try await Shop.run { shop in
      try await Platform.run { platform in
        let provider = try AlipayShop.provider(platform, certificates: certificates)
        let payment = try await AlipayShop.paid(platform, provider, notices: shop.noticeURL)
        let first = refund(of: payment, "rfd_1", 880)
        #expect(try await provider.queryRefund(first).state == .unknown)
        for _ in 0..<2 { #expect(try await provider.refund(first).state == .settled) }
        #expect(try await AlipayShop.entry(on: platform).refunded == 880)
        // Another amount under the same number is refused, and the one that it was done with is found.
        let known = try await provider.refund(refund(of: payment, "rfd_1", 881))
        #expect(known.state == .settled && known.amount.minor == 880)
        let tooMuch = try await provider.refund(refund(of: payment, "rfd_2", 8001))
        #expect(tooMuch.state == .failed && tooMuch.reason == "ACQ.REASON_TRADE_REFUND_FEE_ERR")
        #expect(try await provider.refund(refund(of: payment, "rfd_3", 8000)).state == .settled)
        // All of it is back; it had been paid nevertheless.
        #expect(try await provider.query(payment).state == .captured)
        let reports = try await shop.notices(3).asyncMap {
          try await provider.verify(RawNotice(headers: $0.headers, body: $0.body))
        }
        let told = Set(reports.compactMap { $0?.refund })
        #expect(
          told == [
            ProviderRefundReport(number: "rfd_1", amount: first.amount, state: .settled),
            ProviderRefundReport(number: "rfd_3", amount: Money(minor: 8000, currency: .cny), state: .settled),
          ])
      }
    }
  }

  @Test func `a refund is stuck for want of money, stays under way, or breaks off after it was done`() async throws {
    try await Platform.run { platform in
      let provider = try AlipayShop.provider(platform)
      let payment = try await AlipayShop.paid(platform, provider)
      let first = refund(of: payment, "rfd_1", 100)
      try await AlipayShop.order("insufficientBalance", on: platform)
      #expect(try await provider.refund(first).state == .stuck)
      #expect(try await provider.refund(first).state == .settled)

      let second = refund(of: payment, "rfd_2", 200)
      try await AlipayShop.order("refundStuck", on: platform)
      #expect(try await provider.refund(second).state == .unknown)
      #expect(try await provider.refund(second).state == .unknown)
      let settled = try await platform.control(
        "POST", "providers/alipay/refunds/rfd_2/settle", #"{"state":"succeeded"}"#)
      #expect(settled.status == 200)
      #expect(try await provider.queryRefund(second).state == .settled)

      let third = refund(of: payment, "rfd_3", 300)
      try await AlipayShop.order("timeoutAfter", on: platform, call: "trade.refund")
      await #expect(throws: ProviderFault.self) { _ = try await provider.refund(third) }
      #expect(try await provider.queryRefund(third).state == .settled)

      let fourth = refund(of: payment, "rfd_4", 400)
      for fault in ["timeoutBefore", "errorBefore"] {
        try await AlipayShop.order(fault, on: platform, call: "trade.refund")
        await #expect(throws: ProviderFault.self) { _ = try await provider.refund(fourth) }
        #expect(try await provider.queryRefund(fourth).state == .unknown)
      }
      #expect(try await AlipayShop.entry(on: platform).refunded == 600)
    }
  }

  @Test(arguments: ["tamperedAnswer", "unsignedAnswer", "errorAfter"])
  func `an answer that can't be believed leaves it open what happened`(fault: String) async throws {
    try await Platform.run { platform in
      let provider = try AlipayShop.provider(platform)
      let payment = try await AlipayShop.paid(platform, provider)
      try await AlipayShop.order(fault, on: platform, call: "trade.query")
      do {
        _ = try await provider.query(payment)
        Issue.record("\(fault) was believed")
      } catch ProviderFault.outcomeUnknown {
        #expect(try await provider.query(payment).state == .captured)
      }
    }
  }

  @Test(arguments: [false, true])
  func `the bill of a day is there on the next morning, for half a minute`(certificates: Bool) async throws {
    try await Platform.run { platform in
      let provider = try AlipayShop.provider(platform, certificates: certificates)
      let payment = try await AlipayShop.paid(platform, provider)
      _ = try await provider.refund(refund(of: payment, "rfd_1", 880))
      let day = try #require(ProviderDay(rawValue: "2026-01-15"))
      let read = Mutex<[StatementRow]>([])
      await #expect(throws: ProviderFault.notYet) { try await provider.readStatement(of: day) { _ in } }
      platform.time.advance(by: .hours(24))
      try await provider.readStatement(of: day) { rows in read.withLock { $0 += rows } }
      let rows = read.withLock { $0 }
      #expect(rows.map(\.payment) == ["pay_1", "pay_1"])
      #expect(rows.map(\.refund) == ["", "rfd_1"])
      #expect(rows.map(\.amount.minor) == [8880, 880])
      #expect(rows.map(\.fee.minor) == [53, -5])
    }
  }

  private func refund(of payment: ProviderPayment, _ number: String, _ minor: Int64) -> ProviderRefund {
    ProviderRefund(payment: payment, number: number, amount: Money(minor: minor, currency: .cny), reason: "少发一件")
  }
}

extension Array {
  fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async throws -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
