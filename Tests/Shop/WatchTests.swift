import Catalog
import Events
import EventsRabbitMQ
import Foundation
import Governance
import Jobs
import Logging
import NIOHTTP1
import Orders
import ServiceLifecycle
import Storage
import StorageMySQL
import TestKit
import Testing
import Values

@testable import App

/// What machines ask of the shop: whether it lives, whether to send buyers here, and how it is.
@Suite struct WatchTests {
  // req: 3.3.5-2
  @Test func `the shop lives and is ready, and without its database it lives and isn't ready`() async throws {
    try await TestShop.run { test in
      let machine = test.browser()
      #expect(try await machine.get("/healthz").body == "ok\n")
      let ready = try await machine.get("/readyz")
      #expect(ready.status == 200)
      #expect(
        ready.body == #"{"checks":[{"isNeeded":true,"name":"database","state":"ok"}],"state":"ready"}"# + "\n")
      #expect(ready.headers.first(name: "set-cookie") == nil)

      try await test.shop.database.close()
      try await eventually { try await machine.get("/readyz").status == 503 }
      let unready = try await machine.get("/readyz").body
      #expect(unready.contains(#""name":"database","state":"failing""#))
      #expect(unready.contains(#""state":"failing"}"#))
      #expect(try await machine.get("/healthz").status == 200)
      #expect(try await machine.get("/metrics").body.contains(#"martlet_check_up{part="shop",check="database"} 0"#))
    }
  }

  @Test func `who drains isn't ready and still serves`() async throws {
    try await TestShop.run { test in
      test.shop.vitals.health.enter(.draining)
      let answer = try await test.browser().get("/readyz")
      #expect(answer.status == 503)
      #expect(answer.body.contains(#""state":"draining"}"#))
      #expect(try await test.browser().get("/help").status == 200)
    }
  }

  // req: 3.3.5-2 3.3.6-3
  @Test func `pages alone stay in use without their database: what is in memory is shown, and the rest says so`()
    async throws
  {
    let outage = Outage()
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      try await test.servingPagesAlone(over: outage) { base, health in
        func get(_ path: String) async throws -> Browser.Answer {
          try await Browser(base: base, http: TestShop.client, language: .en).get(path)
        }
        #expect(try await get("/").body.contains("Clay teapot"))
        #expect(try await get("/readyz").body.contains(#""state":"ready"}"#))
        outage.begin()
        try await eventually { try await get("/readyz").body.contains(#""name":"database","state":"failing""#) }
        let ready = try await get("/readyz")
        #expect(ready.status == 200 && ready.body.contains(#""state":"limited"}"#), "\(ready.body)")
        #expect(try await get("/metrics").body.contains(#"martlet_check_up{part="shop",check="database"} 0"#))
        let home = try await get("/")
        #expect(home.status == 200 && home.body.contains("Clay teapot"))
        health.enter(.draining)
        #expect(try await get("/readyz").status == 503)
        outage.end()
      }
    }
  }

  // req: 3.3.6-1
  @Test func `requests, orders and what waits are told to Prometheus, which finds nothing to object to`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer()
      let order = try await test.placedOrder(product, by: browser, account: account, address: address)
      _ = try await browser.get("/products/\(product.id)")
      _ = try await browser.get("/nowhere")
      _ = try await browser.send(.init(rawValue: "PURGE"), "/help", body: nil, headers: [:])
      _ = try await browser.post("/orders/\(order.number)/pay", [("method", "none")])
      let text = try await test.browser().get("/metrics").body
      for line in [
        #"martlet_requests_total{part="shop",route="/products/{id}",method="GET",status="2xx"}"#,
        #"martlet_requests_total{part="shop",route="/orders/{number}/pay",method="POST",status="4xx"}"#,
        #"martlet_requests_total{part="shop",route="none",method="GET",status="4xx"} 1"#,
        #"martlet_requests_total{part="shop",route="none",method="other",status="4xx"} 1"#,
        #"martlet_request_seconds_bucket{part="shop",route="/products/{id}",method="GET",le="+Inf"}"#,
        #"martlet_orders_placed_total{part="shop"} 1"#, #"martlet_payments_captured_total{part="shop"} 0"#,
        #"martlet_events_told_total{part="shop",event="orders.orderPlaced"} 1"#,
        #"martlet_breaker_state{part="shop",dependency="payments.sandbox"} 0"#,
        #"martlet_outbox_waiting{part="shop"}"#, #"martlet_outbox_age_seconds{part="shop"}"#,
        #"martlet_dead_letters{part="shop"} 0"#, #"martlet_pool_size{part="shop",pool="write"}"#,
        #"martlet_shed_requests_total{part="shop",priority="ordinary",reason="places"} 0"#,
        #"martlet_rate_limited_total{part="shop",limit="client"} 0"#,
        #"martlet_switch_on{part="shop",switch="search"} 1"#,
        #"martlet_instance_info{part="shop",version="\#(Martlet.version)"} 1"#,
        #"martlet_cache_misses_total{part="shop",cache="pages"}"#, #"process_resident_memory_bytes{part="shop"}"#,
      ] {
        #expect(text.contains("\n\(line)") || text.hasPrefix(line), "\(line)")
      }
      guard Process.isInstalled("promtool") else { return }
      let verdict = try await Process.named("promtool", ["check", "metrics"]).outcome(input: text)
      #expect(verdict.status == 0, "\(verdict.output)\(verdict.errors)")
    }
  }

  // req: 3.3.6-1
  @Test func `every metric that an alert goes by is told`() async throws {
    try await TestShop.run { test in
      // A run of a job, so that there is one to tell of.
      let jobs = Task { await test.shop.jobs.run() }
      _ = try await test.browser().get("/help")
      let rules = try String(
        contentsOf: TestShop.packageFolder.appending(path: "deploy/prometheus/alerts.yaml"), encoding: .utf8)
      let named = Set(rules.matches(of: /martlet_[a-z_]+/).map { String($0.0) })
      // Calls are made where parts are apart (PartsApartTests), and queues are where there is a broker (BrokerTests).
      let watched = named.filter { !$0.contains("_call") && !$0.contains("_queue") }
      #expect(watched.count > 10)
      try await eventually {
        let text = try await test.browser().get("/metrics").body
        return watched.allSatisfy { text.contains("\n\($0){") }
      }
      jobs.cancel()
      await jobs.value
    }
  }

  @Test func `metrics are for the inside: whoever comes by a proxy finds nothing`() async throws {
    try await TestShop.run { test in
      for address in ["203.0.113.7", "127.0.0.1"] {
        let answer = try await test.browser().get("/metrics", headers: ["x-forwarded-for": address])
        #expect(answer.status == 404)
        #expect(!answer.body.contains("martlet_"))
      }
    }
  }
}

extension TestShop {
  /// For a part on a database that is handed to it.
  func settingsApart() throws -> Settings {
    var settings = settings
    settings.port = 0
    // Said, since parts that are apart need them, and never asked.
    settings.database.server = try MySQLAddress("mysql://nobody@127.0.0.1:1/shop")
    settings.broker = BrokerAddress("amqp://127.0.0.1:1")
    settings.registry.parts = ["payments": []]
    settings.parts.secret = "a secret among these parts"
    return settings
  }

  /// Runs a process's worth of `serve --only shop` on the same data, on a port of its own. Nobody does the other parts.
  func servingPagesAlone(
    over outage: Outage, _ body: @escaping @Sendable (_ base: String, _ health: Health) async throws -> Void
  ) async throws {
    let settings = try settingsApart()
    let database = outage.over(try await self.settings.database.open())
    let alone = try await Shop.build(
      settings, parts: [.shop], database: database, theme: shop.theme,
      logger: Logger(label: "alone") { _ in
        SwiftLogNoOpLogHandler()
      })
    let (ready, becoming) = AsyncStream.makeStream(of: PartAddress.self)
    let services = try ServeCommand.services(alone, StaticRegistry()) { becoming.yield($1) }
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: alone.logger))
    async let running: Void = group.run()
    let outcome = await Result {
      let address = try #require(await ready.first { _ in true })
      try await body("http://\(address)", alone.vitals.health)
    }
    await group.triggerGracefulShutdown()
    try await running
    try await alone.close()
    try outcome.get()
  }
}
