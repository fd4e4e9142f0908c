import HTTPTypes
import Hummingbird
import Pages

/// Answers everything below `/api` as the API does: with a problem what no endpoint takes, and with leave for programs on
/// pages of other sites. These never act by a person's cookies (`EndpointRunner` sees to it), so any site may ask.
struct APIBoundary: RouterMiddleware {
  typealias Context = ShopRequestContext

  private static let leave = fields([
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Idempotency-Replayed, Link, Location, Retry-After",
  ])
  /// For questions before the request itself, which browsers remember for the hour.
  private static let moreLeave = fields([
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-None-Match, Martlet-Device",
    "Access-Control-Max-Age": "3600",
  ])

  private let methods: [(pattern: [Substring], method: HTTPRequest.Method)]
  private let runner: EndpointRunner

  init(descriptions: [APIDescription], runner: EndpointRunner) {
    methods = descriptions.map { ($0.fullPath.split(separator: "/"), $0.method) }
    self.runner = runner
  }

  func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    guard Addresses.isAPI(request.uri.path) else { return try await next(request, context) }
    var response: Response
    do {
      response = try await request.method == .options ? preflight(request) : next(request, context)
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as HTTPError where error.status == .notFound {
      let allowed = allowedMethods(request.uri.path)
      let refusal = allowed.isEmpty ? APIRefusal.unknownPath : .methodNotAllowed(allowed)
      response = runner.problem(for: refusal, request, context).response
    } catch {
      response = runner.problem(for: error, request, context).response
    }
    response.headers.append(contentsOf: Self.leave)
    return response
  }

  private func preflight(_ request: Request) throws -> Response {
    let allowed = allowedMethods(request.uri.path)
    guard !allowed.isEmpty else { throw APIRefusal.unknownPath }
    var headers = Self.moreLeave
    headers[.allow] = allowed.joined(separator: ", ")
    headers.append(contentsOf: Self.fields(["Access-Control-Allow-Methods": allowed.joined(separator: ", ")]))
    return Response(status: .noContent, headers: headers)
  }

  private func allowedMethods(_ path: String) -> [String] {
    let parts = path.split(separator: "/")
    let found = methods.filter { pattern, _ in
      pattern.count == parts.count && zip(pattern, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }.map(\.method)
    return (found.contains(.get) ? found + [.head] : found).map(\.rawValue)
  }

  private static func fields(_ values: KeyValuePairs<String, String>) -> HTTPFields {
    var fields = HTTPFields()
    for (name, value) in values {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return fields
  }
}
