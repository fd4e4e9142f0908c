import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Values

/// What every page of the storefront is made with: the contracts, the flows, the look, the visitor's parts.
public final class PageMaker: Sendable {
  public let contexts: Contexts
  public let flows: ShopFlows
  public let frame: PageFrame
  public let parts: VisitorParts
  public let cookies: CookieJar
  public let clock: WallClock
  /// What waits at the desks, as the menu of the back office shows it.
  public let waiting: ShortMemory<DeskScope, [String: Int]>

  public init(
    contexts: Contexts, flows: ShopFlows, frame: PageFrame, parts: VisitorParts, cookies: CookieJar, clock: WallClock
  ) {
    self.contexts = contexts
    self.flows = flows
    self.frame = frame
    self.parts = parts
    self.cookies = cookies
    self.clock = clock
    waiting = ShortMemory(life: Self.waitingLife, capacity: Self.mostScopes, clock: clock)
  }

  /// How old a number beside a desk is at most. What staff do in this process is in it at once.
  private static let waitingLife = Duration.seconds(3)
  private static let mostScopes = 1000

  /// A page for this visitor alone. Throws `TemporarilyUnavailable` when nobody can say who it is.
  public func page(
    _ template: String, _ head: PageFrame.Head, _ model: Model, _ request: Request, _ context: ShopRequestContext,
    status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    try context.visit.requireKnown()
    let language = context.visit.language
    let flash = Flash(cookie: CookieJar.values(in: request.headers)[.flash])
    let holes = try await parts.common(context.visit, path: request.uri.string, flash: flash)
    let filled = Model(holes.map { ($0.key.rawValue, $0.value) })
    let around = try await frame.model(head, language: language, path: request.uri.string)
    let html = try frame.theme.render(
      template, Model.merged(around, ["hole": filled], model), language)
    return finished(.page(html, status: status), flash: flash, context)
  }

  /// A page made for everyone, with this visitor's parts put in. Those who bring no cookies share one. While the parts
  /// can't be read, a visitor sees the page as a stranger does.
  /// - Parameter own: the page's own parts, beside those that every page has.
  public func filled(
    _ page: PreparedPage, _ request: Request, _ context: ShopRequestContext,
    own: (Visit) async throws -> [Hole: String] = { _ in [:] }
  ) async throws -> Response {
    let path = request.uri.string
    guard request.headers[.cookie] != nil else {
      if let plain = page.plain(at: path) { return finished(.page(plain), flash: nil, context) }
      let plain = page.filled(try await holes(context.visit, path: path, flash: nil, own: own))
      page.keepPlain(plain, at: path)
      return finished(.page(plain), flash: nil, context)
    }
    let flash = Flash(cookie: CookieJar.values(in: request.headers)[.flash])
    do {
      let filled = page.filled(try await holes(context.visit, path: path, flash: flash, own: own))
      return finished(.page(filled), flash: flash, context)
    } catch let fault as any PassingFault where fault.mayPass {
      return .page(page.filled(try await holes(context.visit.asUnknown, path: path, flash: nil, own: own)))
    }
  }

  private func holes(
    _ visit: Visit, path: String, flash: Flash?, own: (Visit) async throws -> [Hole: String]
  ) async throws -> [Hole: String] {
    let common = try await parts.common(visit, path: path, flash: flash)
    return common.merging(try await own(visit)) { _, own in own }
  }

  /// The answer to a form: another page, and perhaps a sentence on it.
  public func go(_ address: String, saying flash: Flash? = nil, cookies more: [String] = []) -> Response {
    let said = flash.map { [cookies.header(.flash, $0.cookie, lifetimeSeconds: 30)] } ?? []
    return .seeOther(address, cookies: more + said)
  }

  /// The device's mark for a visitor who needs one (to hold a cart), and the cookie to send when it is new.
  public func device(_ visit: Visit) -> (token: DeviceToken, cookie: String?) {
    if let device = visit.device { return (device, nil) }
    let token = DeviceToken.random()
    return (token, cookies.header(.device, token.rawValue, lifetimeSeconds: 31_536_000))
  }

  /// A sentence is said once; a browser without a mark gets one, so that the next page can know what it has seen.
  private func finished(_ response: Response, flash: Flash?, _ context: ShopRequestContext) -> Response {
    var response = response
    if flash != nil {
      response.headers.append(HTTPField(name: .setCookie, value: cookies.forget(.flash)))
    }
    if context.visit.device == nil, context.visit.account == nil, !context.visit.isUnknown,
      let cookie = device(context.visit).cookie
    {
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
    }
    return response
  }
}

/// Whose desks they are: all staff of one employer with the same rights have the same work before them.
public struct DeskScope: Hashable, Sendable {
  let merchant: MerchantID?
  let rights: Set<StaffRight>

  public init(_ staff: Staff) {
    merchant = staff.merchant
    rights = staff.rights
  }
}
