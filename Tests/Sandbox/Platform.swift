import AsyncHTTPClient
import Crypto
import Foundation
import Logging
import ServiceLifecycleTestKit
import NIOCore
import NIOHTTP1
import TestKit
import Values

@testable import Sandbox

struct Answer: Sendable {
  let status: Int
  /// Names in lower case.
  let headers: [String: String]
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
  var code: String? { try? decode(Code.self).code }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(body))
  }

  private struct Code: Decodable { let code: String }
}

struct StateAnswer: Decodable, Equatable {
  let merchant: String
  let number: String
  let tradeNumber: String
  let amount: Int64
  let currency: String
  let state: String
  let at: Int64
}

/// A sandbox on a port of its own, and the ways to talk to it.
struct Platform: Sendable {
  static let merchant = "M-1"
  static let secret = "a shared secret"
  static let controlKey = "control"

  let base: String
  let time: TestClock
  private let http: HTTPClient

  /// Runs `work` while the platform is up.
  static func run(
    time: TestClock = TestClock(), storeFile: URL? = nil, controlKey: String = Platform.controlKey,
    merchantName: String = "Martlet", timeFactor: Int = 200, keys: [String: String] = [:],
    _ work: @escaping @Sendable (Platform) async throws -> Void
  ) async throws {
    let server = try SandboxServer(
      SandboxSettings(
        merchant: merchant, merchantName: merchantName, secret: secret, storeFile: storeFile,
        noticeTimeFactor: timeFactor, controlKey: controlKey, keys: keys),
      clock: time.clock, logger: Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() })
    let http = HTTPClient(
      eventLoopGroupProvider: .singleton,
      configuration: HTTPClient.Configuration(
        redirectConfiguration: .disallow, timeout: HTTPClient.Configuration.Timeout(connect: .minutes(2))))
    let (ports, ready) = AsyncStream<Int>.makeStream()
    do {
      // Not ended by cancelling: a connection that was accepted in that moment would end the whole process.
      try await testGracefulShutdown { shutdown in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            defer { ready.finish() }
            try await server.run { ready.yield($0) }
          }
          defer { shutdown.triggerGracefulShutdown() }
          guard let port = await ports.first(where: { _ in true }) else { return try await group.waitForAll() }
          try await work(Platform(base: "http://127.0.0.1:\(port)", time: time, http: http))
        }
      }
    } catch {
      try? await http.shutdown()
      throw error
    }
    try await http.shutdown()
  }

  // MARK: Calls

  /// A call as the shop signs it.
  func call(_ method: String, _ path: String, _ body: String = "") async throws -> Answer {
    try await call(method, path, body, seconds: time.now.milliseconds / 1000)
  }

  func call(
    _ method: String, _ path: String, _ body: String, seconds: Int64, merchant: String = Platform.merchant,
    secret: String = Platform.secret, signedPath: String? = nil, signedBody: String? = nil
  ) async throws -> Answer {
    let signature = Self.signature(
      time: String(seconds), purpose: "\(method) \(signedPath ?? path)", body: Array((signedBody ?? body).utf8),
      secret: secret)
    return try await send(
      method, base + path, body,
      headers: [
        ("content-type", "application/json"), ("sandbox-merchant", merchant), ("sandbox-time", String(seconds)),
        ("sandbox-signature", signature),
      ])
  }

  func control(_ method: String, _ path: String, _ body: String = "", key: String = controlKey) async throws -> Answer {
    try await send(method, base + "/control/" + path, body, headers: [("sandbox-control", key)])
  }

  /// Opens a payment and gives the address of its cashier page.
  func open(
    _ number: String = "P1", amount: Int64 = 8800, currency: String = "CNY", subject: String = "Tea",
    language: String = "en", minutes: Int = 30, notices: String = "http://127.0.0.1:9/notices"
  ) async throws -> String {
    struct Opened: Decodable { let cashier: String }
    let body = try wish(
      number, amount: amount, currency: currency, subject: subject, language: language, minutes: minutes,
      notices: notices)
    return try await call("POST", "/v1/payments", body).decode(Opened.self).cashier
  }

  func wish(
    _ number: String = "P1", amount: Int64 = 8800, currency: String = "CNY", subject: String = "Tea",
    language: String = "en", minutes: Int = 30, notices: String = "http://127.0.0.1:9/notices",
    back: String = "https://shop.example/orders/1?paid=1", merchant: String = Platform.merchant
  ) throws -> String {
    struct Wish: Encodable {
      let merchant, number: String
      let amount: Int64
      let currency, subject, language: String
      let expiresAt: Int64
      let returnURL, noticeURL: String
    }
    let wish = Wish(
      merchant: merchant, number: number, amount: amount, currency: currency, subject: subject, language: language,
      expiresAt: time.now.adding(.minutes(minutes)).milliseconds, returnURL: back, noticeURL: notices)
    return String(decoding: try JSONEncoder().encode(wish), as: UTF8.self)
  }

  func state(_ number: String = "P1") async throws -> StateAnswer {
    try await call("GET", "/v1/payments/\(number)").decode(StateAnswer.self)
  }

  func refund(_ number: String, of payment: String = "P1", amount: Int64, currency: String = "CNY") async throws
    -> Answer
  {
    let body = """
      {"payment":"\(payment)","number":"\(number)","amount":\(amount),"currency":"\(currency)","reason":"returned"}
      """
    return try await call("POST", "/v1/refunds", body)
  }

  func send(_ method: String, _ url: String, _ body: String = "", headers: [(String, String)] = []) async throws
    -> Answer
  {
    var request = HTTPClientRequest(url: url)
    request.method = HTTPMethod(rawValue: method)
    for header in headers { request.headers.add(name: header.0, value: header.1) }
    if !body.isEmpty { request.body = .bytes(ByteBuffer(string: body)) }
    let response = try await http.execute(request, timeout: .minutes(2))
    let answer = try await response.body.collect(upTo: 1 << 20)
    return Answer(
      status: Int(response.status.code),
      headers: Dictionary(
        response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { one, _ in one }),
      body: Array(buffer: answer))
  }

  static func signature(time: String, purpose: String, body: [UInt8], secret: String = Platform.secret) -> String {
    let message = Data("\(time)\n\(purpose)\n".utf8) + Data(body)
    return HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: Data(secret.utf8)))
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  static func isSigned(_ headers: [String: String], purpose: String, body: [UInt8]) -> Bool {
    guard let time = headers["sandbox-time"] else { return false }
    return headers["sandbox-signature"] == signature(time: time, purpose: purpose, body: body)
  }
}
