import TestKit
import Testing
import Values

@testable import Sandbox

@Suite struct CashierTests {
  private static let back = "https://shop.example/orders/1?paid=1"

  @Test func `the cashier page names the shop, the amount and what it is for, and says that it is a test`() async throws
  {
    try await Platform.run { platform in
      let page = try await platform.send("GET", try await platform.open("P1", amount: 1_234_500, subject: "Green tea"))
      #expect(page.status == 200)
      for words in [
        "¥12,345.00", "Martlet", "Green tea", "P1", "no real money", "Pay ¥12,345.00", "2026-01-15 10:30 China time",
      ] {
        #expect(page.text.contains(words), "\(words)")
      }
      #expect(page.text.contains(#"<html lang="en">"#))
      let chinese = try await platform.send("GET", try await platform.open("P2", language: "zh-Hans"))
      #expect(chinese.text.contains(#"<html lang="zh-Hans">"#))
      #expect(chinese.text.contains("支付 ¥88.00"))
      #expect(chinese.text.contains("测试平台"))
    }
  }

  @Test func `paying and refusing count once and lead back to the shop`() async throws {
    try await Platform.run { platform in
      let first = try await platform.open("P1")
      for _ in 0..<2 {
        let answer = try await platform.send("POST", first + "/pay")
        #expect(answer.status == 303)
        #expect(answer.headers["location"] == Self.back)
      }
      // Too late to refuse: the page says that it is paid.
      let late = try await platform.send("POST", first + "/refuse")
      #expect(late.status == 303)
      #expect(late.headers["location"]?.hasPrefix("../") == true)
      #expect(try await platform.state("P1").state == "paid")
      #expect(try await platform.send("GET", first).text.contains("You paid ¥88.00"))

      let second = try await platform.open("P2")
      #expect(try await platform.send("POST", second + "/refuse").headers["location"] == Self.back)
      _ = try await platform.send("POST", second + "/pay")
      #expect(try await platform.state("P2").state == "refused")
      #expect(try await platform.send("GET", second).text.contains("You refused this payment"))
    }
  }

  @Test func `closing the window decides nothing`() async throws {
    try await Platform.run { platform in
      let answer = try await platform.send("POST", try await platform.open("P1") + "/leave")
      #expect(answer.status == 303)
      #expect(answer.headers["location"] == Self.back)
      #expect(try await platform.state().state == "pending")
    }
  }

  @Test func `an expired payment can't be paid and says so with a way back`() async throws {
    let time = TestClock()
    try await Platform.run(time: time) { platform in
      let cashier = try await platform.open("P1", minutes: 5)
      time.advance(by: .minutes(5))
      let answer = try await platform.send("POST", cashier + "/pay")
      #expect(answer.headers["location"]?.hasPrefix("../") == true)
      #expect(try await platform.state().state == "closed")
      let page = try await platform.send("GET", cashier).text
      #expect(page.contains("No longer open"))
      #expect(page.contains(#"href="https://shop.example/orders/1?paid=1""#))
      #expect(!page.contains("<form"))
    }
  }

  @Test func `nothing from outside becomes markup`() async throws {
    try await Platform.run(merchantName: #"<b>"M" & 'Co'</b>"#) { platform in
      let subject = "<script>alert(1)</script>\"'&\u{7}\u{202E}🍵"
      let page = try await platform.send("GET", try await platform.open("P1", subject: subject))
      #expect(!page.text.contains("<script"))
      #expect(!page.text.contains("<b>"))
      #expect(!page.text.contains("\u{7}"))
      #expect(page.text.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\u{202E}🍵</bdi>"))
      #expect(page.text.contains("&lt;b&gt;&quot;M&quot; &amp; &#39;Co&#39;&lt;/b&gt;"))
    }
  }

  @Test func `pages are guarded and the style is served`() async throws {
    try await Platform.run { platform in
      let page = try await platform.send("GET", try await platform.open("P1"))
      #expect(
        page.headers["content-security-policy"]
          == "default-src 'none'; style-src 'self'; form-action *; base-uri 'none'; frame-ancestors 'none'")
      #expect(page.headers["x-content-type-options"] == "nosniff")
      #expect(page.headers["referrer-policy"] == "no-referrer")
      #expect(page.headers["cache-control"] == "no-store")
      let style = try await platform.send("GET", platform.base + "/static/cashier.css")
      #expect(style.headers["content-type"] == "text/css; charset=utf-8")
      #expect(style.text.contains("--sky: #2c6e8f"))
    }
  }

  @Test func `an unknown cashier is a page of its own`() async throws {
    try await Platform.run { platform in
      for (method, path) in [
        ("GET", "x"), ("POST", "x/pay"), ("POST", "x/refuse"), ("POST", "x/leave"), ("GET", "%00'"),
      ] {
        let answer = try await platform.send(method, platform.base + "/cashier/" + path)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.text.contains("找不到这笔付款"), "\(path)")
      }
    }
  }

  @Test(arguments: [(5, "¥0.05"), (100, "¥1.00"), (99_999, "¥999.99"), (100_000, "¥1,000.00")] as [(Int64, String)])
  func `amounts are written with sign, groups and decimals`(minor: Int64, text: String) {
    #expect(CashierPage.text(Money(minor: minor, currency: .cny)) == text)
  }

  @Test func `other currencies are not taken for yuan`() {
    #expect(CashierPage.text(Money(minor: 1200, currency: .jpy)) == "JP¥1,200")
    #expect(Currency("CAD").map { CashierPage.text(Money(minor: 500, currency: $0)) } == "CAD 5.00")
  }
}
