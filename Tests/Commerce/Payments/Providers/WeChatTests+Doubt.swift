import Foundation
import Signatures
import Synchronization
import TestKit
import Testing
import Values

@testable import Payments

/// What is made of answers and notices that leave something open.
extension WeChatTests {
  private var refund: ProviderRefund {
    ProviderRefund(
      payment: Vectors.payment(.code), number: "R1", amount: Money(minor: 880, currency: .cny), reason: "")
  }

  @Test(
    arguments: [
      (401, "SIGN_ERROR", ProviderFault.turnedAway(code: "SIGN_ERROR")), (401, nil, .turnedAway(code: "status401")),
      (403, "NO_AUTH", .turnedAway(code: "NO_AUTH")), (403, "REQUEST_BLOCKED", .turnedAway(code: "REQUEST_BLOCKED")),
      (403, nil, .turnedAway(code: "status403")), (403, "OUT_TRADE_NO_USED", .refused(code: "OUT_TRADE_NO_USED")),
      (400, "MCH_NOT_EXISTS", .turnedAway(code: "MCH_NOT_EXISTS")), (400, "PARAM_ERROR", .refused(code: "PARAM_ERROR")),
      (404, nil, .outcomeUnknown("status 404")), (400, "ORDERPAID", .outcomeUnknown("ORDERPAID")),
    ] as [(Int, String?, ProviderFault)])
  func `who is turned away isn't refused, nor is what is paid already`(
    status: Int, code: String?, fault: ProviderFault
  ) async throws {
    let body = code.map { #"{"code":"\#($0)","message":"x"}"# } ?? "<html>"
    let (provider, _) = try provider { _ in .json(body, status) }
    await #expect(throws: fault) { try await provider.open(Vectors.payment(.code)) }
  }

  // req: 4.2.4-6
  @Test(arguments: [(401, "SIGN_ERROR"), (403, "NO_AUTH"), (400, "PARAM_ERROR"), (500, "SYSTEM_ERROR")])
  func `a refund that can't be asked about didn't fail`(status: Int, code: String) async throws {
    let (provider, _) = try provider { call in
      call.method == "POST" ? .json(#"{"code":"INVALID_REQUEST"}"#, 400) : .json(#"{"code":"\#(code)"}"#, status)
    }
    do {
      _ = try await provider.refund(refund)
      Issue.record("it was judged")
    } catch ProviderFault.outcomeUnknown, ProviderFault.turnedAway {}
    let (turned, _) = try self.provider { _ in .json(#"{"code":"SIGN_ERROR"}"#, 401) }
    await #expect(throws: ProviderFault.turnedAway(code: "SIGN_ERROR")) { try await turned.refund(refund) }
  }

  @Test func `an answer about another order or refund is none, and an empty reason isn't sent`() async throws {
    let (other, _) = try provider { _ in
      try self.signed(
        #"{"appid":"wx0000000000000001","mchid":"1900000001","out_trade_no":"P2","trade_state":"SUCCESS","amount":{"total":8880,"currency":"CNY"}}"#
      )
    }
    await #expect(throws: ProviderFault.self) { try await other.query(Vectors.payment(.code)) }
    let (refunds, http) = try self.provider { _ in
      try self.signed(#"{"out_refund_no":"R2","status":"SUCCESS","amount":{"refund":880,"total":8880}}"#)
    }
    await #expect(throws: ProviderFault.self) { try await refunds.refund(refund) }
    await #expect(throws: ProviderFault.self) { try await refunds.queryRefund(refund) }
    #expect(!String(decoding: http.asked[0].body, as: UTF8.self).contains("reason"))
  }

  // MARK: Certificates

  /// Answers with the platform's certificates once it may.
  private final class GatedHTTP: ProviderHTTP {
    private let answer: ProviderAnswer
    private let calls = Mutex(0)
    private let gate = AsyncStream<Void>.makeStream()

    init(_ answer: ProviderAnswer) { self.answer = answer }

    var asked: Int { calls.withLock { $0 } }
    func open() { gate.continuation.finish() }

    func send(_ call: ProviderCall) async throws -> ProviderAnswer {
      calls.withLock { $0 += 1 }
      for await _ in gate.stream {}
      return answer
    }

    func download(_ call: ProviderCall, to path: String, limitBytes: Int) async throws -> ProviderAnswer {
      try await send(call)
    }
  }

  @Test func `all who need the first certificates wait for one fetch`() async throws {
    let file = try Vectors.read("wechat-certificates", as: CertificateFile.self)
    let http = GatedHTTP(.json(file.body, headers: headers(file.headers)))
    let provider = WeChatProvider(try gateway(withPublicKey: false, http))
    let notice = try notice("transaction-success-platform-cert")
    let tasks = (0..<3).map { _ in Task { try await provider.verify(notice)?.state } }
    while http.asked == 0 { await Task.yield() }
    for _ in 0..<1000 { await Task.yield() }
    http.open()
    for task in tasks { #expect(try await task.value == .captured) }
    #expect(http.asked == 1)
  }

  @Test func `after a fetch in vain the next is made soon, not at once`() async throws {
    let file = try Vectors.read("wechat-certificates", as: CertificateFile.self)
    let answer = ProviderAnswer.json(file.body, headers: headers(file.headers))
    let time = TestClock(Vectors.moment)
    let upAt = Vectors.moment.adding(.seconds(6))
    let http = ScriptedHTTP { _ in time.now < upAt ? .json("", 500) : answer }
    let provider = WeChatProvider(try gateway(withPublicKey: false, clock: time.clock, http))
    let notice = try notice("transaction-success-platform-cert")
    for _ in 0..<2 {
      await #expect(throws: NoticeFault.badSignature) { try await provider.verify(notice) }
    }
    #expect(http.asked.count == 1)
    // Each time twice as long, so that serials that nobody has don't make us ask for ever.
    for (seconds, count) in [(2, 2), (3, 2)] {
      time.advance(by: .seconds(seconds))
      await #expect(throws: NoticeFault.badSignature) { try await provider.verify(notice) }
      #expect(http.asked.count == count)
    }
    time.advance(by: .seconds(1))
    #expect(try await provider.verify(notice)?.state == .captured)
    #expect(http.asked.count == 3)
  }

  @Test func `a certificate goes by its serial, however that is written`() {
    #expect(WeChatKeys.plain("0a1b") == "A1B" && WeChatKeys.plain("5E57") == "5E57")
  }

  // MARK: Bill

  private static let header = Array(repeating: "列", count: 27).joined(separator: ",")
  private static let sums = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"

  private func movement(_ goods: String = "tea") -> String {
    var cells = Array(repeating: "", count: 27)
    let written = [
      0: "2026-01-15 10:21:02", 5: "4200", 6: "P1", 9: "SUCCESS", 11: "CNY", 20: goods, 22: "0.53000", 24: "88.80",
      25: "0.00",
    ]
    for (place, text) in written { cells[place] = text }
    return cells.map { "`" + $0 }.joined(separator: ",")
  }

  private func read(_ lines: [String]) throws -> Int {
    var bill = WeChatBill()
    return try lines.compactMap { try bill.row(Array($0.utf8)[...]) }.count
  }

  @Test func `empty lines end nothing, and names may have commas and quotes`() throws {
    let end = [Self.sums, "`3,`88.80"]
    #expect(try read([Self.header, movement(), "", " ", movement("12\" plate, blue"), movement()] + end) == 3)
    #expect(try read([Self.header] + end) == 0)
  }

  @Test func `a movement where there should be none isn't passed over`() throws {
    #expect(throws: ProviderFault.self) { try read([Self.header, movement(), "a line", movement()]) }
    #expect(throws: ProviderFault.self) { try read([Self.header, "`1,`2"]) }
    #expect(throws: ProviderFault.self) { try read([movement()]) }
  }

  @Test func `before the morning after, no bill is one that isn't made yet`() async throws {
    let (provider, _) = try provider { _ in .json(#"{"code":"NO_STATEMENT_EXIST"}"#, 400) }
    #expect(try await statement(provider, "2026-01-14").isEmpty)
    await #expect(throws: ProviderFault.notYet) { try await statement(provider, "2026-01-15") }
  }
}
