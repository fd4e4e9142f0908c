import Flows
import Governance
import HTTPTypes
import Hummingbird

/// Turns away what an operator has switched off, on pages and in the API alike.
public struct SwitchedRoutes: RouterMiddleware {
  public typealias Context = ShopRequestContext

  /// What a switch stops. `GET` stands for `HEAD` too.
  private static let routes: [String: Switch] = [
    "GET /search": .search, "GET /api/v1/suggestions": .search,
    "GET /register": .registration, "POST /register": .registration, "POST /api/v1/accounts": .registration,
    "GET /checkout": .checkout, "POST /checkout": .checkout, "POST /api/v1/orders": .checkout,
    "POST /orders/{number}/pay": .payments, "POST /api/v1/orders/{number}/payments": .payments,
    "GET /orders/{number}/review/{line}": .reviews, "POST /orders/{number}/review/{line}": .reviews,
    "POST /api/v1/orders/{number}/lines/{id}/review": .reviews,
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
    let path = context.endpointPath ?? ""
    if path == listOfProducts { return request.uri.queryParameters["q"].map { $0.isEmpty } ?? true ? nil : .search }
    return routes["\(request.method == .head ? "GET" : request.method.rawValue) \(path)"]
  }
}
