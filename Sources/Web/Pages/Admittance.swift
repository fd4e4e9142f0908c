import Governance
import HTTPTypes
import Hummingbird
import Synchronization

/// The door: turns away whom the program can't serve now, and clients that ask too often, before anything is done for
/// them.
public struct Admittance: RouterMiddleware {
  public typealias Context = ShopRequestContext

  private let admission: Admission
  private let limits: RequestLimits
  private let answers: QuickAnswers
  private let trustsProxy: Bool
  private let priorities = RoutePriorities()
  private let shed: MetricFamily<Counter>
  private let limited: MetricFamily<Counter>

  public init(
    admission: Admission, limits: RequestLimits, answers: QuickAnswers, trustsProxy: Bool, metrics: Metrics
  ) {
    self.admission = admission
    self.limits = limits
    self.answers = answers
    self.trustsProxy = trustsProxy
    shed = metrics.counters(
      "martlet_shed_requests_total", "Requests turned away since there was more to do than could be done.",
      by: ["priority", "reason"])
    limited = metrics.counters(
      "martlet_rate_limited_total", "Requests turned away since one client asked too often.", by: ["limit"])
    // Before the first is turned away, so that a rise from nothing is seen as one.
    for priority in Admission.Priority.allCases {
      for reason in Admission.Reason.allCases { _ = shed.with(priority.rawValue, reason.rawValue) }
    }
    for limit in ["client", "route"] { _ = limited.with(limit) }
  }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    let priority = priorities.of(request, route: context.endpointPath)
    if let reason = admission.enter(priority) {
      shed.with(priority.rawValue, reason.rawValue).add()
      return answers.answer(Overloaded(), to: request)
    }
    defer { admission.leave() }
    if let excess = limits.take(request, context, trustsProxy: trustsProxy) {
      limited.with(excess.limit).add()
      return answers.answer(TooManyRequests(retryAfterSeconds: excess.seconds), to: request)
    }
    return try await next(request, context)
  }
}

/// Which requests are turned away last: what an order needs from the confirmation to the payment, and those who can help when
/// there is too much to do.
private final class RoutePriorities: Sendable {
  private static let paths = [
    Addresses.checkout, Addresses.notices, "/api/v1/checkout", "/api/v1/payments", Addresses.adminHome,
  ]
  private static let payments = ["/orders/{number}/pay", "/api/v1/orders/{number}/payments"]
  private static let ordering = "/api/v1/orders"

  private let known = Mutex<[String: Admission.Priority]>([:])

  /// - Parameter route: as the router knows it, so that there are few; nil for what is no route.
  func of(_ request: Request, route: String?) -> Admission.Priority {
    guard let route else {
      // Nothing is done for these, and a page without them is a sad sight.
      return request.uri.path.hasPrefix("/static/") ? .vital : .ordinary
    }
    if route == Self.ordering { return request.method == .post ? .vital : .ordinary }
    return known.withLock { known in
      if let priority = known[route] { return priority }
      let isVital =
        Self.payments.contains(route) || Self.paths.contains { route == $0 || route.hasPrefix($0 + "/") }
      known[route] = isVital ? .vital : .ordinary
      return isVital ? .vital : .ordinary
    }
  }
}
