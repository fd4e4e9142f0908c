import Foundation
import Testing
import Values

@testable import Payments

/// What is made of answers and notices that leave something open.
extension StripeTests {
  private static let number = "P20260115000001"

  private func session(
    _ id: String = "cs_1", number: String = Self.number, status: String = "open", intent: String? = nil
  ) -> String {
    let intent = intent.map { #""\#($0)""# } ?? "null"
    return
      #"{"id":"\#(id)","url":"https://checkout.example/\#(id)","status":"\#(status)","payment_status":"unpaid","amount_total":8880,"currency":"cny","client_reference_id":"\#(number)","payment_intent":\#(intent)}"#
  }

  private func list(_ items: [String], more: Bool = false) -> ProviderAnswer {
    .json(#"{"data":[\#(items.joined(separator: ","))],"has_more":\#(more)}"#)
  }

  private func key(_ call: ProviderCall) -> String { call.headers.first { $0.name == "idempotency-key" }?.value ?? "" }

  /// As Stripe tells an answer again.
  private func kept(_ code: String?, _ status: Int) -> ProviderAnswer {
    let error = code.map { #"{"error":{"type":"invalid_request_error","code":"\#($0)"}}"# } ?? "{}"
    return .json(error, status, headers: ["idempotent-replayed": "true"])
  }

  // MARK: The bank that takes days

  @Test(arguments: [
    ("processing", ProviderReport.State.pending), ("succeeded", .captured), ("requires_payment_method", .failed),
    ("canceled", .failed),
  ])
  func `a session that the buyer is through with stands as its payment does`(
    status: String, state: ProviderReport.State
  ) async throws {
    let (provider, http) = try provider { call in
      call.url.hasSuffix("/pi_1")
        ? .json(#"{"id":"pi_1","status":"\#(status)","amount":8880,"currency":"cny","metadata":{}}"#)
        : .json(session(status: "complete", intent: "pi_1"))
    }
    let report = try await provider.query(Vectors.payment(.page, reference: "cs_1"))
    #expect(report.state == state && report.providerNumber == "pi_1")
    #expect(http.asked.map(\.method) == ["GET", "GET"])
  }

  @Test func `that the bank said no in the end is heard`() async throws {
    let (provider, _) = try provider()
    let told = event("checkout.session.async_payment_failed", session(status: "complete", intent: "pi_1"))
    let report = try #require(try await provider.verify(signed(told)))
    #expect(report.state == .failed && report.number == Self.number && report.amount.minor == 8880)
  }

  // MARK: Who asks

  @Test(arguments: [
    (401, "{}", ProviderFault.turnedAway(code: "status401")),
    (403, #"{"error":{"type":"invalid_request_error"}}"#, .turnedAway(code: "invalid_request_error")),
    (404, "<html>", .outcomeUnknown("status 404")),
    (400, #"{"error":{"type":"invalid_request_error","code":"amount_too_small"}}"#, .refused(code: "amount_too_small")),
  ])
  func `who is turned away isn't refused`(status: Int, body: String, fault: ProviderFault) async throws {
    let (provider, _) = try provider { _ in .json(body, status) }
    await #expect(throws: fault) { try await provider.open(Vectors.payment(.page)) }
  }

  @Test func `a refund that can't be asked about didn't fail`() async throws {
    let (provider, http) = try provider { _ in
      .json(#"{"error":{"type":"invalid_request_error","code":"resource_missing"}}"#, 404)
    }
    do {
      _ = try await provider.refund(refund)
      Issue.record("it was judged")
    } catch ProviderFault.outcomeUnknown {}
    #expect(http.asked.count == 1)
  }

  @Test func `amounts that Stripe counts otherwise aren't sent`() async throws {
    let (provider, http) = try provider()
    let currency = try #require(Currency("XAF"))
    let payment = ProviderPayment(
      number: Self.number, amount: Money(minor: 8800, currency: currency), subject: "x", language: .en,
      expiresAt: Vectors.moment, returnURL: "", noticeURL: "")
    await #expect(throws: ProviderFault.refused(code: "amount")) { try await provider.open(payment) }
    #expect(http.asked.isEmpty)
  }

  @Test func `who doesn't answer isn't asked for every notice`() async throws {
    let (provider, http) = try provider()
    let refund =
      #"{"id":"re_1","amount":880,"currency":"cny","status":"succeeded","payment_intent":"pi_1"}"#
    let told = signed(event("refund.updated", refund))
    for _ in 0..<8 {
      await #expect(throws: NoticeFault.notYet("what it tells of can't be asked for")) {
        try await provider.verify(told)
      }
    }
    #expect(http.asked.count == 5)
  }

  // MARK: Answers that were lost

  @Test func `what has no reference is looked for, and nothing is opened by asking`() async throws {
    let (provider, http) = try provider { call in
      if call.url.contains("starting_after=cs_9") { return list([session("cs_1")]) }
      return list([session("cs_9", number: "P9")], more: true)
    }
    #expect(try await provider.query(Vectors.payment(.page)).state == .pending)
    #expect(http.asked.map(\.method) == ["GET", "GET"])
    // A day before its end, less a quarter of an hour, where nobody says when it was opened.
    #expect(http.asked[0].url.hasSuffix("/v1/checkout/sessions?created[gte]=1768357230&limit=100"))

    let (empty, asked) = try self.provider { _ in list([]) }
    for way in [PaymentWay.page, .client] {
      #expect(try await empty.query(Vectors.payment(way)).state == .unknown)
      try await empty.close(Vectors.payment(way))
    }
    #expect(asked.asked.allSatisfy { $0.method == "GET" })

    let (long, _) = try self.provider { _ in list([session("cs_9", number: "P9")], more: true) }
    await #expect(throws: ProviderFault.outcomeUnknown("a list that is too long")) {
      try await long.query(Vectors.payment(.page))
    }
  }

  @Test func `an opening that failed is looked for, and tried under another key only where there is none`() async throws
  {
    let (found, http) = try provider { call in call.method == "POST" ? kept(nil, 500) : list([session()]) }
    #expect(try await found.open(Vectors.payment(.page)).reference == "cs_1")
    #expect(http.asked.map(\.method) == ["POST", "GET"])

    let (again, asked) = try self.provider { call in
      guard call.method == "POST" else { return list([]) }
      return key(call) == "open-\(Self.number)" ? kept(nil, 500) : .json(session("cs_2"))
    }
    #expect(try await again.open(Vectors.payment(.page)).reference == "cs_2")
    #expect(asked.asked.map { key($0) } == ["open-\(Self.number)", "", "open-\(Self.number)-2"])

    // One that fails for the first time may be done.
    let (fresh, calls) = try self.provider { _ in .json("{}", 500) }
    await #expect(throws: ProviderFault.outcomeUnknown("status 500")) {
      try await fresh.open(Vectors.payment(.page))
    }
    #expect(calls.asked.count == 1)

    let (other, _) = try self.provider { call in
      call.method == "POST" ? .json(#"{"error":{"type":"idempotency_error"}}"#, 400) : list([])
    }
    await #expect(throws: ProviderFault.outcomeUnknown("idempotency_error")) {
      try await other.open(Vectors.payment(.page))
    }
  }

  @Test func `a session that is over is opened anew under a key of its own, and one that is paid isn't`() async throws {
    let (over, http) = try provider { call in
      call.method == "GET" ? .json(session(status: "expired")) : .json(session("cs_2"))
    }
    #expect(try await over.open(Vectors.payment(.page, reference: "cs_1")).reference == "cs_2")
    #expect(key(http.asked[1]) == "open-\(Self.number)-cs_1")
    let (paid, asked) = try self.provider { _ in
      .json(
        #"{"id":"cs_1","url":null,"status":"complete","payment_status":"paid","amount_total":8880,"currency":"cny","client_reference_id":"P20260115000001"}"#
      )
    }
    await #expect(throws: ProviderFault.self) { try await paid.open(Vectors.payment(.page, reference: "cs_1")) }
    #expect(asked.asked.map(\.method) == ["GET"])
  }

  // MARK: Refunds

  private var refund: ProviderRefund {
    ProviderRefund(
      payment: Vectors.payment(.page, reference: "cs_1", providerNumber: "pi_1"), number: "R1",
      amount: Money(minor: 880, currency: .cny), reason: "x")
  }

  private static let made =
    #"{"id":"re_1","amount":880,"currency":"cny","status":"pending","payment_intent":"pi_1","metadata":{"refund":"R1"}}"#

  // req: 4.2.4-6
  @Test func `a balance that was too low is asked anew`() async throws {
    let (provider, http) = try provider { call in
      guard call.method == "POST" else { return list([]) }
      return key(call) == "refund-R1-3" ? .json(Self.made) : kept("balance_insufficient", 400)
    }
    #expect(try await provider.refund(refund).state == .pending)
    #expect(http.asked.map { key($0) } == ["", "refund-R1", "refund-R1-2", "refund-R1-3"])

    let (short, asked) = try self.provider { call in
      guard call.method == "POST" else { return list([]) }
      return .json(#"{"error":{"type":"invalid_request_error","code":"balance_insufficient"}}"#, 400)
    }
    let stuck = try await short.refund(refund)
    #expect(stuck.state == .stuck && stuck.reason == "balance_insufficient" && asked.asked.count == 2)
  }

  @Test func `a refund that failed is looked for once more before it is tried under another key`() async throws {
    let (found, http) = try provider { call in
      guard call.method == "GET" else { return kept(nil, 500) }
      return list([])
    }
    await #expect(throws: ProviderFault.outcomeUnknown("it failed under each key")) {
      try await found.refund(refund)
    }
    #expect(http.asked.prefix(5).map(\.method) == ["GET", "POST", "GET", "POST", "GET"])
    let (no, _) = try self.provider { call in
      call.method == "GET" ? list([]) : kept("charge_already_refunded", 400)
    }
    await #expect(throws: ProviderFault.refused(code: "charge_already_refunded")) { try await no.refund(refund) }
  }

  @Test func `a refund that needs somebody says so`() async throws {
    let waiting = Self.made.replacing("pending", with: "requires_action")
    let (provider, _) = try provider { _ in list([waiting]) }
    let report = try await provider.queryRefund(refund)
    #expect(report.state == .stuck && report.reason == "requires_action")
  }
}
