import Governance
import HTTPTypes
import Synchronization

/// The figures of requests, by route and method. A request pays for one look-up and a few additions.
final class RequestFigures: Sendable {
  /// One route's.
  final class Route: Sendable {
    private let seconds: Histogram
    /// By the first digit of the status.
    private let answers: [Counter]

    init(seconds: Histogram, answers: [Counter]) {
      self.seconds = seconds
      self.answers = answers
    }

    func note(_ status: HTTPResponse.Status, _ time: Duration) {
      seconds.observe(time)
      answers[min(max(status.code / 100, 1), answers.count) - 1].add()
    }
  }

  private struct Key: Hashable {
    let path: String
    let method: String
  }

  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
  /// What the router calls what isn't a route.
  private static let names = ["FileMiddleware": "static", "NotFound": "none"]

  private let seconds: MetricFamily<Histogram>
  private let answers: MetricFamily<Counter>
  private let routes = Mutex<[Key: Route]>([:])

  init(_ metrics: Metrics) {
    seconds = metrics.histograms(
      "martlet_request_seconds", "Time from the arrival of a request to its answer, in seconds.",
      by: ["route", "method"])
    answers = metrics.counters(
      "martlet_requests_total", "Requests answered, by the class of the status.", by: ["route", "method", "status"])
  }

  /// - Parameter path: as the router knows it, so that there are few; nil for what never reached it.
  func of(_ path: String?, _ method: HTTPRequest.Method) -> Route {
    let known = Self.methods.contains(method.rawValue) ? method.rawValue : "other"
    let key = Key(path: path ?? "NotFound", method: known)
    return routes.withLock { routes in
      if let route = routes[key] { return route }
      let name = Self.names[key.path] ?? key.path
      let route = Route(
        seconds: seconds.with(name, known), answers: (1...5).map { answers.with(name, known, "\($0)xx") })
      routes[key] = route
      return route
    }
  }
}
