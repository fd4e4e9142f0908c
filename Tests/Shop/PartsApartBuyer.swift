import Accounts
import Catalog
import Flows
import Foundation
import NIOHTTP1
import Orders
import Payments
import Testing
import Values

@testable import App

/// Who buys one kind of goods, again and again, from a shop whose parts are apart.
struct PartsApartBuyer {
  let test: TestShop
  let product: Product
  let browser: Browser
  let account: Account
  let address: Address

  init(_ test: TestShop, of product: Product) async throws {
    self.test = test
    self.product = product
    (browser, account, address) = try await test.buyer()
  }

  /// - Parameter another: where the buyer hasn't logged in yet; nil is the address that everybody knows.
  func order(at another: Browser? = nil) async throws -> Order {
    if let another {
      let answer = try await another.post("/login", [("email", account.email), ("password", TestShop.password)])
      try #require(answer.status == 303)
    }
    return try await test.placedOrder(product, by: another ?? browser, account: account, address: address)
  }

  /// Where to pay for the order; nil when nobody says.
  func cashier(of order: Order) async throws -> String? {
    let answer = try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")])
    return answer.location.flatMap { $0.hasPrefix(test.settings.sandbox.url) ? $0 : nil }
  }

  func state(_ order: Order) async throws -> OrderState? { try await test.shop.contexts.orders.order(order.id)?.state }

  func hasLetter(_ kind: String, about order: Order) -> Bool {
    FileManager.default.fileExists(atPath: test.settings.mailFolder.appending(path: "\(kind)-\(order.id).eml").path)
  }

  /// The platform's word that the order's open payment is paid.
  /// - Parameter trace: the `traceparent` that it comes with.
  func sendNotice(of order: Order, trace: String) async throws -> Browser.Answer {
    let payment = try #require(try await test.shop.contexts.payments.payments(of: order.id).first)
    let notice: [String: Any] = [
      "merchant": test.settings.sandbox.merchant, "number": "\(payment.id)", "tradeNumber": "T1",
      "amount": payment.amount.minor, "currency": payment.amount.currency.code, "state": "paid",
      "at": test.shop.clock.now.milliseconds,
    ]
    return try await test.sendNotice(try JSONSerialization.data(withJSONObject: notice), trace: trace)
  }

  /// Nobody does payments: page and API say what docs/governance.md says.
  func expectPaymentsAreAway(from order: Order) async throws {
    let page = try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")])
    #expect(page.status == 503)
    #expect(page.body.contains("answer now. Please try again in a moment."), "\(page.body)")
    let token = try await test.token(of: account)
    let problem = try await test.browser().send(
      .POST, "/api/v1/orders/\(order.number)/payments", json: #"{"method":"sandbox"}"#,
      headers: ["authorization": "Bearer \(token.rawValue)"])
    #expect(problem.status == 503)
    #expect(problem.body.contains(#""temporarilyUnavailable""#), "\(problem.body)")
    for answer in [page, problem] {
      #expect(answer.headers.first(name: "retry-after").flatMap { Int($0) }.map { $0 > 0 } == true)
    }
  }
}
