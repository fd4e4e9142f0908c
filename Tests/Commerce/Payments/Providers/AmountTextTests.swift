import Foundation
import Signatures
import Testing
import Values

@testable import Payments

/// Amounts on the wire, of each adapter: yuan as text at Alipay, whole numbers elsewhere. What was sent and told is the same
/// to the fen, and nothing is rounded or guessed.
@Suite struct AmountTextTests {
  /// At the bounds, near them, and anywhere between.
  private static func amounts(_ count: Int, most: Int64, seed: UInt64) -> [Int64] {
    var dice = Dice(seed: seed)
    let edges: [Int64] = [1, 9, 10, 11, 99, 100, 101, 110, 999, 1000, 1001, 8880, 10_005, most - 1, most]
    return edges
      + (0..<count).map { _ in
        let digits = Int.random(in: 1...10, using: &dice)
        let bound = (0..<digits).reduce(Int64(1)) { bound, _ in bound * 10 }
        return Int64.random(in: 1...min(bound, most), using: &dice)
      }
  }

  /// By division, not by what is tested.
  private static func yuan(_ minor: Int64) -> String {
    let fen = minor % 100
    return "\(minor / 100).\(fen < 10 ? "0" : "")\(fen)"
  }

  private static func payment(_ minor: Int64, _ currency: Currency = .cny, way: PaymentWay) -> ProviderPayment {
    ProviderPayment(
      number: "P20260115000001", amount: Money(minor: minor, currency: currency), subject: "Tea", language: .en,
      expiresAt: Vectors.moment.adding(.minutes(15)), returnURL: "https://shop.example/back",
      noticeURL: "https://shop.example/payments/notices/x", way: way, client: PayingClient(openID: "oTEST"))
  }

  // MARK: Alipay

  private static let goodYuan: [(String, Int64)] = [
    ("0.01", 1), ("0.1", 10), ("0.10", 10), ("1", 100), ("88", 8800), ("88.8", 8880), ("88.80", 8880),
    ("99999999.99", 9_999_999_999), ("100000000", 10_000_000_000), ("100000000.00", 10_000_000_000),
  ]
  private static let badYuan = [
    "", ".", "1.", ".5", "1e2", "1E2", "1e-2", "+1", "-1", "-0.01", "1.005", "0.001", "88.800", " 1", "1 ", "1 000",
    "1,000", "1_000", "1.2.3", "0x10", "NaN", "inf", "¥1", "1元", "١", "１", "1\n", "1\u{0}", "9999999999999999",
  ]

  private func alipayNotice(_ total: String) throws -> RawNotice {
    var fields = [
      "notify_type": "trade_status_sync", "app_id": "2021000000000001", "seller_id": "2088000000000002",
      "out_trade_no": "P20260115000001", "trade_no": "T1", "trade_status": "TRADE_SUCCESS", "total_amount": total,
      "gmt_payment": "2026-01-15 10:21:02",
    ]
    let sign = try Vectors.keys().signer("alipay-platform").signature(of: Data(AlipayForm.canonical(fields).utf8))
    fields["sign"] = sign
    fields["sign_type"] = "RSA2"
    return RawNotice(headers: [:], body: Array(AlipayForm.encoded(fields).utf8))
  }

  private func alipayAnswer(_ total: String) throws -> AlipayProvider {
    // A zero byte and the end of a line stand in JSON as escapes.
    let told = String(decoding: try JSONEncoder().encode(total), as: UTF8.self)
    return try AlipayTests().provider { _ in
      try AlipayTests().signed(
        "alipay.trade.query",
        #"{"code":"10000","out_trade_no":"P20260115000001","trade_no":"T1","total_amount":\#(told),"trade_status":"TRADE_SUCCESS"}"#
      )
    }.0
  }

  @Test func `what Alipay is asked for is the amount as text with two decimals`() async throws {
    let (provider, _) = try AlipayTests().provider()
    for minor in Self.amounts(40, most: AlipayProvider.mostMinor, seed: 11) {
      guard case .redirect(let url) = try await provider.open(Self.payment(minor, way: .page)).handover,
        let query = url.split(separator: "?", maxSplits: 1).last,
        let content = AlipayForm.decoded(Array(query.utf8))?["biz_content"]
      else {
        Issue.record("no address for \(minor)")
        continue
      }
      #expect(content.contains("\"total_amount\":\"\(Self.yuan(minor))\""), "\(minor): \(content)")
    }
    for minor in [0, -1, AlipayProvider.mostMinor + 1] {
      await #expect(throws: ProviderFault.refused(code: "amount"), "\(minor)") {
        try await provider.open(Self.payment(minor, way: .page))
      }
    }
    await #expect(throws: ProviderFault.refused(code: "amount")) {
      try await provider.open(Self.payment(100, .usd, way: .page))
    }
  }

  // req: 4.1.4-2
  @Test func `of a notice and of an answer of Alipay the amount is read as it is written, or not at all`() async throws
  {
    let (provider, _) = try AlipayTests().provider()
    let random = Self.amounts(25, most: AlipayProvider.mostMinor, seed: 12).map { (Self.yuan($0), $0) }
    for (text, minor) in Self.goodYuan + random {
      let amount = Money(minor: minor, currency: .cny)
      #expect(try await provider.verify(try alipayNotice(text))?.amount == amount, "\(text)")
      #expect(try await alipayAnswer(text).query(Vectors.payment(.page)).amount == amount, "\(text)")
    }
    for text in Self.badYuan {
      await #expect(throws: NoticeFault.unreadable("fields"), "\(text)") {
        try await provider.verify(try alipayNotice(text))
      }
      let answering = try alipayAnswer(text)
      await #expect(throws: ProviderFault.self, "\(text)") { try await answering.query(Vectors.payment(.page)) }
    }
  }

  // MARK: Whole numbers

  /// As they may stand in JSON: what they are, nil for what is no whole number, or no number of JSON.
  private static let numbers: [(String, Int64?)] = [
    ("1", 1), ("8880", 8880), ("10000000000", 10_000_000_000), ("0", 0), ("-1", -1), ("0.1", nil), ("1.005", nil),
    ("88.80", nil), ("+1", nil), (".5", nil), ("1e-1", nil), ("1e400", nil), ("0x10", nil),
    ("NaN", nil), ("null", nil), ("true", nil), ("\"8880\"", nil), ("\"\"", nil), ("[1]", nil), ("1,000", nil),
    ("9223372036854775808", nil), ("99999999999999999999", nil),
    // The same number, spelled otherwise: read as what it is, or refused.
    ("1e2", 100), ("100000000.00", 100_000_000), ("8.88e3", 8880), ("01", 1), ("1.", 1),
  ]
  private static let spelledOtherwise: Set = ["1e2", "100000000.00", "8.88e3", "01", "1."]

  /// - Parameter read: the amount that the adapter makes of a message with the text in it. Throws for one that it refuses.
  private func expectWhole(_ read: (String) async throws -> Int64?) async throws {
    for (text, value) in Self.numbers {
      do {
        let found = try await read(text)
        #expect(value != nil && found == value, "\(text) was read as \(found.map { "\($0)" } ?? "nothing")")
      } catch is NoticeFault {
        #expect(value == nil || Self.spelledOtherwise.contains(text), "\(text) was refused")
      }
    }
    for minor in Self.amounts(40, most: 10_000_000_000, seed: 13) {
      #expect(try await read("\(minor)") == minor)
    }
  }

  // req: 4.1.4-2
  @Test func `Stripe's amounts are whole numbers of the smallest unit`() async throws {
    let stripe = StripeTests()
    let (provider, _) = try stripe.provider()
    try await expectWhole { text in
      let intent =
        #"{"id":"pi_1","status":"succeeded","amount":\#(text),"amount_received":\#(text),"currency":"cny","metadata":{"number":"P1"}}"#
      return try await provider.verify(stripe.signed(stripe.event("payment_intent.succeeded", intent)))?.amount.minor
    }
    let (asking, http) = try stripe.provider { _ in
      .json(
        #"{"id":"cs_1","url":"https://checkout.example/cs_1","status":"open","payment_status":"unpaid","amount_total":1,"currency":"cny","client_reference_id":"P20260115000001"}"#
      )
    }
    let yen = try #require(Currency("JPY"))
    for (minor, currency) in Self.amounts(40, most: 99_999_999, seed: 14).map({ ($0, Currency.cny) }) + [
      (Int64(500), yen)
    ] {
      _ = try await asking.open(Self.payment(minor, currency, way: .page))
      let body = try #require(http.asked.last.map { String(decoding: $0.body, as: UTF8.self) })
      let code = currency.code.lowercased()
      #expect(body.contains("[unit_amount]=\(minor)&") && body.contains("[currency]=\(code)&"), "\(body)")
    }
    for minor: Int64 in [0, -1] {
      await #expect(throws: ProviderFault.refused(code: "amount")) {
        try await asking.open(Self.payment(minor, way: .page))
      }
    }
  }

  // req: 4.1.4-2
  @Test func `the sandbox's amounts are whole numbers, too`() async throws {
    let provider = SandboxProvider(
      baseURL: "https://sandbox.example", merchant: "M-1", secret: "a secret", http: ScriptedHTTP { _ in .json("") },
      clock: Vectors.clock)
    let time = Vectors.moment.milliseconds / 1000
    try await expectWhole { text in
      let body =
        #"{"merchant":"M-1","number":"P1","tradeNumber":"T1","amount":\#(text),"currency":"CNY","state":"paid","at":1}"#
      let code = StripeSigning.code("\(time)\nnotice\n\(body)", "a secret")
      return try provider.verify(
        RawNotice(headers: ["sandbox-time": "\(time)", "sandbox-signature": code], body: Array(body.utf8)))?.amount
        .minor
    }
  }

  // req: 4.1.4-2
  @Test func `WeChat Pay's amounts are whole numbers of fen`() async throws {
    let weChat = WeChatTests()
    try await expectWhole { text in
      let (provider, _) = try weChat.provider { _ in
        try weChat.signed(
          #"{"appid":"wx0000000000000001","mchid":"1900000001","out_trade_no":"P20260115000001","trade_state":"SUCCESS","amount":{"total":\#(text),"currency":"CNY"}}"#
        )
      }
      do {
        return try await provider.query(Vectors.payment(.code)).amount.minor
      } catch ProviderFault.outcomeUnknown {
        throw NoticeFault.unreadable(text)
      }
    }
    let (asking, http) = try weChat.provider { _ in try weChat.signed(#"{"code_url":"weixin://wxpay/x"}"#) }
    for minor in Self.amounts(20, most: 10_000_000_000, seed: 15) {
      _ = try await asking.open(Self.payment(minor, way: .code))
      let body = try #require(http.asked.last.map { String(decoding: $0.body, as: UTF8.self) })
      #expect(body.contains(#""amount":{"currency":"CNY","total":\#(minor)}"#), "\(body)")
    }
    for (minor, currency) in [(0, Currency.cny), (-1, .cny), (100, .usd)] as [(Int64, Currency)] {
      await #expect(throws: ProviderFault.refused(code: "amount")) {
        try await asking.open(Self.payment(minor, currency, way: .code))
      }
    }
  }

  // MARK: Bills

  @Test(
    arguments: [
      ("0.1", 10), ("88.80", 8880), ("-8.80", -880), ("100000000.00", 10_000_000_000), ("0.53000", 53), ("0", 0),
      // Fees have up to five decimals, and are rounded half away from zero.
      ("1.005", 101), ("-1.005", -101), ("1.00499", 100), ("0.00001", 0), ("1e2", nil), ("+1", nil), ("", nil),
      ("-", nil), ("--1", nil), ("1.", nil), (".5", nil), ("1.000000", nil), ("1,000", nil), ("1 000", nil),
      ("1234567890123", nil), ("NaN", nil), ("¥1", nil), ("١", nil),
    ] as [(String, Int64?)])
  func `the cells of bills are yuan with up to five decimals, or can't be read`(text: String, fen: Int64?) {
    #expect(CSVCells.yuan(Array(text.utf8)[...]) == fen)
  }

  @Test func `any amount of a bill is the fen that it was written of`() {
    for minor in Self.amounts(500, most: 10_000_000_000, seed: 16) {
      for more in ["", "0", "000"] {
        #expect(CSVCells.yuan(Array((Self.yuan(minor) + more).utf8)[...]) == minor)
        #expect(CSVCells.yuan(Array(("-" + Self.yuan(minor) + more).utf8)[...]) == -minor)
      }
    }
  }
}
