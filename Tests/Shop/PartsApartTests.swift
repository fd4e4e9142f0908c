import Catalog
import Flows
import Foundation
import Governance
import Logging
import NIOHTTP1
import Orders
import Payments
import Search
import TestKit
import Testing
import Values

@testable import App

/// The shop in several processes, each a part of it.
@Suite struct PartsApartTests {
  // req: 2.3.2.4-3 3.3.4-1 3.3.4-2 3.3.4-3 3.3.5-1 3.3.5-2 3.3.6-1 3.3.6-3 3.3.6-4
  @Test func `parts in processes of their own sell together, outlive one another and lose nothing`() async throws {
    try await PartsApart.run { apart in
      let test = apart.test
      let product = try await test.product(of: try await test.merchant())
      try await eventually("search has heard of the goods, and its lists of it") {
        try await test.browser().get("/c/tea").body.contains("Clay teapot")
      }
      let buyer = try await PartsApartBuyer(test, of: product)
      try await Self.expectOneTrace(through: apart, buyer)
      try await Self.expectFigures(of: apart)
      try await Self.expectNothingLostByOneOfTwo(apart, buyer)
      try await Self.expectOrdersWithoutPayments(apart, buyer)
      try await Self.expectPagesWithoutSearch(apart, product)
    }
  }

  /// A purchase: the notice of its money crosses from the shop to payments as a call, and from there to jobs as a fact.
  private static func expectOneTrace(through apart: PartsApart, _ buyer: PartsApartBuyer) async throws {
    let order = try await buyer.order()
    _ = try #require(try await buyer.cashier(of: order))
    let sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    let trace = String(TraceParent.trace(of: sent))
    let answer = try await buyer.sendNotice(of: order, trace: sent)
    #expect(answer.body == "success")
    #expect(answer.headers.first(name: "traceparent").map { String(TraceParent.trace(of: $0)) } == trace)
    try await eventually("jobs have followed") { try await buyer.state(order) == .awaitingReview }
    try await eventually("the buyer has a letter") { buyer.hasLetter("order-paid", about: order) }
    for part in ["payments", "jobs"] {
      try await eventually("the log of \(part) names the trace") { try apart.traces(of: part).contains(trace) }
    }
  }

  /// Of two of each, the one that took the order is killed before it is paid, and the first of all others with it.
  private static func expectNothingLostByOneOfTwo(_ apart: PartsApart, _ buyer: PartsApartBuyer) async throws {
    let both = "payments,jobs"
    for parts in ["search", both] { try apart.start(parts) }
    try await eventually("there are two of each", within: .seconds(180)) {
      ["shop", "payments", "search", "jobs"].allSatisfy { apart.instances($0) == 2 }
    }
    let order = try await buyer.order(at: apart.browsers(of: "shop")[0])
    for part in ["shop", "payments", "search", "jobs"] { await apart.kill(part) }
    let till = try #require(try await buyer.cashier(of: order), "the other answers at once")
    _ = try await apart.test.browser().post(till + "/pay")
    try await eventually("the notice has reached the other payments, and the other jobs have followed") {
      try await buyer.state(order) == .awaitingReview
    }
    try await eventually("the buyer has a letter") { buyer.hasLetter("order-paid", about: order) }
    #expect(try await apart.test.shop.audit().isEmpty)

    let machine = try #require(apart.browsers(of: both).first)
    #expect(try await machine.get("/healthz").body == "ok\n")
    let ready = try await machine.get("/readyz")
    #expect(ready.status == 200 && ready.body.contains(#""state":"ready"}"#), "\(ready.body)")
    #expect(ready.body.contains(#""name":"database","state":"ok""#), "\(ready.body)")
    for (series, least) in [
      (#"martlet_calls_total{part="jobs,payments",verb="payments.open",outcome="success"}"#, 1.0),
      (#"martlet_check_up{part="jobs,payments",check="database"}"#, 1.0),
    ] {
      #expect(try await apart.figure(series, of: both).map { $0 >= least } == true, "\(series)")
    }
  }

  private static func expectOrdersWithoutPayments(_ apart: PartsApart, _ buyer: PartsApartBuyer) async throws {
    await apart.kill("payments,jobs")
    let order = try await buyer.order()
    try await buyer.expectPaymentsAreAway(from: order)
    #expect(try await buyer.state(order) == .awaitingPayment, "ordered, to be paid later")
    try apart.start("payments,jobs")
    try await eventually("it's paid later") { try await buyer.cashier(of: order) != nil }
    try await eventually("jobs have caught up") { buyer.hasLetter("order-placed", about: order) }
    #expect(try await apart.test.shop.audit().isEmpty)
  }

  private static func expectPagesWithoutSearch(_ apart: PartsApart, _ product: Product) async throws {
    await apart.kill("search")
    let test = apart.test
    let other = test.browser()
    for path in ["/", "/c/tea", "/search?q=teapot", "/products/\(product.id)"] {
      let page = try await other.get(path)
      #expect(page.status == 200 && page.body.contains("Clay teapot"), "\(path) without search")
    }
    try apart.start("search")
    try await eventually("lists come from search again") {
      let found = try await test.shop.contexts.search.search(SearchQuery(text: "teapot", language: .en))
      return found.total == 1 && apart.instances("search") > 0
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
