import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Logging
import Pages
import Values

/// The JSON API under `/api/v1`: all that a shopper can do.
public struct ShopAPI: Sendable {
  public static let root = "/api/v1"
  /// Bytes of finished answers that are kept.
  private static let memory = 16 << 20

  /// Finished answers for everyone. Whoever hears that a product or the lists have changed drops their topic here.
  public let answers = AnswerCache(capacity: ShopAPI.memory)

  private let endpoints: [Endpoint]
  private let runner: EndpointRunner

  /// - Parameters:
  ///   - publicURL: how the shop is reached from outside, without a slash at the end.
  ///   - timeLimit: after which a call is ended.
  public init(
    contexts: Contexts, flows: ShopFlows, regions: RegionDirectory, publicURL: String, timeLimit: Duration,
    clock: WallClock, logger: Logger
  ) {
    let parts = APIParts(
      contexts: contexts, flows: flows, regions: regions, publicURL: publicURL, answers: answers, clock: clock)
    let working = Self.working(parts)
    let document = OpenAPIDocument(working.map(\.description), publicURL: publicURL)
    endpoints = working + [document.endpoint]
    runner = EndpointRunner(
      accounts: contexts.accounts, clock: clock, publicURL: publicURL, timeLimit: timeLimit, logger: logger)
  }

  /// Registers every endpoint. Also adds a middleware that answers unknown paths and methods below `/api/v1`, which
  /// other requests pass at the cost of one comparison.
  public func addRoutes(to router: Router<ShopRequestContext>) {
    router.add(middleware: UnknownPathMiddleware(descriptions: endpoints.map(\.description), runner: runner))
    for endpoint in endpoints {
      router.on(RouterPath(endpoint.description.fullPath), method: endpoint.description.method) {
        [runner] request, context in
        await runner.respond(endpoint, request, context)
      }
    }
  }

  /// Everything that the API offers, in the order of the docs.
  public var descriptions: [APIDescription] { endpoints.map(\.description) }

  private static func working(_ parts: APIParts) -> [Endpoint] {
    CatalogueEndpoints(parts).all + ShelfEndpoints(parts).all + CartEndpoints(parts).all + CheckoutEndpoints(parts).all
      + OrderEndpoints(parts).all + AccountEndpoints(parts).all + AddressEndpoints(parts).all
      + BrowsingEndpoints(parts).all
  }
}

/// What endpoints are made of.
struct APIParts: Sendable {
  let contexts: Contexts
  let flows: ShopFlows
  let regions: RegionDirectory
  let publicURL: String
  let answers: AnswerCache
  let clock: WallClock
}

/// Keeps finished answers by product, or by the state of the lists.
public struct AnswerCache: Sendable {
  public typealias Topic = PageCache<KeptAnswer>.Topic

  public struct KeptAnswer: Sendable { let answer: Answer }

  private let cache: PageCache<KeptAnswer>

  init(capacity: Int) { cache = PageCache(capacity: capacity) }

  public func drop(_ topic: Topic) { cache.drop(topic) }
  public func dropAll() { cache.dropAll() }

  func answer(_ key: String, topic: Topic, make: () async throws -> Answer) async throws -> Answer {
    if let kept = cache.cached(key) { return kept.answer }
    return try await cache.item(key, topic: topic, size: \.answer.size) { KeptAnswer(answer: try await make()) }.answer
  }
}

/// Answers with a problem what the router doesn't know below `/api/v1`.
struct UnknownPathMiddleware: RouterMiddleware {
  typealias Context = ShopRequestContext

  private let methods: [(pattern: [Substring], method: HTTPRequest.Method)]
  private let runner: EndpointRunner

  init(descriptions: [APIDescription], runner: EndpointRunner) {
    methods = descriptions.map { ($0.fullPath.split(separator: "/"), $0.method) }
    self.runner = runner
  }

  func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    guard request.uri.path.hasPrefix(ShopAPI.root) else { return try await next(request, context) }
    do {
      return try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound {
      let allowed = allowedMethods(request.uri.path)
      let refusal = allowed.isEmpty ? APIRefusal.unknownPath : .methodNotAllowed(allowed)
      return runner.problem(for: refusal, request, context).response
    }
  }

  private func allowedMethods(_ path: String) -> [String] {
    let parts = path.split(separator: "/")
    return methods.filter { pattern, _ in
      pattern.count == parts.count && zip(pattern, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }.map(\.method.rawValue)
  }
}
