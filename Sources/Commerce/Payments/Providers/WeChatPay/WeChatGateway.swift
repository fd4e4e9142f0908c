import Foundation
import Signatures
import Values

/// Asks WeChat Pay, and believes of what succeeds only what it has signed; of what it refuses nothing that is signed wrongly.
struct WeChatGateway: Sendable {
  let configuration: WeChatConfiguration
  let http: any ProviderHTTP
  let clock: WallClock
  let keys: WeChatKeys
  /// 32 characters that nobody can guess.
  let nonce: @Sendable () -> String

  init(
    _ configuration: WeChatConfiguration, http: any ProviderHTTP, clock: WallClock,
    nonce: @escaping @Sendable () -> String = { UUID().uuidString.filter { $0 != "-" } }
  ) {
    self.configuration = configuration
    self.http = http
    self.clock = clock
    self.nonce = nonce
    keys = WeChatKeys(configuration.publicKeys, clock: clock)
  }

  func get<Answer: Decodable>(_ path: String) async throws -> Answer {
    try decoded(try await call("GET", path, body: []))
  }

  func post<Answer: Decodable>(_ path: String, _ body: some Encodable) async throws -> Answer {
    try decoded(try await call("POST", path, body: encoded(body)))
  }

  func post(_ path: String, _ body: some Encodable) async throws {
    _ = try await call("POST", path, body: encoded(body))
  }

  private func encoded(_ body: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return Array(try encoder.encode(body))
  }

  private func decoded<Answer: Decodable>(_ body: [UInt8]) throws -> Answer {
    do {
      return try WeChatMessage.decoder.decode(Answer.self, from: Data(body))
    } catch {
      throw ProviderFault.outcomeUnknown("an answer that can't be read")
    }
  }

  /// What 403 says of an order or a refund; else it is about who asks.
  private static let aboutOrders: Set = [
    "OUT_TRADE_NO_USED", "NOT_ENOUGH", "USER_ACCOUNT_ABNORMAL", "RULE_LIMIT", "TRADE_ERROR",
  ]
  /// What 400 says of who asks.
  private static let aboutUs: Set = ["SIGN_ERROR", "NO_AUTH", "APPID_MCHID_NOT_MATCH", "MCH_NOT_EXISTS"]

  /// The body of a verified answer. Throws `ProviderFault`, `.refused` where nothing happened.
  private func call(_ method: String, _ path: String, body: [UInt8]) async throws -> [UInt8] {
    try await believed(try await http.send(try signed(method, path, body: body)))
  }

  private func believed(_ answer: ProviderAnswer) async throws -> [UInt8] {
    switch answer.status {
    case 200, 204:
      guard await isVerified(answer) else {
        throw ProviderFault.outcomeUnknown("an answer that isn't signed by WeChat Pay")
      }
      return answer.body
    default:
      let fault = Self.fault(answer)
      // Who is turned away may not know WeChat Pay's key yet, and decides nothing by it.
      if case .refused(let code) = fault, Self.isSigned(answer), await !isVerified(answer) {
        throw ProviderFault.outcomeUnknown("an answer that isn't signed by WeChat Pay: \(code)")
      }
      throw fault
    }
  }

  private static func isSigned(_ answer: ProviderAnswer) -> Bool { answer.headers["wechatpay-signature"] != nil }

  private static func fault(_ answer: ProviderAnswer) -> ProviderFault {
    let problem = try? WeChatMessage.decoder.decode(WeChatMessage.Problem.self, from: Data(answer.body))
    let code = problem.map { String($0.code.prefix(60)) }
    switch (answer.status, code) {
    case (401, _): return .turnedAway(code: code ?? "status401")
    case (403, let code?) where aboutOrders.contains(code): return .refused(code: code)
    case (403, _): return .turnedAway(code: code ?? "status403")
    case (400, let code?) where aboutUs.contains(code): return .turnedAway(code: code)
    case (400, let code?), (404, let code?): return .refused(code: code)
    default: return .outcomeUnknown("status \(answer.status)")
    }
  }

  /// - Parameter path: with its query, as it is sent.
  func signed(_ method: String, _ path: String, body: [UInt8]) throws -> ProviderCall {
    let (time, nonce) = (String(clock.now.milliseconds / 1000), nonce())
    let signature = try configuration.privateKey.signature(
      of: WeChatSignature.canonical(request: method, path, time: time, nonce: nonce, body: body))
    let fields = [
      ("mchid", configuration.merchantID), ("nonce_str", nonce), ("signature", signature), ("timestamp", time),
      ("serial_no", configuration.certificateSerial),
    ]
    var headers = [
      ("accept", "application/json"), ("user-agent", "Martlet"),
      (
        "authorization",
        WeChatSignature.kind + " " + fields.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
      ),
    ]
    if !body.isEmpty { headers.append(("content-type", "application/json")) }
    if let key = configuration.preferredKey { headers.append(("wechatpay-serial", key)) }
    return ProviderCall(method: method, url: configuration.baseURL + path, headers: headers, body: body)
  }

  private func isVerified(_ answer: ProviderAnswer) async -> Bool {
    guard let claim = WeChatSignature.Claim(answer.headers), claim.isFresh(at: clock.now),
      let key = await key(claim.serial)
    else { return false }
    return claim.isSigned(by: key, body: answer.body)
  }

  /// Nil for one that WeChat Pay doesn't have. May fetch its certificates.
  func key(_ serial: String) async -> RSAPublicKey? {
    await keys.key(serial) { try await self.fetchedCertificates() }
  }

  private func askForCertificates() async throws -> ProviderAnswer {
    try await http.send(try signed("GET", "/v3/certificates", body: []))
  }

  private func opened(_ sealed: WeChatSeal) -> PlatformCertificate? {
    sealed.opened(with: configuration.apiKey)
      .flatMap { PlatformCertificate(pem: String(decoding: $0, as: UTF8.self)) }
  }

  /// The answer is signed with one of the certificates in it, which only WeChat Pay could seal, or with a key that is set up.
  private func fetchedCertificates() async throws -> [PlatformCertificate] {
    let answer = try await askForCertificates()
    guard answer.status == 200, let claim = WeChatSignature.Claim(answer.headers), claim.isFresh(at: clock.now)
    else { throw ProviderFault.outcomeUnknown("certificates, status \(answer.status)") }
    let told: WeChatMessage.Certificates = try decoded(answer.body)
    let certificates = told.data.compactMap { opened($0.encryptCertificate) }
    let certified = certificates.first { $0.serial == WeChatKeys.plain(claim.serial) }?.publicKey
    guard let signer = certified ?? configuration.publicKeys[claim.serial],
      claim.isSigned(by: signer, body: answer.body)
    else { throw ProviderFault.outcomeUnknown("certificates that aren't signed by WeChat Pay") }
    return certificates
  }
}

// MARK: Trying an account

extension WeChatGateway {
  /// The "no" that a question gets, and whether it was signed: where it was, the signature holds. Nil for a yes. Throws
  /// `ProviderFault` as every call does.
  func refusal(of path: String) async throws -> (code: String, isSigned: Bool)? {
    let answer = try await http.send(try signed("GET", path, body: []))
    do {
      _ = try await believed(answer)
      return nil
    } catch ProviderFault.refused(let code) {
      return (code, Self.isSigned(answer))
    }
  }

  /// Whether what WeChat Pay has sealed for the merchant opens with the API key. Throws `ProviderFault`.
  func opensCertificates() async throws -> Bool {
    let answer = try await askForCertificates()
    guard answer.status == 200 else { throw Self.fault(answer) }
    let told: WeChatMessage.Certificates = try decoded(answer.body)
    return !told.data.isEmpty && told.data.allSatisfy { opened($0.encryptCertificate) != nil }
  }
}
