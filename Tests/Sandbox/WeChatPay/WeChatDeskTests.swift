import Crypto
import Foundation
import TestKit
import Testing
import Values

@testable import Sandbox

/// The platform as a client meets it that isn't the shop.
@Suite struct WeChatDeskTests {
  private struct Problem: Decodable {
    struct Detail: Decodable { let field: String }
    let code: String
    let detail: Detail?
  }

  private static let wish = """
    {"appid":"wx0000000000000001","mchid":"1900000001","description":"茶","out_trade_no":"P20260115000001",\
    "notify_url":"https://shop.example/notices","amount":{"total":8880,"currency":"CNY"}}
    """

  @Test(
    arguments: [
      (#""appid":"wx0000000000000001""#, #""appid":"wx2""#, 400, "APPID_MCHID_NOT_MATCH", nil),
      (#""mchid":"1900000001""#, #""mchid":"1""#, 400, "MCH_NOT_EXISTS", nil),
      (#""description":"茶""#, #""description":"""#, 400, "PARAM_ERROR", "/description"),
      ("P20260115000001", "P2026", 400, "PARAM_ERROR", "/out_trade_no"),
      ("P20260115000001", "P2026/1", 400, "PARAM_ERROR", "/out_trade_no"),
      ("/notices", "/notices?a=1", 400, "PARAM_ERROR", "/notify_url"),
      ("8880", "0", 400, "PARAM_ERROR", "/amount/total"),
      ("8880", #""88.80""#, 400, "PARAM_ERROR", "/amount/total"),
      ("CNY", "USD", 400, "PARAM_ERROR", "/amount/currency"),
      (#""amount""#, #""time_expire":"2026-01-15T10:00:59+08:00","amount""#, 400, "PARAM_ERROR", "/time_expire"),
      (#""amount""#, #""time_expire":"tomorrow","amount""#, 400, "PARAM_ERROR", "/time_expire"),
      ("}}", "}", 400, "PARAM_ERROR", ""),
    ] as [(String, String, Int, String, String?)])
  func `what is asked wrongly is named`(
    from: String, to: String, status: Int, code: String, field: String?
  ) async throws {
    try await WeChatMerchant.run { merchant in
      let answer = try await merchant.call(
        "POST", "/v3/pay/transactions/native", Self.wish.replacing(from, with: to))
      #expect(answer.status == status)
      let problem = try answer.decode(Problem.self)
      #expect(problem.code == code && problem.detail?.field == field)
    }
  }

  @Test func `a payer and a scene are needed where they are used`() async throws {
    try await WeChatMerchant.run { merchant in
      for (kind, field) in [("jsapi", "/payer/openid"), ("h5", "/scene_info/payer_client_ip")] {
        let answer = try await merchant.call("POST", "/v3/pay/transactions/\(kind)", Self.wish)
        #expect(try answer.decode(Problem.self).detail?.field == field)
      }
    }
  }

  @Test func `an order is asked for by both numbers, the platform's once it is paid`() async throws {
    struct Transaction: Decodable {
      let trade_state: String
      let transaction_id: String?
      let trade_type: String?
    }
    try await WeChatMerchant.run { merchant in
      _ = try await merchant.call("POST", "/v3/pay/transactions/native", Self.wish)
      let ours = "/v3/pay/transactions/out-trade-no/P20260115000001?mchid=1900000001"
      let open = try await merchant.call("GET", ours).decode(Transaction.self)
      #expect(open.trade_state == "NOTPAY" && open.transaction_id == nil)
      _ = try await merchant.settle("P20260115000001")
      let paid = try await merchant.call("GET", ours).decode(Transaction.self)
      #expect(paid.trade_state == "SUCCESS" && paid.trade_type == "NATIVE")
      let theirs = "/v3/pay/transactions/id/\(paid.transaction_id ?? "")?mchid=1900000001"
      #expect(try await merchant.call("GET", theirs).decode(Transaction.self).trade_state == "SUCCESS")
      let other = try await merchant.call("GET", "/v3/pay/transactions/id/4200?mchid=1900000001")
      #expect(other.status == 404 && other.code == "ORDER_NOT_EXIST")
      #expect(try await merchant.call("GET", ours.replacing("=19", with: "=20")).code == "MCH_NOT_EXISTS")
      _ = try await merchant.call("POST", "/v3/refund/domestic/refunds", Self.refund(paid.transaction_id ?? ""))
      #expect(try await merchant.call("GET", ours).decode(Transaction.self).trade_state == "REFUND")
    }
  }

  private static func refund(_ transaction: String, total: Int = 8880) -> String {
    """
    {"transaction_id":"\(transaction)","out_refund_no":"R20260115000001",\
    "amount":{"refund":880,"total":\(total),"currency":"CNY"}}
    """
  }

  @Test func `a refund names its order rightly, and one that a bank won't take is sent again`() async throws {
    struct Refund: Decodable {
      let refund_id: String
      let status: String
    }
    try await WeChatMerchant.run { merchant in
      let place = "/v3/refund/domestic/refunds"
      #expect(try await merchant.call("POST", place, Self.refund("4200")).code == "RESOURCE_NOT_EXISTS")
      _ = try await merchant.call("POST", "/v3/pay/transactions/native", Self.wish)
      let byNumber = Self.refund("").replacing(
        #""transaction_id":"""#, with: #""out_trade_no":"P20260115000001""#)
      #expect(try await merchant.call("POST", place, byNumber).code == "INVALID_REQUEST")
      _ = try await merchant.settle("P20260115000001")
      let wrong = byNumber.replacing("8880", with: "8881")
      #expect(try await merchant.call("POST", place, wrong).code == "INVALID_REQUEST")
      try await merchant.order("refundAbnormal")
      #expect(try await merchant.call("POST", place, byNumber).decode(Refund.self).status == "PROCESSING")
      merchant.platform.time.advance(by: .seconds(30))
      let one = place + "/R20260115000001"
      try await eventually("the bank refuses") {
        try await merchant.call("GET", one).decode(Refund.self).status == "ABNORMAL"
      }
      let known = try await merchant.call("GET", one).decode(Refund.self)
      let again = try await merchant.call(
        "POST", "\(place)/\(known.refund_id)/apply-abnormal-refund",
        #"{"out_refund_no":"R20260115000001","type":"MERCHANT_BANK_CARD"}"#)
      #expect(try again.decode(Refund.self).status == "PROCESSING")
      merchant.platform.time.advance(by: .seconds(30))
      try await eventually("it arrives") {
        try await merchant.call("GET", one).decode(Refund.self).status == "SUCCESS"
      }
    }
  }

  // MARK: Bills

  private struct Bill: Decodable {
    let hash_type: String
    let hash_value: String
    let download_url: String
  }

  @Test func `the day's money is told in a bill of its own, for five minutes at its address`() async throws {
    try await WeChatMerchant.run { merchant in
      _ = try await merchant.call("POST", "/v3/pay/transactions/native", Self.wish)
      _ = try await merchant.settle("P20260115000001")
      merchant.platform.time.advance(by: .hours(24))
      let asked = "/v3/bill/fundflowbill?bill_date=2026-01-15&account_type=BASIC"
      let bill = try await merchant.call("GET", asked).decode(Bill.self)
      let path = String(bill.download_url.dropFirst(merchant.platform.base.count))
      let file = try await merchant.call("GET", path)
      #expect(file.headers["wechatpay-signature"] == nil)
      #expect(bill.hash_type == "SHA1" && bill.hash_value == Hex.text(Insecure.SHA1.hash(data: Data(file.body))))
      let lines = file.text.split(separator: "\r\n")
      #expect(lines.count == 5 && lines[1].contains("`收入,`88.80,`88.80") && lines[2].contains("`支出,`0.53,`88.27"))
      #expect(lines[4] == "`2,`1,`88.80,`1,`0.53")
      #expect(try await merchant.platform.send("GET", bill.download_url).status == 401)
      merchant.platform.time.advance(by: .minutes(5))
      #expect(try await merchant.call("GET", path).status == 404)
      for (wrong, code) in [
        ("bill_date=2026-01-16", "PARAM_ERROR"), ("bill_date=15", "PARAM_ERROR"), ("tar_type=ZIP", "PARAM_ERROR"),
        ("account_type=X&bill_date=2026-01-15", "PARAM_ERROR"),
        ("account_type=FEES&bill_date=2026-01-15", "NO_STATEMENT_EXIST"),
      ] {
        #expect(try await merchant.call("GET", "/v3/bill/fundflowbill?\(wrong)").code == code)
      }
    }
  }

  private struct Example: Decodable {
    let csv_utf8: String
    let meta_response: String
  }

  @Test func `a bill is written to the letter as the example is`() throws {
    let example = try WeChatMerchant.read("wechat-bill", as: Example.self)
    let paidAt = try #require(Timestamp(rfc3339: "2026-01-15T10:21:02+08:00"))
    let backAt = try #require(Timestamp(rfc3339: "2026-01-15T18:00:00+08:00"))
    let trade = Trade(
      brand: .wechat, token: "t", merchant: WeChatMerchant.merchantID, number: "P20260115000001",
      tradeNumber: "4200000000202601150000000001", amount: 8880, currency: .cny, subject: "茶具 礼盒", language: .zhHans,
      openedAt: paidAt, state: .paid, paidAt: paidAt,
      details: ["kind": "NATIVE", "openID": "oTESTopenid0000000000000001"])
    let refund = TradeRefund(
      brand: .wechat, trade: "t", number: "R20260115000001", refundNumber: "50000000002026011600000000001", amount: 880,
      reason: "", state: .succeeded, requestedAt: backAt, settledAt: backAt)
    let bill = WeChatBillText(
      account: try WeChatMerchant.account(), kind: .all,
      entries: [.init(trade: trade, refund: nil, at: paidAt), .init(trade: trade, refund: refund, at: backAt)])
    #expect(bill.text == example.csv_utf8)
    let meta = try JSONDecoder().decode(Bill.self, from: Data(example.meta_response.utf8))
    #expect(Hex.text(Insecure.SHA1.hash(data: Data(bill.text.utf8))) == meta.hash_value)
  }

  @Test(arguments: [("SUCCESS", 20, 1), ("REFUND", 29, 1), ("ALL", 27, 2)])
  func `a bill has the columns of its kind`(name: String, columns: Int, lines: Int) async throws {
    try await WeChatMerchant.run { merchant in
      _ = try await merchant.call("POST", "/v3/pay/transactions/native", Self.wish.replacing("茶", with: "茶,`叶"))
      _ = try await merchant.settle("P20260115000001")
      let asked = Self.refund("").replacing(#""transaction_id":"""#, with: #""out_trade_no":"P20260115000001""#)
      #expect(try await merchant.call("POST", "/v3/refund/domestic/refunds", asked).status == 200)
      merchant.platform.time.advance(by: .seconds(30))
      try await eventually("the refund is done") {
        try await merchant.call("GET", "/v3/refund/domestic/refunds/R20260115000001").text.contains(#""SUCCESS""#)
      }
      merchant.platform.time.advance(by: .hours(24))
      let bill = try await merchant.call("GET", "/v3/bill/tradebill?bill_date=2026-01-15&bill_type=\(name)")
        .decode(Bill.self)
      let file = try await merchant.call("GET", String(bill.download_url.dropFirst(merchant.platform.base.count)))
      let rows = file.text.split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      #expect(rows.count == lines + 3)
      #expect(rows.prefix(lines + 1).allSatisfy { $0.count == columns })
    }
  }

  @Test func `a mini-program's code says once whose it is`() async throws {
    struct Session: Decodable {
      var openid: String?
      var session_key: String?
      var errcode: Int?
    }
    try await WeChatMerchant.run { merchant in
      func session(_ code: String, secret: String = "a%20secret%20of%20the%20mini-program") async throws -> Session {
        let place = "\(merchant.platform.base)/sns/jscode2session?appid=\(WeChatMerchant.appID)&secret=\(secret)"
        let answer = try await merchant.platform.send(
          "GET", "\(place)&js_code=\(code)&grant_type=authorization_code")
        #expect(answer.status == 200)
        return try answer.decode(Session.self)
      }
      let first = try await session("ann.1")
      #expect(first.openid?.count == 28 && first.session_key != nil && first.errcode == nil)
      #expect(try await session("ann.1").errcode == 40029)
      #expect(try await session("ann.2").openid == first.openid)
      #expect(try await session("ben.1").openid != first.openid)
      #expect(try await session("ann.3", secret: "x").errcode == 40125)
    }
  }
}
