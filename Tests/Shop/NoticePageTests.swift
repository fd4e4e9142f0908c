import Accounts
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Orders
import Payments
import Testing
import Values

@testable import App

/// One notice of a provider, whole.
@Suite struct NoticePageTests {
  // req: 4.1.4-2
  @Test func `a notice that isn't believed is read whole with its headers, on its page and in the file`() async throws {
    try await TestShop.run { test in
      let long = String(repeating: "word ", count: 2000)
      _ = try await test.browser().send(
        .POST, "/payments/notices/sandbox", json: #"{"email":"a@b.example","note":"\#(long)to the end"}"#,
        headers: ["sandbox-time": "1", "sandbox-signature": "bm90LWdlbnVpbmU"])
      let heard = try #require(
        try await test.shop.contexts.payments.notices(matching: NoticeFilter(), PageRequest(limit: 1)).items.first)
      let staff = try await test.staff(of: nil, [.paymentsView])
      let address = "/admin/payments/notices/\(heard.id)"
      #expect(try await staff.get("/admin/payments/notices").body.contains(address))
      let page = try await staff.get(address)
      #expect(page.status == 200 && page.body.contains("to the end"))
      // What is scrolled by keys says what it is.
      let scrolled = page.body.matches(of: /<pre [^>]*tabindex="0" role="region" aria-label="[^"]+">/)
      #expect(scrolled.count == 2)
      #expect(page.body.contains("sandbox-signature") && page.body.contains("bm90LWdlbnVpbmU"))
      #expect(page.body.contains("Not believed") && page.body.contains(heard.notice.verification))
      #expect(page.body.contains("***") && !page.body.contains("a@b.example"))
      let all = try await test.staff(of: nil, [.paymentsView, .buyersContact]).get(address)
      #expect(all.body.contains("a@b.example"))
      // A list shows its beginning, a file all that is kept.
      let columns = "column=body&column=headers"
      #expect(try await !staff.get("/admin/payments/notices?\(columns)").body.contains("to the end"))
      let file = try await staff.get("/admin/payments/notices/export?\(columns)")
      #expect(file.body.contains("to the end") && file.body.contains("sandbox-signature: bm90LWdlbnVpbmU"))
      #expect(!file.body.contains("a@b.example"))
      let chinese = try await staff.get(address + "?lang=zh-Hans")
      #expect(chinese.body.contains("签名请求头") && chinese.body.contains("未通过"))
    }
  }

  // req: 4.1.4-2
  @Test func `a notice's page leads to its payment and order, for those of the platform who see payments`() async throws
  {
    try await TestShop.run { test in
      let bought = try await test.handedOver()
      let notice: [String: Any] = [
        "merchant": test.settings.sandbox.merchant, "number": "\(bought.payment)", "tradeNumber": "T1",
        "amount": bought.order.amounts.due.minor, "currency": "CNY", "state": "paid",
        "at": test.shop.clock.now.milliseconds,
      ]
      let answer = try await test.sendNotice(try JSONSerialization.data(withJSONObject: notice))
      #expect(answer.body == "success")
      let heard = try #require(
        try await test.shop.contexts.payments.notices(
          matching: NoticeFilter(payment: bought.payment), PageRequest(limit: 1)
        ).items.first)
      let address = "/admin/payments/notices/\(heard.id)"
      let page = try await test.staff(of: nil, [.paymentsView, .ordersReview]).get(address)
      #expect(page.body.contains("href=\"/admin/transactions/\(bought.payment)\""))
      #expect(page.body.contains("href=\"/admin/orders/\(bought.order.number)\""))
      #expect(page.body.contains("Holds") && page.body.contains("Taken"))
      let number = try await test.staff(of: nil, [.paymentsView]).get(address)
      #expect(number.body.contains("\(bought.order.number)"))
      #expect(!number.body.contains("href=\"/admin/orders/\(bought.order.number)\""))
      let merchant = try #require(try await test.shop.contexts.merchants.merchant(bought.order.merchant))
      #expect(try await test.staff(of: merchant).get(address).status == 403)
      #expect(try await test.staff(of: nil, [.ordersReview]).get(address).status == 403)
      let staff = try await test.staff(of: nil, [.paymentsView])
      for unknown in ["ntc_0000000000000", "ntc_1", "\(bought.payment)"] {
        #expect(try await staff.get("/admin/payments/notices/\(unknown)").status == 404)
      }
    }
  }
}
