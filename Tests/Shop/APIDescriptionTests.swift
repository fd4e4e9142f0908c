import Hummingbird
import Pages
import Testing

@testable import API
@testable import App

@Suite struct APIDescriptionTests {
  @Test func `every described endpoint is a route, and every route is described`() async throws {
    try await TestShop.run { shop in
      let api = shop.api
      let router = Router(context: ShopRequestContext.self)
      api.addRoutes(to: router)
      let routes = Set(router.routes.map { "\($0.method.rawValue) \(RouterPath("\($0.path)"))" })
      let described = Set(api.descriptions.map { "\($0.method.rawValue) \(RouterPath($0.fullPath))" })
      #expect(routes == described)
      #expect(described.count == api.descriptions.count)
      #expect(described.count >= 40)
    }
  }

  @Test func `every schema that is named exists`() async throws {
    try await TestShop.run { shop in
      let api = shop.api
      var names = Set(api.descriptions.compactMap(\.body))
      names.formUnion(api.descriptions.flatMap(\.answers).compactMap(\.schema))
      for schema in APISchemas.all.values { names.formUnion(Self.names(in: schema)) }
      #expect(names.subtracting(APISchemas.all.keys).isEmpty)
      #expect(Set(APISchemas.all.keys).subtracting(names).subtracting(["Problem"]).isEmpty)
    }
  }

  @Test func `operations have distinct names and every path parameter is described`() async throws {
    try await TestShop.run { shop in
      let api = shop.api
      let names = api.descriptions.map(OpenAPIDocument.name)
      #expect(Set(names).count == names.count)
      for description in api.descriptions {
        let inPath = description.path.matches(of: /\{(\w+)\}/).map { String($0.1) }
        #expect(inPath == description.parameters.filter { $0.place == .path }.map(\.name))
      }
    }
  }

  @Test func `the document is OpenAPI 3.1 with an answer and a problem for every operation`() async throws {
    try await TestShop.run { shop in
      let api = shop.api
      let document = OpenAPIDocument(api.descriptions.filter { $0.group != .document }, publicURL: "http://shop").json
      #expect(document["openapi"]?.text == "3.1.0")
      let operations = (document["paths"]?.members ?? [:]).values.flatMap { $0.members.values }
      #expect(operations.count == api.descriptions.count)
      for operation in operations {
        #expect(operation["responses"]?["default"] != nil)
        #expect((operation["responses"]?.members.count ?? 0) >= 2)
      }
    }
  }

  @Test func `the docs show every endpoint with an example`() async throws {
    try await TestShop.run { shop in
      let api = shop.api
      let groups = try #require(api.docs()["groups"] as? [Model])
      let endpoints = groups.flatMap { $0["endpoints"] as? [Model] ?? [] }
      #expect(endpoints.count == api.descriptions.count)
      let order = try #require(
        endpoints.first { $0["path"] as? String == "/api/v1/orders" && $0["verb"] as? String == "POST" })
      #expect((order["body"] as? String)?.contains("\"cartVersion\"") == true)
      #expect((order["example"] as? String)?.contains("\"amount\" : \"88.00\"") == true)
    }
  }

  private static func names(in schema: Schema) -> Set<String> {
    switch schema {
    case .named(let name): [name]
    case .list(let item), .map(let item), .nullable(let item): names(in: item)
    case .either(let all): all.reduce(into: []) { $0.formUnion(names(in: $1)) }
    case .object(let fields): fields.reduce(into: []) { $0.formUnion(names(in: $1.schema)) }
    default: []
    }
  }
}

extension TestShop {
  var api: ShopAPI {
    ShopAPI(
      contexts: shop.contexts, flows: shop.flows, regions: shop.regions, publicURL: base,
      clock: shop.clock,
      logger: shop.logger)
  }
}
