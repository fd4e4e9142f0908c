import Foundation
import Governance
import NIOHTTP1
import TestKit
import Testing
import Values

@testable import App

/// What the shop does when there is more to do than it can, or one client asks too often.
@Suite struct LimitTests {
  private static let proxied = ["--http-trusts-proxy", "true"]

  private static func from(_ address: String) -> [String: String] { ["x-forwarded-for": address] }

  // req: 3.3.6-2
  @Test func `a client that asks too often is told when to come back, and nobody else suffers`() async throws {
    try await TestShop.run(Self.proxied + ["--server-client-per-minute", "10"]) { test in
      let browser = test.browser()
      for _ in 1...5 { #expect(try await browser.get("/help", headers: Self.from("203.0.113.7")).status == 200) }
      let page = try await browser.get("/help", headers: Self.from("203.0.113.7"))
      #expect(page.status == 429)
      // A place is free every six seconds, of which some have gone by.
      let seconds = try #require(page.headers.first(name: "retry-after").flatMap { Int($0) })
      #expect((1...6).contains(seconds))
      #expect(page.body.contains("Too many requests. Wait \(seconds) seconds.") || seconds == 1)
      #expect(page.headers.first(name: "content-security-policy") != nil)
      let chinese = try await test.browser(language: .zhHans).get("/", headers: Self.from("203.0.113.7"))
      #expect(chinese.body.contains("请求太频繁"))
      let problem = try await test.program.get("/categories", headers: Self.from("203.0.113.7"))
      #expect(problem.status == 429)
      #expect(problem.code == "tooManyRequests")
      #expect(problem.header("retry-after").flatMap { Int($0) }.map { (1...6).contains($0) } == true)
      #expect(try await browser.get("/help", headers: Self.from("203.0.113.8")).status == 200)
      // A subscriber has a whole network of the newer protocol.
      for host in 1...5 { _ = try await browser.get("/help", headers: Self.from("2001:db8::\(host)")) }
      #expect(try await browser.get("/help", headers: Self.from("2001:db8::ff")).status == 429)
      #expect(try await browser.get("/help", headers: Self.from("2001:db8:0:1::1")).status == 200)
      for _ in 1...20 { #expect(try await browser.get("/healthz", headers: Self.from("203.0.113.7")).status == 200) }
      let told = try await browser.get("/metrics").body
      #expect(told.contains(#"martlet_rate_limited_total{part="shop",limit="client"} 4"#))
    }
  }

  // req: 3.3.6-2
  @Test func `a route has a limit of its own, which is a setting`() async throws {
    let limits = ["--server-routes-per-minute", "POST /register=2; GET /help=0"]
    try await TestShop.run(Self.proxied + limits) { test in
      let browser = test.browser()
      func register() async throws -> Browser.Answer {
        try await browser.send(
          .POST, "/register", body: Array("name=Lin".utf8),
          headers: ["content-type": "application/x-www-form-urlencoded", "origin": test.base]
            .merging(Self.from("203.0.113.7")) { $1 })
      }
      let (first, second) = (try await register(), try await register())
      #expect(first.status == 422)
      #expect(second.status == 429)
      #expect(try await browser.get("/help", headers: Self.from("203.0.113.7")).status == 200)
    }
  }

  @Test func `whoever applies to sell waits before the next try, and has so many a day`() async throws {
    try await TestShop.run(Self.proxied) { test in
      let browser = test.browser()
      let (type, body) = Browser.parts([("nameEn", "River Light")])
      func apply(from address: String) async throws -> Int {
        try await browser.send(
          .POST, "/sell", body: body,
          headers: ["content-type": type, "origin": test.base].merging(Self.from(address)) { $1 }
        ).status
      }
      var statuses: [Int] = []
      for place in [7, 7, 8] { statuses.append(try await apply(from: "203.0.113.\(place)")) }
      #expect(statuses == [422, 429, 422])
    }
    try await TestShop.run(Self.proxied + ["--server-routes-per-minute", "POST /sell=1000"]) { test in
      let (type, body) = Browser.parts([("nameEn", "River Light")])
      var statuses: [Int] = []
      for _ in 1...21 {
        statuses.append(
          try await test.browser().send(
            .POST, "/sell", body: body,
            headers: ["content-type": type, "origin": test.base].merging(Self.from("203.0.113.7")) { $1 }
          ).status)
      }
      #expect(statuses == Array(repeating: 422, count: 20) + [429])
    }
  }

  @Test(arguments: ["POST=3", "/register=2", "POST /register", "POST /register=-1", "POST /register=a"])
  func `a limit that can't be read stops the start`(text: String) async throws {
    await #expect(throws: SettingFault.self) {
      _ = try await Settings(arguments: ["--server-routes-per-minute", text], environment: [:])
    }
  }

  // req: 3.3.6-3 2.3.2.4-3
  @Test func `when all places are taken visitors are turned away at once, and those who pay last`() async throws {
    try await TestShop.run(["--server-requests-at-once", "20"]) { test in
      let admission = test.shop.vitals.admission
      for _ in 1...18 { #expect(admission.enter(.ordinary) == nil) }
      let page = try await test.browser().get("/")
      #expect(page.status == 503)
      #expect(page.body.contains("Many people are here right now."))
      #expect((2...5).contains(page.headers.first(name: "retry-after").flatMap { Int($0) } ?? 0))
      #expect(page.headers.first(name: "set-cookie") == nil)
      let problem = try await test.program.get("/products")
      #expect(problem.status == 503)
      #expect(problem.code == "overloaded")
      #expect(problem.header("access-control-allow-origin") == "*")
      #expect(try await test.browser().get("/checkout").location?.hasPrefix("/login") == true)
      let notice = try await test.browser().send(.POST, "/payments/notices/sandbox", body: [], headers: [:])
      #expect(notice.status != 503)
      #expect(try await test.browser().get("/static/css/tokens.css").status == 200)
      for _ in 1...2 { #expect(admission.enter(.vital) == nil) }
      #expect(try await test.browser().get("/checkout").status == 503)
      for path in ["/healthz", "/readyz", "/metrics"] { #expect(try await test.browser().get(path).status == 200) }
      for _ in 1...20 { admission.leave() }
      #expect(try await test.browser().get("/").status == 200)
      #expect(admission.underWay == 0)
    }
  }

  // req: 3.3.6-3
  @Test func `when work waits too long visitors are turned away, and an order still goes through`() async throws {
    try await TestShop.run { test in
      for _ in 1...3 { test.shop.vitals.admission.note(wait: .seconds(5)) }
      let (home, checkout) = (try await test.browser().get("/"), try await test.browser().get("/checkout"))
      #expect(home.status == 503)
      #expect(checkout.status == 303)
    }
  }

  // req: 3.3.5-2
  @Test func `told to end, the program says so to balancers, serves on for a while, and ends well`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-drain-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let port = try freePort()
    let storage = try await TestStorage.arguments()
    let shop = Process.martlet(
      ["serve"] + storage.arguments + [
        "--home-folder", TestShop.packageFolder.path, "--data-folder", folder.path, "--http-port", "\(port)",
        "--server-drain-seconds", "5", "--catalog-fetches-pictures", "false", "--log-format", "json",
      ])
    let ending = try shop.start()
    let balancer = Browser(base: "http://127.0.0.1:\(port)", http: TestShop.client, language: .en)
    try await eventually { (try? await balancer.get("/readyz").status) == 200 }
    shop.terminate()
    try await eventually { try await balancer.get("/readyz").body.contains(#""state":"draining""#) }
    #expect(try await balancer.get("/help").status == 200)
    #expect(await ending.status == 0)
    await storage.remove()
  }
}
