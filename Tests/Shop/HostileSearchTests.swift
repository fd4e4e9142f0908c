import Accounts
import Catalog
import Flows
import Foundation
import Merchants
import NIOCore
import NIOHTTP1
import NIOPosix
import Pages
import Search
import Testing
import Values

@testable import API
@testable import App

/// What nobody types by accident, wherever a shopper or a program can search: the answer is clean, whatever it is.
@Suite struct HostileSearchTests {
  private struct Text: Sendable {
    let name: String
    let text: String
    /// Whether a program is told that it can't be searched for: too long, or not to be printed. People are answered
    /// with what there is of it.
    var isRefused = false
  }

  private static let pages = ["/search?q=", "/search?exact=1&q="]
  private static let suggestions = "/search/suggest?q="
  private static let products = "\(ShopAPI.root)/products?q="
  private static let completions = "\(ShopAPI.root)/suggestions?q="
  private static let places = pages + [suggestions, products, completions]

  private static let long = [
    Text(name: "letters", text: String(repeating: "a", count: 10_000), isRefused: true),
    Text(name: "words", text: String(repeating: "tea ", count: 2500), isRefused: true),
    // About as many as an address can hold.
    Text(name: "Chinese", text: String(repeating: "手机", count: 4400), isRefused: true),
    Text(name: "one letter with marks", text: "e" + String(repeating: "\u{301}", count: 10_000), isRefused: true),
    Text(name: "brackets", text: String(repeating: "(", count: 5000), isRefused: true),
  ]

  private static let short = [
    Text(name: "operators", text: #"title:tea AND NOT (pot* OR "clay pot"~2) NEAR/3 -red +blue ^2 || && !"#),
    Text(name: "quotes", text: #""'`“”‘’«»「」『』\"\'"#),
    Text(name: "one quote", text: "\""),
    Text(name: "emoji", text: "🫖👩‍👩‍👧‍👦🇨🇳👍🏽"),
    Text(name: "right to left", text: "إبريق شاي תה"),
    Text(name: "turned around", text: "\u{202E}topaet", isRefused: true),
    Text(name: "SQL", text: "'; DROP TABLE search_document; --"),
    Text(name: "more SQL", text: "%' OR 1=1 UNION SELECT * FROM account /*"),
    Text(name: "regex", text: #"^(a+)+$|.*+?[^\w]{1,9}(?<x>"#),
    Text(name: "NUL", text: "tea\u{0}pot", isRefused: true),
    Text(name: "control", text: "tea\u{1}\u{2}\u{8}\u{1B}[2Jpot\u{7F}", isRefused: true),
    Text(name: "a header", text: "tea\r\nSet-Cookie: hostile=1\r\n\r\npot", isRefused: true),
    Text(name: "a template", text: "{{{hole.history}}} {{w.nav.categories}} ${tea} #{tea} %s"),
    Text(name: "a path", text: "../../../etc/passwd\\..\\"),
    Text(name: "no character", text: "\u{FFFE}\u{FFFF}", isRefused: true),
    Text(name: "blanks", text: "  \t "),
  ]

  /// Each with what of it would be a tag or an attribute.
  private static let markup = [
    ("<script>alert(1)</script>", "<script>alert"), ("x\" onmouseover=\"alert(2)", "\" onmouseover=\""),
    ("'><img src=x onerror=alert(3)>", "<img src=x"), ("</title><svg onload=alert(4)>", "<svg onload"),
    ("</script><b>tea", "</script><b>"), ("tea<!--", "tea<!--"),
  ]

  /// A page or a piece of one to its end, JSON where a program asks, and a refusal only where one is due.
  private static func expectClean(_ answer: Browser.Answer, at place: String, _ text: Text) {
    let type = answer.headers.first(name: "content-type") ?? ""
    let what: Comment = "\(place) \(text.name)"
    let json = try? JSONDecoder().decode(JSONValue.self, from: Data(answer.body.utf8))
    switch place {
    case products where text.isRefused:
      #expect(answer.status == 422 && type == "application/problem+json", what)
      #expect(json?["errors"]?[0]?["field"]?.text == "q", what)
    case products, completions:
      #expect(answer.status == 200 && type.hasPrefix("application/json"), what)
      #expect(json?["items"] != nil, what)
    default:
      #expect(answer.status == 200 && type.hasPrefix("text/html"), what)
      #expect(place == suggestions || answer.body.contains("</html>"), what)
    }
    let cookies = answer.headers["set-cookie"]
    #expect(!cookies.contains { $0.contains("hostile") }, what)
  }

  private static func expectSound(_ test: TestShop, _ product: Product) async throws {
    let page = try await test.browser().get("/search?q=teapot")
    #expect(page.status == 200 && page.body.contains("1 result<") && page.body.contains("/products/\(product.id)"))
  }

  // req: 3.1.4-1
  @Test func `however long a text is, pages answer what they can, and programs hear that it is too long`() async throws
  {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let browser = test.browser()
      for text in Self.long {
        for place in Self.places {
          Self.expectClean(try await browser.get(place + Browser.escaped(text.text)), at: place, text)
        }
      }
      try await Self.expectSound(test, product)
    }
  }

  // req: 3.1.4-1
  @Test func `operators, quotes, other scripts, SQL, patterns and control characters are words like others`()
    async throws
  {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      // Also for whom a history is kept.
      for browser in [test.browser(), try await test.buyer().browser] {
        for text in Self.short {
          for place in Self.places {
            Self.expectClean(try await browser.get(place + Browser.escaped(text.text)), at: place, text)
          }
        }
        for page in ["/", "/search", "/search/suggest", "/account/history"] {
          #expect(try await browser.visit(page).status == 200, "\(page)")
        }
      }
      try await test.shop.contexts.browsing.flush()
      try await test.shop.contexts.searchLedger.flush()
      try await Self.expectSound(test, product)
    }
  }

  // req: 3.1.4-1
  @Test func `markup comes back as text wherever it is shown again, also out of what was searched for`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let ledger = test.shop.contexts.searchLedger
      for (text, _) in Self.markup {
        for number in 1...5 { await ledger.noteQuery(text, language: .en, found: 2, by: "dev_\(number)") }
      }
      try await ledger.flush()
      let hot = try await test.browser().get("/search").body
      #expect(hot.contains(">\("<script>alert(1)</script>".escapedForHTML)<"), "what many search for is offered")
      for (text, tag) in Self.markup {
        let browser = test.browser()
        _ = try await browser.get("/")
        for place in Self.places {
          let answer = try await browser.get(place + Browser.escaped(text))
          Self.expectClean(answer, at: place, Text(name: text, text: text))
          guard place != Self.products, place != Self.completions else { continue }
          #expect(!answer.body.contains(tag), "\(place) \(text)")
        }
        let shown = try await browser.get("/search?q=\(Browser.escaped(text))").body
        #expect(shown.contains("value=\"\(text.escapedForHTML)\""), "\(text) stands in the field")
        // One's own searches stand there, and what others ask for.
        for page in ["/", "/search", "/search/suggest", "/search?q=xylophone"] {
          #expect(!(try await browser.get(page).body.contains(tag)), "\(page) \(text)")
        }
        let own = try await browser.get("/search").body
        #expect(own.contains(">\(text.escapedForHTML)<"), "\(text) stands among one's own searches")
      }
      try await Self.expectSound(test, product)
    }
  }

  /// What no browser sends: these are the bytes behind the `=`, as they are.
  private static let broken = [
    "%", "%%%", "%z", "%zz", "tea%", "%e6%8", "%c3%28", "%ff%fe", "%ed%a0%80", "%f4%90%80%80", "%00", "%u624b", "%2525",
    "tea&q=pot&q", "=&&=&q", "tea;pot", "%0d%0aSet-Cookie:%20hostile=1",
  ]

  // req: 3.1.4-1
  @Test func `escapes that are broken and bytes that are no text are answered, and end nothing`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      for place in Self.places {
        for bytes in Self.broken {
          let answer = try await RawAnswer(to: place + bytes, port: test.settings.port)
          let isTaken = answer.status == 200 || place == Self.products && answer.status == 422
          #expect(isTaken, "\(place)\(bytes): \(answer.text.prefix(200))")
          #expect(!answer.text.lowercased().contains("\r\nset-cookie: hostile"), "\(place)\(bytes)")
        }
      }
      try await Self.expectSound(test, product)
    }
  }

  // req: 3.1.4-1
  @Test func `ten thousand Chinese characters are answered or refused, escaped or as they are`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let text = String(repeating: "智能手机", count: 2500)
      for place in Self.places {
        // Escaped it is longer than the head of a request may be.
        for query in [Browser.escaped(text), text] {
          let answer = try await RawAnswer(to: place + query, port: test.settings.port)
          let isClean = answer.status == 200 || (400..<500).contains(answer.status)
          #expect(isClean, "\(place), \(query.utf8.count) bytes: \(answer.text.prefix(200))")
        }
      }
      try await Self.expectSound(test, product)
    }
  }
}

/// What comes back for an address that is sent byte by byte as it is written, which no client library does.
private struct RawAnswer {
  let text: String

  /// Zero when the connection ended without an answer.
  var status: Int { text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) } ?? 0 }

  init(to target: String, port: Int) async throws {
    let line = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    let request = "GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
    text = try await line.executeThenClose { inbound, outbound -> String in
      try await outbound.write(ByteBuffer(string: request))
      var heard = ByteBuffer()
      for try await part in inbound { heard.writeImmutableBuffer(part) }
      return String(buffer: heard)
    }
  }
}
