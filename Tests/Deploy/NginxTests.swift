import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOSSL
import Pages
import TestKit
import Testing

/// The configuration that is shipped, in a real nginx.
@Suite(.serialized) struct NginxTests {
  private static let languages = ["en", "zh-Hans"]

  // req: 3.1.5-1 3.3.1-3
  @Test func `buyers get HTTPS and HTTP/2, and plain HTTP leads there`() async throws {
    let node = try FakeNode()
    try await node.run {
      try await Nginx.run(before: [node.address]) { nginx, visitor in
        let answer = try await visitor.ask("/c/tea", headers: ["x-forwarded-for": "203.0.113.7"])
        #expect(answer.status == 200)
        #expect(answer.version.major == 2)
        #expect(answer["server"] == "nginx")
        let seen = try #require(node.seen.last)
        #expect(seen.headers[try #require(HTTPField.Name("X-Forwarded-For"))] == "127.0.0.1")
        #expect(seen.headers[try #require(HTTPField.Name("X-Forwarded-Proto"))] == "https")

        let plain = "http://\(TestAuthority.domain):\(nginx.httpPort)"
        let sent = try await visitor.post("\(plain)/c/tea?sort=new")
        #expect(sent.status == 308)
        #expect(sent["location"] == "\(nginx.base)/c/tea?sort=new")
        #expect(try await visitor.ask("\(plain)/healthz").body == "ok\n")

        for version in [TLSVersion.tlsv1, .tlsv11] {
          await #expect(throws: (any Error).self) {
            try await withClient(trusting: nginx.authority, version) { http in
              _ = try await Visitor(base: nginx.base, http: http).ask("/")
            }
          }
        }
        await #expect(throws: (any Error).self) {
          _ = try await visitor.ask(nginx.base.replacing(TestAuthority.domain, with: "localhost"))
        }
      }
    }
  }

  // req: 3.3.1-3
  @Test func `text is compressed for those who can read it so`() async throws {
    let node = try FakeNode()
    try await node.run {
      try await Nginx.run(before: [node.address]) { _, visitor in
        for path in ["/", "/api/v1/products", "/static/css/shop.css"] {
          let plain = try await visitor.ask(path)
          #expect(plain["content-encoding"] == nil, "\(path)")
          #expect(plain["vary"]?.contains("Accept-Encoding") == true, "\(path)")
          let small = try await visitor.ask(path, headers: ["accept-encoding": "gzip"])
          #expect(small["content-encoding"] == "gzip", "\(path)")
          #expect(small.body.utf8.count < plain.body.utf8.count / 2, "\(path)")
        }
      }
    }
  }

  // req: 3.3.1-3
  @Test func `files of the theme come from nginx itself, and what isn't there is the shop's to say`() async throws {
    let node = try FakeNode()
    try await node.run {
      try await Nginx.run(before: [node.address]) { _, visitor in
        let file = packageFolder.appending(path: "Themes/classic/static/css/tokens.css")
        let answer = try await visitor.ask("/static/css/tokens.css")
        #expect(answer.body == (try String(contentsOf: file, encoding: .utf8)))
        #expect(answer["cache-control"] == "public, max-age=600")
        let mark = try #require(answer["etag"])
        #expect(try await visitor.ask("/static/css/tokens.css", headers: ["if-none-match": mark]).status == 304)
        #expect(node.seen.isEmpty)
        _ = try await visitor.ask("/static/css/none.css")
        _ = try await visitor.ask("/static/../words/en.json")
        #expect(node.seen.map(\.path).first == "/static/css/none.css")
        for path in ["/metrics", "/readyz", "/readyz/", "//readyz", "/metrics//", "/%72eadyz", "/c/../readyz?a=b"] {
          #expect(try await visitor.ask(path).status == 404, "\(path)")
        }
        #expect(!node.seen.contains { $0.path.contains("metrics") || $0.path.contains("readyz") })
        #expect(try await visitor.ask("/c/readyz").status == 200)
      }
    }
  }

  // req: 3.3.1-3 3.3.4-1
  @Test func `buyers notice nothing of a node that is dead or breaks off`() async throws {
    let (node, dead) = (try FakeNode(), try LoopbackPort.free())
    let breaking = try await BreakingNode()
    try await node.run {
      try await Nginx.run(before: ["127.0.0.1:\(dead)", node.address]) { _, visitor in
        let pages = try await visitor.statuses(60) { try await visitor.ask("/c/tea") }
        #expect(pages == [200])
        let orders = try await visitor.statuses(20) { try await visitor.post("/cart") }
        #expect(orders == [200])
      }
      try await Nginx.run(before: [breaking.address, node.address]) { _, visitor in
        let pages = try await visitor.statuses(60) { try await visitor.ask("/c/tea") }
        #expect(pages == [200])
      }
    }
    #expect(!breaking.seen.isEmpty)
    try await breaking.stop()
  }

  // req: 3.3.1-3
  @Test func `a POST that a node may have done is never sent again`() async throws {
    let node = try FakeNode()
    let breaking = try await BreakingNode()
    try await node.run {
      try await Nginx.run(before: [breaking.address, node.address]) { _, visitor in
        for number in 0..<12 {
          let isAPI = number % 2 == 0
          let answer = try await visitor.post(isAPI ? "/api/v1/orders/\(number)" : "/checkout/\(number)")
          let reached = breaking.seen.filter { $0.contains("/\(number) ") }.count
          #expect(reached + node.seen.filter { $0.path.hasSuffix("/\(number)") }.count == 1, "\(number)")
          #expect(answer.status == (reached == 1 ? 503 : 200), "\(number)")
          if reached == 1 { expectAway(answer, isAPI: isAPI) }
        }
      }
    }
    #expect(!breaking.seen.isEmpty)
    try await breaking.stop()
  }

  // req: 3.3.1-3 3.3.6-2
  @Test func `too many requests are answered 429, and those after a while are not`() async throws {
    let node = try FakeNode()
    try await node.run {
      try await Nginx.run(before: [node.address]) { _, visitor in
        let posts = try await visitor.atOnce(60) { try await visitor.post("/cart") }
        let refused = posts.filter { $0.status == 429 }
        #expect(!refused.isEmpty && refused.count < 40)
        for answer in refused {
          #expect(answer["retry-after"] != nil)
          for language in Self.languages { #expect(answer.body.contains("lang=\"\(language)\"")) }
        }
        #expect(posts.allSatisfy { [200, 429].contains($0.status) })
        let gets = try await visitor.atOnce(400) { try await visitor.ask("/api/v1/products") }.filter {
          $0.status == 429
        }
        #expect(!gets.isEmpty)
        for answer in gets {
          #expect(answer["content-type"] == "application/problem+json")
          #expect(answer["retry-after"] == "1")
        }
        // Platforms tell of payments as often as there are any, and pages ask for pictures by the dozen.
        let notices = try await visitor.statuses(80) { try await visitor.post("/payments/notices/sandbox") }
        #expect(notices == [200])
        let pictures = try await visitor.statuses(80) { try await visitor.ask("/media/picture") }
        #expect(pictures == [200])
        try await eventually("a slot is free again") { try await visitor.post("/cart").status == 200 }
      }
    }
  }

  // req: 3.3.1-3
  @Test func `a body is taken up to the bound of the shop, and refused beyond it`() async throws {
    let node = try FakeNode()
    let bound = MultipartForm.Limits.pictures.totalBytes
    try await node.run {
      try await Nginx.run(before: [node.address]) { _, visitor in
        let taken = try await visitor.post("/orders/1/review/2", ByteBuffer(repeating: 97, count: bound))
        #expect(taken.status == 200)
        #expect(node.seen.last?.bytes == bound)
        let page = try await visitor.post("/orders/1/review/2", ByteBuffer(repeating: 97, count: bound + 1))
        #expect(page.status == 413)
        for language in Self.languages { #expect(page.body.contains("lang=\"\(language)\"")) }
        let problem = try await visitor.post("/api/v1/orders", ByteBuffer(repeating: 97, count: bound + 1))
        #expect(problem.status == 413)
        #expect(problem["content-type"] == "application/problem+json")
        #expect(node.seen.count == 1)
      }
    }
  }

  @Test func `the key of an application is written nowhere, and a long file of goods goes through`() async throws {
    let node = try FakeNode()
    try await node.run {
      try await Nginx.run(before: [node.address]) { nginx, visitor in
        #expect(try await visitor.ask("/sell/map_1/secretkey").status == 200)
        #expect(try await visitor.post("/sell/map_1/secretkey/withdraw").status == 200)
        let size = 21 << 20
        #expect(try await visitor.post("/admin/goods/import", ByteBuffer(repeating: 97, count: size)).status == 200)
        #expect(node.seen.last?.bytes == size)
        #expect(try await visitor.post("/api/v1/admin/imports", ByteBuffer(repeating: 97, count: size)).status == 200)
        #expect(node.seen.last?.bytes == size)
        let bill = "/api/v1/admin/reconciliation/days/alipay/2026-11-24/bill"
        #expect(try await visitor.post(bill, ByteBuffer(repeating: 97, count: size)).status == 200)
        #expect(node.seen.last?.bytes == size)
        func written() throws -> String { try String(contentsOf: nginx.accessLog, encoding: .utf8) }
        try await eventually("the last request is written down") { try written().contains("/admin/goods/import") }
        #expect(try !written().contains("secretkey"))
        #expect(node.seen.filter { $0.path.contains("secretkey") }.count == 2)
      }
    }
  }

  // req: 3.3.1-3 3.3.6-3
  @Test func `a shop that is away or worked on says so in both languages, and a busy one speaks for itself`()
    async throws
  {
    let node = try FakeNode()
    try await node.run {
      try await Nginx.run(before: [node.address]) { nginx, visitor in
        try Data().write(to: nginx.maintenance)
        expectAway(try await visitor.ask("/"), isAPI: false)
        expectAway(try await visitor.post("/cart"), isAPI: false)
        expectAway(try await visitor.ask("/api/v1/products"), isAPI: true)
        #expect(node.seen.isEmpty)
        try FileManager.default.removeItem(at: nginx.maintenance)
        #expect(try await visitor.ask("/").status == 200)
        let busy = try await visitor.ask("/busy")
        #expect(busy.status == 503)
        #expect(busy["retry-after"] == "5")
        #expect(node.seen.filter { $0.path == "/busy" }.count == 1)
      }
    }
    try await Nginx.run(before: [node.address]) { _, visitor in
      expectAway(try await visitor.ask("/"), isAPI: false)
      expectAway(try await visitor.post("/cart"), isAPI: false)
      expectAway(try await visitor.post("/api/v1/orders", ByteBuffer(string: "{}")), isAPI: true)
    }
  }

  private func expectAway(
    _ answer: Visitor.Answer, isAPI: Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(answer.status == 503, sourceLocation: sourceLocation)
    #expect(answer["retry-after"] == "10", sourceLocation: sourceLocation)
    if isAPI {
      #expect(answer["content-type"] == "application/problem+json", sourceLocation: sourceLocation)
      #expect(answer.body.contains(#""code":"unavailable""#), sourceLocation: sourceLocation)
    } else {
      for language in Self.languages {
        #expect(answer.body.contains("lang=\"\(language)\""), sourceLocation: sourceLocation)
      }
    }
  }
}
