import Foundation
import Values

/// Speaks to the sandbox payment platform, a separate process that plays the third party.
public struct SandboxProvider: PaymentProvider {
  public let method: PaymentMethod
  public let merchant: String
  private let baseURL: String
  private let signature: SandboxSignature
  private let http: any ProviderHTTP
  private let clock: WallClock

  /// - Parameters:
  ///   - baseURL: where the platform answers, without a slash at its end.
  ///   - merchant: our name there. - secret: shared with the platform.
  public init?(baseURL: String, merchant: String, secret: String, http: any ProviderHTTP, clock: WallClock) {
    guard let method = PaymentMethod(rawValue: "sandbox") else { return nil }
    self.method = method
    self.merchant = merchant
    self.baseURL = baseURL
    signature = SandboxSignature(secret: secret)
    self.http = http
    self.clock = clock
  }

  public func open(_ payment: ProviderPayment) async throws -> Handover {
    let opening = SandboxOpening(
      number: payment.number, amount: payment.amount.minor, currency: payment.amount.currency.code,
      subject: payment.subject, language: payment.language.rawValue, expiresAt: payment.expiresAt.milliseconds,
      returnURL: payment.returnURL, noticeURL: payment.noticeURL)
    let answer: SandboxPaymentMessage = try await call("POST", "/v1/payments", opening)
    guard answer.number == payment.number, let url = answer.cashierURL else {
      throw ProviderFault.outcomeUnknown("an answer without a cashier")
    }
    return .redirect(url: url)
  }

  public func query(_ payment: ProviderPayment) async throws -> ProviderReport {
    do {
      let answer: SandboxPaymentMessage = try await call("GET", "/v1/payments/\(payment.number)")
      guard let report = Self.report(answer) else { throw ProviderFault.outcomeUnknown("an unreadable state") }
      return report
    } catch ProviderFault.refused("unknownPayment") {
      return ProviderReport(
        number: payment.number, providerNumber: "", merchant: merchant, amount: payment.amount, state: .unknown,
        at: clock.now)
    }
  }

  public func close(_ payment: ProviderPayment) async throws {
    let _: SandboxPaymentMessage = try await call("POST", "/v1/payments/\(payment.number)/close")
  }

  public func refund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    let asking = SandboxRefunding(
      payment: refund.payment.number, number: refund.number, amount: refund.amount.minor,
      currency: refund.amount.currency.code, reason: refund.reason)
    return Self.report(try await call("POST", "/v1/refunds", asking))
  }

  public func queryRefund(_ refund: ProviderRefund) async throws -> ProviderRefundReport {
    do {
      return Self.report(try await call("GET", "/v1/refunds/\(refund.number)"))
    } catch ProviderFault.refused("unknownRefund") {
      return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .unknown)
    }
  }

  public func verify(_ notice: RawNotice) throws -> ProviderReport {
    try signature.verify(
      .notice, headers: notice.headers, method: "-", path: "-", body: notice.body, now: clock.now)
    guard let message = try? JSONDecoder().decode(SandboxPaymentMessage.self, from: Data(notice.body)),
      let report = Self.report(message)
    else { throw NoticeFault.unreadable("not a payment") }
    return report
  }

  public func answer(accepted: Bool) -> NoticeAnswer {
    NoticeAnswer(status: accepted ? 200 : 400, contentType: "text/plain", body: accepted ? "success" : "failure")
  }

  public func statement(of day: ProviderDay) async throws -> [StatementRow] {
    let answer: SandboxStatementMessage = try await call("GET", "/v1/statement?day=\(day.rawValue)")
    return try answer.rows.map { row in
      guard let kind = StatementRow.Kind(rawValue: row.kind) else {
        throw ProviderFault.outcomeUnknown("a statement row of kind \(row.kind)")
      }
      return StatementRow(
        kind: kind, number: row.number, providerNumber: row.providerNumber,
        amount: Money(minor: row.amount, currency: row.currency), fee: Money(minor: row.fee, currency: row.currency),
        at: Timestamp(milliseconds: row.at))
    }
  }

  private static func report(_ message: SandboxPaymentMessage) -> ProviderReport? {
    guard let state = ProviderReport.State(rawValue: message.state) else { return nil }
    return ProviderReport(
      number: message.number, providerNumber: message.providerNumber, merchant: message.merchant,
      amount: Money(minor: message.amount, currency: message.currency), state: state,
      at: Timestamp(milliseconds: message.at))
  }

  private static func report(_ message: SandboxRefundMessage) -> ProviderRefundReport {
    ProviderRefundReport(
      number: message.number, amount: Money(minor: message.amount, currency: message.currency),
      state: ProviderRefundReport.State(rawValue: message.state) ?? .unknown)
  }
}

extension SandboxProvider {
  private func call<Answer: Decodable>(_ method: String, _ path: String) async throws -> Answer {
    try await send(method, path, body: [])
  }

  private func call<Answer: Decodable>(_ method: String, _ path: String, _ body: some Encodable) async throws -> Answer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try await send(method, path, body: Array(try encoder.encode(body)))
  }

  private func send<Answer: Decodable>(_ method: String, _ path: String, body: [UInt8]) async throws -> Answer {
    let time = clock.now.milliseconds
    let answer = try await http.send(
      ProviderHTTPRequest(
        method: method, url: baseURL + path,
        headers: [
          ("content-type", "application/json"), (SandboxSignature.merchantHeader, merchant),
          (SandboxSignature.timeHeader, String(time)),
          (
            SandboxSignature.signatureHeader,
            signature.sign(.request, time: time, method: method, path: path, body: body)
          ),
        ], body: body))
    guard answer.status < 500 else { throw ProviderFault.outcomeUnknown("status \(answer.status)") }
    // Who isn't known there gets no signed answer, and nothing was done for them.
    guard answer.status != 401 else { throw ProviderFault.refused(code: "badSignature") }
    do {
      try signature.verify(
        .answer, headers: answer.headers, method: method, path: path, body: answer.body, now: clock.now)
      guard answer.status < 300 else {
        let error = try JSONDecoder().decode(SandboxErrorMessage.self, from: Data(answer.body))
        throw ProviderFault.refused(code: String(error.code.prefix(60)))
      }
      return try JSONDecoder().decode(Answer.self, from: Data(answer.body))
    } catch let fault as ProviderFault {
      throw fault
    } catch {
      throw ProviderFault.outcomeUnknown("\(error)")
    }
  }
}
