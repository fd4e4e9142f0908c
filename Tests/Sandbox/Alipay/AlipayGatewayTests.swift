import Foundation
import Payments
import Signatures
import TestKit
import Testing
import Values

@testable import Sandbox

/// The gateway as clients of any make reach it.
@Suite struct AlipayGatewayTests {
  /// What a client signs and sends.
  private struct Client {
    let settings: [String: String]
    let key: RSAPrivateKey

    init(_ platform: Platform) throws {
      settings = try AlipayShop.settings(at: platform.base)
      key = try #require(RSAPrivateKey(text: settings["privateKey"] ?? ""))
    }

    func parameters(_ method: String, _ content: String, _ more: [String: String] = [:]) throws -> [String: String] {
      var parameters = [
        "app_id": settings["appID"] ?? "", "method": method, "charset": "utf-8", "sign_type": "RSA2",
        "timestamp": "2026-01-15 10:00:00", "version": "1.0", "biz_content": content,
      ].merging(more) { $1 }
      parameters["sign"] = try key.signature(of: Data(AlipayWire.canonical(request: parameters).utf8))
      return parameters
    }
  }

  private static func encoded(_ parameters: [String: String]) -> String {
    FormText.joined(parameters.map { (name: $0.key, value: $0.value) })
  }

  @Test func `a page wants its product named`() async throws {
    try await Platform.run { platform in
      let client = try Client(platform)
      for (method, product) in [
        ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"), ("alipay.trade.wap.pay", "QUICK_WAP_PAY"),
      ] {
        func opened(_ more: String) async throws -> Int {
          let content = #"{"out_trade_no":"P1","total_amount":"1","subject":"a"\#(more)}"#
          let query = Self.encoded(try client.parameters(method, content))
          return try await platform.send("GET", platform.base + "/alipay/gateway.do?" + query).status
        }
        // What a browser gets that is told no.
        #expect(try await opened("") == 200)
        #expect(try await opened(#","product_code":"FACE_TO_FACE_PAYMENT""#) == 200)
        #expect(try await opened(#","product_code":"\#(product)""#) == 303)
      }
    }
  }

  private static let content = #"{"out_trade_no":"P1","total_amount":88.8,"subject":"茶/+ 100%"}"#

  @Test func `all three ways to send a call are understood`() async throws {
    try await Platform.run { platform in
      let client = try Client(platform)
      let gateway = platform.base + "/alipay/gateway.do"
      let form = [("content-type", "application/x-www-form-urlencoded;charset=utf-8")]
      let all = try client.parameters("alipay.trade.precreate", Self.content)
      let content = ["biz_content": Self.content]
      let answers = [
        try await platform.send("GET", gateway + "?" + Self.encoded(all)),
        try await platform.send("POST", gateway, Self.encoded(all), headers: form),
        try await platform.send(
          "POST", gateway + "?" + Self.encoded(all.filter { $0.key != "biz_content" }), Self.encoded(content),
          headers: form),
      ]
      for answer in answers {
        #expect(answer.status == 200)
        #expect(answer.text.contains(#""code":"10000","msg":"Success","out_trade_no":"P1""#))
        // Slashes are escaped, and the signature is behind the object.
        #expect(answer.text.contains(#"\/till\/"#))
        let start = try #require(answer.text.range(of: ":{"))
        let end = try #require(answer.text.range(of: "},\"sign\":\""))
        let object = answer.text[answer.text.index(after: start.lowerBound)..<answer.text.index(after: end.lowerBound)]
        let key = try #require(RSAPublicKey(text: client.settings["publicKey"] ?? ""))
        #expect(key.isValid(String(answer.text[end.upperBound...].dropLast(2)), of: Data(object.utf8)))
      }
    }
  }

  @Test func `who isn't the shop hears why, without a signature`() async throws {
    try await Platform.run { platform in
      let client = try Client(platform)
      func said(_ change: (inout [String: String]) -> Void) async throws -> String {
        var parameters = try client.parameters("alipay.trade.query", #"{"out_trade_no":"P1"}"#)
        change(&parameters)
        return try await platform.send("GET", platform.base + "/alipay/gateway.do?" + Self.encoded(parameters)).text
      }
      func expect(_ code: String, _ change: (inout [String: String]) -> Void) async throws {
        let text = try await said(change)
        #expect(text.hasPrefix(#"{"error_response":{"#), "\(code)")
        #expect(text.contains(code), "\(code)")
        #expect(!text.contains("\"sign\""))
      }
      try await expect("isv.invalid-signature") { $0["biz_content"] = #"{"out_trade_no":"P2"}"# }
      try await expect("isv.missing-signature") { $0["sign"] = nil }
      try await expect("isv.invalid-signature-type") { $0["sign_type"] = "RSA" }
      try await expect("isv.invalid-app-id") { $0["app_id"] = "2021999999999999" }
      try await expect("isv.invalid-timestamp") { $0["timestamp"] = "now" }
      try await expect("isv.missing-method") { $0["method"] = nil }
      try await expect("isv.invalid-app-cert-sn") { $0["app_cert_sn"] = "none" }
      let unknown = try await said { _ in }
      #expect(unknown.contains("ACQ.TRADE_NOT_EXIST"), "\(unknown)")
    }
  }

  @Test func `a wish that can't be is refused in a signed answer`() async throws {
    try await Platform.run { platform in
      let client = try Client(platform)
      func said(_ content: String) async throws -> String {
        let parameters = try client.parameters("alipay.trade.precreate", content)
        return try await platform.send("GET", platform.base + "/alipay/gateway.do?" + Self.encoded(parameters)).text
      }
      for (amount, number) in [("0", "P1"), ("1.001", "P1"), ("100000000.01", "P1"), ("-1", "P1"), ("1", "P-1")] {
        let text = try await said(#"{"out_trade_no":"\#(number)","total_amount":"\#(amount)","subject":"a"}"#)
        #expect(text.contains("ACQ.INVALID_PARAMETER"), "\(amount) \(number)")
        #expect(text.contains("\"sign\""))
      }
      let late = #"{"out_trade_no":"P1","total_amount":"1","subject":"a","time_expire":"2026-01-15 09:59:59"}"#
      #expect(try await said(late).contains("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"))
    }
  }

  @Test func `another amount under a number that was seen is another trade`() async throws {
    try await Platform.run { platform in
      let provider = try AlipayShop.provider(platform)
      let first = try await provider.open(AlipayShop.payment(platform))
      // Nobody has seen it yet, and whoever reads the first code pays what was said last.
      #expect(try await provider.open(AlipayShop.payment(platform, amount: 8881)) == first)
      _ = try await platform.control("POST", "providers/alipay/trades/pay_1/see")
      await #expect(throws: (any Error).self) { _ = try await provider.open(AlipayShop.payment(platform)) }
      _ = try await provider.open(AlipayShop.payment(platform, amount: 8881))
    }
  }
}
