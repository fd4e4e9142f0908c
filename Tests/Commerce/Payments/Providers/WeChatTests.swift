import Foundation
import Signatures
import Testing
import Values

@testable import Payments

struct WeChatTests {
  private struct File<Case: Decodable>: Decodable { let cases: [Case] }

  static let nonce = "593BEC0C930BF1AFEB40B4A08C8FB242"

  func gateway(
    withPublicKey: Bool = true, clock: WallClock = Vectors.clock, _ http: any ProviderHTTP
  ) throws -> WeChatGateway {
    let keys = try Vectors.keys()
    let (merchant, platform) = (try keys.pair("wechat-merchant"), try keys.pair("wechat-platform"))
    let keyID = try #require(platform.public_key_id)
    let serial = try #require(merchant.cert_serial_no)
    let made = WeChatConfiguration(
      merchantID: "1900000001", appID: "wx0000000000000001", certificateSerial: serial,
      privateKey: try keys.signer("wechat-merchant"), apiKey: try keys.secret("wechat_apiv3_key"),
      publicKeys: withPublicKey ? [keyID: try keys.verifier("wechat-platform")] : [:])
    let configuration = try #require(made)
    return WeChatGateway(configuration, http: http, clock: clock, nonce: { Self.nonce })
  }

  func provider(
    _ answer: @escaping @Sendable (ProviderCall) throws -> ProviderAnswer = { _ in .json("", 500) }
  ) throws -> (WeChatProvider, ScriptedHTTP) {
    let http = ScriptedHTTP(answer)
    return (WeChatProvider(try gateway(http)), http)
  }

  /// As the platform would answer.
  func signed(_ body: String, _ status: Int = 200, by name: String = "wechat-platform") throws -> ProviderAnswer {
    let keys = try Vectors.keys()
    let time = String(Vectors.moment.milliseconds / 1000)
    let sign = try keys.signer(name).signature(of: Data("\(time)\nN\n\(body)\n".utf8))
    return .json(
      body, status,
      headers: [
        "wechatpay-timestamp": time, "wechatpay-nonce": "N", "wechatpay-signature": sign,
        "wechatpay-serial": try keys.pair("wechat-platform").public_key_id ?? "",
      ])
  }

  // MARK: Signatures

  private struct RequestCase: Decodable {
    let name: String
    let method: String
    let url_path_and_query: String
    let body: String
    let canonical: String
    let signature: String
  }

  @Test func `requests are signed as other clients sign them`() throws {
    let gateway = try gateway(ScriptedHTTP { _ in .json("") })
    let cases = try Vectors.read("wechat-request-sign", as: File<RequestCase>.self).cases
    for example in cases {
      let canonical = WeChatSignature.canonical(
        request: example.method, example.url_path_and_query, time: "1768443630", nonce: Self.nonce,
        body: Array(example.body.utf8))
      #expect(String(decoding: canonical, as: UTF8.self) == example.canonical, "\(example.name)")
      let call = try gateway.signed(example.method, example.url_path_and_query, body: Array(example.body.utf8))
      let authorization = try #require(call.headers.first { $0.name == "authorization" }?.value)
      #expect(authorization.contains(#"signature="\#(example.signature)""#), "\(example.name)")
      #expect(authorization.hasPrefix(#"WECHATPAY2-SHA256-RSA2048 mchid="1900000001""#))
    }
  }

  private struct AnswerCase: Decodable {
    let name: String
    let headers: [String: String]
    let body: String
    let expect: String
  }

  func headers(_ example: [String: String]) -> [String: String] {
    Dictionary(uniqueKeysWithValues: example.map { ($0.key.lowercased(), $0.value) })
  }

  @Test func `answers are verified over their raw bytes`() throws {
    let key = try Vectors.keys().verifier("wechat-platform")
    for example in try Vectors.read("wechat-response-verify", as: File<AnswerCase>.self).cases {
      let claim = try #require(WeChatSignature.Claim(headers(example.headers)))
      #expect(claim.isFresh(at: Vectors.moment))
      #expect(
        claim.isSigned(by: key, body: Array(example.body.utf8)) == example.expect.hasPrefix("valid"), "\(example.name)")
    }
  }

  @Test(arguments: [(300, true), (301, false), (-300, true), (-301, false)])
  func `a message is good for five minutes`(seconds: Int, isFresh: Bool) throws {
    let claim = try #require(
      WeChatSignature.Claim([
        "wechatpay-timestamp": "1768443630", "wechatpay-nonce": "n", "wechatpay-signature": "s",
        "wechatpay-serial": "1",
      ]))
    #expect(claim.isFresh(at: Vectors.moment.adding(.seconds(seconds))) == isFresh)
  }

  private struct SealFile: Decodable {
    struct Case: Decodable {
      let name: String
      let nonce: String
      let associated_data: String
      let plaintext: String?
      let ciphertext: String
    }

    let key: String
    let cases: [Case]
  }

  @Test func `sealed parts open with the key alone, as they were sealed`() throws {
    let file = try Vectors.read("wechat-aes-gcm", as: SealFile.self)
    for example in file.cases {
      func opened(_ algorithm: String) -> String? {
        WeChatSeal(
          algorithm: algorithm, nonce: example.nonce, associatedData: example.associated_data,
          ciphertext: example.ciphertext
        ).opened(with: Array(file.key.utf8)).map { String(decoding: $0, as: UTF8.self) }
      }
      #expect(opened("AEAD_AES_256_GCM") == example.plaintext, "\(example.name)")
      #expect(opened("AES_128_ECB") == nil)
    }
  }

  // MARK: Notices

  func notice(_ name: String) throws -> RawNotice {
    let cases = try Vectors.read("wechat-notify", as: File<NoticeCase>.self).cases
    let found = try #require(cases.first { $0.name == name })
    return RawNotice(headers: headers(found.headers), body: Array(found.body.utf8))
  }

  private struct NoticeCase: Decodable {
    let name: String
    let headers: [String: String]
    let body: String
  }

  // req: 4.1.4-1
  @Test(arguments: ["transaction-success", "duplicate-new-id"])
  func `a notice tells of the payment`(name: String) async throws {
    let (provider, _) = try provider()
    let report = try #require(try await provider.verify(try notice(name)))
    #expect(report.number == "P20260115000001" && report.providerNumber == "4200000000202601150000000001")
    #expect(report.state == .captured && report.amount == Money(minor: 8880, currency: .cny))
    #expect(report.merchant == provider.merchant)
    #expect(provider.answer(accepted: true) == NoticeAnswer(status: 204, contentType: "application/json", body: ""))
  }

  // req: 4.2.4-6
  @Test func `a notice tells of a refund, done or stuck`() async throws {
    let (provider, _) = try provider()
    let done = try #require(try await provider.verify(try notice("refund-success")))
    #expect(done.amount.minor == 8880 && done.state == .unknown && done.merchant == provider.merchant)
    #expect(
      done.refund
        == ProviderRefundReport(
          number: "R20260115000001", amount: Money(minor: 880, currency: .cny), state: .settled))
    let stuck = try await provider.verify(try notice("refund-abnormal"))?.refund
    #expect(stuck?.state == .stuck && stuck?.reason == "ABNORMAL")
  }

  @Test func `what isn't genuine isn't believed, and what is another's isn't ours`() async throws {
    let (provider, _) = try provider()
    for name in ["wrong-key", "tampered"] {
      await #expect(throws: NoticeFault.badSignature, "\(name)") { try await provider.verify(try notice(name)) }
    }
    await #expect(throws: NoticeFault.self) { try await provider.verify(try notice("signed-but-undecryptable")) }
    #expect(try await provider.verify(try notice("wrong-mchid"))?.merchant == "1900009999/wx0000000000000001")
    #expect(try await provider.verify(try notice("wrong-amount"))?.amount.minor == 1)
    let other = WeChatConfiguration(
      merchantID: "1", appID: "2", certificateSerial: "3", privateKey: try Vectors.keys().signer("wechat-merchant"),
      apiKey: try Vectors.keys().secret("wechat_apiv3_key"), publicKeys: [:])
    let late = WeChatProvider(
      try #require(other), http: ScriptedHTTP { _ in .json("") },
      clock: WallClock { Vectors.moment.adding(.seconds(301)) })
    await #expect(throws: NoticeFault.tooOld) { try await late.verify(try notice("transaction-success")) }
  }

  struct CertificateFile: Decodable {
    let headers: [String: String]
    let body: String
  }

  @Test func `certificates are fetched once for a serial that isn't known, and believed when they sign themselves`()
    async throws
  {
    let file = try Vectors.read("wechat-certificates", as: CertificateFile.self)
    let http = ScriptedHTTP { call in
      #expect(call.url.hasSuffix("/v3/certificates"))
      return .json(file.body, headers: headers(file.headers))
    }
    let provider = WeChatProvider(try gateway(withPublicKey: false, http))
    #expect(try await provider.verify(try notice("transaction-success-platform-cert"))?.state == .captured)
    #expect(try await provider.verify(try notice("transaction-success-platform-cert"))?.state == .captured)
    #expect(http.asked.count == 1)
    // Of a key that isn't set up nothing can be fetched.
    await #expect(throws: NoticeFault.badSignature) { try await provider.verify(try notice("transaction-success")) }
    #expect(http.asked.count == 1)

    let forged = ScriptedHTTP { _ in
      .json(file.body.replacing(#""data""#, with: #" "data""#), headers: headers(file.headers))
    }
    let fooled = WeChatProvider(try gateway(withPublicKey: false, forged))
    await #expect(throws: NoticeFault.badSignature) {
      try await fooled.verify(try notice("transaction-success-platform-cert"))
    }
  }

  // MARK: Calls

  @Test func `each way is opened by its own call`() async throws {
    let (provider, http) = try provider { call in
      try self.signed(#"{"code_url":"weixin://wxpay/x","h5_url":"https://wx.example/h5?a=1","prepay_id":"wx1"}"#)
    }
    #expect(
      try await provider.open(Vectors.payment(.code))
        == ProviderOpening(.code(text: "weixin://wxpay/x"), goodUntil: Vectors.moment.adding(.hours(2))))
    #expect(
      try await provider.open(Vectors.payment(.mobile))
        == ProviderOpening(
          .redirect(url: "https://wx.example/h5?a=1&redirect_url=https%3A%2F%2Fshop.example%2Fback%3Fa%3D1"),
          goodUntil: Vectors.moment.adding(.minutes(5))))
    let opening = try await provider.open(Vectors.payment(.client))
    guard case .client(let parameters) = opening.handover else {
      Issue.record("no parameters")
      return
    }
    #expect(opening.goodUntil == Vectors.moment.adding(.hours(2)))
    #expect(parameters["package"] == "prepay_id=wx1" && parameters["signType"] == "RSA")
    let bodies = http.asked.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(bodies.allSatisfy { $0.contains(#""amount":{"currency":"CNY","total":8880}"#) })
    #expect(bodies.allSatisfy { $0.contains(#""time_expire":"2026-01-15T10:35:30+08:00""#) })
    #expect(bodies[1].contains(#""scene_info":{"h5_info":{"type":"Wap"},"payer_client_ip":"203.0.113.7"}"#))
    #expect(bodies[2].contains(#""payer":{"openid":"oTEST"}"#))
    #expect(
      http.asked.map { $0.url.split(separator: "/").last.map(String.init) } == ["native", "h5", "jsapi"])
    #expect(http.asked.allSatisfy { call in call.headers.contains { $0.name == "wechatpay-serial" } })
  }

  private struct PaySignFile: Decodable {
    struct Case: Decodable {
      let package: String
      let paySign: String
    }

    let cases: [Case]
  }

  @Test func `what the mini-program gets is signed by us`() throws {
    let (provider, _) = try provider()
    for example in try Vectors.read("wechat-paysign", as: PaySignFile.self).cases {
      let prepay = String(example.package.dropFirst("prepay_id=".count))
      #expect(try provider.parameters(of: prepay)["paySign"] == example.paySign)
    }
  }

  @Test func `an answer that isn't signed is no answer, whatever it says`() async throws {
    let (provider, _) = try provider { _ in try self.signed(#"{"code_url":"weixin://evil"}"#, by: "attacker") }
    await #expect(throws: ProviderFault.self) { try await provider.open(Vectors.payment(.code)) }
    let (bare, _) = try self.provider { _ in .json(#"{"code_url":"weixin://evil"}"#) }
    await #expect(throws: ProviderFault.self) { try await bare.open(Vectors.payment(.code)) }
  }

  @Test(arguments: [
    ("SUCCESS", ProviderReport.State.captured), ("REFUND", .captured), ("NOTPAY", .pending), ("USERPAYING", .pending),
    ("PAYERROR", .pending), ("CLOSED", .closed), ("REVOKED", .closed),
  ])
  func `a query tells the state`(told: String, state: ProviderReport.State) async throws {
    let (provider, http) = try provider { _ in
      try self.signed(
        #"{"appid":"wx0000000000000001","mchid":"1900000001","out_trade_no":"P20260115000001","trade_state":"\#(told)","amount":{"total":8880,"currency":"CNY"}}"#
      )
    }
    let report = try await provider.query(Vectors.payment(.code))
    #expect(report.state == state && report.merchant == provider.merchant)
    #expect(http.asked[0].url.hasSuffix("/out-trade-no/P20260115000001?mchid=1900000001"))
  }

  @Test func `closing answers nothing, signed`() async throws {
    let (provider, _) = try provider { _ in try self.signed("", 204) }
    try await provider.close(Vectors.payment(.code))
    let (unsigned, _) = try self.provider { _ in .json("", 204) }
    await #expect(throws: ProviderFault.self) { try await unsigned.close(Vectors.payment(.code)) }
  }

  @Test(arguments: [(202, false), (429, false), (500, false), (503, false), (400, true), (404, true)])
  func `only a certain no is a no`(status: Int, isCertain: Bool) async throws {
    let (provider, _) = try provider { _ in .json(#"{"code":"ORDER_CLOSED","message":"x"}"#, status) }
    do {
      try await provider.close(Vectors.payment(.code))
      Issue.record("it was closed")
    } catch ProviderFault.refused(let code) {
      #expect(isCertain && code == "ORDER_CLOSED")
    } catch ProviderFault.outcomeUnknown {
      #expect(!isCertain)
    }
  }

  @Test(arguments: [
    ("SUCCESS", ProviderRefundReport.State.settled), ("PROCESSING", .pending), ("CLOSED", .failed),
    ("ABNORMAL", .stuck),
  ])
  func `a refund is on its way until it's said to be done`(status: String, state: ProviderRefundReport.State)
    async throws
  {
    let refund = ProviderRefund(
      payment: Vectors.payment(.code), number: "R1", amount: Money(minor: 880, currency: .cny), reason: "少发一件")
    let (provider, http) = try provider { _ in
      try self.signed(#"{"out_refund_no":"R1","status":"\#(status)","amount":{"refund":880,"total":8880}}"#)
    }
    #expect(try await provider.refund(refund).state == state)
    let asked = String(decoding: http.asked[0].body, as: UTF8.self)
    #expect(asked.contains(#""refund":880,"total":8880"#))
    #expect(asked.contains(#""notify_url":"https://shop.example/payments/notices/x""#))
  }

  @Test func `a refund that is refused failed only when nothing is known of it`() async throws {
    let refund = ProviderRefund(
      payment: Vectors.payment(.code), number: "R1", amount: Money(minor: 880, currency: .cny), reason: "x")
    func refusing(_ code: String, known: Bool) throws -> WeChatProvider {
      try provider { call in
        if call.method == "POST" {
          return .json(#"{"code":"\#(code)"}"#, code == "NOT_ENOUGH" ? 403 : 400)
        }
        return known
          ? try self.signed(#"{"out_refund_no":"R1","status":"SUCCESS","amount":{"refund":880}}"#)
          : .json(#"{"code":"RESOURCE_NOT_EXISTS"}"#, 404)
      }.0
    }
    #expect(try await refusing("INVALID_REQUEST", known: false).refund(refund).state == .failed)
    #expect(try await refusing("INVALID_REQUEST", known: true).refund(refund).state == .settled)
    #expect(try await refusing("NOT_ENOUGH", known: false).refund(refund).state == .stuck)
  }

  // MARK: Bill

  private struct BillFile: Decodable {
    let meta_response: String
    let gzip_base64: String
  }

  @Test func `the bill of a day is unpacked, checked by its sum and read`() async throws {
    let file = try Vectors.read("wechat-bill", as: BillFile.self)
    let packed = try #require(Data(base64Encoded: file.gzip_base64))
    let (provider, http) = try provider { call in
      if call.url.contains("billdownload") { return ProviderAnswer(status: 200, headers: [:], body: Array(packed)) }
      return try self.signed(file.meta_response)
    }
    let rows = try await statement(provider, "2026-01-15")
    #expect(
      rows == [
        StatementRow(
          kind: .payment, payment: "P20260115000001", providerNumber: "4200000000202601150000000001",
          amount: Money(minor: 8880, currency: .cny), fee: Money(minor: 53, currency: .cny),
          at: try moment("2026-01-15T10:21:02+08:00")),
        StatementRow(
          kind: .refund, payment: "P20260115000001", refund: "R20260115000001",
          providerNumber: "4200000000202601150000000001", amount: Money(minor: 880, currency: .cny),
          fee: Money(minor: -5, currency: .cny), at: try moment("2026-01-15T18:00:00+08:00")),
      ])
    #expect(http.asked[1].headers.contains { $0.name == "authorization" })

    let (fooled, _) = try self.provider { call in
      if call.url.contains("billdownload") { return ProviderAnswer(status: 200, headers: [:], body: Array(packed)) }
      return try self.signed(file.meta_response.replacing("5d296caf", with: "00000000"))
    }
    await #expect(throws: ProviderFault.outcomeUnknown("a bill whose sum doesn't hold")) {
      try await statement(fooled, "2026-01-15")
    }
    let (elsewhere, asked) = try self.provider { _ in
      try self.signed(file.meta_response.replacing("api.mch.weixin.qq.com", with: "evil.example"))
    }
    await #expect(throws: ProviderFault.self) { try await statement(elsewhere, "2026-01-15") }
    #expect(asked.asked.count == 1)
  }
}
