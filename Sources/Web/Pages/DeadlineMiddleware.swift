import Governance
import HTTPTypes
import Hummingbird

/// Gives each request its deadline: what is waited for on its behalf, a slow client or a payment provider, is given up
/// when the time is over, so that nothing that hangs holds a visitor for ever.
public struct DeadlineMiddleware: RouterMiddleware {
  public typealias Context = ShopRequestContext

  /// Pictures may arrive over a slow line.
  private static let uploadFactor = 10

  private let limit: Duration

  public init(limit: Duration) { self.limit = limit }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    let isUpload = request.headers[.contentType]?.hasPrefix("multipart/") ?? false
    return try await Deadline.carrying(isUpload ? limit * Self.uploadFactor : limit) {
      try await next(request, context)
    }
  }
}
