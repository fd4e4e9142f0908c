import Crypto
import Foundation
import Payments
import TestKit
import Testing
import Values

@Suite struct ProviderFaultTests {
  /// Answers every call with one status, signed as the sandbox signs.
  private struct Answering: ProviderHTTP {
    let status: Int
    let clock: WallClock

    func send(_ call: ProviderCall) async throws -> ProviderAnswer {
      let body = #"{"code":"no"}"#
      let time = String(clock.now.milliseconds / 1000)
      let message = Data("\(time)\nanswer \(status)\n\(body)".utf8)
      let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: Data("secret".utf8)))
      let signature = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      return ProviderAnswer(
        status: status, headers: ["sandbox-time": time, "sandbox-signature": signature], body: Array(body.utf8))
    }

    func download(_ call: ProviderCall, to path: String, limitBytes: Int) async throws -> ProviderAnswer {
      try await send(call)
    }
  }

  @Test(arguments: [401, 408, 429, 500, 503, 400, 404, 409])
  func `only an answer about the call itself is a refusal`(status: Int) async throws {
    let clock = TestClock().clock
    let provider = SandboxProvider(
      baseURL: "https://pay.example", merchant: "martlet", secret: "secret",
      http: Answering(status: status, clock: clock), clock: clock)
    let payment = ProviderPayment(
      number: "pay_1", amount: Money(minor: 1, currency: .cny), subject: "", language: .en, expiresAt: clock.now,
      returnURL: "", noticeURL: "")
    let refund = ProviderRefund(payment: payment, number: "rfd_1", amount: payment.amount, reason: "")
    let fault = await #expect(throws: ProviderFault.self) { try await provider.refund(refund) }
    let isRefusal = if case .refused = fault { true } else { false }
    #expect(isRefusal == [400, 404, 409].contains(status))
  }
}
