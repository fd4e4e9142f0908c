import Foundation
import NIOHTTP1
import Testing

@testable import API
@testable import App

/// Every field of every body that the published document of the API names, filled with what no program sends by accident.
@Suite struct APIInputTests {
  private struct Body: Sendable {
    let route: ShopRoute
    let fields: [(name: String, schema: JSONValue, isRequired: Bool)]
  }

  /// Refusals that speak of one field alone, and so needn't name it.
  private static let codes: [String: Set<String>] = [
    "method": ["unknownMethod"], "email": ["wrongCredentials"], "password": ["wrongCredentials"],
    "current": ["wrongCredentials"], "cartVersion": ["cartChanged"],
    "code": ["couponUnknown"], "points": ["notEnoughPoints", "tooManyPoints"],
  ]

  /// The fields are dealt out to as many shops, which are gone through side by side.
  private static let shops = 3

  // req: 3.1.3-1
  @Test(arguments: 0..<shops)
  func `each field refuses what it can't take by name and keeps nothing of it, and keeps words as they are`(turn: Int)
    async throws
  {
    try await TestShop.run(["--accounts-log-ins-per-minute", "1000000", "--points-earned", "1"]) { test in
      let bodies = try await Self.bodies(test).filter { !$0.route.isStaffAPI }
      #expect(bodies.count >= 14)
      var owner = try await test.owner()
      let fields = bodies.flatMap { body in body.fields.map { (body.route, $0) } }
      for number in stride(from: turn, to: fields.count, by: Self.shops) {
        try await Self.tryAll(fields[number].1, of: fields[number].0, &owner)
      }
    }
  }

  // req: 3.1.3-1
  @Test func `a body that is no JSON object is refused on every route with the place of the fault`() async throws {
    try await TestShop.run(["--accounts-log-ins-per-minute", "1000000", "--staff-token-per-minute", "0"]) { test in
      let owner = try await test.owner().withLetter()
      let (program, platform) = (try await test.program(of: owner.merchant), try await test.program(of: nil))
      let before = try await test.books()
      let deep = String(repeating: "[", count: 5000)
      for body in try await Self.bodies(test) {
        let browser =
          body.route.isStaffAPI ? (body.route.door == .platform ? platform : program) : owner.browser
        for text in ["", "{", "[]", "null", "7", "\"x\"", "{\"a\":}", "\u{FEFF}{", deep, "{\"a\":\u{0}}"] {
          let answer = try await browser.send(body.route.method, try body.route.address(owner.names), json: text)
          #expect([400, 422].contains(answer.status), "\(body.route.name) \(text.prefix(9)): \(answer.status)")
          #expect(answer.headers.first(name: "content-type") == "application/problem+json")
        }
        let other = try await browser.send(
          body.route.method, try body.route.address(owner.names), body: Array("a=b".utf8),
          headers: ["content-type": "application/x-www-form-urlencoded"])
        #expect(other.status == 415, "\(body.route.name)")
      }
      #expect(try await test.books() == before)
    }
  }

  // req: 3.1.3-1
  @Test func `no field of what programs of staff send breaks anything, whatever it holds`() async throws {
    try await TestShop.run(["--staff-token-per-minute", "0"]) { test in
      let owner = try await test.owner()
      for body in try await Self.bodies(test) where body.route.isStaffAPI {
        let browser = try await test.staff(for: body.route, of: owner)
        for field in body.fields {
          for input in NastyInput.all {
            let json = try Self.json(body.route, owner.names, field.name, input.json)
            let answer = try await browser.send(body.route.method, try body.route.address(owner.names), json: json)
            let what = "\(body.route.name) \(field.name) \(input.kind.rawValue): \(answer.status)"
            #expect(answer.status < 500, "\(what)")
            let mustRefuse =
              field.isRequired && [.missing, .null, .list].contains(input.kind)
              && field.schema["type"]?.text != "array"
            if mustRefuse { #expect([400, 404, 409, 422].contains(answer.status), "\(what)") }
          }
        }
      }
      let audit = try await test.shop.audit()
      #expect(audit.isEmpty, "\(audit)")
    }
  }

  private static func bodies(_ test: TestShop) async throws -> [Body] {
    let text = try await test.browser().get("/api/v1/openapi.json").body
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    let schemas = document["components"]?["schemas"]
    var bodies: [Body] = []
    for (path, operations) in (document["paths"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
      for (method, operation) in operations.members.sorted(by: { $0.key < $1.key }) {
        let content = operation["requestBody"]?["content"]?["application/json"]?["schema"]
        guard let name = content?["$ref"]?.text?.split(separator: "/").last else { continue }
        let schema = try #require(schemas?[String(name)])
        let required = Set((schema["required"]?.items ?? []).compactMap(\.text))
        bodies.append(
          Body(
            route: try ShopRoute.named("\(method.uppercased()) \(ShopAPI.root)\(path)"),
            fields: (schema["properties"]?.members ?? [:]).sorted { $0.key < $1.key }.map {
              ($0.key, $0.value, required.contains($0.key))
            }))
      }
    }
    return bodies
  }

  private static func verdict(
    _ input: NastyInput, _ field: (name: String, schema: JSONValue, isRequired: Bool), _ route: ShopRoute
  ) -> Verdict {
    switch (input.kind, field.schema["type"]?.text) {
    case (.missing, _), (.null, _): field.isRequired ? .refused : .either
    case (_, "string") where input.isWords: TextUse(field.name, of: route).verdict(input.kind)
    case (.number, "integer"), (.flag, "boolean"): .either
    default: .refused
    }
  }

  private static func tryAll(
    _ field: (name: String, schema: JSONValue, isRequired: Bool), of route: ShopRoute, _ owner: inout Owner
  ) async throws {
    // What is tried too often from one address is refused for that alone, so someone else tries each time.
    let isThrottled = ["/sessions", "/password"].contains { route.pattern.contains($0) }
    let inputs = NastyInput.all.map { ($0, verdict($0, field, route)) }
    var books = UnchangedBooks(owner.test)
    var browser = owner.browser
    // What is refused comes first: it leaves everything for the next.
    for (input, verdict) in inputs.filter({ $1 == .refused }) + inputs.filter({ $1 != .refused }) {
      if isThrottled || verdict != .refused { try await books.compare() }
      if isThrottled || !books.areKnown {
        owner = try await owner.stocked()
        if isThrottled { owner = try await owner.withLetter() }
        browser =
          route.pattern.hasSuffix("/account/password") ? try await owner.test.other().browser : owner.browser
        try await books.note()
      }
      var names = owner.names
      if isThrottled { names["email"] = names["strayEmail"] }
      let answer = try await browser.send(
        route.method, try route.address(names), json: try json(route, names, field.name, input.json))
      let what = "\(route.name) \(field.name) \(input.kind.rawValue)"
      try expectSound(answer, input, verdict, field.name, "\(what): \(answer.status) \(answer.body.prefix(200))")
      if answer.status < 400 { books.forget() } else { books.mustStay(after: what) }
    }
    try await books.compare()
  }

  private static func expectSound(
    _ answer: Browser.Answer, _ input: NastyInput, _ verdict: Verdict, _ field: String, _ what: String
  ) throws {
    #expect(answer.status < 500, "\(what)")
    guard answer.status < 400 else {
      #expect(verdict != .accepted, "\(what)")
      return try expectNamed(answer, field, what)
    }
    #expect(verdict != .refused, "\(what)")
    if verdict == .accepted, let text = input.text {
      let said = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body.utf8))
      #expect(said.texts.contains(text), "\(what)")
    }
  }

  private static func expectNamed(_ answer: Browser.Answer, _ field: String, _ what: String) throws {
    let problem = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body.utf8))
    let places = (problem["errors"]?.items ?? []).compactMap { $0["field"]?.text }
    let isNamed = places.contains { $0 == field || $0.hasPrefix("\(field).") }
    #expect(isNamed || codes[field]?.contains(problem["code"]?.text ?? "") == true, "\(what)")
  }

  /// The route's good body with one field replaced by this text.
  private static func json(
    _ route: ShopRoute, _ names: [String: JSONValue], _ field: String, _ replacement: String?
  ) throws -> String {
    var members = ShopRoute.filled(try #require(route.body), names).members
    members[field] = replacement == nil ? nil : "@@"
    let text = String(decoding: try JSONEncoder().encode(JSONValue.object(members)), as: UTF8.self)
    return replacement.map { text.replacing("\"@@\"", with: $0) } ?? text
  }
}

extension JSONValue {
  /// Every text in it.
  var texts: [String] {
    switch self {
    case .text(let text): [text]
    case .list(let items): items.flatMap(\.texts)
    case .object(let members): members.values.flatMap(\.texts)
    default: []
    }
  }
}
