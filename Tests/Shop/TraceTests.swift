import Accounts
import Carts
import Catalog
import Events
import Flows
import Foundation
import Governance
import Logging
import NIOHTTP1
import Orders
import Synchronization
import TestKit
import Testing
import Values

@testable import App

/// One trace from the request over the facts that it tells to those who hear them, and in the log.
@Suite struct TraceTests {
  private static let sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  // req: 3.3.6-1
  @Test func `a request goes on with the trace that it brings, or begins one`() async throws {
    try await TestShop.run { test in
      let answer = try await test.browser().get("/help", headers: ["traceparent": Self.sent])
      let step = try #require(answer.headers.first(name: "traceparent"))
      #expect(TraceParent.trace(of: step) == TraceParent.trace(of: Self.sent))
      #expect(step != Self.sent)
      let begun = try await test.browser().get("/help", headers: ["traceparent": "00-zz"])
      #expect(TraceParent.received(begun.headers.first(name: "traceparent")) != nil)
    }
  }

  // req: 3.3.6-1
  @Test func `whoever hears of an order works in the trace of the request that placed it`() async throws {
    try await TestShop.run { test in
      let heard = Mutex<(envelope: String?, task: String?)>((nil, nil))
      test.shop.bus.subscribe(
        Subscription("tests.trace", events: [OrderPlaced.name], memory: .transient) { envelope in
          heard.withLock { $0 = (envelope.trace, TraceParent.trace) }
        })
      let product = try await test.product(of: try await test.merchant())
      let (_, account, address) = try await test.buyer()
      let token = try await test.token(of: account)
      let cart = try await test.shop.flows.addToCart.run(product.variants[0].id, .one, to: .account(account.id))
      let placed = try await test.browser().send(
        .POST, "/api/v1/orders", json: #"{"cartVersion":\#(cart.version),"address":"\#(address.id)"}"#,
        headers: ["authorization": "Bearer \(token.rawValue)", "traceparent": Self.sent])
      #expect(placed.status == 201, "\(placed.body)")
      try await test.settle()
      let (envelope, task) = heard.withLock { $0 }
      #expect(envelope.map { TraceParent.trace(of: $0) } == TraceParent.trace(of: Self.sent))
      #expect(task.map { $0[...] } == TraceParent.trace(of: Self.sent))
    }
  }

  // req: 3.3.6-1
  @Test func `the log as JSON is an object a line, with the trace of the task`() throws {
    let lines = Mutex<[Data]>([])
    var logger = Logger(label: "martlet") { label in
      JSONLines(label: label, part: "shop") { line in lines.withLock { $0.append(line) } }
    }
    logger.logLevel = .notice
    logger[metadataKey: "node"] = "7"
    logger.info("not asked for")
    TraceParent.$current.withValue(Self.sent) {
      logger.error(
        "a \"fault\"\nover two lines", metadata: ["error": "é \u{1}", "long": "\(String(repeating: "x", count: 9000))"])
    }
    logger.notice("later")
    let told = lines.withLock { $0 }
    #expect(told.count == 2)
    #expect(told.allSatisfy { $0.last == 10 && $0.dropLast().allSatisfy { $0 != 10 } })
    let first = try #require(try JSONSerialization.jsonObject(with: told[0]) as? [String: Any])
    #expect(first["level"] as? String == "error")
    #expect(first["message"] as? String == "a \"fault\"\nover two lines")
    #expect(first["trace"] as? String == String(TraceParent.trace(of: Self.sent)))
    #expect(first["part"] as? String == "shop")
    #expect((first["time"] as? String)?.hasSuffix("Z") == true)
    let metadata = try #require(first["metadata"] as? [String: String])
    #expect(metadata["node"] == "7" && metadata["error"] == "é \u{1}")
    #expect((metadata["long"]?.count ?? 0) < 8100)
    let second = try #require(try JSONSerialization.jsonObject(with: told[1]) as? [String: Any])
    #expect(second["trace"] == nil)
  }
}
