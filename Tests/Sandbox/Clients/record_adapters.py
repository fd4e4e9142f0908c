"""Has the shop itself speak to the sandbox, through a listener that keeps every byte: a customer pays in each way at each
provider, staff give some of it back, and the bills are fetched. `adapter_calls.py` holds what was kept against the clients of
others, each in its own environment.

Surroundings, of which `bin/test-clients` makes all: SHOP_PROGRAM, SHOP_HOME, SHOP_DATA (an empty folder),
SHOP_PORT, SANDBOX_URL, SANDBOX_CONTROL, SANDBOX_SETTINGS, and RECORDING, the file that it writes. Standard library alone.
"""

import contextlib
import datetime
import http.cookiejar
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import recording

SANDBOX = os.environ["SANDBOX_URL"]
DATA = pathlib.Path(os.environ["SHOP_DATA"])
SHOP = f"http://127.0.0.1:{os.environ['SHOP_PORT']}"
STAFF, PASSWORD = "staff@example.com", "martlet-demo"
RIGHTS = ("payments.setUp", "payments.view", "refunds.approve", "reconciliation.work")
PATIENCE = 60  # seconds

with open(os.environ["SANDBOX_SETTINGS"], encoding="utf-8") as file:
    SETTINGS = json.load(file)


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def fetched(request, jar=None):
    """Status, headers and body; redirects are answers."""
    handlers = [Stay, urllib.request.ProxyHandler({})]
    # A jar that is empty yet counts as none in a condition.
    cookies = http.cookiejar.CookieJar() if jar is None else jar
    opener = urllib.request.build_opener(*handlers, urllib.request.HTTPCookieProcessor(cookies))
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def until(what, condition):
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, what
        time.sleep(0.5)
    return found


class Program:
    """A client of the shop's API."""

    def __init__(self, token=None):
        self.token = token

    def ask(self, method, path, body=None):
        headers = {"content-type": "application/json"} if body is not None else {}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        status, _, text = fetched(urllib.request.Request(f"{SHOP}/api/v1{path}", data, headers, method=method))
        return status, json.loads(text) if text else None

    def done(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        assert status < 300, (method, path, status, answer)
        return answer


def staff():
    """A program with a token that somebody made at the desk."""
    jar = http.cookiejar.CookieJar()

    def posts(path, fields):
        form = urllib.parse.urlencode(fields).encode()
        return fetched(urllib.request.Request(SHOP + path, form, method="POST"), jar)

    status, _, _ = posts("/admin/login", [("email", STAFF), ("password", PASSWORD)])
    assert status == 303, status
    rights = [("right", right) for right in RIGHTS]
    status, _, page = posts("/admin/tokens", [("name", "clients"), ("days", "7"), ("password", PASSWORD), *rights])
    found = re.search(r"mst_[0-9A-Za-z_-]+", page.decode())
    assert status == 200 and found, status
    return Program(found[0])


def customer():
    program = Program()
    made = program.done("POST", "/accounts", {
        "email": f"clients-{time.time_ns():x}@example.com", "password": "correct horse battery", "name": "Lin"})
    program.token = made["token"]
    address = program.done("POST", "/account/addresses", {
        "recipient": "Lin", "phone": "13800138000", "region": "310115", "street": "1 Century Avenue"})
    return program, address["id"]


class Buyer:
    def __init__(self):
        self.program, self.address = customer()
        self.variant = self.something()

    def something(self):
        """A variant of which there is enough for all orders."""
        for card in self.program.done("GET", "/products?limit=50")["items"]:
            product = self.program.done("GET", f"/products/{card['id']}")
            for variant in product["variants"]:
                if variant["stock"] >= 10:
                    return variant["id"]
        raise AssertionError("nothing is in stock")

    def orders(self):
        cart = self.program.done("POST", "/cart/lines", {"variant": self.variant})
        placed = self.program.done("POST", "/orders", {"cartVersion": cart["version"], "address": self.address})
        return placed["items"][0]["number"]

    def opens(self, order, method, way, **more):
        return self.program.done("POST", f"/orders/{order}/payments", {"method": method, "way": way, **more})

    def stands(self, payment):
        return self.program.done("GET", f"/payments/{payment}?refresh=true")["state"]


def control(path, body):
    headers = {"sandbox-control": os.environ["SANDBOX_CONTROL"], "content-type": "application/json"}
    status, _, text = fetched(
        urllib.request.Request(f"{SANDBOX}/control/{path}", json.dumps(body).encode(), headers, method="POST"))
    assert status == 200, (path, status, text)


def visits(url):
    """As the buyer's browser, which brings the signed wish."""
    status, _, _ = fetched(urllib.request.Request(url))
    assert status in (200, 302, 303), (url.split("?")[0], status)


def set_up(clerk, asked):
    """Each provider with what the sandbox hands out, but for the address."""
    alipay, wechat, stripe = (SETTINGS[name] for name in ("alipay", "wechat", "stripe"))

    def saves(method, fields, secrets):
        known = clerk.done("GET", f"/admin/payments/methods/{method}")["account"]
        clerk.done("PUT", f"/admin/payments/methods/{method}", {
            "fields": fields, "secrets": secrets, "terms": {"isOn": True}, "version": known and known["version"]})

    gateway = asked.address + urllib.parse.urlsplit(alipay["gateway"]).path
    account = {"appID": alipay["appID"], "sellerID": alipay["sellerID"], "gateway": gateway}
    saves("alipay", account | {"trust": "publicKey", "publicKey": alipay["publicKey"]}, {"privateKey": alipay["privateKey"]})
    saves("wechat", {
        "merchantID": wechat["merchantID"], "appID": wechat["appID"], "certificateSerial": wechat["certificateSerial"],
        "publicKeyID": wechat["publicKeyID"], "publicKey": wechat["publicKey"], "gateway": asked.address,
    }, {"privateKey": wechat["privateKey"], "apiKey": wechat["apiKey"], "appSecret": wechat["appSecret"]})
    base = asked.address + urllib.parse.urlsplit(stripe["baseURL"]).path
    saves("stripe", {"accountID": stripe["accountID"], "gateway": base}, {
        "secretKey": stripe["secretKey"], "webhookSecret": stripe["webhookSecret"]})

    def certified():
        saves("alipay", account | {
            "trust": "certificates", "appCertificate": alipay["applicationCertificate"],
            "platformCertificates": alipay["platformCertificate"], "rootCertificates": alipay["rootCertificate"],
        }, {})

    return certified


def told_where(told):
    """Stripe tells an endpoint that somebody enters there; the others hear of theirs with each payment."""
    form = urllib.parse.urlencode({"url": f"{told.address}/payments/notices/stripe", "enabled_events[0]": "*"}).encode()
    stripe = SETTINGS["stripe"]
    status, _, text = fetched(urllib.request.Request(
        f"{stripe['baseURL']}/v1/webhook_endpoints", form, {"authorization": f"Bearer {stripe['secretKey']}"}, method="POST"))
    assert status == 200, (status, text)


def pays(buyer, clerk, method, ways, key, **last):
    """One order: each way is opened in turn, which ends the one before; the last is paid, asked for, and given back in part."""
    order, handovers = buyer.orders(), []
    for way in ways:
        more = last if way == ways[-1] else {}
        opened = buyer.opens(order, method, way, **more)
        handovers.append({"method": method, "way": way} | opened["handover"])
        if method == "alipay" and opened["handover"]["kind"] == "redirect":
            visits(opened["handover"]["url"])
    payment = opened["payment"]["id"]
    assert buyer.stands(payment) == "pending"
    control(f"providers/{method}/trades/{payment}/pay", {})
    until(f"{method} is paid", lambda: buyer.stands(payment) == "captured")
    # The order hears of it a moment later.
    wish = {"key": key, "amount": "1.00", "words": "a dent, sorry & 多谢"}
    until(f"{method} gives back", lambda: clerk.ask("POST", f"/admin/orders/{order}/goodwill", wish)[0] == 201)
    return handovers


@contextlib.contextmanager
def serving(settings):
    with open(os.environ["RECORDING"] + ".log", "ab") as log:
        shop = subprocess.Popen(
            [os.environ["SHOP_PROGRAM"], "serve", *settings], stdout=log, stderr=log, cwd=os.environ["SHOP_HOME"])
        try:
            def answers():
                assert shop.poll() is None, f"the shop ended with {shop.returncode}"
                with contextlib.suppress(OSError):
                    return fetched(urllib.request.Request(f"{SHOP}/robots.txt"))[0] == 200

            until("the shop answers", answers)
            yield
        finally:
            shop.terminate()
            shop.wait(timeout=PATIENCE)


def let_bills_come_at_once():
    """The round of bills comes every five minutes, also across starts: the next start is to begin one. While no shop runs."""
    with contextlib.closing(sqlite3.connect(DATA / "shop.db")) as database, database:
        done = database.execute("DELETE FROM job_lease WHERE name = 'payments.reconcile'").rowcount
    assert done == 1, done


def kept(recorder):
    return [recording.Heard(one) for one in recorder.heard()]


def bills_are_asked_for(asked):
    said = [one.path.encode() + b" " + one.body for one in kept(asked)]
    places = (b"bill.downloadurl.query", b"/v3/bill/tradebill", b"/v1/balance_transactions")
    return all(any(place in text for text in said) for place in places)


def main():
    asked, told = recording.Recorder(SANDBOX), recording.Recorder(SHOP)
    settings = [
        "--home-folder", os.environ["SHOP_HOME"], "--data-folder", str(DATA), "--accounts-password-cost", "10",
        "--http-port", os.environ["SHOP_PORT"], "--http-public-url", told.address, "--orders-auto-pass-up-to", "100000",
        "--sandbox-url", SANDBOX,
    ]
    subprocess.run([os.environ["SHOP_PROGRAM"], "demo", "--catalogue-only", *settings], check=True, stdout=subprocess.DEVNULL)
    with serving(settings):
        clerk = staff()
        certified = set_up(clerk, asked)
        told_where(told)
        buyer = Buyer()
        handovers = pays(buyer, clerk, "alipay", ("mobile", "code", "page"), "a")
        handovers += pays(buyer, clerk, "wechat", ("code", "mobile", "client"), "w", code="ann.1")
        handovers += pays(buyer, clerk, "stripe", ("client", "page"), "s")
        certified()
        # Other processes follow within five seconds; this one does at once.
        handovers += pays(buyer, clerk, "alipay", ("code", "page"), "c")
        # Surely made by now, whatever the hour is.
        day = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=2)).strftime("%Y-%m-%d")
        for method in ("alipay", "wechat", "stripe"):
            clerk.done("POST", f"/admin/reconciliation/days/{method}/{day}/retrieval")
        until("each provider told of a payment", lambda: {
            one.place.rsplit("/", 1)[1] for one in kept(told) if one.method == "POST"
        } >= {"alipay", "wechat", "stripe"})
    let_bills_come_at_once()
    with serving(settings):
        until("the bills are asked for", lambda: bills_are_asked_for(asked))
    with open(os.environ["RECORDING"], "w", encoding="utf-8") as file:
        json.dump({"asked": asked.heard(), "told": told.heard(), "handovers": handovers}, file)
    print(f"adapters: {len(asked.heard())} requests and {len(told.heard())} notices are kept")


if __name__ == "__main__":
    main()
