import Crypto
import Foundation
import Values

/// Speaks to the sandbox payment platform. Both sides sign with a shared secret: HMAC-SHA256, in hex, over the time in
/// seconds, a purpose and the raw body, one per line.
public struct SandboxProvider: PaymentProvider {
  public static let name = PaymentMethod(known: "sandbox")
  /// How old a signed message may be.
  private static let largestAgeSeconds: Int64 = 300
  /// Who asks, how slowly and how often: these say nothing of what was asked for.
  private static let aboutUs: Set<Int> = [401, 408, 429]

  public let merchant: String
  private let baseURL: String
  private let secret: SymmetricKey
  private let http: any ProviderHTTP
  private let clock: WallClock

  public init(baseURL: String, merchant: String, secret: String, http: any ProviderHTTP, clock: WallClock) {
    self.baseURL = baseURL
    self.merchant = merchant
    self.secret = SymmetricKey(data: Data(secret.utf8))
    self.http = http
    self.clock = clock
  }

  public var method: PaymentMethod { Self.name }
  public var ways: [PaymentWay] { [.page] }

  public func open(_ payment: ProviderPayment) async throws -> ProviderOpening {
    struct Opened: Decodable { let cashier: String }
    let body = SandboxMessage.Open(
      merchant: merchant, number: payment.number, amount: payment.amount.minor, currency: payment.amount.currency.code,
      subject: payment.subject, language: payment.language.rawValue, expiresAt: payment.expiresAt.milliseconds,
      returnURL: payment.returnURL, noticeURL: payment.noticeURL)
    let opened: Opened = try await call("POST", "/v1/payments", body)
    return ProviderOpening(.redirect(url: opened.cashier))
  }

  public func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    do {
      let state: SandboxMessage.State = try await call("GET", "/v1/payments/\(payment.number)")
      return try state.report()
    } catch ProviderFault.refused(let code) where code == "unknownPayment" {
      return ProviderReport(
        number: payment.number, providerNumber: "", merchant: merchant, amount: payment.amount, state: .unknown,
        at: clock.now)
    }
  }

  public func close(_ payment: ProviderPayment) async throws {
    let _: SandboxMessage.State = try await call("POST", "/v1/payments/\(payment.number)/close", SandboxMessage.Empty())
  }

  public func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    let body = SandboxMessage.Refund(
      payment: refund.payment.number, number: refund.number, amount: refund.amount.minor,
      currency: refund.amount.currency.code, reason: refund.reason)
    let state: SandboxMessage.RefundState = try await call("POST", "/v1/refunds", body)
    return state.report(refund)
  }

  public func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    do {
      let state: SandboxMessage.RefundState = try await call("GET", "/v1/refunds/\(refund.number)")
      return state.report(refund)
    } catch ProviderFault.refused(let code) where code == "unknownRefund" {
      return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .unknown)
    }
  }

  public func verify(_ notice: RawNotice) throws -> ProviderReport? {
    try check(headers: notice.headers, purpose: "notice", body: notice.body)
    do {
      return try JSONDecoder().decode(SandboxMessage.State.self, from: Data(notice.body)).report()
    } catch {
      throw NoticeFault.unreadable("\(error)")
    }
  }

  public func answer(accepted: Bool) -> NoticeAnswer {
    NoticeAnswer(status: accepted ? 200 : 400, contentType: "text/plain", body: accepted ? "success" : "failure")
  }

  public func readStatement(
    of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    let rows: [SandboxMessage.Row] = try await call("GET", "/v1/statement?day=\(day.rawValue)")
    var rest = try rows.map { try $0.row() }[...]
    while !rest.isEmpty {
      try await take(Array(rest.prefix(1000)))
      rest = rest.dropFirst(1000)
    }
  }

  private func call<Answer: Decodable>(_ method: String, _ path: String) async throws -> Answer {
    try await call(method, path, body: [])
  }

  private func call<Answer: Decodable>(_ method: String, _ path: String, _ body: some Encodable) async throws -> Answer
  {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try await call(method, path, body: Array(try encoder.encode(body)))
  }

  private func call<Answer: Decodable>(_ method: String, _ path: String, body: [UInt8]) async throws -> Answer {
    let time = String(clock.now.milliseconds / 1000)
    let answer = try await http.send(
      ProviderCall(
        method: method, url: baseURL + path,
        headers: [
          ("content-type", "application/json"), ("sandbox-merchant", merchant), ("sandbox-time", time),
          ("sandbox-signature", signature(time: time, purpose: "\(method) \(path)", body: body)),
        ],
        body: body))
    do {
      try check(headers: answer.headers, purpose: "answer \(answer.status)", body: answer.body)
    } catch {
      throw ProviderFault.outcomeUnknown("answer \(answer.status) isn't signed by the sandbox")
    }
    guard answer.status == 200 else {
      let problem = try? JSONDecoder().decode(SandboxMessage.Problem.self, from: Data(answer.body))
      if answer.status >= 500 || Self.aboutUs.contains(answer.status) {
        throw ProviderFault.outcomeUnknown("status \(answer.status)")
      }
      throw ProviderFault.refused(code: problem?.code ?? "status\(answer.status)")
    }
    do {
      return try JSONDecoder().decode(Answer.self, from: Data(answer.body))
    } catch {
      throw ProviderFault.outcomeUnknown("\(error)")
    }
  }

  private func check(headers: [String: String], purpose: String, body: [UInt8]) throws {
    guard let time = headers["sandbox-time"], let signature = headers["sandbox-signature"], let seconds = Int64(time)
    else { throw NoticeFault.unsigned }
    let message = Data("\(time)\n\(purpose)\n".utf8) + Data(body)
    guard let code = Hex.bytes(signature),
      HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: secret)
    else { throw NoticeFault.badSignature }
    guard abs(clock.now.milliseconds / 1000 - seconds) <= Self.largestAgeSeconds else { throw NoticeFault.tooOld }
  }

  private func signature(time: String, purpose: String, body: [UInt8]) -> String {
    let message = Data("\(time)\n\(purpose)\n".utf8) + Data(body)
    return Hex.text(HMAC<SHA256>.authenticationCode(for: message, using: secret))
  }
}
