import AuditLog
import Foundation
import NIOHTTP1
import Testing
import Values

@testable import API
@testable import App

/// Words that would be a script, or a formula, wherever the shop keeps words: shown as words wherever the shop shows them.
@Suite struct StoredScriptTests {
  private static let name = "boom77"
  private static let script = "=1+<script>boom77(\"'&\")</script>"
  /// Fields of what programs send that hold words.
  private static let words: Set<String> = [
    "en", "zh-Hans", "text", "note", "reason", "answer", "words", "proof", "recipient", "street", "explanation",
    "brand", "unit", "name",
  ]
  /// What becomes of these words is nobody's to see, or they lead to somebody else's.
  private static let passedOver: Set<String> = ["password", "current", "repeated", "new"]

  // req: 3.1.3-1
  @Test func `words that would be a script or a formula are words on every page, in every letter and in every file`()
    async throws
  {
    try await TestShop.run(["--accounts-log-ins-per-minute", "1000000", "--staff-token-per-minute", "0"]) { test in
      var owner = try await test.owner()
      // What is ordered from here on has it in its lines.
      let goods = try ShopRoute.named("PUT /api/v1/admin/products/{id}")
      #expect(try await Self.fill(goods, owner, by: test.staff(for: goods, of: owner)) > 0)
      for stage in OrderStage.allCases { owner.names[stage.rawValue] = nil }
      for stage in RefundStage.allCases { owner.names[stage.rawValue] = nil }
      var kept = 0
      for route in ShopRoute.all where route.changes && route.body != nil {
        owner = try await owner.stocked().withLetter()
        let browser = route.isForStaff ? try await test.staff(for: route, of: owner) : owner.browser
        kept += try await Self.fill(route, owner, by: browser)
      }
      // Filling up what was used up took some of it away again.
      for route in ShopRoute.all where route.changes && route.body != nil && !route.takesAway {
        let browser = route.isForStaff ? try await test.staff(for: route, of: owner) : owner.browser
        kept += try await Self.fill(route, owner, by: browser)
      }
      #expect(kept >= 120, "\(kept) fields took the words")
      try await test.settle()
      var shown = 0
      for (browser, address) in try await Self.addresses(owner) {
        if try await Self.isShown(address, browser) { shown += 1 }
      }
      #expect(shown >= 60, "\(shown) addresses show the words")
      #expect(try Self.lettersThatShowIt(test) >= 5)
    }
  }

  // MARK: Filling in

  /// Sends the sample with the words in every field that takes words, and in each alone where that is refused.
  /// - Returns: how many fields took them.
  private static func fill(_ route: ShopRoute, _ owner: Owner, by browser: Browser) async throws -> Int {
    guard case .object(let sample) = route.body else { return 0 }
    let fields = sample.keys.filter { replaced($0, sample[$0] ?? .null, route) != sample[$0] }.sorted()
    guard !fields.isEmpty else { return 0 }
    if try await send(route, fields, owner, browser) { return fields.count }
    var taken = 0
    for field in fields {
      if try await send(route, [field], owner, browser) { taken += 1 }
    }
    return taken
  }

  private static func send(
    _ route: ShopRoute, _ fields: [String], _ owner: Owner, _ browser: Browser
  ) async throws -> Bool {
    let body = (route.body?.members ?? [:]).reduce(into: [String: JSONValue]()) { body, field in
      body[field.key] = fields.contains(field.key) ? replaced(field.key, field.value, route) : field.value
    }
    let answer = try await ShopRoute(route.name, route.door, route.path, .object(body)).send(
      by: browser, naming: owner.names)
    #expect(answer.status < 500, "\(route.name) \(fields): \(answer.status)")
    expectWords(answer, "\(route.name) \(fields)")
    return answer.status < 400
  }

  private static func replaced(_ field: String, _ value: JSONValue, _ route: ShopRoute) -> JSONValue {
    if passedOver.contains(field) { return value }
    switch value {
    case .text(let text) where !text.hasPrefix("$") && isForWords(field, route):
      return .text(text.hasPrefix("<p>") ? "<p>\(script)</p>" : script)
    case .list(let items): return .list(items.map { replaced(field, $0, route) })
    case .object(let members):
      return .object(members.reduce(into: [:]) { $0[$1.key] = replaced($1.key, $1.value, route) })
    default: return value
    }
  }

  private static func isForWords(_ field: String, _ route: ShopRoute) -> Bool {
    if route.isAPI { return words.contains(field) }
    switch TextUse(field, of: route) {
    case .free, .quiet: return field != "email"
    case .secret, .strict: return false
    }
  }

  // MARK: Looking

  /// Every address of the shop, each for whom it is there, and of things all that there are of them.
  private static func addresses(_ owner: Owner) async throws -> [(Browser, String)] {
    let (test, names) = (owner.test, try await owner.stocked().withLetter().names)
    let (staff, platform) = (try await test.staff(of: owner.merchant), try await test.staff(of: nil))
    let (program, own) = (try await test.program(of: owner.merchant), try await test.program(of: nil))
    var all: [(Browser, String)] = []
    for route in ShopRoute.all where !route.changes {
      let address = try route.address(names)
      switch (route.isDesk, route.isStaffAPI) {
      case (true, _): all += [(platform, address), (staff, address)]
      case (_, true): all += [(own, address), (program, address)]
      default: all.append((owner.browser, address))
      }
    }
    for stage in OrderStage.allCases {
      let number = names[stage.rawValue]?.text ?? ""
      all += [
        (owner.browser, "/orders/\(number)"), (staff, "/admin/orders/\(number)"),
        (staff, "/admin/shipping/\(number)"),
      ]
    }
    for stage in RefundStage.allCases {
      let id = names[stage.rawValue]?.text ?? ""
      all += [(owner.browser, "/refunds/\(id)"), (staff, "/admin/refunds/\(id)")]
    }
    for part in ["waiting", "all", "hidden"] { all.append((platform, "/admin/reviews?part=\(part)")) }
    for part in ["merchants", "applications"] { all.append((platform, "/admin/merchants?part=\(part)")) }
    for asked in [name, script] {
      let asked = Browser.escaped(asked)
      all += [
        (platform, "/admin/find?q=\(asked)"), (owner.browser, "/search?q=\(asked)"),
        (owner.browser, "/search/suggest?q=\(asked)"), (owner.browser, "/search?q=x&a.colour=\(asked)"),
        (owner.browser, "/api/v1/suggestions?q=\(asked)"), (platform, "/admin/orders?product=\(asked)"),
        (platform, "/admin/customers?name=\(asked)"),
      ]
    }
    for entry in try await test.shop.log.entries(matching: DeedFilter(), before: nil, limit: 200) {
      all.append((platform, "/admin/log/\(entry.number)"))
    }
    return all
  }

  /// Whether the words stand there, as words.
  private static func isShown(_ address: String, _ browser: Browser) async throws -> Bool {
    let answer = try await browser.get(address)
    #expect(answer.status < 500, "\(address): \(answer.status)")
    expectWords(answer, address)
    return answer.body.contains(name)
  }

  private static func expectWords(_ answer: Browser.Answer, _ place: String) {
    let type = answer.headers.first(name: "content-type") ?? ""
    if type.hasPrefix("text/csv") {
      for mark in [",", "\n", "\u{FEFF}"] {
        for quote in ["", "\""] { #expect(!answer.body.contains("\(mark)\(quote)=1+"), "\(place) has a formula") }
      }
    } else if type.hasPrefix("application/json") || type.hasPrefix("application/problem") || type.contains("jsonl") {
      #expect(answer.headers.first(name: "x-content-type-options") == "nosniff", "\(place)")
    } else {
      #expect(!answer.body.contains("<script>\(name)"), "\(place) has a script")
      #expect(!answer.body.contains("\(name)(\""), "\(place) ends an attribute")
    }
  }

  /// How many letters have the words in their pages, as words.
  private static func lettersThatShowIt(_ test: TestShop) throws -> Int {
    let folder = test.settings.dataFolder.appending(path: "mail")
    var shown = 0
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let page = try htmlPart(of: folder.appending(path: file))
      #expect(!page.contains("<script>\(name)"), "\(file) has a script")
      #expect(!page.contains("\(name)(\""), "\(file) ends an attribute")
      if page.contains(name) { shown += 1 }
    }
    return shown
  }

  private static func htmlPart(of file: URL) throws -> String {
    let parts = try String(contentsOf: file, encoding: .utf8).replacing("\r\n", with: "\n")
      .components(separatedBy: "--=_martlet_alternative")
    guard let part = parts.first(where: { $0.contains("text/html") }), let head = part.range(of: "\n\n") else {
      return ""
    }
    let body = String(part[head.upperBound...])
    if part[..<head.lowerBound].contains("base64") {
      return Data(base64Encoded: body, options: .ignoreUnknownCharacters)
        .map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    let bytes = body.replacing("=\n", with: "").replacing("%", with: "%25").replacing("=", with: "%")
    return try #require(bytes.removingPercentEncoding)
  }
}

extension ShopRoute {
  /// What the words were written on is gone afterwards, or the account of those who look.
  fileprivate var takesAway: Bool {
    [
      "remove", "erase", "dismiss", "withdraw", "withdrawal", "block", "sessions", "access", "merge", "move", "cancel",
      "closure", "suspension",
    ]
    .contains { pattern.hasSuffix("/\($0)") }
  }
}
