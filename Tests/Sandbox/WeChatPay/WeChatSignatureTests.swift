import Foundation
import Payments
import TestKit
import Testing
import Values

@testable import Sandbox

/// Who may ask, and how it is seen who answers.
@Suite struct WeChatSignatureTests {
  @Test func `who doesn't sign as the merchant does is turned away`() async throws {
    try await WeChatMerchant.run { merchant in
      let payment = merchant.payment()
      let refusal = ProviderFault.turnedAway(code: "SIGN_ERROR")
      let strangers = [
        try merchant.provider(signer: "attacker"), try merchant.provider(serial: "5E57"),
        try merchant.provider(ahead: .seconds(301)), try merchant.provider(ahead: .seconds(-301)),
      ]
      for stranger in strangers { await #expect(throws: refusal) { try await stranger.open(payment) } }
      let place = merchant.platform.base + "/v3/certificates"
      for header in ["", "Bearer x", "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\""] {
        let answer = try await merchant.platform.send("GET", place, headers: [("authorization", header)])
        #expect(answer.status == 401 && answer.code == "SIGN_ERROR")
        #expect(answer.headers["request-id"]?.isEmpty == false)
      }
      #expect(try await merchant.call("GET", "/v3/nothing").status == 404)
      #expect(try await merchant.call("GET", "/v3/certificates").headers["request-id"]?.isEmpty == false)
    }
  }

  @Test func `a merchant without a key of the platform's fetches its certificates`() async throws {
    try await Shop.run { shop in
      try await WeChatMerchant.run(signs: "5E57000000000000000000000000000000000002") { merchant in
        let provider = try merchant.provider(publicKey: nil)
        let payment = merchant.payment(notices: shop.noticeURL)
        _ = try await merchant.scan(try await merchant.code(provider, payment))
        #expect(try await provider.query(payment).state == .captured)
        let heard = try await shop.notices(1)
        let notice = try #require(heard.first)
        #expect(notice.headers["wechatpay-serial"] == "5E57000000000000000000000000000000000002")
        let told = try await provider.verify(RawNotice(headers: notice.headers, body: notice.body))
        #expect(told?.state == .captured)
      }
    }
  }

  @Test func `while the platform changes its key both hold, also for who has only one of them`() async throws {
    try await Shop.run { shop in
      let signs = "PUB_KEY_ID_ 5E57000000000000000000000000000000000002 5E57000000000000000000000000000000000001"
      try await WeChatMerchant.run(signs: signs) { merchant in
        let provider = try merchant.provider()
        for number in 1...3 {
          let payment = merchant.payment("pay_0000000\(number)", notices: shop.noticeURL)
          _ = try await merchant.scan(try await merchant.code(provider, payment))
          _ = try await shop.notices(number)
        }
        let heard = shop.heard
        #expect(Set(heard.compactMap { $0.headers["wechatpay-serial"] }).count == 3)
        for notice in heard {
          let told = try await provider.verify(RawNotice(headers: notice.headers, body: notice.body))
          #expect(told?.state == .captured)
        }
      }
    }
  }

  @Test func `a key that the platform doesn't have can't be asked for`() async throws {
    try await WeChatMerchant.run { merchant in
      let provider = try merchant.provider(publicKeyID: "PUB_KEY_ID_9")
      await #expect(throws: ProviderFault.refused(code: "PARAM_ERROR")) {
        try await provider.open(merchant.payment())
      }
    }
  }

  @Test func `a no is signed as well, once it is known who asks, and believed by its signature`() async throws {
    try await WeChatMerchant.run { merchant in
      let nobodys = merchant.payment("pay_00000099")
      let path = "/v3/pay/transactions/out-trade-no/\(nobodys.number)?mchid=\(WeChatMerchant.merchantID)"
      let answer = try await merchant.call("GET", path)
      #expect(answer.status == 404 && answer.headers["wechatpay-signature"]?.isEmpty == false)
      let stranger = try await merchant.platform.send("GET", merchant.platform.base + path)
      #expect(stranger.status == 401 && stranger.headers["wechatpay-signature"] == nil)
      for known in [try merchant.provider(), try merchant.provider(publicKey: nil)] {
        #expect(try await known.query(nobodys).state == .unknown)
      }
      let fooled = try merchant.provider(publicKey: "attacker")
      await #expect(throws: ProviderFault.self) { try await fooled.query(nobodys) }
      try await merchant.order("tamperedAnswer", call: "/v3/pay")
      let provider = try merchant.provider()
      await #expect(throws: ProviderFault.self) { try await provider.query(nobodys) }
    }
  }

  @Test(arguments: ["unsignedAnswer", "tamperedAnswer", "signatureProbe", "errorAfter", "errorBefore"])
  func `an answer that can't be believed leaves open what happened`(fault: String) async throws {
    try await WeChatMerchant.run { merchant in
      let provider = try merchant.provider()
      let payment = merchant.payment()
      try await merchant.order(fault, call: "/v3/pay")
      do {
        _ = try await provider.open(payment)
        Issue.record("it was believed")
      } catch ProviderFault.outcomeUnknown {}
      let state = try await provider.query(payment).state
      #expect(state == (fault == "errorBefore" ? .unknown : .pending))
      #expect(try await merchant.code(provider, payment).hasPrefix("weixin://"))
    }
  }

  // MARK: Signed examples

  private struct Requests: Decodable {
    struct Case: Decodable {
      let name: String
      let method: String
      let url_path_and_query: String
      let body: String
      let authorization: String
    }

    let cases: [Case]
  }

  @Test func `what other clients sign is taken, and nothing that differs from it`() throws {
    let account = try WeChatMerchant.account()
    let moment = Timestamp(milliseconds: 1_768_443_630_000)
    for example in try WeChatMerchant.read("wechat-request-sign", as: Requests.self).cases {
      func expect(_ path: String, _ body: String, _ ahead: Int) throws {
        try WeChatAuthorization.expect(
          example.authorization, example.method, path, body: Array(body.utf8), of: account,
          now: moment.adding(.seconds(ahead)))
      }
      for ahead in [-300, 0, 300] { try expect(example.url_path_and_query, example.body, ahead) }
      for (path, body, ahead) in [
        (example.url_path_and_query, example.body, 301), (example.url_path_and_query, example.body, -301),
        (example.url_path_and_query + "&a=1", example.body, 0), (example.url_path_and_query, example.body + " ", 0),
      ] {
        #expect(throws: WeChatProblem.self, "\(example.name)") { try expect(path, body, ahead) }
      }
    }
  }

  private struct Seals: Decodable {
    struct Case: Decodable {
      let nonce: String
      let associated_data: String
      let plaintext: String?
      let ciphertext: String
      let expect: String?
    }

    let key: String
    let cases: [Case]
  }

  @Test func `parts are sealed as others seal them`() throws {
    let file = try WeChatMerchant.read("wechat-aes-gcm", as: Seals.self)
    for example in file.cases {
      guard let text = example.plaintext else { continue }
      let sealed = try WeChatSealedText(
        Array(text.utf8), key: Array(file.key.utf8), associatedData: example.associated_data, nonce: example.nonce)
      #expect(sealed.ciphertext == example.ciphertext)
    }
  }
}
