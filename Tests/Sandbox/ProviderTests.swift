import Payments
import Synchronization
import TestKit
import Testing
import Values

/// The shop's own side of the protocol, against the platform.
@Suite struct ProviderTests {
  @Test func `the shop and the platform understand each other`() async throws {
    try await Shop.run { shop in
      try await Platform.run { platform in
        let provider = SandboxProvider(
          baseURL: platform.base, merchant: Platform.merchant, secret: Platform.secret, http: ProviderHTTPClient(),
          clock: platform.time.clock)
        let payment = ProviderPayment(
          number: "P1", amount: Money(minor: 8800, currency: .cny), subject: "Tea/茶", language: .zhHans,
          expiresAt: platform.time.now.adding(.minutes(30)), returnURL: "https://shop.example/orders/1",
          noticeURL: shop.noticeURL)
        #expect(try await provider.query(payment).state == .unknown)
        guard case .redirect(let cashier) = try await provider.open(payment).handover else {
          Issue.record("the buyer isn't sent to the cashier")
          return
        }
        #expect(try await provider.query(payment).state == .pending)
        _ = try await platform.send("POST", cashier + "/pay")
        let report = try await provider.query(payment)
        #expect(report.state == .captured)
        #expect(report.amount == payment.amount)
        let notices = try await shop.notices(1).map { RawNotice(headers: $0.headers, body: $0.body) }
        #expect(try notices.map { try provider.verify($0) } == [report as ProviderReport?])
        await #expect(throws: ProviderFault.refused(code: "alreadyPaid")) { try await provider.close(payment) }

        let refund = ProviderRefund(
          payment: payment, number: "R1", amount: Money(minor: 800, currency: .cny), reason: "returned")
        #expect(try await provider.queryRefund(refund).state == .unknown)
        #expect(try await provider.refund(refund).state == .settled)
        #expect(try await provider.queryRefund(refund).state == .settled)
        let tooMuch = ProviderRefund(payment: payment, number: "R2", amount: payment.amount, reason: "returned")
        await #expect(throws: ProviderFault.refused(code: "refundTooLarge")) { _ = try await provider.refund(tooMuch) }
        let day = try #require(ProviderDay(rawValue: "2026-01-15"))
        let read = Mutex<[StatementRow]>([])
        try await provider.readStatement(of: day) { rows in read.withLock { $0 += rows } }
        let rows = read.withLock { $0 }
        #expect(rows.map { [$0.payment, $0.refund] } == [["P1", ""], ["P1", "R1"]])
        #expect(rows.first { $0.kind == .payment }?.fee.minor == 53)
      }
    }
  }
}
