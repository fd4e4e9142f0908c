import Foundation
import Payments
import TestKit
import Testing
import Values

@testable import Sandbox

@Suite struct ControlPageTests {
  private func post(_ platform: Platform, _ fields: [String: String]) async throws -> Answer {
    let form = FormText.joined(fields.map { (name: $0.key, value: $0.value) })
    return try await platform.send(
      "POST", platform.base + "/control", form, headers: [("content-type", "application/x-www-form-urlencoded")])
  }

  @Test func `a person plays buyer and bank in either language`() async throws {
    try await Platform.run { platform in
      let provider = try AlipayShop.provider(platform)
      _ = try await provider.open(AlipayShop.payment(platform))
      let entrance = try await platform.send("GET", platform.base + "/control?lang=zh-Hans")
      #expect(entrance.text.contains(#"<html lang="zh-Hans">"#))
      #expect(!entrance.text.contains("pay_1"))
      let key = ["key": Platform.controlKey, "brand": "alipay"]
      let room = try await post(platform, key)
      #expect(room.status == 200)
      #expect(room.text.contains("No buyer yet"))
      #expect(!room.text.contains("{a/b}\""))
      #expect(try await post(platform, key.merging(["lang": "zh-Hans"]) { $1 }).text.contains("买家未到"))
      let paid = try await post(platform, key.merging(["verb": "pay", "number": "pay_1"]) { $1 })
      #expect(paid.text.contains("Done."))
      #expect(try await provider.query(AlipayShop.payment(platform)).state == .captured)
      let tooMuch = try await post(
        platform, key.merging(["verb": "refund", "number": "pay_1", "amount": "8881"]) { $1 })
      #expect(tooMuch.text.contains("That can't be done as it stands."))
      let back = try await post(platform, key.merging(["verb": "refund", "number": "pay_1", "amount": "80"]) { $1 })
      #expect(back.text.contains("¥0.80"))
      let fault = ["verb": "fault", "kind": "errorAfter", "times": "2", "call": "query", "seconds": "0"]
      #expect(try await post(platform, key.merging(fault) { $1 }).text.contains("×2"))
      #expect(try await post(platform, key.merging(["verb": "clear"]) { $1 }).text.contains("Nothing is ordered."))
      let moved = try await post(
        platform, key.merging(["verb": "clock", "speed": "1", "advance": "3600", "skew": "0"]) { $1 })
      #expect(moved.text.contains("2026-01-15 11:00:00"))
    }
  }

  @Test func `without the key there is nothing to see or do`() async throws {
    try await Platform.run { platform in
      let provider = try AlipayShop.provider(platform)
      _ = try await provider.open(AlipayShop.payment(platform))
      let answer = try await post(platform, ["key": "other", "verb": "pay", "number": "pay_1"])
      #expect(answer.status == 403)
      #expect(!answer.text.contains("pay_1"))
      for (method, path) in [
        ("GET", "providers/alipay"), ("POST", "providers/alipay/trades/pay_1/pay"), ("GET", "clock"), ("POST", "clock"),
        ("POST", "providers/alipay/faults"), ("DELETE", "providers/alipay/faults"),
      ] {
        #expect(try await platform.control(method, path, key: "other").status == 404, "\(path)")
      }
      #expect(try await AlipayShop.entry(on: platform).trade.state == "unseen")
    }
    try await Platform.run(controlKey: "") { platform in
      let page = try await platform.send("GET", platform.base + "/control")
      #expect(page.status == 404)
      let posted = try await post(platform, ["key": ""])
      #expect(posted.status == 404)
    }
  }

  @Test func `what isn't there is said to be so`() async throws {
    try await Platform.run { platform in
      #expect(try await platform.control("POST", "providers/alipay/trades/none/pay").code == "unknownTrade")
      #expect(try await platform.control("GET", "providers/nobody").status == 404)
      let settle = try await platform.control("POST", "providers/alipay/refunds/none/settle", #"{"state":"failed"}"#)
      #expect(settle.code == "unknownRefund")
      #expect(try await platform.send("GET", platform.base + "/till/none").status == 404)
    }
  }
}
