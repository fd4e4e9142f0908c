import Accounts
import HTTPTypes
import Hummingbird
import Values

/// Finds out who asks, and puts on every answer the headers that keep browsers safe.
public struct VisitMiddleware: RouterMiddleware {
  public typealias Context = ShopRequestContext

  private let accounts: any AccountService
  private let staff: any StaffService
  private let cookies: CookieJar
  private let trustsProxy: Bool
  private let safety: HTTPFields

  /// - Parameters:
  ///   - isSecure: the shop is reached over HTTPS.
  ///   - trustsProxy: a proxy in front states the client in `X-Forwarded-For`.
  public init(
    accounts: any AccountService, staff: any StaffService, cookies: CookieJar, isSecure: Bool, trustsProxy: Bool
  ) {
    self.accounts = accounts
    self.staff = staff
    self.cookies = cookies
    self.trustsProxy = trustsProxy
    safety = Self.safetyHeaders(isSecure: isSecure)
  }

  public func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    let isDesk = request.uri.path.hasPrefix("/admin")
    let found = CookieJar.values(in: request.headers)
    context.visit.remoteAddress = context.remoteAddress
    context.visit.forwarded = trustsProxy ? ClientAddress.forwarded(request) : nil
    context.visit.device = found[.device].flatMap(DeviceToken.init)
    var slid: SessionToken?
    do {
      slid = try await know(&context.visit, by: found, isDesk: isDesk)
    } catch let fault as any PassingFault where fault.mayPass {
      context.visit = context.visit.asUnknown
    }
    let asked =
      request.uri.query == nil ? nil : request.uri.queryParameters["lang"].flatMap { Language(rawValue: String($0)) }
    context.visit.language =
      asked ?? found[.language].flatMap(Language.init) ?? context.visit.account?.profile.language
      ?? Self.preferred(request.headers[.acceptLanguage])

    var response =
      if isDesk {
        try await AuditActor.$current.withValue(context.visit.auditActor) { [context] in
          try await next(request, context)
        }
      } else {
        try await next(request, context)
      }
    for field in safety where response.headers[field.name] == nil { response.headers.append(field) }
    if let slid, !CookieJar.sets(.session, in: response.headers) {
      response.headers.append(HTTPField(name: .setCookie, value: cookies.session(slid)))
    }
    if let asked, asked.rawValue != found[.language], !Addresses.isAPI(request.uri.path),
      request.uri.path != Addresses.suggestions
    {
      let cookie = cookies.header(.language, asked.rawValue, lifetimeSeconds: 31_536_000)
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
    }
    // A page that refuses is made with its body, and bytes that nobody awaits would break the connection.
    return request.method == .head ? response.createHeadResponse() : response
  }

  /// Finds out who it is.
  /// - Returns: the session that was made to last longer, if it was.
  private func know(
    _ visit: inout Visit, by found: [CookieJar.Name: String], isDesk: Bool
  ) async throws -> SessionToken? {
    var slid: SessionToken?
    if let token = found[.session].map(SessionToken.init) {
      let session = try await accounts.openSession(token)
      visit.sessionToken = token
      visit.account = session?.account
      if session?.hasSlid == true { slid = token }
    }
    if isDesk, let token = found[.staff].map(SessionToken.init) {
      visit.staffToken = token
      visit.staff = try await staff.staff(session: token)
    }
    return slid
  }

  /// The better of our languages after RFC 9110, 12.5.4; Chinese in any form is Simplified Chinese here.
  static func preferred(_ header: String?) -> Language {
    var best: (language: Language, weight: Double) = (.en, 0)
    for part in (header ?? "").prefix(200).split(separator: ",") {
      let fields = part.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
      guard let tag = fields.first else { continue }
      let weight = fields.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      let language: Language? = tag.hasPrefix("zh") ? .zhHans : tag.hasPrefix("en") ? .en : nil
      if let language, weight > best.weight { best = (language, weight) }
    }
    return best.language
  }

  static func safetyHeaders(isSecure: Bool) -> HTTPFields {
    var fields = HTTPFields()
    let policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
      + "font-src 'self'; manifest-src 'self'; form-action *; frame-ancestors 'none'; base-uri 'none'"
    fields[.contentSecurityPolicy] = policy
    fields[.xContentTypeOptions] = "nosniff"
    if let name = HTTPField.Name("Referrer-Policy") { fields[name] = "strict-origin-when-cross-origin" }
    if let name = HTTPField.Name("Cross-Origin-Opener-Policy") { fields[name] = "same-origin" }
    if isSecure { fields[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
    return fields
  }
}
