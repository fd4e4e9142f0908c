import Foundation
import Testing
import Values

@testable import Payments

struct StripeTests {
  private struct File<Case: Decodable>: Decodable { let cases: [Case] }

  private struct WebhookCase: Decodable {
    let name: String
    let header: String
    let body: String
    let secret: String
    let now: Int64
    let expect: String
  }

  func provider(
    secrets: [String] = ["whsec_TESTONLY0123456789abcdefghijklmnop"], now: Timestamp = Vectors.moment,
    _ answer: @escaping @Sendable (ProviderCall) throws -> ProviderAnswer = { _ in .json("", 500) }
  ) throws -> (StripeProvider, ScriptedHTTP) {
    let http = ScriptedHTTP(answer)
    let configuration = StripeConfiguration(
      secretKey: try Vectors.keys().secret("stripe_api_key"), webhookSecrets: secrets)
    return (StripeProvider(configuration, http: http, clock: WallClock { now }), http)
  }

  // req: 4.1.4-1
  @Test func `notices are believed by signature and age`() async throws {
    for example in try Vectors.read("stripe-webhook", as: File<WebhookCase>.self).cases {
      let (provider, _) = try provider(
        secrets: [example.secret], now: Timestamp(milliseconds: example.now * 1000))
      let notice = RawNotice(headers: ["stripe-signature": example.header], body: Array(example.body.utf8))
      guard example.expect == "valid" else {
        await #expect(throws: NoticeFault.self, "\(example.name)") { try await provider.verify(notice) }
        continue
      }
      // The examples carry another shop's number, so nothing concerns us.
      #expect(try await provider.verify(notice) == nil, "\(example.name)")
    }
  }

  func signed(_ body: String, ahead seconds: Int64 = 0) -> RawNotice {
    let time = Vectors.moment.milliseconds / 1000 + seconds
    let code = StripeSigning.code("\(time).\(body)", "whsec_TESTONLY0123456789abcdefghijklmnop")
    return RawNotice(headers: ["stripe-signature": "t=\(time),v1=\(code)"], body: Array(body.utf8))
  }

  func event(_ type: String, _ object: String, live: Bool = false) -> String {
    #"{"id":"evt_1","type":"\#(type)","livemode":\#(live),"created":1768443630,"data":{"object":\#(object)}}"#
  }

  @Test func `of the events of one payment each says the same`() async throws {
    let (provider, _) = try provider()
    let intent =
      #"{"id":"pi_1","status":"succeeded","amount":8880,"amount_received":8880,"currency":"cny","metadata":{"number":"P1"}}"#
    let session =
      #"{"id":"cs_1","status":"complete","payment_status":"paid","amount_total":8880,"currency":"cny","payment_intent":"pi_1","client_reference_id":"P1"}"#
    let reports = [
      try await provider.verify(signed(event("payment_intent.succeeded", intent))),
      try await provider.verify(signed(event("checkout.session.completed", session))),
    ]
    #expect(reports[0] == reports[1])
    #expect(reports[0]?.state == .captured && reports[0]?.providerNumber == "pi_1")
    let waiting = session.replacing(#""paid""#, with: #""unpaid""#)
    #expect(try await provider.verify(signed(event("checkout.session.completed", waiting)))?.state == .pending)
    #expect(try await provider.verify(signed(event("payment_intent.payment_failed", intent))) == nil)
    #expect(try await provider.verify(signed(event("invoice.paid", "{}"))) == nil)
  }

  @Test func `a notice from the other world or from far ahead isn't ours`() async throws {
    let (provider, _) = try provider()
    await #expect(throws: NoticeFault.self) {
      try await provider.verify(signed(event("payment_intent.succeeded", "{}", live: true)))
    }
    await #expect(throws: NoticeFault.tooOld) {
      try await provider.verify(signed(event("invoice.paid", "{}"), ahead: 301))
    }
  }

  // req: 4.2.4-6
  @Test func `a notice of a refund names the payment that it is asked for`() async throws {
    let (provider, http) = try provider { _ in
      .json(#"{"id":"pi_1","status":"succeeded","amount":8880,"currency":"cny","metadata":{"number":"P1"}}"#)
    }
    let refund =
      #"{"id":"re_1","amount":880,"currency":"cny","status":"succeeded","payment_intent":"pi_1","metadata":{}}"#
    let report = try #require(try await provider.verify(signed(event("refund.updated", refund))))
    #expect(report.number == "P1" && report.amount.minor == 8880)
    #expect(report.refund?.number == "re_1" && report.refund?.state == .settled)
    #expect(http.asked.map(\.url) == ["https://api.stripe.com/v1/payment_intents/pi_1"])
  }

  @Test func `a session is opened under a key, and for as long as Stripe says`() async throws {
    let (provider, http) = try provider { call in
      .json(
        #"{"id":"cs_1","url":"https://checkout.example/cs_1","status":"open","payment_status":"unpaid","amount_total":8880,"currency":"cny","client_reference_id":"P20260115000001","expires_at":1768530030}"#
      )
    }
    let opening = try await provider.open(Vectors.payment(.page))
    #expect(
      opening
        == ProviderOpening(
          .redirect(url: "https://checkout.example/cs_1"), reference: "cs_1",
          goodUntil: Vectors.moment.adding(.hours(24))))
    #expect(try await provider.open(Vectors.payment(.page)) == opening)
    #expect(http.asked[0] == http.asked[1])
    let body = String(decoding: http.asked[0].body, as: UTF8.self)
    #expect(body.contains("line_items[0][price_data][unit_amount]=8880"))
    #expect(body.contains("payment_intent_data[metadata][number]=P20260115000001"))
    #expect(body.contains("[product_data][name]=%E8%8C%B6%E5%85%B7+%26+%E8%8C%B6%E5%8F%B6"))
    #expect(http.asked[0].headers.contains { $0 == ("idempotency-key", "open-P20260115000001") })
  }

  @Test(arguments: [
    ("open", "unpaid", ProviderReport.State.pending), ("complete", "unpaid", .pending), ("complete", "paid", .captured),
    ("expired", "unpaid", .closed),
  ])
  func `a query tells the state`(status: String, paid: String, state: ProviderReport.State) async throws {
    let (provider, _) = try provider { _ in
      .json(
        #"{"id":"cs_1","status":"\#(status)","payment_status":"\#(paid)","amount_total":8880,"currency":"cny","client_reference_id":"P20260115000001"}"#
      )
    }
    #expect(try await provider.query(Vectors.payment(.page, reference: "cs_1")).state == state)
  }

  @Test(arguments: [(400, true), (402, true), (409, false), (429, false), (500, false)])
  func `only a certain no is a no`(status: Int, isCertain: Bool) async throws {
    let (provider, _) = try provider { _ in
      .json(#"{"error":{"type":"invalid_request_error","code":"resource_missing"}}"#, status)
    }
    do {
      try await provider.close(Vectors.payment(.page, reference: "cs_1"))
      Issue.record("it was closed")
    } catch ProviderFault.refused(let code) {
      #expect(isCertain && code == "resource_missing")
    } catch ProviderFault.outcomeUnknown {
      #expect(!isCertain)
    }
  }

  @Test func `a refund is looked for before it's asked for again`() async throws {
    let refund = ProviderRefund(
      payment: Vectors.payment(.page, reference: "cs_1", providerNumber: "pi_1"), number: "R1",
      amount: Money(minor: 880, currency: .cny), reason: "x")
    let made =
      #"{"id":"re_1","amount":880,"currency":"cny","status":"pending","payment_intent":"pi_1","metadata":{"refund":"R1"}}"#
    let (first, asked) = try provider { call in
      call.method == "GET" ? .json(#"{"data":[],"has_more":false}"#) : .json(made)
    }
    #expect(try await first.refund(refund).state == .pending)
    #expect(asked.asked.map(\.method) == ["GET", "POST"])
    let (again, askedAgain) = try provider { _ in .json(#"{"data":[\#(made)],"has_more":false}"#) }
    #expect(try await again.refund(refund).state == .pending)
    #expect(askedAgain.asked.map(\.method) == ["GET"])
  }

  @Test func `the movements of a day are read page by page`() async throws {
    let (provider, http) = try provider(now: Vectors.moment.adding(.days(1))) { call in
      call.url.contains("starting_after")
        ? .json(
          #"{"has_more":false,"data":[{"id":"txn_3","amount":-500,"fee":0,"currency":"cny","type":"payout","created":1768470000,"source":{"id":"po_1"}}]}"#
        )
        : .json(
          #"{"has_more":true,"data":[{"id":"txn_1","amount":8880,"fee":53,"currency":"cny","type":"charge","created":1768443662,"source":{"id":"ch_1","payment_intent":"pi_1","metadata":{"number":"P1"}}},{"id":"txn_2","amount":-880,"fee":0,"currency":"cny","type":"refund","created":1768443700,"source":{"id":"re_1","payment_intent":"pi_1","metadata":{"number":"P1","refund":"R1"}}}]}"#
        )
    }
    let rows = try await statement(provider, "2026-01-15")
    #expect(rows.map(\.kind) == [.payment, .refund, .other])
    #expect(rows.map(\.amount.minor) == [8880, 880, -500])
    #expect(rows.map(\.refund) == ["", "R1", ""] && rows.map(\.providerNumber) == ["pi_1", "pi_1", "txn_3"])
    #expect(http.asked.count == 2)
    await #expect(throws: ProviderFault.notYet) { try await statement(provider, "2026-01-16") }
  }

  // req: 4.2.4-5
  @Test func `what Stripe exchanged stands in the bill as it was paid, with its fee, and as what it became`()
    async throws
  {
    let (provider, _) = try provider(now: Vectors.moment.adding(.days(1))) { _ in
      .json(
        #"{"has_more":false,"data":[{"id":"txn_1","amount":1250,"fee":73,"currency":"usd","type":"charge","created":1768443662,"source":{"id":"ch_1","amount":8880,"currency":"cny","payment_intent":"pi_1","metadata":{"number":"P1"}}},{"id":"txn_2","amount":-124,"fee":0,"currency":"usd","type":"refund","created":1768443700,"source":{"id":"re_1","amount":880,"currency":"cny","payment_intent":"pi_1","metadata":{"number":"P1","refund":"R1"}}},{"id":"txn_3","amount":-1000,"fee":0,"currency":"usd","type":"payout","created":1768470000,"source":{"id":"po_1","amount":1000,"currency":"usd"}}]}"#
      )
    }
    let rows = try await statement(provider, "2026-01-15")
    #expect(rows.map(\.kind) == [.payment, .other, .other, .refund, .other, .other, .other])
    #expect(rows.map(\.amount.minor) == [8880, -8361, 1177, 880, 880, -124, -1000])
    #expect(rows.map(\.fee.minor) == [519, 0, 0, 0, 0, 0, 0])
    #expect(rows.map(\.amount.currency) == [.cny, .cny, .usd, .cny, .cny, .usd, .usd])
    #expect(rows.map(\.payment) == ["P1", "", "", "P1", "", "", ""])
    #expect(rows.map(\.refund) == ["", "", "", "R1", "", "", ""])
    #expect(rows.map(\.providerNumber) == ["pi_1", "txn_1", "txn_1", "pi_1", "txn_2", "txn_2", "txn_3"])
    // What each currency changed by at Stripe: nothing here, all of it there.
    func change(_ currency: Currency) -> Int64 {
      rows.filter { $0.amount.currency == currency }.reduce(0) { sum, row in
        sum + (row.kind == .refund ? -row.amount.minor : row.amount.minor) - row.fee.minor
      }
    }
    #expect(change(.cny) == 0 && change(.usd) == 1250 - 73 - 124 - 1000)
  }
}
