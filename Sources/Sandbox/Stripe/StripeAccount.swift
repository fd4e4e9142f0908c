import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Foundation

/// The shop as Stripe knows it. Keys of the ring: `stripe.accountID`, `stripe.secretKey`, `stripe.webhookSecret`,
/// `stripe.webhookSecretBefore` (signs too, while the secret is changed) and `stripe.noticeURL` (where events go until the shop
/// names a place itself).
struct StripeAccount: SandboxAccount {
  static let brand = Brand.stripe
  /// Beneath which the paths are Stripe's.
  static let folder = "stripe"
  private static let largestBody = 256 * 1024

  /// Who the shop is there: there is one account.
  let accountID: String
  let secretKey: String
  let webhookSecrets: [String]
  private let noticeURL: String

  init(_ keys: inout KeyRing) throws {
    accountID = keys.given("stripe.accountID") ?? "acct_1Sandbox0"
    secretKey = try keys.secret("stripe.secretKey", prefix: "sk_test_", count: 24)
    let current = try keys.secret("stripe.webhookSecret", prefix: "whsec_", count: 32)
    webhookSecrets = [current] + (keys.given("stripe.webhookSecretBefore").map { [$0] } ?? [])
    noticeURL = keys.given("stripe.noticeURL") ?? ""
  }

  /// As it is told to who asks for it.
  var shown: StripeValue {
    [
      "id": .text(accountID), "object": "account", "type": "standard", "default_currency": "cny",
      "charges_enabled": true, "payouts_enabled": true, "details_submitted": true,
    ]
  }

  var voice: any ProviderVoice { StripeVoice(secrets: webhookSecrets, address: noticeURL) }

  func settings(at address: String) -> [String: String] {
    [
      "accountID": accountID, "secretKey": secretKey, "webhookSecret": webhookSecrets[0],
      "baseURL": "\(address)/\(Self.folder)",
    ]
  }

  func add(to router: Router<BasicRequestContext>, _ core: SandboxCore) {
    let desk = StripeDesk(core: core, account: self)
    for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
      router.on("\(Self.folder)/v1/**", method: method) { request, _ in
        let body: [UInt8]?
        do {
          body = Array(buffer: try await request.body.collect(upTo: Self.largestBody))
        } catch {
          body = nil
        }
        let call = StripeCall(request, folder: Self.folder, body: body)
        return try await core.answer(.stripe, call.name) { await Self.response(to: call, at: desk) }
      }
    }
  }

  private static func response(to call: StripeCall, at desk: StripeDesk) async -> Response {
    let (reply, isReplayed) = await desk.reply(to: call)
    var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-cache, no-store"]
    func add(_ name: String, _ value: String) {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    add("request-id", call.request)
    add("stripe-version", call.version ?? StripeVoice.version)
    if let key = call.key { add("idempotency-key", key) }
    if isReplayed {
      add("idempotent-replayed", "true")
      add("original-request", reply.request)
    }
    if reply.status == 401 { add("www-authenticate", "Basic realm=\"Stripe\"") }
    if reply.status == 409 { add("stripe-should-retry", "true") }
    // It would be told the same.
    if reply.status >= 500, call.method == "POST", call.key != nil { add("stripe-should-retry", "false") }
    return Response(
      status: HTTPResponse.Status(code: reply.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: reply.body)))
  }
}

/// A call as it came.
struct StripeCall: Sendable {
  /// `req_…`
  let request: String
  let method: String
  /// From `/v1` on.
  let path: String
  let query: String
  /// Nil for one that is too large.
  let body: [UInt8]?
  let authorization: String?
  let key: String?
  let version: String?

  init(_ request: Request, folder: String, body: [UInt8]?) {
    let halves = (request.head.path ?? "").split(separator: "?", maxSplits: 1).map(String.init)
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
    self.init(
      method: request.method.rawValue, path: String((halves.first ?? "").dropFirst(folder.utf8.count + 1)),
      query: halves.count == 2 ? halves[1] : "", body: body, authorization: header("authorization"),
      key: header("idempotency-key"), version: header("stripe-version"))
  }

  init(
    method: String, path: String, query: String, body: [UInt8]?, authorization: String?, key: String?, version: String?
  ) {
    request = "req_\(Random.letters(14))"
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.authorization = authorization
    self.key = key
    self.version = version
  }

  /// What orders of faults name.
  var name: String { "\(method) \(path)" }
  /// Behind `/v1/`.
  var steps: [String] { path.split(separator: "/").dropFirst().map { $0.removingPercentEncoding ?? String($0) } }

  /// What is asked, wherever it stands.
  func form() throws(StripeProblem) -> StripeForm {
    guard let body else { throw .tooLarge }
    let text = Array(query.utf8) + (query.isEmpty || body.isEmpty ? [] : [UInt8(ascii: "&")]) + body
    return try StripeForm(text)
  }
}
