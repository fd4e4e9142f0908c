import Flows
import Governance
import HTTPTypes
import Hummingbird
import Logging
import Merchants
import Pages
import Search
import Values

/// Turns what a page throws into a page: a refusal says what a person can do, a fault shows a number to quote and nothing
/// of the inside. The API answers for itself.
public struct StorefrontErrors: RouterMiddleware {
  public typealias Context = ShopRequestContext

  private static let popularCards = 4

  private let maker: PageMaker
  private let answers: QuickAnswers
  private let logger: Logger

  /// - Parameter answers: say a refusal where the page can't be made.
  public init(_ maker: PageMaker, answers: QuickAnswers, logger: Logger) {
    self.maker = maker
    self.answers = answers
    self.logger = logger
  }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    guard !Addresses.isAPI(request.uri.path) else { return try await next(request, context) }
    do {
      // Whatever it changes, it would change for somebody else.
      if request.method != .get, request.method != .head { try context.visit.requireKnown() }
      return try await next(request, context)
    } catch is SignInRefusal {
      return .seeOther(Addresses.logIn(returningTo: Self.wayBack(request)))
    } catch let refusal as any Refusal {
      return await page(refusal.status, text: { $0.refusal(refusal) }, refusal: refusal, request, context)
    } catch let error as HTTPError {
      var response = await page(error.status, text: nil, refusal: nil, request, context)
      response.headers[.allow] = error.headers[.allow]
      return response
    } catch is CancellationError {
      throw CancellationError()
    } catch let fault as any PassingFault where fault.mayPass {
      logger.warning("a passing fault", metadata: ["path": "\(request.uri.path)", "error": "\(fault)"])
      let refusal = TemporarilyUnavailable()
      return await page(refusal.status, text: { $0.refusal(refusal) }, refusal: refusal, request, context)
    } catch {
      let trace = TraceParent.trace ?? context.id
      logger.error("fault", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      return await page(.internalServerError, text: nil, refusal: nil, trace: trace, request, context)
    }
  }

  /// A form can't be sent again after the log-in, so its visitor comes back to the page that it stands on.
  private static func wayBack(_ request: Request) -> String {
    guard request.method != .get else { return localAddress(request.uri.string) ?? Addresses.account }
    guard let name = HTTPField.Name("Referer"), let referer = request.headers[name],
      let host = referer.firstRange(of: "://"), let path = referer[host.upperBound...].firstIndex(of: "/")
    else { return Addresses.account }
    return localAddress(String(referer[path...])) ?? Addresses.account
  }

  /// Where to go on when something is switched off.
  private static func way(after refusal: (any Refusal)?) -> (address: String, word: String)? {
    switch refusal?.details["switch"] {
    case Switch.checkout.rawValue: (Addresses.cart, "nav.cart")
    case Switch.payments.rawValue, Switch.reviews.rawValue: (Addresses.orders, "nav.orders")
    case Switch.registration.rawValue: (Addresses.logIn(returningTo: Addresses.account), "nav.login")
    default: nil
    }
  }

  /// A way on for those who came to a page that is gone.
  private func popular(_ words: Words) async -> [Model] {
    let query = SearchQuery(language: words.language, sort: .bestSelling, limit: Self.popularCards)
    let cards = (try? await maker.contexts.search.search(query).cards) ?? []
    let merchants = (try? await maker.contexts.merchants.merchants()) ?? []
    return cards.map(CardModels(words: words, merchants: merchants).model)
  }

  private func page(
    _ status: HTTPResponse.Status, text: ((Words) -> String)?, refusal: (any Refusal)?, trace: String? = nil,
    _ request: Request, _ context: ShopRequestContext
  ) async -> Response {
    let words = maker.frame.words(context.visit.language)
    let known = words["error.\(status.code).heading"] != nil ? status.code : status.code < 500 ? 400 : 500
    var model: Model = [
      "status": String(status.code), "heading": words["error.\(known).heading"] ?? "",
      "text": text?(words) ?? words["error.\(known).text"] ?? "",
    ]
    if let faults = refusal as? FieldFaults, !faults.isEmpty {
      model["text"] = faults.faults.map { words.pair($0.field, words.fault($0)) }.joined(separator: " ")
    }
    if status == .notFound {
      let popular = await popular(words)
      model["hasPopular"] = !popular.isEmpty
      model["popular"] = popular
    }
    if let way = Self.way(after: refusal) {
      model["way"] = ["address": way.address, "name": words[way.word] ?? ""] as Model
    }
    if let trace { model["trace"] = trace }
    let seconds = refusal?.retryAfter ?? (status == .serviceUnavailable ? TemporarilyUnavailable().retryAfter : nil)
    let head = PageFrame.Head(title: words["error.\(known).heading"] ?? String(status.code))
    do {
      var response = try await maker.page("error", head, model, request, context, status: status)
      if let seconds { response.headers[.retryAfter] = seconds }
      return response
    } catch {
      // The page itself can't be made (the database is gone, say): a plainer one is better than none.
      if let refusal { return answers.answer(refusal, to: request) }
      logger.error("error page failed", metadata: ["error": "\(error)"])
      var response = Response.page(
        "<!doctype html><title>\(status.code)</title><p>\(words["error.\(known).heading"] ?? "")</p>", status: status)
      response.headers[.retryAfter] = seconds
      return response
    }
  }
}
