import Foundation
import TestKit
import Testing
import Values

@testable import Sandbox

@Suite struct MerchantTests {
  @Test func `opening the same number twice gives the same cashier and another amount is refused`() async throws {
    try await Platform.run { platform in
      let first = try await platform.open("P1")
      #expect(first.hasPrefix(platform.base + "/cashier/"))
      #expect(try await platform.open("P1") == first)
      let other = try await platform.call("POST", "/v1/payments", platform.wish("P1", amount: 8801))
      #expect(other.status == 409)
      #expect(other.code == "numberUsed")
      #expect(
        try await platform.call("POST", "/v1/payments", platform.wish("P1", currency: "USD")).code == "numberUsed")
      let state = try await platform.state()
      #expect(state.state == "pending")
      #expect(state.amount == 8800)
      #expect(state.merchant == Platform.merchant)
      #expect(state.tradeNumber.hasPrefix("P20260115"))
    }
  }

  @Test func `fifty openings of one number at once make one payment`() async throws {
    try await Platform.run { platform in
      let cashiers = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<50 { group.addTask { try await platform.open("P1") } }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(cashiers.count == 1)
    }
  }

  @Test func `every answer is signed and a no has a code`() async throws {
    try await Platform.run { platform in
      for (path, status, code) in [
        ("/v1/payments/none", 404, "unknownPayment"), ("/v1/refunds/none", 404, "unknownRefund"),
        ("/v1/statement?day=2026-02-30", 400, "invalidRequest"), ("/v1/statement", 400, "invalidRequest"),
        ("/v1/elsewhere", 404, "notFound"),
      ] {
        let answer = try await platform.call("GET", path)
        #expect(answer.status == status, "\(path)")
        #expect(answer.code == code, "\(path)")
        #expect(Platform.isSigned(answer.headers, purpose: "answer \(status)", body: answer.body), "\(path)")
      }
      let opened = try await platform.call("POST", "/v1/payments", platform.wish())
      #expect(Platform.isSigned(opened.headers, purpose: "answer 200", body: opened.body))
    }
  }

  @Test func `what isn't signed by the shop for this very call is refused`() async throws {
    try await Platform.run { platform in
      let now = platform.time.now.milliseconds / 1000
      let body = try platform.wish()
      func open(
        seconds: Int64? = nil, merchant: String = Platform.merchant, secret: String = Platform.secret,
        signedPath: String? = nil, signedBody: String? = nil
      ) async throws -> String? {
        let answer = try await platform.call(
          "POST", "/v1/payments", body, seconds: seconds ?? now, merchant: merchant, secret: secret,
          signedPath: signedPath, signedBody: signedBody)
        #expect(answer.status == (answer.code == nil ? 200 : 401))
        return answer.code
      }
      #expect(try await open(secret: "another secret") == "badSignature")
      #expect(try await open(signedPath: "/v1/refunds") == "badSignature")
      #expect(try await open(signedBody: body + " ") == "badSignature")
      #expect(try await open(merchant: "M-2") == "otherMerchant")
      #expect(try await open(seconds: now - 301) == "tooOld")
      #expect(try await open(seconds: now + 301) == "tooOld")
      #expect(try await open(seconds: .max) == "tooOld")
      #expect(try await platform.send("POST", platform.base + "/v1/payments", body).code == "unsigned")
      let foreign = try await platform.call("POST", "/v1/payments", platform.wish(merchant: "M-2"))
      #expect(foreign.status == 401)
      #expect(try await platform.call("GET", "/v1/payments/P1").code == "unknownPayment")
      #expect(try await open(seconds: now - 300) == nil)
    }
  }

  @Test func `a wish that makes no sense is refused`() async throws {
    try await Platform.run { platform in
      let wishes = [
        try platform.wish(amount: 0), try platform.wish(amount: -1), try platform.wish(amount: .max),
        try platform.wish(""), try platform.wish("../P1"), try platform.wish(String(repeating: "1", count: 65)),
        try platform.wish(currency: "YUAN"), try platform.wish(subject: ""),
        try platform.wish(subject: String(repeating: "茶", count: 400)), try platform.wish(back: "javascript:alert(1)"),
        try platform.wish(back: "https://shop.example/\r\nset-cookie: a=b"),
        try platform.wish(notices: "file:///etc/hosts"),
        "", "{", "[]", "null",
      ]
      for wish in wishes {
        let answer = try await platform.call("POST", "/v1/payments", wish)
        #expect(answer.status == 400, "\(wish)")
        #expect(answer.code == "invalidRequest", "\(wish)")
      }
      #expect(try await platform.call("POST", "/v1/payments", platform.wish(minutes: 0)).code == "paymentClosed")
      let huge = try await platform.call("POST", "/v1/payments", String(repeating: " ", count: 70_000))
      #expect(huge.status == 413)
      #expect(Platform.isSigned(huge.headers, purpose: "answer 413", body: huge.body))
    }
  }

  @Test func `a pending payment closes once and a paid one doesn't`() async throws {
    try await Platform.run { platform in
      _ = try await platform.open("P1")
      for _ in 0..<2 {
        let closed = try await platform.call("POST", "/v1/payments/P1/close", "{}")
        #expect(closed.status == 200)
        #expect(try closed.decode(StateAnswer.self).state == "closed")
      }
      #expect(try await platform.call("POST", "/v1/payments/none/close", "{}").code == "unknownPayment")
      let cashier = try await platform.open("P2")
      _ = try await platform.send("POST", cashier + "/pay")
      let paid = try await platform.call("POST", "/v1/payments/P2/close", "{}")
      #expect(paid.status == 409)
      #expect(paid.code == "alreadyPaid")
      #expect(try await platform.state("P2").state == "paid")
    }
  }

  @Test func `refunds are kept under their numbers and never come to more than was paid`() async throws {
    try await Platform.run { platform in
      let cashier = try await platform.open("P1", amount: 1000)
      #expect(try await platform.refund("R0", amount: 1).code == "notPaid")
      #expect(try await platform.refund("R0", of: "none", amount: 1).code == "unknownPayment")
      _ = try await platform.send("POST", cashier + "/pay")
      for amount in [0, -5, Int64.max] {
        #expect(try await platform.refund("R0", amount: amount).code == "invalidRequest")
      }
      #expect(try await platform.refund("R0", amount: 1, currency: "USD").code == "otherCurrency")
      let first = try await platform.refund("R1", amount: 600)
      #expect(first.status == 200)
      #expect(first.text == #"{"amount":600,"number":"R1","state":"settled"}"#)
      #expect(try await platform.refund("R1", amount: 600).body == first.body)
      #expect(try await platform.refund("R1", amount: 599).code == "numberUsed")
      let large = try await platform.refund("R2", amount: 401)
      #expect(large.status == 409)
      #expect(large.code == "refundTooLarge")
      #expect(try await platform.call("GET", "/v1/refunds/R2").code == "unknownRefund")
      #expect(try await platform.refund("R2", amount: 400).status == 200)
      #expect(try await platform.call("GET", "/v1/refunds/R1").body == first.body)
    }
  }

  @Test func `of forty refunds at once only those that fit are given`() async throws {
    try await Platform.run { platform in
      let cashier = try await platform.open("P1", amount: 1000)
      _ = try await platform.send("POST", cashier + "/pay")
      let given = try await withThrowingTaskGroup(of: Bool.self) { group in
        for index in 0..<40 {
          group.addTask { try await platform.refund("R\(index)", amount: 90).status == 200 }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(given == 11)
    }
  }

  @Test func `the statement lists what moved on a day of China's calendar`() async throws {
    struct Row: Decodable {
      let kind, number, currency: String
      let refund: String?
      let amount, fee, at: Int64
    }
    let time = TestClock()
    try await Platform.run(time: time) { platform in
      func rows(_ day: String) async throws -> [Row] {
        try await platform.call("GET", "/v1/statement?day=\(day)").decode([Row].self)
      }
      // 23:59:59 in China, which is still the afternoon in UTC, and two seconds later.
      time.advance(by: .seconds(14 * 3600 - 1))
      for number in ["P1", "P2", "P3"] { _ = try await platform.open(number, amount: number == "P1" ? 8800 : 250) }
      _ = try await platform.control("POST", "payments/P1/pay")
      time.advance(by: .seconds(2))
      _ = try await platform.control("POST", "payments/P2/pay")
      _ = try await platform.refund("R1", amount: 83)
      let before = try await rows("2026-01-15")
      #expect(before.map(\.number) == ["P1"])
      #expect(before.map(\.fee) == [53])
      let after = try await rows("2026-01-16")
      #expect(after.map { [$0.number, $0.refund] } == [["P2", nil], ["P1", "R1"]])
      #expect(after.map(\.kind) == ["payment", "refund"])
      #expect(after.map(\.fee) == [2, 0])
      #expect(try await rows("2026-01-17").isEmpty)
    }
  }

  @Test(arguments: [(83, 0), (84, 1), (250, 2), (8800, 53), (1_000_000_000_000, 6_000_000_000)] as [(Int64, Int64)])
  func `the fee is six in a thousand, rounded half up`(amount: Int64, fee: Int64) {
    #expect(Gateway.fee(amount) == fee)
  }
}
