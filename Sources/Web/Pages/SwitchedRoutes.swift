import Flows
import Governance
import HTTPTypes
import Hummingbird

/// Turns away what an operator has switched off, on pages and in the API alike.
public struct SwitchedRoutes: RouterMiddleware {
  public typealias Context = ShopRequestContext

  /// What a switch stops, by path and method. `GET` stands for `HEAD` too.
  private static let routes: [String: [HTTPRequest.Method: Switch]] = [
    "/search": [.get: .search],
    "/search/suggest": [.get: .search],
    "/api/v1/suggestions": [.get: .search],
    "/register": [.get: .registration, .post: .registration],
    "/api/v1/accounts": [.post: .registration],
    "/checkout": [.get: .checkout, .post: .checkout],
    "/api/v1/orders": [.post: .checkout],
    "/orders/{number}/pay": [.post: .payments],
    "/api/v1/orders/{number}/payments": [.post: .payments],
    "/orders/{number}/review/{line}": [.get: .reviews, .post: .reviews],
    "/api/v1/orders/{number}/lines/{id}/review": [.post: .reviews],
  ]
  /// The list of products is a search when it is asked with words.
  private static let listOfProducts = "/api/v1/products"

  private let switches: Switches
  private let answers: QuickAnswers

  public init(_ switches: Switches, answers: QuickAnswers) {
    self.switches = switches
    self.answers = answers
  }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    guard let name = Self.name(of: request, context) else { return try await next(request, context) }
    do {
      try switches.require(name)
    } catch let refusal as SwitchedOff where Addresses.isAPI(request.uri.path) {
      return answers.answer(refusal, to: request)
    }
    return try await next(request, context)
  }

  private static func name(of request: Request, _ context: ShopRequestContext) -> Switch? {
    guard let path = context.endpointPath else { return nil }
    if path == listOfProducts { return request.uri.queryParameters["q"].map { $0.isEmpty } ?? true ? nil : .search }
    return routes[path]?[request.method == .head ? .get : request.method]
  }
}
