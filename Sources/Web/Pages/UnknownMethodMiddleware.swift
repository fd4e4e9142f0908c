import HTTPTypes
import Hummingbird

/// Tells a method that an address doesn't know from an address that there isn't: 405 with the methods that it knows. It
/// must be the last that is added to a router, so that only what no route answers passes it.
public struct UnknownMethodMiddleware: RouterMiddleware {
  public typealias Context = ShopRequestContext

  private let routes: [(parts: [Substring], method: HTTPRequest.Method)]

  public init(_ routes: [(path: String, method: HTTPRequest.Method)]) {
    self.routes = routes.map { (parts: $0.path.split(separator: "/"), method: $0.method) }
  }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    let known = methods(of: request.uri.path)
    guard !known.isEmpty, !known.contains(request.method) else { return try await next(request, context) }
    let names = Set(known.map(\.rawValue)).union(known.contains(.get) ? ["HEAD"] : [])
    throw HTTPError(.methodNotAllowed, headers: [.allow: names.sorted().joined(separator: ", ")])
  }

  private func methods(of path: String) -> [HTTPRequest.Method] {
    let parts = path.split(separator: "/")
    return routes.filter { route in
      route.parts.count == parts.count && zip(route.parts, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }.map(\.method)
  }
}
