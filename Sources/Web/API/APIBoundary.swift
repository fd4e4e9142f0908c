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
    "Access-Control-Allow-Headers":
      "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Martlet-Device",
    "Access-Control-Max-Age": "3600",
  ])

  private let runner: EndpointRunner

  init(runner: EndpointRunner) { self.runner = runner }

  func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    guard Addresses.isAPI(request.uri.path) else { return try await next(request, context) }
    var response: Response
    do {
      response = try await next(request, context)
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as HTTPError where error.status == .methodNotAllowed {
      let allowed = error.headers[.allow] ?? ""
      response =
        request.method == .options
        ? Self.preflight(allowed)
        : runner.problem(for: APIRefusal.methodNotAllowed(allowed), request, context).response
    } catch let error as HTTPError where error.status == .notFound {
      response = runner.problem(for: APIRefusal.unknownPath, request, context).response
    } catch {
      response = runner.problem(for: error, request, context).response
    }
    return Self.leaving(response)
  }

  /// The answer with leave to read it.
  static func leaving(_ response: Response) -> Response {
    var response = response
    response.headers.append(contentsOf: leave)
    return response
  }

  /// No endpoint knows the method with which browsers ask beforehand; what the address knows is the answer.
  private static func preflight(_ allowed: String) -> Response {
    var headers = moreLeave
    headers[.allow] = allowed
    headers.append(contentsOf: fields(["Access-Control-Allow-Methods": allowed]))
    return Response(status: .noContent, headers: headers)
  }

  private static func fields(_ values: KeyValuePairs<String, String>) -> HTTPFields {
    var fields = HTTPFields()
    for (name, value) in values {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return fields
  }
}
