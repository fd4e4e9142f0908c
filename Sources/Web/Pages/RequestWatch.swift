import Governance
import HTTPTypes
import Hummingbird
import Values

/// Stands around every request: gives it a trace, or goes on with the one that it brings, and counts and times it.
public struct RequestWatch: RouterMiddleware {
  public typealias Context = ShopRequestContext

  private static let traceName = HTTPField.Name(TraceParent.key)

  private let figures: RequestFigures

  public init(_ metrics: Metrics) { figures = RequestFigures(metrics) }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    let began = ContinuousClock.now
    let received = Self.traceName.flatMap { TraceParent.received(request.headers[$0]) }
    let trace = received.map(TraceParent.step) ?? TraceParent.made()
    do {
      var response = try await TraceParent.$current.withValue(trace) { try await next(request, context) }
      figures.of(context.endpointPath, request.method).note(response.status, began.duration(to: .now))
      if let name = Self.traceName { response.headers[name] = trace }
      return response
    } catch {
      // A visitor who left speaks neither for nor against us.
      if !(error is CancellationError) {
        figures.of(context.endpointPath, request.method).note(.internalServerError, began.duration(to: .now))
      }
      throw error
    }
  }
}
