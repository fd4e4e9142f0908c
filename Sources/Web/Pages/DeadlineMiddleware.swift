import Governance
import HTTPTypes
import Hummingbird
import Values

/// Ends what takes too long, so that something that hangs behind a page holds no visitor for ever. The API sees to its
/// own calls, since it answers in its own form.
public struct DeadlineMiddleware: RouterMiddleware {
  public typealias Context = ShopRequestContext

  /// Pictures may arrive over a slow line.
  private static let uploadFactor = 10

  private let limit: Duration
  private let exemptPrefix: String

  public init(limit: Duration, exempt: String) {
    self.limit = limit
    exemptPrefix = exempt
  }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    guard !request.uri.path.hasPrefix(exemptPrefix) else { return try await next(request, context) }
    let isUpload = request.headers[.contentType]?.hasPrefix("multipart/") ?? false
    let limit = isUpload ? limit * Self.uploadFactor : limit
    return try await withoutActuallyEscaping(next) { next in
      let step = Step(run: next)
      return try await Deadline.run(within: limit) { try await step.run(request, context) }
    }
  }

  /// Unchecked because a closure can't say it: one child task calls it, once, and `Deadline.run` waits for that task before
  /// it returns, so the closure is never used from two tasks at a time nor after its owner's return.
  private struct Step: @unchecked Sendable {
    let run: (Request, ShopRequestContext) async throws -> Response
  }
}
