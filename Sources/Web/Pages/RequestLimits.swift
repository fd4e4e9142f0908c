import Governance
import HTTPTypes
import Hummingbird
import Values

/// How often one client may ask: at all, and for routes that cost much or are open to abuse. Clients on this machine aren't
/// limited: where a proxy is in front that isn't trusted, every visitor would be one of them.
public final class RequestLimits: Sendable {
  /// Requests in a minute by route, `POST /register`.
  public static let usualRoutes: [String: Int] = [
    "POST /register": 30, "POST /api/v1/accounts": 30, "POST /login": 60, "POST /api/v1/sessions": 60,
    "POST /admin/login": 30, "POST /admin/login/code": 30, "POST /forgot": 20, "POST /api/v1/password-resets": 20,
    "GET /search": 600, "GET /search/suggest": 1200, "GET /api/v1/products": 600, "GET /api/v1/suggestions": 1200,
    "POST /checkout": 120, "POST /api/v1/orders": 120, "POST /orders/{number}/pay": 60,
    "POST /api/v1/orders/{number}/payments": 60, "POST /orders/{number}/review/{line}": 60,
    "POST /api/v1/orders/{number}/lines/{id}/review": 60, "POST /orders/{number}/refund": 60,
    "POST /api/v1/orders/{number}/refunds": 60, "POST /sell": 3, "POST /sell/{id}/{key}": 20,
  ]

  /// Requests in a day by route, where the route has a limit at all: what each of them leaves here stays for days.
  private static let dailyRoutes = ["POST /sell": 20]

  /// Which limit was reached, and the seconds until the next request is taken.
  struct Excess: Sendable {
    let limit: String
    let seconds: Int
  }

  private let clients: RateLimit?
  private let routes: [String: RateLimit]
  private let days: [String: RateLimit]

  /// - Parameters:
  ///   - perClient: requests in a minute, half as many at once; 0 sets no limit.
  ///   - routes: requests of one client in a minute by route; 0 sets no limit.
  public init(perClient: Int, routes: [String: Int] = RequestLimits.usualRoutes, clock: WallClock) {
    clients = Self.limit(perClient, clock)
    self.routes = routes.compactMapValues { Self.limit($0, clock) }
    days = Self.dailyRoutes.filter { routes[$0.key] ?? 0 > 0 }.mapValues { RateLimit(perDay: $0, clock: clock) }
  }

  private static func limit(_ perMinute: Int, _ clock: WallClock) -> RateLimit? {
    perMinute == 0 ? nil : RateLimit(burst: max(1, perMinute / 2), perMinute: perMinute, clock: clock)
  }

  /// Nil for a request that may go on.
  func take(_ request: Request, _ context: ShopRequestContext, trustsProxy: Bool) -> Excess? {
    let client = ClientAddress.of(request, context, trustsProxy: trustsProxy)
    guard !client.isLoopback else { return nil }
    let key = client.network
    guard !key.isEmpty else { return nil }
    if let seconds = clients?.take(key) { return Excess(limit: "client", seconds: seconds) }
    let route = "\(request.method.rawValue) \(context.endpointPath ?? "")"
    let seconds = routes[route]?.take(key) ?? days[route]?.take(key)
    return seconds.map { Excess(limit: "route", seconds: $0) }
  }
}

/// One client asks too often.
public struct TooManyRequests: Refusal {
  let retryAfterSeconds: Int

  public init(retryAfterSeconds: Int) { self.retryAfterSeconds = retryAfterSeconds }

  public var code: String { "tooManyRequests" }
  public var details: [String: String] { ["retryAfterSeconds": String(retryAfterSeconds)] }
  public var kind: RefusalKind { .tooMany }
}

/// The program has more to do than it can.
public struct Overloaded: Refusal {
  /// Soon enough for a person who waits, and spread, so that those who were turned away don't all come back at once.
  let retryAfterSeconds = Int.random(in: 2...5)

  public var code: String { "overloaded" }
  public var details: [String: String] { ["retryAfterSeconds": String(retryAfterSeconds)] }
  public var kind: RefusalKind { .unavailable }
}
