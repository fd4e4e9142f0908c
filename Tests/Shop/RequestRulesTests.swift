import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import API
@testable import App

/// What holds for requests of every route: where they come from, how large they are, by which method.
@Suite struct RequestRulesTests {
  private static let foreign: [[String: String]] = [
    ["origin": "https://evil.example"], ["origin": "null"], ["sec-fetch-site": "cross-site"],
    ["sec-fetch-site": "same-site"], ["origin": "http://127.0.0.1"],
  ]

  @Test func `what changes something is refused from another site, on every route, and changes nothing`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner().withLetter()
      let staff = try await test.staff(of: owner.merchant)
      let platform = try await test.staff(of: nil)
      let before = try await test.books()
      for route in ShopRoute.all
      where route.changes && !route.isStaffAPI && !route.pattern.hasPrefix("/payments/notices/") {
        for headers in Self.foreign {
          let answer = try await route.send(
            by: route.isDesk ? (route.door == .platform ? platform : staff) : owner.browser, naming: owner.names,
            headers: headers)
          #expect(answer.status == 403, "\(route.name) \(headers)")
          if route.isAPI { #expect(answer.body.contains("\"crossSite\""), "\(route.name)") }
        }
      }
      #expect(try await test.books() == before)
    }
  }

  @Test func `a body larger than any honest one is refused with 413 and not read to its end`() async throws {
    try await TestShop.run { test in
      var owner = try await test.owner()
      var senders = try await Senders(owner)
      var books = UnchangedBooks(test)
      for route in ShopRoute.all where route.changes {
        // What a route does that reads no body, it may have done.
        if route.body == nil { try await books.compare() }
        if route.body == nil || !books.areKnown {
          owner = try await owner.stocked().withLetter()
          senders = try await Senders(owner)
          try await books.note()
        }
        let megabytes = route.file == "goods" ? 52 : route.isMultipart || route.bringsGrid ? 21 : 1
        for isCounted in [true, false] {
          let answer = try await route.sendLarge(
            by: senders[route], naming: owner.names, megabytes, isCounted: isCounted)
          if route.body != nil {
            #expect(answer.status == 413, "\(route.name) \(isCounted)")
          } else {
            #expect(answer.status < 500, "\(route.name) \(isCounted)")
          }
          if route.isAPI, answer.status >= 400 { #expect(answer.body.contains("\"status\":\(answer.status)")) }
        }
        if route.body == nil { books.forget() } else { books.mustStay(after: route.name) }
      }
      try await books.compare()
    }
  }

  @Test func `HEAD answers as GET does, without the body`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner().withLetter()
      for route in ShopRoute.all where !route.changes {
        let browser = route.isForStaff ? try await test.staff(for: route, of: owner) : owner.browser
        let get = try await route.send(by: browser, naming: owner.names)
        let head = try await browser.send(.HEAD, try route.address(owner.names), body: nil, headers: [:])
        #expect(head.status == get.status, "\(route.name)")
        #expect(head.body.isEmpty, "\(route.name)")
        #expect(head.headers.first(name: "content-type") == get.headers.first(name: "content-type"), "\(route.name)")
      }
    }
  }

  @Test func `a method that an address doesn't know is answered 405 with those that it does`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner().withLetter()
      let staff = try await test.staff(of: owner.merchant)
      let before = try await test.books()
      for (pattern, routes) in Dictionary(grouping: ShopRoute.all, by: \.pattern) {
        let known = Set(routes.map(\.method.rawValue))
        let route = try #require(routes.first { !$0.changes } ?? routes.first)
        let address = try #require(try route.address(owner.names).split(separator: "?").first)
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] where !known.contains(method) {
          let answer = try await (route.isDesk ? staff : owner.browser).send(
            HTTPMethod(rawValue: method), String(address), body: method == "GET" ? nil : [],
            headers: ["origin": test.base])
          // `/account/addresses/new` is the address of no address, too.
          let isShared = ShopRoute.all.contains { $0.method.rawValue == method && $0.fits(String(address)) }
          if isShared { continue }
          #expect(answer.status == 405, "\(method) \(pattern)")
          let allowed = answer.headers.first(name: "allow") ?? ""
          for name in known { #expect(allowed.contains(name), "\(method) \(pattern): \(allowed)") }
        }
      }
      #expect(try await test.books() == before)
    }
  }

  @Test func `an address that there isn't is answered 404 in the manner of its face`() async throws {
    try await TestShop.run { test in
      let browser = test.browser()
      for path in [
        "/nowhere", "/api/v1/nowhere", "/admin/nowhere", "/%00", "/..%2f..%2fetc/passwd", "/static/../Package.swift",
      ] {
        for method in [HTTPMethod.GET, .HEAD, .POST] {
          let answer = try await browser.send(
            method, path, body: method == .POST ? [] : nil, headers: ["origin": test.base])
          #expect([400, 404].contains(answer.status), "\(method) \(path): \(answer.status)")
        }
      }
    }
  }
}

extension ShopRoute {
  /// Whether this address is one of the route's.
  func fits(_ address: String) -> Bool {
    let (parts, given) = (pattern.split(separator: "/"), address.split(separator: "/"))
    return parts.count == given.count && zip(parts, given).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
  }

  /// Sends letters by the megabyte, with the length told beforehand or not.
  func sendLarge(
    by browser: Browser, naming names: [String: JSONValue], _ megabytes: Int, isCounted: Bool
  ) async throws -> Browser.Answer {
    let type =
      isAPI
      ? "application/json" : isMultipart ? "multipart/form-data; boundary=parts" : "application/x-www-form-urlencoded"
    let headers = ["content-type": type, "origin": browser.base]
    let chunk = ByteBuffer(repeating: 0x61, count: 1 << 20)
    let body: HTTPClientRequest.Body =
      isCounted
      ? .bytes(ByteBuffer(repeating: 0x61, count: megabytes << 20))
      : .stream(Repeated(chunk: chunk, count: megabytes), length: .unknown)
    return try await browser.send(method, try address(names), large: body, headers: headers)
  }
}

/// Whoever a route is for. They are hired before the books are noted, since that is a change.
private struct Senders {
  private let buyer: Browser
  private let staff: (ours: Browser, platform: Browser)
  private let programs: (ours: Browser, platform: Browser)

  init(_ owner: Owner) async throws {
    buyer = owner.browser
    staff = (try await owner.test.staff(of: owner.merchant), try await owner.test.staff(of: nil))
    programs = (try await owner.test.program(of: owner.merchant), try await owner.test.program(of: nil))
  }

  subscript(_ route: ShopRoute) -> Browser {
    guard route.isForStaff else { return buyer }
    let those = route.isStaffAPI ? programs : staff
    return route.door == .platform ? those.platform : those.ours
  }
}

/// The same bytes over and over.
private struct Repeated: AsyncSequence, Sendable {
  let chunk: ByteBuffer
  let count: Int

  struct Iterator: AsyncIteratorProtocol {
    let chunk: ByteBuffer
    var left: Int

    mutating func next() async -> ByteBuffer? {
      guard left > 0 else { return nil }
      left -= 1
      return chunk
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(chunk: chunk, left: count) }
}
