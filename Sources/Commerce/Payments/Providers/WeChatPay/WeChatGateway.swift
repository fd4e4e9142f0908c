import Foundation
import Signatures
import Values

/// Asks WeChat Pay, and believes of what succeeds only what it has signed.
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

  /// The body of a verified answer. Throws `ProviderFault`, `.refused` where nothing happened.
  private func call(_ method: String, _ path: String, body: [UInt8]) async throws -> [UInt8] {
    let answer = try await http.send(try signed(method, path, body: body))
    switch answer.status {
    case 200, 204:
      guard try await isVerified(answer) else {
        throw ProviderFault.outcomeUnknown("an answer that isn't signed by WeChat Pay")
      }
      return answer.body
    case 400, 401, 403, 404:
      let problem = try? WeChatMessage.decoder.decode(WeChatMessage.Problem.self, from: Data(answer.body))
      throw ProviderFault.refused(code: String((problem?.code ?? "status\(answer.status)").prefix(60)))
    default: throw ProviderFault.outcomeUnknown("status \(answer.status)")
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

  private func isVerified(_ answer: ProviderAnswer) async throws -> Bool {
    guard let claim = WeChatSignature.Claim(answer.headers), claim.isFresh(at: clock.now),
      let key = await key(claim.serial)
    else { return false }
    return claim.isSigned(by: key, body: answer.body)
  }

  /// Nil for one that WeChat Pay doesn't have. May fetch its certificates.
  func key(_ serial: String) async -> RSAPublicKey? {
    if keys.shouldFetch(for: serial) { try? await fetchCertificates() }
    return keys.key(serial)
  }

  /// The answer is signed with one of the certificates in it, which only WeChat Pay could seal.
  private func fetchCertificates() async throws {
    let answer = try await http.send(try signed("GET", "/v3/certificates", body: []))
    guard answer.status == 200, let claim = WeChatSignature.Claim(answer.headers), claim.isFresh(at: clock.now)
    else { throw ProviderFault.outcomeUnknown("certificates, status \(answer.status)") }
    let told: WeChatMessage.Certificates = try decoded(answer.body)
    let certificates = told.data.compactMap { entry in
      entry.encryptCertificate.opened(with: configuration.apiKey)
        .flatMap { PlatformCertificate(pem: String(decoding: $0, as: UTF8.self)) }
    }
    guard let signer = certificates.first(where: { $0.serial == claim.serial.uppercased() }),
      claim.isSigned(by: signer.publicKey, body: answer.body)
    else { throw ProviderFault.outcomeUnknown("certificates that aren't signed by WeChat Pay") }
    keys.take(certificates)
  }
}
