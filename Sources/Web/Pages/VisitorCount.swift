import Flows
import HTTPTypes
import Hummingbird
import Insight
import Synchronization
import Values

/// Counts the pages that people see: whole pages of the storefront that were answered, asked for by what doesn't call itself a
/// program. A visitor is a network address with the name of a browser; what is kept is a sketch, of which neither can be read.
/// Who sees goods or the shop of a merchant is a visitor of that merchant too (`ShownMerchant`).
public struct VisitorCount: RouterMiddleware {
  public typealias Context = ShopRequestContext

  private static let programs = [
    "bot", "crawl", "spider", "slurp", "preview", "monitor", "curl", "wget", "python", "http", "headless", "scan",
    "fetch", "feed", "java/", "okhttp", "facebookexternalhit",
  ]
  private static let secFetchDest = HTTPField.Name("Sec-Fetch-Dest")

  private static let apart = ["/admin", "/api", "/static", "/docs", "/media", "/preview", "/search/suggest"]
  private static let keptAgents = 1000

  private let insight: any InsightService
  private let clock: WallClock
  private let agents = KnownAgents()

  public init(insight: any InsightService, clock: WallClock) {
    self.insight = insight
    self.clock = clock
  }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    guard Self.isSeen(request, response) else { return response }
    let agent = request.headers[.userAgent] ?? ""
    if !agents.isProgram(agent) {
      insight.countPage(
        seenBy: "\(context.visit.client) \(agent)", of: context.shownMerchant.merchant, at: clock.now)
    }
    return response
  }

  private static func isSeen(_ request: Request, _ response: Response) -> Bool {
    request.method == .get && response.status == .ok && isPage(response) && isStorefront(request.uri.path)
      && isForEyes(request)
  }

  /// What a script or a browser fetches ahead of time nobody sees yet.
  private static func isForEyes(_ request: Request) -> Bool {
    if let name = secFetchDest, let asked = request.headers[name], asked != "document" { return false }
    return !request.isAhead
  }

  /// Whether a person asks for a whole page, as far as requests tell.
  public static func isByPerson(_ request: Request) -> Bool {
    isForEyes(request) && !isProgram(request.headers[.userAgent] ?? "")
  }

  static func isProgram(_ agent: String) -> Bool {
    let agent = agent.prefix(300).lowercased()
    return agent.isEmpty || programs.contains { agent.contains($0) }
  }

  private static func isPage(_ response: Response) -> Bool {
    response.headers[.contentType]?.hasPrefix("text/html") == true
  }

  private static func isStorefront(_ path: String) -> Bool {
    !apart.contains {
      path.hasPrefix($0) && (path.utf8.count == $0.utf8.count || path.dropFirst($0.count).first == "/")
    }
  }

  /// What was found of names of browsers, since a request must not pay for reading one through.
  private final class KnownAgents: Sendable {
    private let known = Mutex<[String: Bool]>([:])

    func isProgram(_ agent: String) -> Bool {
      if let found = known.withLock({ $0[agent] }) { return found }
      let found = VisitorCount.isProgram(agent)
      // What is long is nobody's usual name, and isn't kept.
      guard agent.utf8.count <= 300 else { return found }
      known.withLock { known in
        if known.count >= VisitorCount.keptAgents { known = [:] }
        known[agent] = found
      }
      return found
    }
  }
}
