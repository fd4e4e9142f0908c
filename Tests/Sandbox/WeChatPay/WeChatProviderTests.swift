import Foundation
import Payments
import TestKit
import Testing
import Values

@testable import Sandbox

/// The shop's own side of WeChat Pay's protocol, against the platform.
@Suite struct WeChatProviderTests {
  // req: 4.1.4-1
  @Test func `a code is paid, and the shop hears of it and reads it in the bill`() async throws {
    try await Shop.run { shop in
      try await WeChatMerchant.run { merchant in
        let provider = try merchant.provider()
        let payment = merchant.payment(notices: shop.noticeURL)
        #expect(try await provider.query(payment).state == .unknown)
        let code = try await merchant.code(provider, payment)
        #expect(code.hasPrefix("weixin://wxpay/bizpayurl?pr="))
        #expect(try await provider.query(payment).state == .pending)
        _ = try await merchant.scan(code)
        let report = try await provider.query(payment)
        #expect(report.state == .captured && report.amount == payment.amount)
        #expect(report.merchant == provider.merchant && report.providerNumber.count == 28)
        let heard = try await shop.notices(1)
        let notice = try #require(heard.first)
        #expect(try await provider.verify(RawNotice(headers: notice.headers, body: notice.body)) == report)
        await #expect(throws: ProviderFault.refused(code: "ORDERPAID")) { try await provider.close(payment) }

        await #expect(throws: ProviderFault.self) { try await merchant.statement(provider, "2026-01-15") }
        merchant.platform.time.advance(by: .hours(24) - .seconds(1))
        await #expect(throws: ProviderFault.notYet) { try await merchant.statement(provider, "2026-01-15") }
        merchant.platform.time.advance(by: .seconds(1))
        let rows = try await merchant.statement(provider, "2026-01-15")
        #expect(
          rows == [
            StatementRow(
              kind: .payment, payment: payment.number, providerNumber: report.providerNumber, amount: payment.amount,
              fee: Money(minor: 53, currency: .cny), at: report.at)
          ])
        #expect(try await merchant.statement(provider, "2026-01-14").isEmpty)
      }
    }
  }

  // req: 4.2.4-6
  @Test func `money goes back in parts, each after a while, and the shop hears of each`() async throws {
    try await Shop.run { shop in
      try await WeChatMerchant.run { merchant in
        let provider = try merchant.provider()
        let payment = merchant.payment(notices: shop.noticeURL)
        _ = try await merchant.scan(try await merchant.code(provider, payment))
        let first = merchant.refund("rfd_00000001", of: payment, fen: 880)
        #expect(try await provider.queryRefund(first).state == .unknown)
        #expect(try await provider.refund(first).state == .pending)
        #expect(try await provider.refund(first).state == .pending)
        #expect(try await provider.queryRefund(first).state == .pending)
        merchant.platform.time.advance(by: .seconds(30))
        try await eventually("the refund is done") { try await provider.queryRefund(first).state == .settled }
        #expect(try await provider.query(payment).state == .captured)

        let other = merchant.refund("rfd_00000001", of: payment, fen: 881)
        let known = try await provider.refund(other)
        #expect(known.state == .settled && known.amount.minor == 880)
        let tooMuch = try await provider.refund(merchant.refund("rfd_00000002", of: payment, fen: 8001))
        #expect(tooMuch.state == .failed && tooMuch.reason == "INVALID_REQUEST")
        let rest = merchant.refund("rfd_00000003", of: payment, fen: 8000)
        #expect(try await provider.refund(rest).state == .pending)
        merchant.platform.time.advance(by: .seconds(30))
        try await eventually("the rest is back") { try await provider.queryRefund(rest).state == .settled }

        var told: [String: ProviderRefundReport.State] = [:]
        for notice in try await shop.notices(3) {
          let report = try await provider.verify(RawNotice(headers: notice.headers, body: notice.body))
          if let refund = report?.refund { told[refund.number] = refund.state }
        }
        #expect(told == ["rfd_00000001": .settled, "rfd_00000003": .settled])
        merchant.platform.time.advance(by: .hours(24))
        let rows = try await merchant.statement(provider, "2026-01-15")
        #expect(rows.map(\.refund) == ["", "rfd_00000001", "rfd_00000003"])
        #expect(rows.map(\.amount.minor) == [8880, 880, 8000])
        #expect(rows.map(\.fee.minor) == [53, -5, -48])
      }
    }
  }

  @Test(arguments: [
    ("refundAbnormal", ProviderRefundReport.State.stuck, "ABNORMAL"), ("refundFails", .failed, "CLOSED"),
    ("refundStuck", .pending, "PROCESSING"),
  ])
  func `refunds come to a bad end as it is ordered`(
    fault: String, end: ProviderRefundReport.State, reason: String
  ) async throws {
    try await WeChatMerchant.run { merchant in
      let provider = try merchant.provider()
      let payment = merchant.payment()
      _ = try await merchant.scan(try await merchant.code(provider, payment))
      try await merchant.order(fault)
      let refund = merchant.refund("rfd_00000001", of: payment, fen: 880)
      #expect(try await provider.refund(refund).state == .pending)
      merchant.platform.time.advance(by: .seconds(31))
      try await eventually("it comes to its end") { try await provider.queryRefund(refund).state == end }
      #expect(try await provider.queryRefund(refund).reason == reason)
      let settled = try await merchant.platform.control(
        "POST", "providers/wechat/refunds/rfd_00000001/settle", #"{"state":"succeeded"}"#)
      #expect(settled.status == 200)
      #expect(try await provider.queryRefund(refund).state == (end == .failed ? .failed : .settled))
    }
  }

  @Test func `a balance that is too low refuses, and the same number works later`() async throws {
    try await WeChatMerchant.run { merchant in
      let provider = try merchant.provider()
      let payment = merchant.payment()
      _ = try await merchant.scan(try await merchant.code(provider, payment))
      try await merchant.order("insufficientBalance", call: "/v3/pay")
      try await merchant.order("insufficientBalance", call: "/v3/refund")
      let refund = merchant.refund("rfd_00000001", of: payment, fen: 880)
      let refused = try await provider.refund(refund)
      #expect(refused.state == .stuck && refused.reason == "NOT_ENOUGH")
      // The other order is about another call.
      #expect(try await provider.refund(refund).state == .pending)
    }
  }

  @Test func `the same order again gets a fresh code, another one under its number is refused`() async throws {
    try await WeChatMerchant.run { merchant in
      let provider = try merchant.provider()
      let payment = merchant.payment()
      let first = try await merchant.code(provider, payment)
      let second = try await merchant.code(provider, payment)
      #expect(first != second)
      let refusal = ProviderFault.refused(code: "OUT_TRADE_NO_USED")
      await #expect(throws: refusal) { try await provider.open(merchant.payment(fen: 8881)) }
      await #expect(throws: refusal) { try await provider.open(merchant.payment("pay_00000001", .client)) }
      _ = try await merchant.scan(first)
      #expect(try await provider.query(payment).state == .captured)
      await #expect(throws: ProviderFault.outcomeUnknown("ORDERPAID")) { try await provider.open(payment) }
    }
  }

  @Test func `what is closed can't be paid, unless the buyer was about to`() async throws {
    try await WeChatMerchant.run { merchant in
      let provider = try merchant.provider()
      let payment = merchant.payment()
      let code = try await merchant.code(provider, payment)
      // Signed, though there is nothing to sign: else the shop wouldn't believe it.
      try await provider.close(payment)
      try await provider.close(payment)
      #expect(try await provider.query(payment).state == .closed)
      _ = try await merchant.scan(code)
      #expect(try await provider.query(payment).state == .closed)
      await #expect(throws: ProviderFault.refused(code: "ORDER_CLOSED")) { try await provider.open(payment) }
      #expect(try await merchant.settle(payment.number, body: #"{"evenIfClosed":true}"#).status == 200)
      #expect(try await provider.query(payment).state == .captured)
    }
  }

  @Test func `an order whose time is over can't be paid, and is open until it is closed`() async throws {
    try await WeChatMerchant.run { merchant in
      let provider = try merchant.provider()
      let payment = merchant.payment()
      let code = try await merchant.code(provider, payment)
      merchant.platform.time.advance(by: .minutes(15))
      _ = try await merchant.scan(code)
      #expect(try await provider.query(payment).state == .pending)
      try await provider.close(payment)
      #expect(try await provider.query(payment).state == .closed)
    }
  }

  @Test func `a phone is led to the cashier for five minutes, and back to the shop`() async throws {
    try await WeChatMerchant.run { merchant in
      let provider = try merchant.provider()
      let payment = merchant.payment("pay_00000001", .mobile)
      guard case .redirect(let page) = try await provider.open(payment).handover else {
        Issue.record("no page")
        return
      }
      let paid = try await merchant.pay(at: page)
      #expect(paid.status == 303 && paid.headers["location"] == payment.returnURL)
      #expect(try await provider.query(payment).state == .captured)

      let late = merchant.payment("pay_00000002", .mobile)
      guard case .redirect(let address) = try await provider.open(late).handover else {
        Issue.record("no page")
        return
      }
      merchant.platform.time.advance(by: .minutes(5))
      #expect(try await merchant.pay(at: address).status == 404)
    }
  }

  @Test func `a mini-program pays with what the shop signed for, and nothing else`() async throws {
    try await WeChatMerchant.run { merchant in
      struct Cashier: Decodable { let cashier: String }
      let provider = try merchant.provider()
      let payment = merchant.payment("pay_00000001", .client)
      guard case .client(var parameters) = try await provider.open(payment).handover else {
        Issue.record("no parameters")
        return
      }
      func request(_ parameters: [String: String]) async throws -> Answer {
        let body = String(decoding: try JSONEncoder().encode(parameters), as: UTF8.self)
        return try await merchant.platform.send("POST", merchant.platform.base + "/wxpay/requestpayment", body)
      }
      let cashier = try await request(parameters).decode(Cashier.self).cashier
      parameters["nonceStr"] = "another"
      #expect(try await request(parameters).status == 403)
      _ = try await merchant.platform.send("POST", cashier + "/pay")
      #expect(try await provider.query(payment).state == .captured)
    }
  }
}
