import Foundation
import Payments
import TestKit
import Testing
import Values

@testable import Sandbox

@Suite struct WeChatNoticeTests {
  private struct Notice: Decodable {
    let id: String
    let event_type: String
  }

  private func verified(_ heard: Shop.Heard, by provider: WeChatProvider) async throws -> ProviderReport? {
    try await provider.verify(RawNotice(headers: heard.headers, body: heard.body))
  }

  /// Waits for what the platform makes of an attempt, which comes after the answer.
  private func kept(_ failures: Int, by merchant: WeChatMerchant) async throws {
    try await eventually("attempt \(failures) is kept") {
      let entries = try await merchant.platform.control("GET", "providers/wechat").decode([Entry].self)
      return entries.first?.notices.first?.failures == failures
    }
  }

  @Test func `what isn't acknowledged comes again for about a day, each time signed anew`() async throws {
    try await Shop.run(failures: 100, failure: (503, "")) { shop in
      try await WeChatMerchant.run { merchant in
        let provider = try merchant.provider()
        let payment = merchant.payment(notices: shop.noticeURL)
        _ = try await merchant.scan(try await merchant.code(provider, payment))
        for count in 1...16 {
          _ = try await shop.notices(count)
          try await kept(count, by: merchant)
          merchant.platform.time.advance(by: .hours(6))
        }
        let heard = shop.heard
        #expect(heard.count == 16)
        #expect(Set(heard.compactMap { $0.headers["wechatpay-signature"] }).count == 16)
        let ids = try heard.map { try JSONDecoder().decode(Notice.self, from: Data($0.body)).id }
        #expect(ids[0] == ids[1] && Set(ids).count > 1)
        let entries = try await merchant.platform.control("GET", "providers/wechat").decode([Entry].self)
        #expect(entries.first?.notices.first?.outcome == "givenUp")
      }
    }
  }

  private struct Entry: Decodable {
    struct Told: Decodable {
      let failures: Int
      let outcome: String
    }

    let notices: [Told]
  }

  @Test func `the waits are those that the platform documents`() throws {
    let account = try WeChatMerchant.account()
    let voice = WeChatVoice(account: account, signers: WeChatSigners(account))
    let (minutes, hours) = ([3, 10, 20, 30, 30, 30, 60].map { $0 * 60 }, [3, 3, 3, 6, 6].map { $0 * 3600 })
    #expect(voice.waitsSeconds == [15, 15, 30] + minutes + hours)
    #expect([200, 204].allSatisfy { voice.isAcknowledged(status: $0, body: []) })
    #expect([201, 302, 400, 500].allSatisfy { !voice.isAcknowledged(status: $0, body: []) })
  }

  @Test func `a probe is told from a notice, which comes afterwards`() async throws {
    try await Shop.run(failures: 1, failure: (400, #"{"code":"FAIL"}"#)) { shop in
      try await WeChatMerchant.run { merchant in
        let provider = try merchant.provider()
        try await merchant.order("signatureProbe", call: "TRANSACTION")
        let payment = merchant.payment(notices: shop.noticeURL)
        _ = try await merchant.scan(try await merchant.code(provider, payment))
        let first = try await shop.notices(1)
        let probe = try #require(first.first)
        #expect(probe.headers["wechatpay-signature"]?.hasPrefix("WECHATPAY/SIGNTEST/") == true)
        await #expect(throws: NoticeFault.badSignature) { try await verified(probe, by: provider) }
        try await kept(1, by: merchant)
        merchant.platform.time.advance(by: .seconds(15))
        let second = try await shop.notices(2)
        let genuine = try #require(second.last)
        #expect(try await verified(genuine, by: provider)?.state == .captured)
      }
    }
  }

  @Test func `notices are changed, wrong, foreign and badly signed as it is ordered`() async throws {
    try await Shop.run { shop in
      try await WeChatMerchant.run { merchant in
        let provider = try merchant.provider()
        func told(_ fault: String, _ number: Int) async throws -> Shop.Heard {
          try await merchant.order(fault)
          let payment = merchant.payment("pay_0000000\(number)", notices: shop.noticeURL)
          _ = try await merchant.scan(try await merchant.code(provider, payment))
          return try #require(try await shop.notices(number).last)
        }
        #expect(try await verified(told("wrongAmount", 1), by: provider)?.amount.minor == 8881)
        #expect(try await verified(told("wrongCurrency", 2), by: provider)?.amount.currency == .usd)
        #expect(try await verified(told("wrongNumber", 3), by: provider)?.number == "pay_00000000")
        let foreign = try await verified(told("foreignNotice", 4), by: provider)
        #expect(foreign?.state == .captured && foreign?.merchant != provider.merchant)
        let tampered = try await told("tamperNotice", 5)
        await #expect(throws: NoticeFault.badSignature) { try await verified(tampered, by: provider) }
        let forged = try await told("badSignature", 6)
        await #expect(throws: NoticeFault.badSignature) { try await verified(forged, by: provider) }
      }
    }
  }
}
