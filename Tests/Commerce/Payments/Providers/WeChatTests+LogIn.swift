import Foundation
import Testing
import Values

@testable import Payments

/// A mini-program that says who its buyer is by the code of its log-in.
extension WeChatTests {
  private struct LogInFile: Decodable {
    struct Answers: Decodable {
      let ok: String
      let invalid_code: String
    }

    let jscode2session: Answers
  }

  private static let secret = "0123456789abcdef0123456789abcdef"
  private static let spoken = PayingClient(address: "203.0.113.7", logInCode: "0a1 b&c")

  private func answers() throws -> LogInFile.Answers {
    try Vectors.read("wechat-miniprogram", as: LogInFile.self).jscode2session
  }

  private func program(
    secret: String? = Self.secret, at address: String = WeChatConfiguration.address,
    _ answer: @escaping @Sendable () throws -> ProviderAnswer
  ) throws -> (WeChatProvider, ScriptedHTTP) {
    let http = ScriptedHTTP { call in
      try call.url.contains("/sns/") ? answer() : self.signed(#"{"prepay_id":"wx1"}"#)
    }
    let keys = try Vectors.keys()
    let keyID = try #require(keys.pair("wechat-platform").public_key_id)
    let made = WeChatConfiguration(
      merchantID: "1900000001", appID: "wx0000000000000001", certificateSerial: "AB12",
      privateKey: try keys.signer("wechat-merchant"), apiKey: try keys.secret("wechat_apiv3_key"),
      publicKeys: [keyID: try keys.verifier("wechat-platform")], appSecret: secret, baseURL: address)
    let configuration = try #require(made)
    return (WeChatProvider(configuration, http: http, clock: Vectors.clock), http)
  }

  private func payment(_ client: PayingClient = Self.spoken) -> ProviderPayment {
    ProviderPayment(
      number: "P20260115000001", amount: Money(minor: 8880, currency: .cny), subject: "茶具", language: .zhHans,
      expiresAt: Vectors.moment.adding(.minutes(15)), returnURL: "https://shop.example/back",
      noticeURL: "https://shop.example/payments/notices/x", way: .client, client: client)
  }

  // req: 4.1.4-1
  @Test func `a log-in code is exchanged for whose it is, and the payment opened for them`() async throws {
    let told = try answers().ok
    let (provider, http) = try program { .json(told, headers: ["content-type": "text/plain"]) }
    let opening = try await provider.open(payment())
    #expect(
      http.asked.map(\.url) == [
        "https://api.weixin.qq.com/sns/jscode2session?appid=wx0000000000000001&secret=\(Self.secret)"
          + "&js_code=0a1%20b%26c&grant_type=authorization_code",
        "https://api.mch.weixin.qq.com/v3/pay/transactions/jsapi",
      ])
    let asked = try #require(http.asked.first)
    #expect(asked.method == "GET" && asked.body.isEmpty)
    #expect(!asked.headers.contains { $0.name == "authorization" })
    #expect(!"\(asked)".contains(Self.secret) && !"\(asked)".contains("0a1"))
    let body = String(decoding: http.asked[1].body, as: UTF8.self)
    #expect(body.contains(#""payer":{"openid":"oTESTopenid0000000000000001"}"#))
    guard case .client(let parameters) = opening.handover else {
      Issue.record("no parameters")
      return
    }
    #expect(parameters["package"] == "prepay_id=wx1")
    // The key of the session is in what came, and goes nowhere.
    let key = "tiihtNczf5v6AKRyjwEUhQ=="
    #expect(told.contains(key) && !body.contains(key) && !parameters.values.contains { $0.contains(key) })
  }

  @Test func `where another address is set up both are there, and WeChat Pay's second has the usual one`() async throws
  {
    let told = try answers().ok
    for (address, beginning) in [
      ("http://127.0.0.1:9", "http://127.0.0.1:9/sns/"),
      ("https://api2.mch.weixin.qq.com", "https://api.weixin.qq.com/sns/"),
    ] {
      let (provider, http) = try program(at: address) { .json(told) }
      _ = try await provider.open(payment())
      #expect(http.asked.first?.url.hasPrefix(beginning) == true, "\(address)")
    }
  }

  @Test(arguments: [
    (40029, ProviderFault.payerUnknown(code: "40029")), (40163, .payerUnknown(code: "40163")),
    (40226, .payerUnknown(code: "40226")), (45011, .payerUnknown(code: "45011")),
    (40013, .turnedAway(code: "40013")), (40125, .turnedAway(code: "40125")),
    (-1, .unreachable("the log-in of mini-programs is busy")),
  ])
  func `a code that isn't taken opens nothing`(code: Int, fault: ProviderFault) async throws {
    let (provider, http) = try program { .json(#"{"errcode":\#(code),"errmsg":"no"}"#) }
    await #expect(throws: fault) { try await provider.open(payment()) }
    #expect(http.asked.count == 1)
  }

  @Test func `an answer that names nobody opens nothing, and no error tells what was asked`() async throws {
    let invalid = try answers().invalid_code
    let (refusing, _) = try program { .json(invalid) }
    await #expect(throws: ProviderFault.payerUnknown(code: "40029")) { try await refusing.open(payment()) }
    for (text, status) in [("<html>", 502), ("<html>", 200), ("{}", 200), (#"{"openid":""}"#, 200)] {
      let (provider, http) = try program { .json(text, status) }
      do {
        _ = try await provider.open(payment())
        Issue.record("it was opened: \(text)")
      } catch ProviderFault.unreachable {}
      #expect(http.asked.count == 1)
    }
    let (broken, _) = try program {
      throw ProviderFault.outcomeUnknown("GET /sns/jscode2session?secret=\(Self.secret)")
    }
    await #expect(throws: ProviderFault.unreachable("the log-in of mini-programs")) {
      try await broken.open(payment())
    }
  }

  @Test func `without a secret no code is taken, and who says who they are needs none`() async throws {
    let (provider, http) = try program(secret: nil) { .json("{}", 500) }
    await #expect(throws: ProviderFault.turnedAway(code: "appSecret")) { try await provider.open(payment()) }
    await #expect(throws: ProviderFault.refused(code: "openid")) { try await provider.open(payment(PayingClient())) }
    #expect(http.asked.isEmpty)
    _ = try await provider.open(payment(PayingClient(openID: "oTEST")))
    #expect(http.asked.map { $0.url.split(separator: "/").last.map(String.init) } == ["jsapi"])
  }
}
