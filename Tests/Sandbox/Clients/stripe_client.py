"""Stripe's own client library against the sandbox, with nothing changed but the base address.

Surroundings: SANDBOX_URL (without a slash at its end), SANDBOX_CONTROL (the control key), and SANDBOX_SETTINGS (a file of
what shops are set up with). `bin/test-clients stripe` sees to all of it.
"""

import http.server
import json
import os
import queue
import threading
import time
import urllib.error
import urllib.request

import stripe

BASE = os.environ["SANDBOX_URL"]
CONTROL_KEY = os.environ["SANDBOX_CONTROL"]
with open(os.environ["SANDBOX_SETTINGS"], encoding="utf-8") as file:
    SETTINGS = json.load(file)["stripe"]

RUN = format(time.time_ns(), "x")
client = stripe.StripeClient(SETTINGS["secretKey"], base_addresses={"api": SETTINGS["baseURL"]})
heard = queue.Queue()


def step(name):
    print(f"stripe: {name}", flush=True)


def refused(kind, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except kind as error:
        return error
    raise AssertionError(f"nothing was refused where {kind.__name__} should have been")


def control(path, body):
    request = urllib.request.Request(
        f"{BASE}/control/{path}", json.dumps(body).encode(), {"sandbox-control": CONTROL_KEY}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


class Ear(http.server.BaseHTTPRequestHandler):
    """The shop's place for events."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        heard.put((body, self.headers["stripe-signature"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def pay(page):
    """The buyer presses the button; answers where the browser goes then."""
    opener = urllib.request.build_opener(Stay)
    try:
        opener.open(urllib.request.Request(page + "/pay", b"", method="POST"), timeout=60)
    except urllib.error.HTTPError as answer:
        assert answer.code == 303, answer.code
        return answer.headers["location"]
    raise AssertionError("the buyer wasn't sent back")


def session_wish():
    return {
        "mode": "payment",
        "success_url": "https://shop.example/back?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/cart",
        "client_reference_id": f"pay_{RUN}",
        "line_items": [
            {
                "quantity": 2,
                "price_data": {"currency": "cny", "unit_amount": 4440, "product_data": {"name": "茶具 & 茶叶"}},
            }
        ],
        "payment_intent_data": {"metadata": {"number": f"pay_{RUN}"}},
    }


def sessions():
    step("a session is opened once, paid and can't be expired then")
    options = {"idempotency_key": f"open-{RUN}"}
    session = client.v1.checkout.sessions.create(session_wish(), options)
    again = client.v1.checkout.sessions.create(session_wish(), options)
    assert again.id == session.id and again.last_response.headers["idempotent-replayed"] == "true"
    other = session_wish() | {"client_reference_id": "other"}
    refused(stripe.IdempotencyError, client.v1.checkout.sessions.create, other, options)
    assert session.status == "open" and session.amount_total == 8880 and session.payment_intent is None
    assert pay(session.url) == f"https://shop.example/back?s={session.id}"
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge", "line_items"]})
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.payment_intent.metadata["number"] == f"pay_{RUN}"
    assert paid.payment_intent.latest_charge.paid is True
    assert paid.line_items.data[0].description == "茶具 & 茶叶"
    refused(stripe.InvalidRequestError, client.v1.checkout.sessions.expire, session.id)
    left = client.v1.checkout.sessions.create(session_wish())
    assert client.v1.checkout.sessions.expire(left.id).status == "expired"
    return paid.payment_intent.id


def payments():
    step("payments are confirmed, declined and given up")
    opened = client.v1.payment_intents.create(
        {"amount": 500, "currency": "cny", "automatic_payment_methods": {"enabled": True}, "metadata": {"a": "茶 &+"}}
    )
    assert opened.metadata["a"] == "茶 &+" and opened.status == "requires_payment_method"
    decline = refused(
        stripe.CardError,
        client.v1.payment_intents.confirm,
        opened.id,
        {"payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds"},
    )
    assert (decline.code, decline.error.decline_code) == ("card_declined", "insufficient_funds")
    paid = client.v1.payment_intents.confirm(opened.id, {"payment_method": "pm_card_visa"})
    assert paid.status == "succeeded" and paid.amount_received == 500
    unexpected = refused(stripe.InvalidRequestError, client.v1.payment_intents.cancel, opened.id)
    assert unexpected.code == "payment_intent_unexpected_state"
    other = client.v1.payment_intents.create({"amount": 500, "currency": "cny"})
    assert client.v1.payment_intents.cancel(other.id, {"cancellation_reason": "abandoned"}).status == "canceled"
    assert opened.id in [one.id for one in client.v1.payment_intents.list({"limit": 2}).auto_paging_iter()]
    missing = refused(stripe.InvalidRequestError, client.v1.payment_intents.retrieve, "pi_none")
    assert missing.http_status == 404 and missing.code == "resource_missing"


def refunds(intent):
    step("money goes back in parts until nothing is left")
    first = client.v1.refunds.create(
        {"payment_intent": intent, "amount": 880, "reason": "requested_by_customer", "metadata": {"refund": "rfd_1"}},
        {"idempotency_key": f"refund-{RUN}"},
    )
    assert first.status == "pending" and first.amount == 880
    control("clock", {"advanceSeconds": 10})
    assert client.v1.refunds.retrieve(first.id).status == "succeeded"
    refused(stripe.InvalidRequestError, client.v1.refunds.create, {"payment_intent": intent, "amount": 8001})
    control("providers/stripe/faults", {"kind": "refundFails"})
    failing = client.v1.refunds.create({"payment_intent": intent})
    control("clock", {"advanceSeconds": 10})
    assert client.v1.refunds.retrieve(failing.id).status == "failed"
    assert client.v1.refunds.create({"payment_intent": intent}).amount == 8000
    nothing = refused(stripe.InvalidRequestError, client.v1.refunds.create, {"payment_intent": intent})
    assert nothing.code == "charge_already_refunded"
    listed = list(client.v1.refunds.list({"payment_intent": intent, "limit": 1}).auto_paging_iter())
    assert sorted(one.amount for one in listed) == [880, 8000, 8000]


def balance(intent):
    step("the balance shows all that moved")
    now = int(time.time())
    movements = client.v1.balance_transactions.list(
        {"created": {"gte": now - 3600, "lt": now + 3600}, "limit": 2, "expand": ["data.source"]}
    )
    mine = [one for one in movements.auto_paging_iter() if getattr(one.source, "payment_intent", None) == intent]
    assert sorted(one.amount for one in mine) == [-8000, -8000, -880, 8000, 8880], [one.amount for one in mine]
    assert all(one.net == one.amount - one.fee for one in mine)


def events(secret, intent):
    step("events are genuine, several to a payment, and listed")
    types = []
    while "refund.failed" not in types or "checkout.session.completed" not in types:
        body, signature = heard.get(timeout=60)
        event = stripe.Webhook.construct_event(body, signature, secret)
        types.append(event.type)
        refused(stripe.SignatureVerificationError, stripe.Webhook.construct_event, body + b" ", signature, secret)
    assert {"charge.succeeded", "payment_intent.succeeded", "refund.created"} <= set(types), types
    listed = client.v1.events.list({"types": ["payment_intent.succeeded"], "limit": 100}).auto_paging_iter()
    assert intent in [event.data.object["id"] for event in listed]


def strangers():
    step("strangers are kept out, and breakdowns are replayed")
    stranger = stripe.StripeClient("sk_test_somebodyElse", base_addresses={"api": SETTINGS["baseURL"]})
    refused(stripe.AuthenticationError, stranger.v1.refunds.list)
    control("providers/stripe/faults", {"kind": "errorAfter", "call": "POST /v1/payment_intents"})
    for _ in range(2):
        broken = refused(
            stripe.APIError,
            client.v1.payment_intents.create,
            {"amount": 700, "currency": "cny"},
            {"idempotency_key": f"broken-{RUN}"},
        )
        assert broken.http_status == 500
    assert broken.headers["idempotent-replayed"] == "true"


def main():
    ear = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=ear.serve_forever, daemon=True).start()
    endpoint = client.v1.webhook_endpoints.create(
        {"url": f"http://127.0.0.1:{ear.server_port}/notices", "enabled_events": ["*"]}
    )
    control("clock", {"isReset": True})
    intent = sessions()
    payments()
    refunds(intent)
    balance(intent)
    events(endpoint.secret, intent)
    strangers()
    control("clock", {"isReset": True})
    step("all is well")


if __name__ == "__main__":
    main()
