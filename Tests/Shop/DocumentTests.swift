import Foundation
import HTTPTypes
import NIOHTTP1
import Testing

@testable import API
@testable import App

/// The API's document and docs, as someone reads them who writes a program.
@Suite struct DocumentTests {
  @Test func `the document is at its short address as well, where the docs lead`() async throws {
    try await TestShop.run { test in
      let docs = try await test.browser().get("/docs")
      #expect(docs.status == 200)
      let link = try #require(docs.body.firstMatch(of: /href="([^"]*openapi\.json)"/)).1
      let short = try await test.browser().get("/openapi.json")
      #expect(short.status == 200)
      #expect(short.headers.first(name: "content-type") == "application/json")
      for address in ["/api/v1/openapi.json", String(link)] {
        let other = try await test.browser().get(address)
        #expect(other.body == short.body)
      }
    }
  }

  // req: 3.1.3-1
  @Test func `the type of a problem leads to its place in the docs`() async throws {
    try await TestShop.run { test in
      let docs = try await test.browser().get("/docs").body
      var codes = Set(test.api.descriptions.flatMap(\.refusals))
      for path in ["/nothing", "/products/unknown", "/account"] {
        let problem = try await test.program.get(path)
        let type = try #require(problem["type"]?.text)
        let anchor = try #require(type.split(separator: "#").last)
        #expect(type.hasPrefix(test.base + "/docs#"))
        codes.insert(String(anchor.dropFirst("problem-".count)))
      }
      codes.formUnion(["internalFault", "crossSite", "bodyTooLarge", "soldOut"])
      for code in codes { #expect(docs.contains("id=\"problem-\(code)\""), "\(code)") }
    }
  }

  @Test func `throttling and the device are described wherever they count`() async throws {
    try await TestShop.run { test in
      let descriptions = test.api.descriptions
      func endpoint(_ method: String, _ path: String) throws -> APIDescription {
        try #require(descriptions.first { $0.method.rawValue == method && $0.path == path })
      }
      #expect(try endpoint("POST", "/accounts").refusals.contains("tooManyAttempts"))
      for (method, path) in [
        ("POST", "/accounts"), ("POST", "/sessions"), ("GET", "/products"), ("GET", "/products/{id}"),
      ] {
        let names = try endpoint(method, path).parameters.map(\.name)
        #expect(names.contains("Martlet-Device"), "\(path)")
      }
    }
  }
}
