import Foundation
import Signatures
import Testing
import Values

@testable import Payments

struct AlipayTests {
  private struct File<Case: Decodable>: Decodable { let cases: [Case] }

  func configuration() throws -> AlipayConfiguration {
    let keys = try Vectors.keys()
    return AlipayConfiguration(
      appID: "2021000000000001", sellerID: "2088000000000002", privateKey: try keys.signer("alipay-app"),
      trust: .publicKey(try keys.verifier("alipay-platform")))
  }

  func provider(_ answer: @escaping @Sendable (ProviderCall) throws -> ProviderAnswer = { _ in .json("") })
    throws -> (AlipayProvider, ScriptedHTTP)
  {
    let http = ScriptedHTTP(answer)
    return (AlipayProvider(try configuration(), http: http, clock: Vectors.clock), http)
  }

  /// As the platform would answer.
  func signed(_ method: String, _ inner: String) throws -> ProviderAnswer {
    let name = method.replacing(".", with: "_") + "_response"
    let sign = try Vectors.keys().signer("alipay-platform").signature(of: Data(inner.utf8))
    return .json(#"{"\#(name)":\#(inner),"sign":"\#(sign)"}"#)
  }

  // MARK: Signatures

  private struct RequestCase: Decodable {
    let name: String
    let params: [String: String]
    let canonical: String
    let sign: String
  }

  @Test func `requests are signed as other clients sign them`() throws {
    let keys = try Vectors.keys()
    for text in [try keys.pair("alipay-app").private_pkcs8_pem, try keys.pair("alipay-app").private_pkcs1_pem] {
      let bare = text.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
      let key = try #require(RSAPrivateKey(text: bare))
      for example in try Vectors.read("alipay-request-sign", as: File<RequestCase>.self).cases {
        #expect(AlipayForm.canonical(example.params) == example.canonical, "\(example.name)")
        #expect(try key.signature(of: Data(example.canonical.utf8)) == example.sign, "\(example.name)")
      }
    }
  }

  private struct AnswerCase: Decodable {
    let name: String
    let raw_body: String
    let signed_substring: String?
    let expect: String
    let python_alipay_sdk_accepts: Bool?
  }

  @Test func `of an answer the bytes of its object are verified as they stand`() throws {
    let keys = try configuration().keys(nil)
    for example in try Vectors.read("alipay-response-verify", as: File<AnswerCase>.self).cases {
      let answer = try #require(AlipayAnswer(Array(example.raw_body.utf8)), "\(example.name)")
      if let signed = example.signed_substring, !["tampered-amount"].contains(example.name) {
        #expect(String(decoding: answer.inner, as: UTF8.self) == signed, "\(example.name)")
      }
      let isValid = answer.sign.map { sign in keys.contains { $0.isValid(sign, of: answer.inner) } } ?? false
      let isRefused = ["tampered-amount", "wrong-key", "unsigned-gateway-error"].contains(example.name)
      #expect(isValid == !isRefused, "\(example.name)")
    }
  }

  @Test(arguments: ["", "{", #"{"a":1}"#, #"{"a":{},"sign":"x""#, #"{"a":{},"sign":"x","sign":"y"}"#, #"{"a":{"b}"#])
  func `what isn't an answer is none`(text: String) {
    #expect(AlipayAnswer(Array(text.utf8)) == nil)
  }

  // MARK: Notices

  private struct NoticeCase: Decodable {
    let name: String
    let raw_body: String
  }

  private func notice(_ name: String) throws -> RawNotice {
    let cases = try Vectors.read("alipay-notify", as: File<NoticeCase>.self).cases
    let found = try #require(cases.first { $0.name == name })
    return RawNotice(headers: [:], body: Array(found.raw_body.utf8))
  }

  // req: 4.1.4-1
  @Test func `notices tell how a payment stands`() async throws {
    let (provider, _) = try provider()
    let paid = try #require(try await provider.verify(try notice("payment-success")))
    #expect(paid.number == "P20260115000001" && paid.providerNumber == "2026011522001400000000000001")
    #expect(paid.amount == Money(minor: 8880, currency: .cny) && paid.state == .captured)
    #expect(paid.merchant == provider.merchant && paid.refund == nil)
    #expect(paid.at == Timestamp(rfc3339: "2026-01-15T10:21:02+08:00"))
    #expect(try await provider.verify(try notice("timeout-closed"))?.state == .closed)
    #expect(try await provider.verify(try notice("finished"))?.state == .captured)
    #expect(try await provider.verify(try notice("wrong-amount-signed"))?.amount.minor == 1)
  }

  @Test(arguments: ["partial-refund", "full-refund-closed"])
  func `a notice of a refund has its amount asked for`(name: String) async throws {
    let (provider, http) = try provider { call in
      let form = try #require(AlipayForm.decoded(call.body))
      let asked = try #require(form["biz_content"])
      let number = try #require(asked.firstMatch(of: /"out_request_no":"([^"]+)"/)).1
      return try self.signed(
        try #require(form["method"]),
        #"{"code":"10000","out_request_no":"\#(number)","refund_status":"REFUND_SUCCESS","refund_amount":"8.80"}"#)
    }
    let report = try #require(try await provider.verify(try notice(name)))
    #expect(report.state == .captured)
    #expect(report.refund?.amount == Money(minor: 880, currency: .cny) && report.refund?.state == .settled)
    #expect(http.asked.count == 1)
  }

  @Test(arguments: ["tampered-amount", "wrong-key"])
  func `a notice that Alipay didn't sign isn't believed`(name: String) async throws {
    let (provider, http) = try provider()
    await #expect(throws: NoticeFault.badSignature) { try await provider.verify(try notice(name)) }
    #expect(http.asked.isEmpty)
  }

  @Test func `in certificate mode a notice that names no certificate may be signed with each that is known`()
    async throws
  {
    let keys = try Vectors.keys()
    func certificate(_ name: String) throws -> PlatformCertificate {
      let made = try PlatformCertificate.selfSigned(
        keys.signer(name), name: name, validFrom: Vectors.moment.date,
        validUntil: Vectors.moment.adding(.days(365)).date)
      return try #require(made)
    }
    func provider(_ platform: [String]) throws -> AlipayProvider {
      let configuration = AlipayConfiguration(
        appID: "2021000000000001", sellerID: "2088000000000002", privateKey: try keys.signer("alipay-app"),
        trust: .certificates(
          application: try certificate("alipay-app"), platform: try platform.map(certificate), rootSerial: "r"))
      return AlipayProvider(configuration, http: ScriptedHTTP { _ in .json("") }, clock: Vectors.clock)
    }
    let genuine = try notice("payment-success")
    #expect(try await provider(["wechat-platform", "alipay-platform"]).verify(genuine)?.state == .captured)
    let stranger = try provider(["wechat-platform"])
    await #expect(throws: NoticeFault.badSignature) { try await stranger.verify(genuine) }
  }

  @Test func `a notice without a signature, of another kind of signature or for another isn't ours`() async throws {
    let (provider, _) = try provider()
    await #expect(throws: NoticeFault.unsigned) { try await provider.verify(try notice("missing-sign")) }
    let genuine = String(decoding: try notice("payment-success").body, as: UTF8.self)
    let downgraded = genuine.replacing("sign_type=RSA2", with: "sign_type=RSA")
    await #expect(throws: NoticeFault.badSignature) {
      try await provider.verify(RawNotice(headers: [:], body: Array(downgraded.utf8)))
    }
    for name in ["wrong-app-id", "wrong-seller"] {
      let report = try await provider.verify(try notice(name))
      #expect(report != nil && report?.merchant != provider.merchant)
    }
  }

  // MARK: Calls

  @Test func `the browser brings the signed wish to the page`() async throws {
    let (provider, http) = try provider()
    for (way, method) in [(PaymentWay.page, "alipay.trade.page.pay"), (.mobile, "alipay.trade.wap.pay")] {
      guard case .redirect(let url) = try await provider.open(Vectors.payment(way)).handover else {
        Issue.record("no address")
        continue
      }
      let parts = url.split(separator: "?", maxSplits: 1)
      #expect(parts[0] == AlipayConfiguration.gateway[...])
      var form = try #require(AlipayForm.decoded(Array(parts[1].utf8)))
      #expect(form["method"] == method && form["timestamp"] == "2026-01-15 10:20:30")
      let content = try #require(form["biz_content"])
      #expect(content.contains(#""total_amount":"88.80""#) && content.contains(#""time_expire":"2026-01-15 10:35:30""#))
      let removed = form.removeValue(forKey: "sign")
      let sign = try #require(removed)
      #expect(
        try Vectors.keys().verifier("alipay-app").isValid(sign, of: Data(AlipayForm.canonical(form).utf8)))
    }
    #expect(http.asked.isEmpty)
  }

  @Test func `a code is asked for, and an answer that Alipay didn't sign is no answer`() async throws {
    let inner = #"{"code":"10000","out_trade_no":"P20260115000001","qr_code":"https:\/\/qr.alipay.com\/bax1"}"#
    let (provider, _) = try provider { _ in try self.signed("alipay.trade.precreate", inner) }
    #expect(
      try await provider.open(Vectors.payment(.code))
        == ProviderOpening(.code(text: "https://qr.alipay.com/bax1"), goodUntil: Vectors.moment.adding(.hours(2))))
    let (fooled, _) = try self.provider { _ in .json(#"{"alipay_trade_precreate_response":\#(inner),"sign":"AAAA"}"#) }
    await #expect(throws: ProviderFault.self) { try await fooled.open(Vectors.payment(.code)) }
    let (other, _) = try self.provider { _ in try self.signed("alipay.trade.query", inner) }
    await #expect(throws: ProviderFault.self) { try await other.open(Vectors.payment(.code)) }
  }

  @Test(arguments: [
    ("WAIT_BUYER_PAY", "", ProviderReport.State.pending),
    ("TRADE_SUCCESS", #","send_pay_date":"2026-01-15 10:21:02""#, .captured),
    ("TRADE_FINISHED", #","send_pay_date":"2026-01-15 10:21:02""#, .captured), ("TRADE_CLOSED", "", .closed),
    ("TRADE_CLOSED", #","send_pay_date":"2026-01-15 10:21:02""#, .captured),
  ])
  func `a query tells the state`(status: String, more: String, state: ProviderReport.State) async throws {
    let (provider, _) = try provider { _ in
      try self.signed(
        "alipay.trade.query",
        #"{"code":"10000","out_trade_no":"P20260115000001","trade_no":"T1","total_amount":"88.80","trade_status":"\#(status)"\#(more)}"#
      )
    }
    let report = try await provider.query(Vectors.payment(.page))
    #expect(report.state == state && report.providerNumber == "T1" && report.amount.minor == 8880)
  }

  @Test(arguments: [
    ("40004", "ACQ.SYSTEM_ERROR", ProviderFault.outcomeUnknown("ACQ.SYSTEM_ERROR")),
    ("20000", "isp.unknow-error", .outcomeUnknown("isp.unknow-error")),
    ("40005", "isv.app-call-limited", .outcomeUnknown("isv.app-call-limited")),
    ("99999", "something.new", .outcomeUnknown("something.new")),
    ("40004", "ACQ.TRADE_HAS_CLOSE", .refused(code: "ACQ.TRADE_HAS_CLOSE")),
    ("20001", "aop.invalid-auth-token", .turnedAway(code: "aop.invalid-auth-token")),
    ("40001", "isv.missing-signature", .turnedAway(code: "isv.missing-signature")),
    ("40002", "isv.invalid-app-id", .turnedAway(code: "isv.invalid-app-id")),
    ("40003", "isv.conditions", .turnedAway(code: "isv.conditions")),
    ("40006", "isv.insufficient-isv-permissions", .turnedAway(code: "isv.insufficient-isv-permissions")),
  ])
  func `only a certain no is a no, and being turned away is none`(
    code: String, sub: String, fault: ProviderFault
  ) async throws {
    let (provider, _) = try provider { _ in
      try self.signed("alipay.trade.close", #"{"code":"\#(code)","msg":"x","sub_code":"\#(sub)"}"#)
    }
    await #expect(throws: fault) { try await provider.close(Vectors.payment(.page)) }
  }

  @Test func `a trade that nobody began is unknown until its time is over`() async throws {
    let (provider, _) = try provider { _ in
      try self.signed("alipay.trade.query", #"{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"}"#)
    }
    #expect(try await provider.query(Vectors.payment(.page)).state == .unknown)
    let late = AlipayProvider(
      try configuration(),
      http: ScriptedHTTP { _ in
        try self.signed("alipay.trade.query", #"{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"}"#)
      }, clock: WallClock { Vectors.moment.adding(.minutes(15)) })
    #expect(try await late.query(Vectors.payment(.page)).state == .closed)
  }

  // req: 4.2.4-6
  @Test func `a refund is done when Alipay says that money moved, or that it had`() async throws {
    let refund = ProviderRefund(
      payment: Vectors.payment(.page), number: "R1", amount: Money(minor: 880, currency: .cny), reason: "少发一件")
    func answering(_ change: String, then status: String?) throws -> AlipayProvider {
      try provider { call in
        let method = try #require(AlipayForm.decoded(call.body)?["method"])
        if method == "alipay.trade.refund" {
          return try self.signed(
            method,
            #"{"code":"10000","out_trade_no":"P20260115000001","fund_change":"\#(change)","refund_fee":"17.60"}"#)
        }
        let told = status.map { #","out_request_no":"R1","refund_amount":"8.80","refund_status":"\#($0)""# } ?? ""
        return try self.signed(method, #"{"code":"10000"\#(told)}"#)
      }.0
    }
    #expect(try await answering("Y", then: nil).refund(refund).state == .settled)
    #expect(try await answering("N", then: "REFUND_SUCCESS").refund(refund).state == .settled)
    #expect(try await answering("N", then: nil).refund(refund).state == .unknown)
    let (short, _) = try provider { _ in
      try self.signed("alipay.trade.refund", #"{"code":"40004","sub_code":"ACQ.SELLER_BALANCE_NOT_ENOUGH"}"#)
    }
    #expect(try await short.refund(refund).state == .stuck)
  }

  // MARK: Bill

  private struct BillFile: Decodable { let zip_base64: String }

  @Test func `the bill of a day is unpacked and read`() async throws {
    let zip = try #require(Data(base64Encoded: Vectors.read("alipay-bill", as: BillFile.self).zip_base64))
    let (provider, http) = try provider { call in
      if call.method == "GET" { return ProviderAnswer(status: 200, headers: [:], body: Array(zip)) }
      return try self.signed(
        "alipay.data.dataservice.bill.downloadurl.query",
        #"{"code":"10000","bill_download_url":"http://openapi.alipay.com/bill?x=1"}"#)
    }
    let rows = try await statement(provider, "2026-01-15")
    #expect(
      rows == [
        StatementRow(
          kind: .payment, payment: "P20260115000001", providerNumber: "2026011522001400000000000001",
          amount: Money(minor: 8880, currency: .cny), fee: Money(minor: 53, currency: .cny),
          at: try moment("2026-01-15T10:21:02+08:00")),
        StatementRow(
          kind: .refund, payment: "P20260115000001", refund: "R20260115000001",
          providerNumber: "2026011522001400000000000001", amount: Money(minor: 880, currency: .cny),
          fee: Money(minor: -5, currency: .cny), at: try moment("2026-01-16T09:00:00+08:00")),
      ])
    #expect(http.asked.map(\.method) == ["POST", "GET"])
    // What is told as unsafe is asked for safely.
    #expect(http.asked[1].url == "https://openapi.alipay.com/bill?x=1")
  }

  @Test(arguments: ["https://evil.example/bill", "file:///etc/passwd", "https://alipay.com.evil.example/x", ""])
  func `a bill from an unexpected place isn't fetched`(url: String) async throws {
    let (provider, http) = try provider { _ in
      try self.signed(
        "alipay.data.dataservice.bill.downloadurl.query", #"{"code":"10000","bill_download_url":"\#(url)"}"#)
    }
    await #expect(throws: ProviderFault.self) { try await statement(provider, "2026-01-15") }
    #expect(http.asked.count == 1)
  }

  @Test func `a day without movements has no bill, and one of which none is made yet must wait`() async throws {
    let (provider, _) = try provider { _ in
      try self.signed(
        "alipay.data.dataservice.bill.downloadurl.query", #"{"code":"40004","sub_code":"isp.bill_not_exist"}"#)
    }
    #expect(try await statement(provider, "2026-01-14").isEmpty)
    await #expect(throws: ProviderFault.notYet) { try await statement(provider, "2026-01-15") }
  }
}
