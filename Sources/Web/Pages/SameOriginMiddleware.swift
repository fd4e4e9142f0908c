import Fulfilment
import HTTPTypes
import Hummingbird
import Values

/// Turns away requests that change something and come from another site: browsers say so in `Sec-Fetch-Site` or `Origin`.
/// Programs send neither and carry no cookies of a person. Notices of payment providers and of the tracker are exempt by
/// their path, and so is the API, which asks `isOwn` itself to answer as it does.
public struct SameOriginMiddleware: RouterMiddleware {
  public typealias Context = ShopRequestContext

  public init() {}

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    let isExempt =
      Addresses.isAPI(path) || path.hasPrefix(Addresses.notices + "/")
      || path.hasPrefix(TrackingAddresses.path + "/")
    guard isExempt || Self.isOwn(request) else { throw CrossSiteRefusal() }
    return try await next(request, context)
  }

  /// False for a request that changes something on behalf of another site.
  public static func isOwn(_ request: Request) -> Bool {
    guard request.method != .get, request.method != .head, request.method != .options else { return true }
    if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name] {
      return site == "same-origin" || site == "none"
    }
    guard let name = HTTPField.Name("Origin"), let origin = request.headers[name] else { return true }
    guard let host = request.head.authority, let scheme = origin.firstRange(of: "://") else { return false }
    return origin[scheme.upperBound...] == host
  }
}

public struct CrossSiteRefusal: Refusal {
  public init() {}
  public var code: String { "crossSite" }
  public var kind: RefusalKind { .forbidden }
}
