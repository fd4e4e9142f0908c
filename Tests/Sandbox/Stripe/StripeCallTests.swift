import Foundation
import Logging
import TestKit
import Testing
import Values

@testable import Sandbox

@Suite struct StripeCallTests {
  @Test func `only who has the key is let in`() async throws {
    try await StripeSide.run { stripe in
      let basic = Data("\(StripeSide.secretKey):".utf8).base64EncodedString()
      #expect(try await stripe.call("GET", "/v1/refunds", authorization: "Basic \(basic)").status == 200)
      for wrong in ["", "Bearer", "Bearer sk_test_other", "Basic ####", "Digest x"] {
        let answer = try await stripe.call("GET", "/v1/refunds", authorization: wrong)
        #expect(answer.status == 401, "\(wrong)")
        #expect(try answer.value["error"]?["type"] == "invalid_request_error")
        #expect(answer.headers["request-id"]?.hasPrefix("req_") == true)
        #expect(!answer.text.contains("sk_test_"))
      }
    }
  }

  @Test func `what isn't there and what isn't known is said as Stripe says it`() async throws {
    try await StripeSide.run { stripe in
      let missing = try await stripe.call("GET", "/v1/payment_intents/pi_none")
      #expect(missing.status == 404)
      #expect(try missing.value.code == "resource_missing")
      #expect(try missing.value["error"]?["message"] == "No such payment_intent: 'pi_none'")
      #expect(try await stripe.call("GET", "/v1/unicorns").status == 404)
      for (form, code, param) in [
        ("currency=cny", "parameter_missing", "amount"),
        ("amount=1&currency=cny&colour=red", "parameter_unknown", "colour"),
        ("amount=1.5&currency=cny", "parameter_invalid_integer", "amount"),
        ("amount=0&currency=cny", "parameter_invalid_integer", "amount"),
        ("amount=100000000&currency=cny", "amount_too_large", "amount"),
      ] {
        let answer = try await stripe.call("POST", "/v1/payment_intents", form)
        #expect(answer.status == 400, "\(form)")
        #expect(try answer.value.code == code, "\(form)")
        #expect(try answer.value["error"]?["param"]?.text == param, "\(form)")
      }
      let url = try await stripe.call("POST", "/v1/checkout/sessions", "mode=payment&success_url=javascript:x")
      #expect(url.status == 400)
    }
  }

  @Test func `a repeat is told what the first one was told`() async throws {
    try await StripeSide.run { stripe in
      let form = "amount=8800&currency=cny"
      let first = try await stripe.call("POST", "/v1/payment_intents", form, key: "open-1")
      let again = try await stripe.call("POST", "/v1/payment_intents", "currency=cny&amount=8800", key: "open-1")
      #expect(first.headers["idempotent-replayed"] == nil)
      #expect(again.headers["idempotent-replayed"] == "true")
      #expect(again.headers["original-request"] == first.headers["request-id"])
      #expect(again.body == first.body && again.headers["request-id"] != first.headers["request-id"])
      let other = try await stripe.call("POST", "/v1/payment_intents", "amount=8801&currency=cny", key: "open-1")
      #expect(other.status == 400)
      #expect(try other.value["error"]?["type"] == "idempotency_error")
      let elsewhere = try await stripe.call("POST", "/v1/refunds", form, key: "open-1")
      #expect(try elsewhere.value["error"]?["type"] == "idempotency_error")
      stripe.platform.time.advance(by: .hours(24))
      let later = try await stripe.call("POST", "/v1/payment_intents", form, key: "open-1")
      #expect(try later.value.id != first.value.id)
    }
  }

  @Test func `what was refused before anything was begun may be tried again under its key`() async throws {
    try await StripeSide.run { stripe in
      let refused = try await stripe.call("POST", "/v1/payment_intents", "amount=x&currency=cny", key: "k")
      #expect(refused.status == 400)
      let answer = try await stripe.call("POST", "/v1/payment_intents", "amount=1&currency=cny", key: "k")
      #expect(answer.status == 200 && answer.headers["idempotent-replayed"] == nil)
    }
  }

  @Test func `a decline and a breakdown are kept, and the breakdown hides what was done`() async throws {
    try await StripeSide.run { stripe in
      let form = "amount=8800&currency=cny&payment_method=pm_card_chargeDeclined&confirm=true"
      for isReplayed in [nil, "true"] {
        let declined = try await stripe.call("POST", "/v1/payment_intents", form, key: "pay-1")
        #expect(declined.status == 402 && declined.headers["idempotent-replayed"] == isReplayed)
        let error = try declined.value["error"]
        #expect(error?["code"] == "card_declined" && error?["decline_code"] == "generic_decline")
        #expect(error?["payment_intent"]?["status"] == "requires_payment_method")
      }
      try await stripe.fault("errorAfter", call: "/v1/payment_intents")
      for isReplayed in [nil, "true"] {
        let broken = try await stripe.call("POST", "/v1/payment_intents", "amount=5&currency=cny", key: "pay-2")
        #expect(broken.status == 500 && broken.headers["idempotent-replayed"] == isReplayed)
        #expect(try broken.value["error"]?["type"] == "api_error")
      }
      let all = try await stripe.get("/v1/payment_intents?limit=100").data
      #expect(all.compactMap { $0["amount"]?.number }.sorted() == [5, 8800])
    }
  }

  @Test func `while the first one runs a second one under its key waits`() async throws {
    let world = TestClock().clock
    var keys = try KeyRing(file: nil, given: ["stripe.secretKey": StripeSide.secretKey])
    let account = try StripeAccount(&keys)
    let core = SandboxCore(
      book: try TradeBook(file: nil, world: world, voices: [account.voice]), faults: FaultDesk(),
      address: PublicAddress("http://127.0.0.1"), merchantName: "Martlet",
      logger: Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() })
    let desk = StripeDesk(core: core, account: account)
    let call = StripeCall(
      method: "POST", path: "/v1/payment_intents", query: "", body: Array("amount=1&currency=cny".utf8),
      authorization: "Bearer \(StripeSide.secretKey)", key: "k", version: "2026-10-28.endive")
    #expect(desk.running.begin("k"))
    let meanwhile = await desk.reply(to: call)
    #expect(meanwhile.reply.status == 409 && meanwhile.reply.body.contains("idempotency_key_in_use"))
    desk.running.end("k")
    let after = await desk.reply(to: call)
    #expect(after.reply.status == 200 && !after.isReplayed)
    let again = await desk.reply(to: call)
    #expect(again.reply == after.reply && again.isReplayed)
  }

  @Test func `an account is told who it is`() async throws {
    try await StripeSide.run { stripe in
      let told = try await stripe.get("/v1/account")
      #expect(told.id.hasPrefix("acct_") && told["object"]?.text == "account")
    }
    var keys = try KeyRing(file: nil, given: ["stripe.accountID": "acct_1TESTONLY"])
    let account = try StripeAccount(&keys)
    #expect(account.shown.id == "acct_1TESTONLY")
    #expect(account.settings(at: "http://127.0.0.1")["accountID"] == "acct_1TESTONLY")
  }

  @Test func `many at once under one key pay once`() async throws {
    try await StripeSide.run { stripe in
      let form = "amount=8800&currency=cny&payment_method=pm_card_visa&confirm=true"
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<12 {
          group.addTask { try await stripe.call("POST", "/v1/payment_intents", form, key: "once").status }
        }
        return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
      }
      #expect(statuses.isSubset(of: [200, 409]))
      #expect(try await stripe.get("/v1/payment_intents").data.count == 1)
    }
  }
}
