import Accounts
import Flows
import Foundation
import Governance
import HTTPTypes
import Hummingbird
import Logging
import Pages
import Values

/// What happens around every endpoint: who asks, whether they may, whether it was asked before, and what to say when it
/// doesn't work.
struct EndpointRunner: Sendable {
  private static let bodyLimit = 256 * 1024
  private static let keyName = HTTPField.Name("Idempotency-Key")
  private static let replayedName = HTTPField.Name("Idempotency-Replayed")
  private static let deviceName = HTTPField.Name("Martlet-Device")

  private let accounts: any AccountService
  private let staff: any StaffService
  /// How often one token may be used; nil sets no limit.
  private let tokenLimit: RateLimit?
  private let answers: any AnswerBook
  private let publicURL: String
  private let logger: Logger

  init(
    accounts: any AccountService, staff: any StaffService, tokenLimit: RateLimit?, answers: any AnswerBook,
    publicURL: String, logger: Logger
  ) {
    self.accounts = accounts
    self.staff = staff
    self.tokenLimit = tokenLimit
    self.answers = answers
    self.publicURL = publicURL
    self.logger = logger
  }

  func respond(_ endpoint: Endpoint, _ request: Request, _ context: ShopRequestContext) async -> Response {
    do {
      let call = try await call(endpoint.description, request, context)
      defer { call.file?.remove() }
      let answer = try await AuditActor.$current.withValue(call.auditActor) {
        endpoint.description.isOnceOnly ? try await onceOnly(endpoint, call, context) : try await endpoint.run(call)
      }
      // The mark of what staff change names its version, not all that the answer says.
      return (call.bearer == nil ? answer.unlessKnown(to: request) : answer).response
    } catch {
      return problem(for: error, request, context).response
    }
  }

  func problem(for error: any Error, _ request: Request, _ context: ShopRequestContext) -> Answer {
    if let refusal = refusal(in: error) {
      if error is any PassingFault {
        logger.warning("a passing fault", metadata: ["call": "\(request.uri.path)", "error": "\(error)"])
      }
      return Problem(refusal).answer(publicURL: publicURL)
    }
    let trace = TraceParent.trace ?? context.id
    logger.error(
      "API call failed",
      metadata: ["call": "\(request.method) \(request.uri.path)", "error": "\(error)"])
    return Problem(faultWithTrace: trace).answer(publicURL: publicURL)
  }

  private func call(
    _ description: APIDescription, _ request: Request, _ context: ShopRequestContext
  ) async throws -> APICall {
    if case .staff(let rights) = description.access {
      let bearer = try await bearer(request, with: rights)
      return try await call(description, request, context, by: context.visit.ofProgram, bearer: bearer)
    }
    let visit = try await visit(request, context, isAuthRequired: description.access != .everyone)
    // A person may know nothing of what their cookies ask for, so that must come from a page of this shop.
    guard SameOriginMiddleware.isOwn(request) || !Self.isKnownByCookie(visit, request) else {
      throw CrossSiteRefusal()
    }
    switch description.access {
    case .everyone: break
    case .visitor: guard visit.visitor != nil else { throw APIRefusal.noDevice }
    case .account: _ = try visit.requireAccount()
    case .staff: throw APIRefusal.tokenNeeded
    }
    return try await call(description, request, context, by: visit, bearer: nil)
  }

  /// The program of staff that asks, if it may ask for this at all. Cookies don't count here.
  private func bearer(_ request: Request, with rights: Set<StaffRight>) async throws -> StaffBearer {
    guard let text = Self.bearer(request) else { throw APIRefusal.tokenNeeded }
    guard let bearer = try await staff.bearer(of: StaffTokenSecret(rawValue: text.rawValue)) else {
      throw APIRefusal.badToken
    }
    if let seconds = tokenLimit?.take(bearer.token.description) { throw TooManyRequests(retryAfterSeconds: seconds) }
    if let duty = bearer.staff.owes { throw StaffDutyRefusal(duty: duty) }
    try bearer.staff.require(anyOf: rights)
    return bearer
  }

  private func call(
    _ description: APIDescription, _ request: Request, _ context: ShopRequestContext, by visit: Visit,
    bearer: StaffBearer?
  ) async throws -> APICall {
    let (body, form, file) = try await Self.sent(request, description)
    let values = description.pathNames.compactMap { name in
      context.parameters.get(name).map { (name, $0.removingPercentEncoding ?? $0) }
    }
    return APICall(
      request: request, visit: visit, parameters: Dictionary(values, uniquingKeysWith: { first, _ in first }),
      query: Self.query(request, description), body: body, file: file, form: form, bearer: bearer)
  }

  private static func sent(
    _ request: Request, _ description: APIDescription
  ) async throws -> (body: ByteBuffer, form: SentForm?, file: StreamedBody?) {
    if let sent = description.file {
      try require(sent.types, request)
      let file = try await StreamedBody(body: request, upTo: sent.most)
      // By which the book of answers tells one file from another.
      return (ByteBuffer(string: file.digest), nil, file)
    }
    guard description.body != nil else { return (ByteBuffer(), nil, nil) }
    if description.takesPictures, SentForm.isSent(in: request) {
      let form = try await SentForm(body: request, jsonLimit: bodyLimit)
      return (form.json, form, nil)
    }
    try requireJSON(request)
    return (try await request.collected(upTo: bodyLimit), nil, nil)
  }

  /// What is described; anything else can neither be asked for nor find its way into an answer that is kept.
  private static func query(_ request: Request, _ description: APIDescription) -> Form {
    guard request.uri.query != nil else { return Form() }
    let names = Set(description.parameters.filter { $0.place == .query }.map(\.name))
    return Form(Form(query: request).values.filter { names.contains($0.key) })
  }

  private static func isKnownByCookie(_ visit: Visit, _ request: Request) -> Bool {
    (visit.account != nil && bearer(request) == nil) || (visit.device != nil && device(request) == nil)
  }

  private static func bearer(_ request: Request) -> SessionToken? {
    guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer ") else { return nil }
    return SessionToken(rawValue: String(header.dropFirst(7).drop { $0 == " " }))
  }

  private static func device(_ request: Request) -> DeviceToken? {
    deviceName.flatMap { request.headers[$0] }.flatMap(DeviceToken.init)
  }

  /// A device in its header counts before the cookie's, and a token in `Authorization` before all cookies.
  private func visit(
    _ request: Request, _ context: ShopRequestContext, isAuthRequired: Bool
  ) async throws -> Visit {
    var visit = context.visit
    let (device, token) = (Self.device(request), Self.bearer(request))
    if device != nil || token != nil { visit.device = device }
    guard let token else {
      if isAuthRequired || request.method != .get { try visit.requireKnown() }
      return visit
    }
    visit.isUnknown = false
    visit.account = try await accounts.account(session: token)
    visit.sessionToken = visit.account == nil ? nil : token
    // An ended session is said wherever it matters, instead of showing a stranger's empty cart.
    if visit.account == nil, isAuthRequired { throw APIRefusal.unknownSession }
    return visit
  }

  private static func requireJSON(_ request: Request) throws {
    guard let type = request.headers[.contentType] else { return }
    let media = type.prefix { $0 != ";" && $0 != " " }.lowercased()
    guard media == "application/json" || media.hasSuffix("+json") else { throw BodyRefusal.wrongType }
  }

  /// What a file is, its sender says; what it is in truth, its bytes tell those who read it.
  private static func require(_ types: [String], _ request: Request) throws {
    let media = (request.headers[.contentType] ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
    guard types.contains(media) else { throw BodyRefusal.wrongType }
  }

  private func onceOnly(
    _ endpoint: Endpoint, _ call: APICall, _ context: ShopRequestContext
  ) async throws -> Answer {
    guard let name = Self.keyName, let key = call.request.headers[name] else { return try await endpoint.run(call) }
    guard (1...100).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw APIRefusal.badIdempotencyKey
    }
    let program = call.bearer.map { $0.token.description }
    let holder = program ?? call.visit.account?.id.description ?? "client " + call.visit.client
    let caller =
      program != nil
      ? holder : call.visit.account == nil ? call.visit.device.map { "device " + $0.rawValue } ?? holder : holder
    let full = Idempotency.Key(caller: caller, key: key, address: call.request.uri.string)
    let body = call.form?.whole ?? call.body
    switch try await answers.begin(full, holder: holder, body: body) {
    case .replay(var answer):
      if let name = Self.replayedName { answer.headers[name] = "true" }
      return answer
    case .proceed(let attempt):
      let answer: Answer
      do {
        answer = try await endpoint.run(call)
      } catch  where refusal(in: error) != nil && isOpenToAnother(error, endpoint) {
        await noting(full) { try await answers.abandon(full, attempt: attempt) }
        throw error
      } catch {
        // A fault may have come after the effect: the same key never acts again.
        let problem = problem(for: error, call.request, context)
        let isPassing = refusal(in: error) != nil
        answer = isPassing ? Problem(APIRefusal.outcomeUnknown).answer(publicURL: publicURL) : problem
      }
      await noting(full) { try await answers.finish(full, attempt: attempt, body: body, answer) }
      return answer
    }
  }

  /// What was refused changed nothing, so a second try may go better; what is told as "try again" must be open to it.
  private func isOpenToAnother(_ error: any Error, _ endpoint: Endpoint) -> Bool {
    endpoint.description.isRepeatable || (error as? any PassingFault)?.mayHaveActed != true
  }

  /// The answer stands whether it can be kept or not. Until the book forgets it, the same key is then said to be under way.
  /// A request that has used up its time must still be able to say so.
  private func noting(_ key: Idempotency.Key, _ body: () async throws -> Void) async {
    do {
      try await Deadline.lifted(body)
    } catch {
      logger.error("the book of answers can't be written", metadata: ["call": "\(key.address)", "error": "\(error)"])
    }
  }
}
