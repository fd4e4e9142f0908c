import Governance
import HTTPTypes
import Hummingbird

/// Gives each request its deadline: what is waited for on its behalf, a slow client or a payment provider, is given up
/// when the time is over, so that nothing that hangs holds a visitor for ever.
public struct DeadlineMiddleware: RouterMiddleware {
  public typealias Context = ShopRequestContext

  /// Files may arrive over a slow line.
  private static let uploadFactor = 10
  /// How types of what is a file begin.
  private static let files = [
    "multipart/", "image/", "text/csv", "application/zip", "application/x-zip", "application/gzip",
    "application/x-gzip", "application/octet-stream",
  ]

  private let limit: Duration

  public init(limit: Duration) { self.limit = limit }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    let type = request.headers[.contentType] ?? ""
    let isUpload = Self.files.contains { type.hasPrefix($0) }
    return try await Deadline.carrying(isUpload ? limit * Self.uploadFactor : limit) {
      try await next(request, context)
    }
  }
}
