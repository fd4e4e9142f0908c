import Foundation
import TestKit
import Testing
import Values

@testable import Sandbox

@Suite struct StripePaymentTests {
  @Test func `a buyer pays at the page of a session`() async throws {
    try await StripeSide.run { stripe in
      let session = try await stripe.session("&cancel_url=https://shop.example/cart")
      #expect(session["amount_total"] == 8800 && session.status == "open" && session["payment_intent"] == .null)
      let page = try #require(session["url"]?.text)
      #expect(try await stripe.platform.send("GET", page).text.contains("¥88.00"))
      let left = try await stripe.platform.send("POST", page + "/leave")
      #expect(left.headers["location"] == "https://shop.example/cart")
      let paid = try await stripe.platform.send("POST", page + "/pay")
      #expect(paid.headers["location"] == "https://shop.example/back?s=\(session.id)")
      let after = try await stripe.get("/v1/checkout/sessions/\(session.id)?expand[]=payment_intent.latest_charge")
      #expect(after.status == "complete" && after["payment_status"] == "paid" && after["url"] == .null)
      let intent = try #require(after["payment_intent"])
      #expect(intent.status == "succeeded" && intent["amount_received"] == 8800)
      // The payment has what was meant for it, and nothing of the session's.
      #expect(intent["metadata"] == ["number": "pay_1"] && after["metadata"] == [:])
      #expect(intent["latest_charge"]?["paid"] == true)
      let expired = try await stripe.call("POST", "/v1/checkout/sessions/\(session.id)/expire")
      #expect(expired.status == 400)
    }
  }

  @Test func `an attempt that fails leaves the session open`() async throws {
    try await StripeSide.run { stripe in
      let session = try await stripe.session()
      let page = try #require(session["url"]?.text)
      _ = try await stripe.platform.send("POST", page + "/refuse")
      let tried = try await stripe.get("/v1/checkout/sessions/\(session.id)?expand[]=payment_intent")
      #expect(tried.status == "open" && tried["payment_status"] == "unpaid")
      #expect(tried["payment_intent"]?.status == "requires_payment_method")
      #expect(tried["payment_intent"]?["last_payment_error"]?["code"] == "card_declined")
      _ = try await stripe.platform.send("POST", page + "/pay")
      #expect(try await stripe.get("/v1/checkout/sessions/\(session.id)").status == "complete")
    }
  }

  @Test func `a session ends by its clock or at the shop's wish`() async throws {
    try await StripeSide.run { stripe in
      let time = stripe.platform.time
      let (one, other) = (try await stripe.session(), try await stripe.session())
      let expired = try await stripe.post("/v1/checkout/sessions/\(one.id)/expire")
      #expect(expired.status == "expired" && expired["url"] == .null)
      time.advance(by: .hours(24))
      #expect(try await stripe.get("/v1/checkout/sessions/\(other.id)").status == "expired")
      let now = time.now.milliseconds / 1000
      #expect(try await stripe.session("&expires_at=\(now + 1799)")["error"]?["param"] == "expires_at")
      let timed = try await stripe.session("&expires_at=\(now + 1800)")
      #expect(timed["expires_at"]?.number == now + 1800)
    }
  }

  @Test func `a payment goes from one state to the next`() async throws {
    try await StripeSide.run { stripe in
      let opened = try await stripe.post("/v1/payment_intents", "amount=500&currency=usd&metadata[number]=pay_2")
      #expect(opened.status == "requires_payment_method")
      #expect(opened["client_secret"]?.text?.hasPrefix("\(opened.id)_secret_") == true)
      let path = "/v1/payment_intents/\(opened.id)"
      #expect(try await stripe.post(path + "/confirm").code == "payment_intent_unexpected_state")
      let declined = try await stripe.call(
        "POST", path + "/confirm", "payment_method=pm_card_chargeDeclinedInsufficientFunds")
      #expect(declined.status == 402)
      #expect(try declined.value["error"]?["decline_code"] == "insufficient_funds")
      let leading = try await stripe.post(
        path + "/confirm", "payment_method=pm_card_authenticationRequired&return_url=https://shop.example/b")
      #expect(leading.status == "requires_action")
      let page = try #require(leading["next_action"]?["redirect_to_url"]?["url"]?.text)
      _ = try await stripe.platform.send("POST", page + "/refuse")
      let refused = try await stripe.get(path)
      #expect(refused.status == "requires_payment_method" && refused["payment_method"] == .null)
      #expect(refused["last_payment_error"]?["decline_code"] == "generic_decline")
      #expect(
        try await stripe.platform.send("POST", page + "/pay").headers["location"] == "https://shop.example/b")
      let paid = try await stripe.get(path)
      #expect(paid.status == "succeeded" && paid["last_payment_error"] == .null)
      #expect(try await stripe.post(path + "/cancel").code == "payment_intent_unexpected_state")
      let charge = try await stripe.get("/v1/charges/\(try #require(paid["latest_charge"]?.text))")
      #expect(charge["amount"] == 500 && charge["metadata"] == ["number": "pay_2"])
    }
  }

  @Test func `a payment is given up with a reason`() async throws {
    try await StripeSide.run { stripe in
      let opened = try await stripe.post("/v1/payment_intents", "amount=500&currency=cny")
      let path = "/v1/payment_intents/\(opened.id)/cancel"
      #expect(try await stripe.call("POST", path, "cancellation_reason=boredom").status == 400)
      let canceled = try await stripe.post(path, "cancellation_reason=abandoned")
      #expect(canceled.status == "canceled" && canceled["cancellation_reason"] == "abandoned")
      let again = try await stripe.post(path, "cancellation_reason=abandoned")
      #expect(again.code == "payment_intent_unexpected_state")
      #expect(again["error"]?["payment_intent"]?.id == opened.id)
    }
  }

  @Test func `refunds are on their way for a while`() async throws {
    try await StripeSide.run { stripe in
      let paid = try await stripe.paid()
      let form = "payment_intent=\(paid.id)&amount=800&metadata[refund]=rfd_1"
      let refund = try await stripe.post("/v1/refunds", form, key: "refund-1")
      #expect(refund.status == "pending" && refund["metadata"] == ["refund": "rfd_1"])
      stripe.platform.time.advance(by: .seconds(5))
      #expect(try await stripe.get("/v1/refunds/\(refund.id)").status == "succeeded")
      let tooMuch = try await stripe.call("POST", "/v1/refunds", "payment_intent=\(paid.id)&amount=8001")
      #expect(tooMuch.status == 400)
      #expect(try tooMuch.value["error"]?["param"] == "amount")
      let rest = try await stripe.post("/v1/refunds", "charge=\(try #require(paid["latest_charge"]?.text))")
      #expect(rest["amount"] == 8000)
      #expect(try await stripe.post("/v1/refunds", "payment_intent=\(paid.id)").code == "charge_already_refunded")
      let all = try await stripe.get("/v1/refunds?payment_intent=\(paid.id)&limit=1")
      #expect(all["has_more"] == true)
      let next = try await stripe.get(
        "/v1/refunds?payment_intent=\(paid.id)&starting_after=\(try #require(all.data.first).id)")
      #expect((all.data + next.data).map(\.id).sorted() == [refund.id, rest.id].sorted())
      #expect(next["has_more"] == false)
    }
  }

  @Test func `refunds that fail, need somebody or find no money`() async throws {
    try await StripeSide.run { stripe in
      let paid = try await stripe.paid()
      let form = "payment_intent=\(paid.id)&amount=800"
      try await stripe.fault("refundFails")
      let failing = try await stripe.post("/v1/refunds", form)
      #expect(failing.status == "pending")
      stripe.platform.time.advance(by: .seconds(5))
      let failed = try await stripe.get("/v1/refunds/\(failing.id)?expand[]=failure_balance_transaction")
      #expect(failed.status == "failed" && failed["failure_balance_transaction"]?["amount"] == 800)
      // What couldn't be given can go back another time.
      #expect(try await stripe.get("/v1/charges/\(failed["charge"]?.text ?? "")")["amount_refunded"] == 0)
      try await stripe.fault("refundAbnormal")
      #expect(try await stripe.post("/v1/refunds", form).status == "requires_action")
      try await stripe.fault("refundStuck")
      let stuck = try await stripe.post("/v1/refunds", form)
      stripe.platform.time.advance(by: .hours(24))
      #expect(try await stripe.get("/v1/refunds/\(stuck.id)").status == "pending")
      try await stripe.fault("insufficientBalance")
      #expect(try await stripe.post("/v1/refunds", form).code == "balance_insufficient")
      #expect(try await stripe.post("/v1/refunds", form).status == "pending")
    }
  }

  @Test func `what moved on the balance is read a page at a time, with what moved it`() async throws {
    try await StripeSide.run { stripe in
      let paid = try await stripe.paid()
      stripe.platform.time.advance(by: .seconds(10))
      _ = try await stripe.post("/v1/refunds", "payment_intent=\(paid.id)&amount=800&metadata[refund]=rfd_1")
      let from = TestClock.start.milliseconds / 1000
      let path =
        "/v1/balance_transactions?created%5Bgte%5D=\(from)&created%5Blt%5D=\(from + 60)&limit=1&expand%5B%5D=data.source"
      let first = try await stripe.get(path)
      let refund = try #require(first.data.first, "\(first)")
      #expect(first["has_more"] == true && refund["amount"] == -800 && refund["type"] == "refund")
      #expect(refund["source"]?["metadata"] == ["refund": "rfd_1"])
      let last = try await stripe.get(path + "&starting_after=\(refund.id)")
      #expect(last["has_more"] == false && last.data.first?["fee"] == 285 && last.data.first?["net"] == 8515)
      #expect(last.data.first?["source"]?["payment_intent"]?.text == paid.id)
      #expect(try await stripe.get("/v1/balance_transactions?created[gte]=\(from + 60)").data.isEmpty)
      #expect(try await stripe.get(path + "&starting_after=txn_none").code == "resource_missing")
      #expect(try await stripe.call("GET", "/v1/balance_transactions?expand[]=data.colour").status == 400)
    }
  }
}
