import Catalog
import Flows
import Foundation
import Governance
import Logging
import Orders
import Payments
import Search
import TestKit
import Testing
import Values

@testable import App

/// The shop in several processes, each a part of it.
@Suite struct PartsApartTests {
  // req: 2.3.2.4-3 3.3.4-1 3.3.4-2 3.3.5-2 3.3.6-1 3.3.6-3 3.3.6-4
  @Test func `parts in processes of their own sell together, outlive one another and lose nothing`() async throws {
    try await PartsApart.run { apart in
      let test = apart.test
      let product = try await test.product(of: try await test.merchant())
      try await eventually("search has heard of the goods, and its lists of it") {
        try await test.browser().get("/c/tea").body.contains("Clay teapot")
      }
      let (browser, account, address) = try await test.buyer()
      func order() async throws -> Order {
        try await test.placedOrder(product, by: browser, account: account, address: address)
      }
      func cashier(of order: Order) async throws -> String? {
        let answer = try await browser.post("/orders/\(order.number)/pay", [("method", "sandbox")])
        return answer.location.flatMap { $0.hasPrefix(test.settings.sandbox.url) ? $0 : nil }
      }
      func state(_ order: Order) async throws -> OrderState? {
        try await test.shop.contexts.orders.order(order.id)?.state
      }

      let first = try await order()
      let till = try #require(try await cashier(of: first))
      _ = try await test.browser().post(till + "/pay")
      try await eventually("the notice has reached payments, and jobs have followed") {
        try await state(first) == .awaitingReview
      }
      let letter = test.settings.mailFolder.appending(path: "order-paid-\(first.id).eml").path
      try await eventually("the buyer has a letter") { FileManager.default.fileExists(atPath: letter) }
      try await Self.expectFigures(of: apart)

      try await apart.start("payments")
      try await eventually("there are two") { apart.registry.instances(of: "payments").count == 2 }
      await apart.kill("payments")
      let second = try await order()
      #expect(try await cashier(of: second) != nil, "the other answers at once")

      await apart.kill("payments")
      let third = try await order()
      #expect(try await cashier(of: third) == nil)
      #expect(try await state(third) == .awaitingPayment, "ordered, to be paid later")
      try await apart.start("payments")
      try await eventually("it's paid later") { try await cashier(of: third) != nil }
      #expect(try await test.shop.audit().isEmpty)

      await apart.kill("search")
      let other = test.browser()
      for path in ["/", "/c/tea", "/search?q=teapot", "/products/\(product.id)"] {
        let page = try await other.get(path)
        #expect(page.status == 200 && page.body.contains("Clay teapot"), "\(path) without search")
      }
      try await apart.start("search")
      try await eventually("lists come from search again") {
        let found = try await test.shop.contexts.search.search(SearchQuery(text: "teapot", language: .en))
        return found.total == 1 && !apart.registry.instances(of: "search").isEmpty
      }
    }
  }

  /// After one purchase.
  private static func expectFigures(of apart: PartsApart) async throws {
    for (part, series) in [
      ("payments", #"martlet_calls_total{part="payments",verb="payments.open",outcome="success"}"#),
      ("payments", #"martlet_call_seconds_bucket{part="payments",verb="payments.open",le="+Inf"}"#),
      ("search", #"martlet_calls_total{part="search",verb="search.search",outcome="success"}"#),
      (
        "shop",
        #"martlet_dependency_calls_total{part="shop",dependency="payments",verb="payments.open",outcome="success"}"#
      ),
      (
        "shop", #"martlet_dependency_call_seconds_count{part="shop",dependency="payments",verb="payments.open"}"#
      ),
    ] {
      let value = try await apart.figure(series, of: part)
      #expect(value.map { $0 >= 1 } == true, "\(series)")
    }
  }

  @Test func `a part that there isn't stops the start with one sentence`() async throws {
    for (names, name) in [
      ("payments,nonsense", "nonsense"), ("insight", "insight"), ("", ""), ("Payments", "Payments"),
    ] {
      let fault = #expect(throws: PartFault.self) { try Set<Part>(list: names) }
      #expect(fault?.name == name && fault?.description.contains("name some of shop, payments, search, jobs") == true)
    }
    #expect(try Set<Part>(list: "search, payments,search") == [.payments, .search])
    let outcome = try await martlet(["serve", "--only", "payments,nonsense"])
    #expect(outcome.status == 78)
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }

  @Test func `parts apart ask for what they share, with one sentence each`() async throws {
    var given: [String] = []
    for (key, setting) in [
      ("database.url", ["--database-url", "mysql://shop:s3cret@127.0.0.1:3306/shop"]),
      ("events.broker", ["--events-broker", "amqp://shop:s3cret@127.0.0.1:5672/shop"]),
      ("registry.etcd", ["--registry-parts", "search=127.0.0.1:9200"]),
      ("parts.secret", ["--parts-secret", "a secret of sixteen characters"]),
    ] {
      let settings = try await Settings(arguments: given, environment: [:])
      let fault = #expect(throws: SettingFault.self) { try settings.check(apart: [.payments]) }
      #expect(fault?.description.hasPrefix("setting \(key): '' is not a") == true, "\(String(describing: fault))")
      try settings.check(apart: Part.all)
      given += setting
    }
    try await Settings(arguments: given, environment: [:]).check(apart: [.payments])
    let short = try await Settings(arguments: given.dropLast() + ["s3cret"], environment: [:])
    let fault = #expect(throws: SettingFault.self) { try short.check(apart: [.payments]) }
    #expect(fault?.key == "parts.secret" && fault?.description.contains("s3cret") == false)
    let sample = await #expect(throws: SettingFault.self) {
      _ = try await Settings(
        arguments: given.dropLast() + ["change-me-to-32-letters-or-more-of-chance"], environment: [:])
    }
    #expect(sample?.description.hasPrefix("setting parts.secret: 'change-me…' is not a secret") == true)
  }
}
