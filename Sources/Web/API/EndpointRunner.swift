import Accounts
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
  private let idempotency: Idempotency
  private let publicURL: String
  private let timeLimit: Duration
  private let logger: Logger

  init(accounts: any AccountService, clock: WallClock, publicURL: String, timeLimit: Duration, logger: Logger) {
    self.accounts = accounts
    self.timeLimit = timeLimit
    idempotency = Idempotency(clock: clock)
    self.publicURL = publicURL
    self.logger = logger
  }

  func respond(_ endpoint: Endpoint, _ request: Request, _ context: ShopRequestContext) async -> Response {
    do {
      guard SameOriginMiddleware.isOwn(request) else { throw CrossSiteRefusal() }
      let answer = try await Deadline.run(within: timeLimit) {
        let call = try await call(endpoint.description, request, context)
        return endpoint.description.creates ? try await onceOnly(endpoint, call) : try await endpoint.run(call)
      }
      return answer.unlessKnown(to: request).response
    } catch {
      return problem(for: error, request, context).response
    }
  }

  func problem(for error: any Error, _ request: Request, _ context: ShopRequestContext) -> Answer {
    if let refusal = error as? any Refusal { return Problem(refusal).answer(publicURL: publicURL) }
    let trace = context.id
    logger.error(
      "API call failed",
      metadata: ["trace": "\(trace)", "call": "\(request.method) \(request.uri.path)", "error": "\(error)"])
    return Problem(faultWithTrace: trace).answer(publicURL: publicURL)
  }

  private func call(
    _ description: APIDescription, _ request: Request, _ context: ShopRequestContext
  ) async throws -> APICall {
    let visit = try await visit(request, context, isAuthRequired: description.access != .everyone)
    switch description.access {
    case .everyone: break
    case .visitor: guard visit.visitor != nil else { throw APIRefusal.noDevice }
    case .account: _ = try visit.requireAccount()
    }
    var body = ByteBuffer()
    if description.body != nil {
      try Self.requireJSON(request)
      body = try await request.collected(upTo: Self.bodyLimit)
    }
    let values = description.pathNames.compactMap { name in
      context.parameters.get(name).map { (name, $0.removingPercentEncoding ?? $0) }
    }
    return APICall(
      request: request, visit: visit, parameters: Dictionary(values, uniquingKeysWith: { first, _ in first }),
      query: request.uri.query == nil ? Form() : Form(query: request), body: body)
  }

  /// A token in `Authorization` counts before the browser's cookie, a device in its header before the device's cookie.
  private func visit(
    _ request: Request, _ context: ShopRequestContext, isAuthRequired: Bool
  ) async throws -> Visit {
    var visit = context.visit
    if let name = Self.deviceName, let device = request.headers[name].flatMap(DeviceToken.init) {
      visit.device = device
    }
    guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer ") else { return visit }
    let token = SessionToken(rawValue: String(header.dropFirst(7).drop { $0 == " " }))
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

  private func onceOnly(_ endpoint: Endpoint, _ call: APICall) async throws -> Answer {
    guard let name = Self.keyName, let key = call.request.headers[name] else { return try await endpoint.run(call) }
    guard (1...100).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw APIRefusal.badIdempotencyKey
    }
    let caller =
      call.visit.account?.id.description ?? call.visit.device.map { "device " + $0.rawValue }
      ?? "client " + call.visit.client
    let full = Idempotency.Key(caller: caller, key: key, path: call.request.uri.path)
    switch try idempotency.begin(full, body: call.body) {
    case .replay(var answer):
      if let name = Self.replayedName { answer.headers[name] = "true" }
      return answer
    case .proceed:
      do {
        let answer = try await endpoint.run(call)
        idempotency.finish(full, answer)
        return answer
      } catch {
        // What was refused changed nothing, so a second try may go better.
        idempotency.abandon(full)
        throw error
      }
    }
  }
}
