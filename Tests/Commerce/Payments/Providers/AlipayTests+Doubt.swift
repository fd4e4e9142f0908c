import Foundation
import Signatures
import Testing
import Values

@testable import Payments

/// What is made of answers and notices that leave something open.
extension AlipayTests {
  private var refund: ProviderRefund {
    ProviderRefund(
      payment: Vectors.payment(.page), number: "R1", amount: Money(minor: 880, currency: .cny), reason: "")
  }

  /// A platform that refuses refunds, and answers questions about them as given.
  private func refusing(_ refusal: String, then answer: String) throws -> AlipayProvider {
    try provider { call in
      let method = try #require(AlipayForm.decoded(call.body)?["method"])
      return try self.signed(method, method == "alipay.trade.refund" ? refusal : answer)
    }.0
  }

  // req: 4.2.4-6
  @Test func `a refund that is refused failed only when nothing is known of it`() async throws {
    let no = #"{"code":"40004","sub_code":"ACQ.TRADE_NOT_ALLOW_REFUND"}"#
    let done =
      #"{"code":"10000","out_request_no":"R1","refund_amount":"8.80","refund_status":"REFUND_SUCCESS"}"#
    #expect(try await refusing(no, then: done).refund(refund).state == .settled)
    let failed = try await refusing(no, then: #"{"code":"10000"}"#).refund(refund)
    #expect(failed.state == .failed && failed.reason == "ACQ.TRADE_NOT_ALLOW_REFUND")
    // A "no" to the question is none to the refund.
    let doubtful = try refusing(no, then: #"{"code":"40004","sub_code":"ACQ.INVALID_PARAMETER"}"#)
    do {
      _ = try await doubtful.refund(refund)
      Issue.record("it was judged")
    } catch ProviderFault.outcomeUnknown {}
  }

  @Test func `whoever is turned away knows nothing of the refund`() async throws {
    let away = #"{"code":"40002","sub_code":"isv.invalid-signature"}"#
    let fault = ProviderFault.turnedAway(code: "isv.invalid-signature")
    let (turned, _) = try provider { _ in try self.signed("alipay.trade.refund", away) }
    await #expect(throws: fault) { try await turned.refund(refund) }
    let later = try refusing(#"{"code":"40004","sub_code":"ACQ.TRADE_HAS_FINISHED"}"#, then: away)
    await #expect(throws: fault) { try await later.refund(refund) }
  }

  @Test func `an answer about another trade is none`() async throws {
    let (query, _) = try provider { _ in
      try self.signed(
        "alipay.trade.query",
        #"{"code":"10000","out_trade_no":"P2","trade_no":"T1","total_amount":"88.80","trade_status":"TRADE_SUCCESS"}"#)
    }
    await #expect(throws: ProviderFault.self) { try await query.query(Vectors.payment(.page)) }
    let (other, _) = try provider { _ in
      try self.signed(
        "alipay.trade.fastpay.refund.query",
        #"{"code":"10000","out_trade_no":"P2","out_request_no":"R1","refund_amount":"8.80","refund_status":"REFUND_SUCCESS"}"#
      )
    }
    await #expect(throws: ProviderFault.self) { try await other.queryRefund(refund) }
  }

  @Test func `one that is paid already isn't refused, and one that is closed is`() async throws {
    func answering(_ code: String) throws -> AlipayProvider {
      try provider { _ in
        try self.signed("alipay.trade.precreate", #"{"code":"40004","sub_code":"\#(code)"}"#)
      }.0
    }
    await #expect(throws: ProviderFault.outcomeUnknown("ACQ.TRADE_HAS_SUCCESS")) {
      try await answering("ACQ.TRADE_HAS_SUCCESS").open(Vectors.payment(.code))
    }
    await #expect(throws: ProviderFault.refused(code: "ACQ.TRADE_HAS_CLOSE")) {
      try await answering("ACQ.TRADE_HAS_CLOSE").open(Vectors.payment(.code))
    }
    #expect(try await provider().0.open(Vectors.payment(.page)).goodUntil == nil)
    #expect(try provider().0.closesUnseen == false)
  }

  @Test func `an empty reason isn't sent`() async throws {
    let (provider, http) = try provider { _ in
      try self.signed(
        "alipay.trade.refund", #"{"code":"10000","out_trade_no":"P20260115000001","fund_change":"Y"}"#)
    }
    #expect(try await provider.refund(refund).state == .settled)
    let asked = try #require(AlipayForm.decoded(http.asked[0].body)?["biz_content"])
    #expect(asked.contains("out_request_no") && !asked.contains("refund_reason"))
  }

  // MARK: Notices

  private func told(_ more: [String: String], status: String = "TRADE_SUCCESS") throws -> RawNotice {
    var fields = [
      "notify_type": "trade_status_sync", "app_id": "2021000000000001", "seller_id": "2088000000000002",
      "out_trade_no": "P20260115000001", "trade_no": "T1", "trade_status": status, "total_amount": "88.80",
    ]
    fields.merge(more) { $1 }
    let sign = try Vectors.keys().signer("alipay-platform").signature(of: Data(AlipayForm.canonical(fields).utf8))
    fields["sign"] = sign
    fields["sign_type"] = "RSA2"
    return RawNotice(headers: [:], body: Array(AlipayForm.encoded(fields).utf8))
  }

  private func told(refund number: String?) throws -> RawNotice {
    var fields = ["gmt_payment": "2026-01-15 10:21:02", "gmt_refund": "2026-01-15 10:22:02.123", "refund_fee": "8.80"]
    fields["out_biz_no"] = number
    return try told(fields)
  }

  @Test func `a refund of ours needs no question, and one begun at Alipay comes again until it is done`() async throws {
    let (busy, http) = try provider { _ in try self.signed("alipay.trade.fastpay.refund.query", #"{"code":"10000"}"#) }
    let ours = RefundID(raw: 42).description
    let report = try #require(try await busy.verify(try told(refund: ours)))
    #expect(report.state == .captured && report.refund == nil && http.asked.isEmpty)
    await #expect(throws: NoticeFault.notYet("a refund that isn't done")) {
      try await busy.verify(try told(refund: "20260115001"))
    }
    #expect(http.asked.count == 1)
    // About what is another's nothing is asked.
    let foreign = try told(["app_id": "2", "gmt_refund": "2026-01-15 10:22:02.123", "out_biz_no": "20260115001"])
    #expect(try await busy.verify(foreign)?.refund == nil && http.asked.count == 1)
  }

  @Test func `a refund without a number of its own goes by the payment's`() async throws {
    let (provider, http) = try provider { _ in
      try self.signed(
        "alipay.trade.fastpay.refund.query",
        #"{"code":"10000","out_request_no":"P20260115000001","refund_amount":"8.80","refund_status":"REFUND_SUCCESS"}"#)
    }
    for number in [nil, ""] {
      let report = try await provider.verify(try told(refund: number))
      #expect(report?.refund?.number == "P20260115000001" && report?.refund?.amount.minor == 880)
    }
    let asked = try #require(AlipayForm.decoded(http.asked[0].body)?["biz_content"])
    #expect(asked.contains(#""out_request_no":"P20260115000001""#))
  }

  @Test func `who doesn't answer isn't asked for every notice`() async throws {
    let (provider, http) = try provider { _ in throw ProviderFault.unreachable("away") }
    for _ in 0..<8 {
      await #expect(throws: NoticeFault.notYet("what it tells of can't be asked for")) {
        try await provider.verify(try told(refund: "20260115001"))
      }
    }
    #expect(http.asked.count == 5)
    // What needs no question is heard.
    #expect(try await provider.verify(try told(["gmt_payment": "2026-01-15 10:21:02"]))?.state == .captured)
  }

  @Test(arguments: [("0.00", ProviderReport.State.closed), ("88.80", .captured)])
  func `a trade that is closed was paid only if something went back`(fee: String, state: ProviderReport.State)
    async throws
  {
    let (provider, _) = try provider()
    #expect(try await provider.verify(try told(["refund_fee": fee], status: "TRADE_CLOSED"))?.state == state)
  }

  // MARK: Bill

  private func row(_ goods: String = "tea", cells: Int = 25) -> [UInt8] {
    let head = Array("2026011522001400000000000001\t,P1\t,".utf8)
    let kind: [UInt8] = [0xBD, 0xBB, 0xD2, 0xD7]
    let tail = ",\(goods),2026-01-15 10:20:30,2026-01-15 10:21:02,,,,,x,88.80,88.80,0,0,0,0,0,,0,0,\t,-0.53,0,"
    let comma = UInt8(ascii: ",")
    let all = (head + kind + Array(tail.utf8)).split(separator: comma, omittingEmptySubsequences: false)
    return Array(all.prefix(cells).joined(separator: [comma]))
  }

  @Test func `a line that lacks something isn't passed over`() throws {
    var bill = AlipayBill()
    func read(_ line: [UInt8]) throws -> StatementRow? { try bill.row(line[...]) }
    #expect(try read(Array("#comment".utf8)) == nil)
    #expect(try read(Array(Array(repeating: "name", count: 25).joined(separator: ",").utf8)) == nil)
    #expect(try read(row())?.amount.minor == 8880)
    // Inches have a quote that nothing closes.
    #expect(try read(row("12\" plate"))?.fee.minor == 53)
    #expect(try read([]) == nil)
    #expect(throws: ProviderFault.self) { try read(row(cells: 24)) }
    // The file of the sums has fewer columns, and no movements.
    bill.begin(entry: [])
    #expect(try read(row(cells: 12)) == nil)
    #expect(throws: ProviderFault.self) { try read(row()) }
  }

  @Test func `who stops reading doesn't take half a bill for the whole`() async throws {
    struct File: Decodable { let zip_base64: String }
    let zip = try #require(Data(base64Encoded: Vectors.read("alipay-bill", as: File.self).zip_base64))
    let (provider, _) = try provider { call in
      if call.method == "GET" { return ProviderAnswer(status: 200, headers: [:], body: Array(zip)) }
      return try self.signed(
        "alipay.data.dataservice.bill.downloadurl.query",
        #"{"code":"10000","bill_download_url":"https://dwbillcenter.alipay.com/bill?x=1"}"#)
    }
    let day = try #require(ProviderDay(rawValue: "2026-01-15"))
    let (arrivals, arrival) = AsyncStream<Void>.makeStream()
    let reading = Task {
      try await provider.readStatement(of: day) { _ in
        arrival.finish()
        while !Task.isCancelled { await Task.yield() }
      }
    }
    for await _ in arrivals {}
    reading.cancel()
    await #expect(throws: CancellationError.self) { try await reading.value }
  }

  @Test(
    arguments: [
      ("http://dwbillcenter.alipay.com/b?x=1", "https://dwbillcenter.alipay.com/b?x=1"),
      ("https://dwbillcenter.alipay.com/b", "https://dwbillcenter.alipay.com/b"),
      ("http://sandbox.example:8080/b", "http://sandbox.example:8080/b"),
      ("https://sandbox.example:8080/b", nil), ("http://sandbox.example:9090/b", nil),
      ("http://sandbox.example/b", nil),
      ("http://dwbillcenter.alipay.com:22/b", nil), ("https://me@dwbillcenter.alipay.com/b", nil),
      ("ftp://dwbillcenter.alipay.com/b", nil), ("https://alipay.com.evil.example/b", nil), ("", nil),
    ] as [(String, String?)])
  func `bills are fetched by the gateway's own scheme, or safely`(told: String, asked: String?) {
    #expect(
      DownloadedBill.address(told, of: "http://sandbox.example:8080/alipay/gateway.do", or: [".alipay.com"]) == asked)
  }
}
