import Compression
import Foundation
import Signatures
import Testing
import Values

@testable import Sandbox

/// Signed examples that other libraries made (`Tests/Commerce/Payments/Vectors`), held against the sandbox's side.
@Suite struct AlipayVectorTests {
  private struct Keys: Decodable {
    struct Pair: Decodable { let private_pkcs8_pem, public_spki_pem: String }
    let keys: [String: Pair]
  }

  private struct Requests: Decodable {
    struct Case: Decodable {
      let name: String
      let params: [String: String]
      let canonical, sign, query_string: String
    }
    let cases: [Case]
  }

  private struct Notices: Decodable {
    struct Case: Decodable { let name, raw_body, canonical: String }
    let cases: [Case]
  }

  private struct Bill: Decodable { let csv_utf8, zip_base64: String }

  private static func read<Content: Decodable>(_ name: String, as _: Content.Type = Content.self) throws -> Content {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = tests.appendingPathComponent("Commerce/Payments/Vectors/\(name).json")
    return try JSONDecoder().decode(Content.self, from: Data(contentsOf: file))
  }

  private static func account() throws -> AlipayAccount {
    let keys = try read("test-only-keys", as: Keys.self).keys
    var ring = try KeyRing(
      file: nil,
      given: [
        "alipay.platform": try #require(keys["TEST-ONLY-alipay-platform"]).private_pkcs8_pem,
        "alipay.appPublicKey": try #require(keys["TEST-ONLY-alipay-app"]).public_spki_pem,
      ])
    return try AlipayAccount(&ring)
  }

  @Test func `requests that other clients signed are let in, and not when they are changed`() throws {
    let gate = AlipayGate(account: try Self.account())
    for example in try Self.read("alipay-request-sign", as: Requests.self).cases {
      let parameters = try AlipayEndpoints.parameters(query: example.query_string, form: [])
      #expect(AlipayWire.canonical(request: parameters) == example.canonical, "\(example.name)")
      #expect(parameters["sign"] == example.sign)
      _ = try gate.open(parameters)
      let changed = parameters.merging(["notify_url": "https://else.example"]) { $1 }
      #expect(throws: AlipayRefusal.self) { try gate.open(changed) }
    }
  }

  @Test func `notices are signed over what others sign them over`() throws {
    for example in try Self.read("alipay-notify", as: Notices.self).cases where example.name == "payment-success" {
      let pairs = try #require(FormText.pairs(example.raw_body.utf8))
      let fields = Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      #expect(AlipayWire.canonical(notice: fields) == example.canonical)
    }
  }

  @Test func `a bill reads as those do that are handed around`() throws {
    let bill = try Self.read("alipay-bill", as: Bill.self)
    let seen = try #require(Timestamp(chineseText: "2026-01-15 10:20:58"))
    var trade = Trade(
      brand: .alipay, token: "t", merchant: "", number: "P20260115000001", tradeNumber: "2026011522001400000000000001",
      amount: 8880, currency: .cny, subject: "茶具 茶叶", language: .zhHans, openedAt: seen, state: .paid)
    trade.seenAt = seen
    trade.paidAt = Timestamp(chineseText: "2026-01-15 10:21:02")
    let back = try #require(Timestamp(chineseText: "2026-01-16 09:00:00"))
    let refund = TradeRefund(
      brand: .alipay, trade: "t", number: "R20260115000001", refundNumber: "r", amount: 880, reason: "少发一件",
      state: .succeeded, requestedAt: back, settledAt: back)
    let span = try #require(AlipayBillSpan("2026-01-15"))
    let madeAt = try #require(Timestamp(chineseText: "2026-01-16 09:30:00"))
    let file = AlipayBillFile(
      sellerID: "2088000000000002", span: span, payments: [trade],
      refunds: [AlipayBillFile.Refund(trade: trade, refund: refund)], madeAt: madeAt)
    #expect(file.rows == bill.csv_utf8)
    let theirs = try #require(Data(base64Encoded: bill.zip_base64))
    let (made, known) = (try entries(try file.zip()), try entries(Array(theirs)))
    #expect(made.count == 2)
    #expect(made.first == known.first)
  }

  @Test func `text of others neither ends a cell nor leaves the character set`() throws {
    let at = try #require(Timestamp(chineseText: "2026-01-15 10:20:58"))
    var trade = Trade(
      brand: .alipay, token: "t", merchant: "", number: "P1", tradeNumber: "T1", amount: 100, currency: .cny,
      subject: "a,b\n\"茶\"🍵", language: .zhHans, openedAt: at, state: .paid)
    trade.paidAt = at
    let span = try #require(AlipayBillSpan("2026-01-15"))
    let file = AlipayBillFile(sellerID: "2088", span: span, payments: [trade], refunds: [], madeAt: at)
    #expect(file.rows.contains(",a b  茶 ?,"))
  }

  /// Names and contents, in GBK.
  private func entries(_ zip: [UInt8]) throws -> [[[UInt8]]] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).zip")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(zip).write(to: file)
    var entries: [[[UInt8]]] = []
    try CompressedReader(.zip, limitBytes: 1 << 20).read(path: file.path) { name, piece in
      if entries.last?.first == name {
        entries[entries.count - 1][1] += piece
      } else {
        entries.append([name, Array(piece)])
      }
    }
    return entries
  }

  @Test func `answers escape what JSON and Alipay escape`() {
    #expect(AlipayWire.quoted("a/b\"c\\d\n茶\u{1}") == #""a\/b\"c\\d\n茶\u0001""#)
  }

  @Test(arguments: [
    ("2026-01-15", "2026-01-15 00:00:00", "2026-01-16 00:00:00"),
    ("2026-02", "2026-02-01 00:00:00", "2026-03-01 00:00:00"),
    ("2026-12", "2026-12-01 00:00:00", "2027-01-01 00:00:00"),
  ])
  func `bills are of days and months of China's calendar`(text: String, start: String, end: String) throws {
    let span = try #require(AlipayBillSpan(text))
    #expect(span.start.chineseText == start)
    #expect(span.end.chineseText == end)
    for wrong in ["2026-02-30", "2026-13", "2026", "", "2026-1-5"] { #expect(AlipayBillSpan(wrong) == nil) }
  }
}
