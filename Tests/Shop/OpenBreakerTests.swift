import Accounts
import Flows
import Governance
import Logging
import Orders
import Payments
import Remote
import Search
import TestKit
import Testing
import Values

@testable import App

/// What answers in place of a part that isn't asked any more, and how soon.
@Suite(.serialized) struct OpenBreakerTests {
  /// Calls a part that nobody does. The breaker's time stands still, so once open it stays so.
  private static func caller(of part: String) -> RemoteCaller {
    RemoteCaller(
      part: part, registry: StaticRegistry(), security: PartSecurity(secret: "a secret among these parts"),
      clock: TestClock().clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  // req: 3.3.5-2 3.3.6-3
  @Test func `in place of search the process finds by itself, in less than 5 ms`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      let caller = Self.caller(of: "search")
      let search = SpareSearch(
        for: RemoteSearch(caller), database: test.shop.database,
        rules: StoredSearchRules(database: test.shop.database, ids: test.shop.ids, clock: test.shop.clock),
        clock: test.shop.clock
      ) {
        Shop.searchEngine(test.settings, clock: test.shop.clock, logger: test.shop.logger)
      }
      let query = SearchQuery(text: "teapot", language: .en)
      func find() async throws { #expect(try await search.search(query).total == 1) }
      for _ in 1...5 { try await find() }
      #expect(caller.breaker.state == .open)
      let time = try await median(of: 20, find)
      #expect(time < .milliseconds(5))
      caller.close()
    }
  }

  // req: 3.3.5-2 3.3.6-3
  @Test func `in place of payments the buyer is told to wait, in less than 5 ms`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      let method = try #require(PaymentMethod(rawValue: "sandbox"))
      let caller = Self.caller(of: "payments")
      let payOrder = PayOrder(test.shop.contexts.paying(RemotePayments(caller)))
      func pay() async throws {
        _ = try await payOrder.run(order.id, by: account.id, method: method, language: .en)
      }
      for _ in 1...5 { await #expect(throws: PartUnavailable.self) { try await pay() } }
      #expect(caller.breaker.state == .open)
      let time = try await median(of: 20) { await #expect(throws: CircuitOpen.self) { try await pay() } }
      #expect(time < .milliseconds(5))
      #expect(try await test.shop.contexts.orders.order(order.id)?.state == .awaitingPayment, "kept")
      caller.close()
    }
  }
}

extension Contexts {
  /// The same, but for payments.
  fileprivate func paying(_ payments: any PaymentService) -> Contexts {
    Contexts(
      accounts: accounts, customers: customers, browsing: browsing, staff: staff, deskViews: deskViews,
      merchants: merchants,
      catalog: catalog,
      inventory: inventory, stockroom: stockroom, pricing: pricing, coupons: coupons, points: points,
      carts: carts, orders: orders, payments: payments, reconciliation: reconciliation,
      refunds: refunds, fulfilment: fulfilment,
      reviews: reviews, search: search, searchRules: searchRules, searchLedger: searchLedger, content: content,
      shelves: shelves, imports: imports, insight: insight, settlement: settlement, messages: messages)
  }
}
