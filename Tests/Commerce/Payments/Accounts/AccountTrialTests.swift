import Foundation
import Signatures
import TestKit
import Testing
import Values

@testable import Payments

/// What comes of trying an account: which keys are told right from wrong, and of which it is said that they weren't tried.
@Suite struct AccountTrialTests {
  // MARK: WeChat Pay

  /// As WeChat Pay answers a call: signed at the time that the call carries; not at all by nobody.
  static func answer(
    to call: ProviderCall, _ body: String, _ status: Int, by signer: String?, serial: String?
  ) throws -> ProviderAnswer {
    guard let signer else { return .json(body, status) }
    let authorization = call.headers.first { $0.name == "authorization" }?.value ?? ""
    let found = authorization.firstMatch(of: /timestamp="([0-9]+)"/)
    let time = String(try #require(found).1)
    let signature = try Vectors.keys().signer(signer).signature(of: Data("\(time)\nN\n\(body)\n".utf8))
    let headers = [
      "wechatpay-timestamp": time, "wechatpay-nonce": "N", "wechatpay-signature": signature,
      "wechatpay-serial": serial ?? "",
    ]
    return .json(body, status, headers: headers)
  }

  /// - Parameter publicKey: the name of the key that is entered as WeChat Pay's; nil for its certificates.
  static func weChat(publicKey: String?, apiKey: String? = nil) throws -> PaymentAccountDraft {
    let keys = try Vectors.keys()
    let own = try keys.pair("wechat-merchant")
    var fields = ["merchantID": "1600000000", "appID": "wx0123456789abcdef"]
    fields["certificate"] = own.cert_pem
    if let publicKey {
      fields["publicKeyID"] = try keys.pair("wechat-platform").public_key_id
      fields["publicKey"] = try keys.pair(publicKey).public_spki_pem
    }
    let secret = try apiKey ?? keys.secret("wechat_apiv3_key")
    return PaymentAccountDraft(
      method: WeChatProvider.name, fields: fields,
      secrets: ["privateKey": PaymentSecret(own.private_pkcs8_pem), "apiKey": PaymentSecret(secret)],
      terms: AccountDesk.terms, version: nil)
  }

  // req: 4.1.4-1 4.1.4-2
  @Test(
    arguments: [
      (404, "ORDER_NOT_EXIST", "wechat-platform", .accepted), (404, "ORDER_NOT_EXIST", "attacker", .answerNotTheirs),
      (404, "ORDER_NOT_EXIST", nil, .answerUnsigned), (401, "SIGN_ERROR", nil, .signatureRefused),
      (401, "SIGN_ERROR", "attacker", .signatureRefused), (400, "MCH_NOT_EXISTS", "wechat-platform", .identityUnknown),
      (403, "NO_AUTH", "wechat-platform", .notAllowed), (400, "PARAM_ERROR", "wechat-platform", .refused),
      (400, "PARAM_ERROR", "attacker", .answerNotTheirs), (200, "", "wechat-platform", .unclear),
    ] as [(Int, String, String?, AccountTrial.Outcome)])
  func `a trial of WeChat Pay believes what is signed with the key that was entered`(
    _ status: Int, _ code: String, _ signer: String?, _ outcome: AccountTrial.Outcome
  ) async throws {
    let serial = try Vectors.keys().pair("wechat-platform").public_key_id
    let desk = try await AccountDesk { call in
      try Self.answer(to: call, #"{"code":"\#(code)","message":"x"}"#, status, by: signer, serial: serial)
    }
    try await desk.save(try Self.weChat(publicKey: "wechat-platform"))
    let trial = try await desk.accounts.trial(of: WeChatProvider.name, by: desk.staff)
    #expect(trial.outcome == outcome)
    #expect(trial.untried == (outcome == .accepted ? ["apiKey"] : []))
    #expect(desk.http.asked.map(\.method) == ["GET"], "nothing is opened")
  }

  // req: 4.1.4-1 4.1.4-2
  @Test(
    arguments: [
      (nil, "wechat-platform", .accepted), ("ANOTHERKEYANOTHERKEYANOTHERKEY32", "wechat-platform", .notOpened),
      (nil, "attacker", .answerNotTheirs),
    ] as [(String?, String, AccountTrial.Outcome)])
  func `with certificates the APIv3 key is tried as well`(
    _ apiKey: String?, _ signer: String, _ outcome: AccountTrial.Outcome
  ) async throws {
    let sealed = try Vectors.read("wechat-certificates", as: WeChatTests.CertificateFile.self).body
    let serial = try Vectors.keys().pair("wechat-platform").cert_serial_no
    let desk = try await AccountDesk { call in
      let isOfKeys = call.url.hasSuffix("/v3/certificates")
      return try Self.answer(
        to: call, isOfKeys ? sealed : #"{"code":"ORDER_NOT_EXIST","message":"x"}"#, isOfKeys ? 200 : 404, by: signer,
        serial: serial)
    }
    try await desk.save(try Self.weChat(publicKey: nil, apiKey: apiKey))
    let trial = try await desk.accounts.trial(of: WeChatProvider.name, by: desk.staff)
    #expect(trial == AccountTrial(outcome))
  }

  @Test func `who may not have certificates hears why`() async throws {
    let desk = try await AccountDesk { _ in .json(#"{"code":"SIGN_ERROR","message":"x"}"#, 401) }
    try await desk.save(try Self.weChat(publicKey: nil))
    let trial = try await desk.accounts.trial(of: WeChatProvider.name, by: desk.staff)
    #expect(trial == AccountTrial(.signatureRefused, code: "SIGN_ERROR"))
  }

  // MARK: Stripe

  private static let missing = #"{"error":{"code":"resource_missing"}}"#
  private static let unknown = #"{"error":{"type":"invalid_request_error"}}"#
  private static let own = #"{"id":"acct_1TESTONLY","object":"account"}"#

  // req: 4.1.4-1
  @Test(
    arguments: [
      (200, own, 404, missing, .accepted, ["webhookSecret"]),
      (200, #"{"id":"acct_9OTHEROTHER"}"#, 404, missing, .anotherAccount, []),
      (403, "", 404, missing, .accepted, ["accountID", "webhookSecret"]),
      (404, missing, 404, missing, .refused, []), (401, unknown, 401, unknown, .identityUnknown, []),
      (403, "", 403, "", .notAllowed, []), (200, own, 403, "", .notAllowed, []), (500, "", 404, missing, .unclear, []),
      (200, own, 400, #"{"error":{"code":"parameter_unknown"}}"#, .refused, []), (200, own, 200, own, .unclear, []),
    ] as [(Int, String, Int, String, AccountTrial.Outcome, [String])])
  func `a trial of Stripe asks whose the key is`(
    _ status: Int, _ account: String, _ asked: Int, _ session: String, _ outcome: AccountTrial.Outcome,
    _ untried: [String]
  ) async throws {
    let desk = try await AccountDesk { call in
      call.url.hasSuffix("/v1/account") ? .json(account, status) : .json(session, asked)
    }
    try await desk.save(desk.stripe())
    let trial = try await desk.accounts.trial(of: StripeProvider.name, by: desk.staff)
    #expect(trial.outcome == outcome && trial.untried == untried)
    #expect(desk.http.asked.allSatisfy { $0.method == "GET" }, "nothing is opened")
  }

  // MARK: Alipay

  @Test func `a trial of Alipay tells a wrong key of ours from a wrong one of theirs`() async throws {
    let inner = #"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST"}"#
    let refused = #"{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-signature"}"#
    for (content, signer, outcome) in [
      (inner, "alipay-platform", AccountTrial.Outcome.accepted), (inner, "attacker", .answerNotTheirs),
      (refused, "alipay-platform", .signatureRefused), (refused, "attacker", .signatureRefused),
    ] {
      let desk = try await AccountDesk { _ in
        let sign = try Vectors.keys().signer(signer).signature(of: Data(content.utf8))
        return .json(#"{"alipay_trade_query_response":\#(content),"sign":"\#(sign)"}"#)
      }
      try await desk.save(try desk.alipay())
      #expect(try await desk.accounts.trial(of: AlipayProvider.name, by: desk.staff).outcome == outcome)
    }
    let away = try await AccountDesk { _ in throw ProviderFault.unreachable("127.0.0.1:1") }
    try await away.save(try away.alipay())
    #expect(try await away.accounts.trial(of: AlipayProvider.name, by: away.staff).outcome == .unreachable)
    #expect(try await away.accounts.trial(of: StripeProvider.name, by: away.staff).outcome == .nothingToAsk)
  }
}
