import HTTPTypes
import Hummingbird
import Values

/// Refusals answered without asking who is there or what the shop holds: a page that is made once, or a problem of the API.
public struct QuickAnswers: Sendable {
  private let theme: Theme
  private let safety: HTTPFields
  private let problem: @Sendable (any Refusal) -> Response
  private let pages = PageCache<String>(capacity: 1 << 20)

  /// - Parameters:
  ///   - isSecure: the shop is reached over HTTPS.
  ///   - problem: how the API says it.
  public init(theme: Theme, isSecure: Bool, problem: @escaping @Sendable (any Refusal) -> Response) {
    self.theme = theme
    safety = VisitMiddleware.safetyHeaders(isSecure: isSecure)
    self.problem = problem
  }

  public func answer(_ refusal: any Refusal, to request: Request) -> Response {
    var response = Addresses.isAPI(request.uri.path) ? problem(refusal) : page(refusal, request)
    for field in safety where response.headers[field.name] == nil { response.headers.append(field) }
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func page(_ refusal: any Refusal, _ request: Request) -> Response {
    let language =
      CookieJar.values(in: request.headers)[.language].flatMap(Language.init)
      ?? VisitMiddleware.preferred(request.headers[.acceptLanguage])
    let words = theme.words(language)
    let text = words.refusal(refusal)
    // A theme that lacks the page still has its words.
    let html =
      try? pages.item("\(language.rawValue)/\(text)", topic: .lists, size: \.utf8.count) {
        try theme.render(
          "busy",
          [
            "language": language.rawValue, "shopName": words["shop.name"] ?? "",
            "heading": words["error.\(refusal.status.code).heading"] ?? "", "text": text,
          ], language)
      }
    var response = Response.page(html ?? text.escapedForHTML, status: refusal.status)
    response.headers[.cacheControl] = "no-store"
    response.headers[.retryAfter] = refusal.retryAfter
    return response
  }
}
