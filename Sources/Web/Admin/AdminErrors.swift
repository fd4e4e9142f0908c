import Flows
import Governance
import HTTPTypes
import Hummingbird
import Logging
import Pages
import Values

/// Turns what a page under `/admin` throws into a page of the back office. Everything else passes.
public struct AdminErrors: RouterMiddleware {
  public typealias Context = ShopRequestContext

  private let frame: DeskFrame
  private let logger: Logger

  public init(_ maker: PageMaker, logger: Logger) {
    frame = DeskFrame(maker)
    self.logger = logger
  }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    guard path == "/admin" || path.hasPrefix("/admin/") else { return try await next(request, context) }
    let isReading = request.method == .get || request.method == .head
    // Before as well, since what is done may be answered by a page that shows it.
    if !isReading { frame.maker.waiting.forgetAll() }
    defer { if !isReading { frame.maker.waiting.forgetAll() } }
    do {
      return try await next(request, context)
    } catch is SignInRefusal {
      let to = request.method == .get ? localAddress(request.uri.string) : nil
      return .seeOther(Addresses.with(to.map { [("to", $0)] } ?? [], AdminLogIn.address))
    } catch is StaffDutyRefusal {
      return .seeOther(Addresses.staffAccount)
    } catch let refusal as any Refusal {
      let text = frame.words(context).refusal(refusal)
      return try await page(refusal.status, text: text, refusal: refusal, request, context)
    } catch let error as HTTPError {
      var response = try await page(error.status, request, context)
      response.headers[.allow] = error.headers[.allow]
      return response
    } catch is CancellationError {
      throw CancellationError()
    } catch let fault as any PassingFault where fault.mayPass {
      logger.warning("a passing fault", metadata: ["path": "\(path)", "error": "\(fault)"])
      let refusal = TemporarilyUnavailable()
      let text = frame.words(context).refusal(refusal)
      return try await page(refusal.status, text: text, refusal: refusal, request, context)
    } catch {
      let trace = TraceParent.trace ?? context.id
      logger.error("fault", metadata: ["path": "\(path)", "error": "\(error)"])
      return try await page(.internalServerError, trace: trace, request, context)
    }
  }

  /// What this throws, if the page itself can't be made, is answered by the storefront's errors in plain words.
  private func page(
    _ status: HTTPResponse.Status, text: String? = nil, refusal: (any Refusal)? = nil, trace: String? = nil,
    _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let known = words["error.\(status.code).heading"] != nil ? status.code : status.code < 500 ? 400 : 500
    let heading = words["error.\(known).heading"] ?? ""
    var model: Model = [
      "status": String(status.code), "heading": heading, "text": text ?? words["error.\(known).text"] ?? "",
    ]
    if let trace { model["trace"] = trace }
    let response = try await frame.page("error", title: heading, model, request, context, status: status)
    return RefusedForm(Form(), refusal, words).answer(response)
  }
}
