"""Buyers who order and pay through the front, one after another, and write down what they were promised."""
import http.client
import json
import ssl
import threading
import time
import urllib.parse
import uuid


class Away(Exception):
    """The front, or what stands behind it, didn't answer as it should: the buyer tries again."""


class Unwritten(Away):
    """The front answered, and not as docs/governance.md says that it does when something is away."""


# Codes of the problems with which the API and the front say that something can't be had now.
PROBLEMS = {
    429: {"tooManyRequests"},
    503: {"temporarilyUnavailable", "providerUnavailable", "deadlineExceeded", "overloaded", "switchedOff", "unavailable"},
}
HEADINGS = {429: "<h1>Too many requests", 503: "<h1>Back in a moment"}


def told(answer, path, data):
    """What an answer of 429 or 503 says: the code of its problem, or the heading of its page. None when that isn't what is
    written; so with 502 and 504, which the front never passes on."""
    seconds, kind = answer.getheader("Retry-After") or "", answer.getheader("Content-Type") or ""
    if answer.status not in PROBLEMS or not seconds.isdigit():
        return None
    if not path.startswith("/api/"):
        heading = HEADINGS[answer.status]
        return heading[4:] if kind.startswith("text/html") and heading in data.decode(errors="replace") else None
    try:
        problem = json.loads(data)
        said = problem["code"] in PROBLEMS[answer.status] and problem["status"] == answer.status and problem["title"]
    except (ValueError, KeyError, TypeError):
        return None
    return problem["code"] if said and kind.startswith("application/problem+json") else None


class Front:
    """A connection as from an address of one's own, since limits go by address."""

    def __init__(self, url, authority, source, seconds=15):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.source, self.seconds = parts.hostname, parts.port, source, seconds
        self.trust = ssl.create_default_context(cafile=authority)
        self.connection, self.token = None, None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def ask(self, method, path, body=None, key=None):
        """Answers status and JSON, or the text of a page. Throws `Away` for 503, 429 and broken connections, `Unwritten` for
        502, 504 and what isn't said as it is written."""
        headers = {"Accept-Language": "en", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            if not self.connection:
                self.connection = http.client.HTTPSConnection(
                    "127.0.0.1", self.port, timeout=self.seconds, context=Named(self.trust, self.host),
                    source_address=(self.source, 0))
            self.connection.request(
                method, path, json.dumps(body) if body is not None else None,
                {**headers, "Host": f"{self.host}:{self.port}"})
            answer = self.connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Away(f"{method} {path}: {type(error).__name__}") from error
        if answer.status in (429, 502, 503, 504):
            said = told(answer, path, data)
            if said is None:
                raise Unwritten(f"{method} {path}: {answer.status}, Retry-After {answer.getheader('Retry-After')},"
                                f" {answer.getheader('Content-Type')}: {data[:150].decode(errors='replace')}")
            raise Away(f"{method} {path}: {answer.status} {said}")
        if answer.status == 409 and b"idempotencyRunning" in data:
            raise Away(f"{method} {path}: the first try is under way")
        return answer.status, json.loads(data) if data[:1] in (b"{", b"[") else data.decode(errors="replace")


class Named:
    """A TLS context that names the host, whatever address the connection goes to."""

    def __init__(self, context, host):
        self.context, self.host = context, host
        self.verify_mode, self.check_hostname = context.verify_mode, context.check_hostname
        self.post_handshake_auth = None

    def wrap_socket(self, sock, server_hostname=None):
        return self.context.wrap_socket(sock, server_hostname=self.host)


class Record:
    """What all buyers saw, in the order of time."""

    def __init__(self):
        self.lock = threading.Lock()
        # E-mails of the buyers, and to whom each order was acknowledged.
        self.accounts = set()
        self.orders = {}
        self.paid = set()
        self.purchases = []
        self.failures = []
        self.wrong = []

    def note(self, kind, entry):
        with self.lock:
            getattr(self, kind).append((time.monotonic(), entry))


class Buyer(threading.Thread):
    """Buys until told to stop. Every step is repeated under its key until it's answered."""

    def __init__(self, number, place, record, stop, variants):
        super().__init__(daemon=True)
        self.number, self.record, self.stop, self.variants = number, record, stop, variants
        self.front = Front(place["url"], place["authority"], f"127.0.1.{number + 1}")
        self.sandbox = place["sandboxPort"]

    def run(self):
        try:
            self.register()
            while not self.stop.is_set():
                self.buy()
                # Faster than any person, and within the limits of the front.
                self.stop.wait(0.5)
        except Stopped:
            pass
        except Exception as error:
            self.record.note("wrong", f"buyer {self.number}: {type(error).__name__} {error}")

    def insist(self, what, step):
        """Repeats a step that was answered by nobody, for up to two minutes."""
        deadline = time.monotonic() + 120
        while True:
            try:
                return step()
            except Away as away:
                self.record.note("failures", f"{what}: {away}")
                if isinstance(away, Unwritten):
                    self.record.note("wrong", f"{what}: {away}")
                if self.stop.is_set():
                    raise Stopped from away
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def register(self):
        email = f"drill-{uuid.uuid4().hex[:12]}@example.com"
        self.email = email
        with self.record.lock:
            self.record.accounts.add(email)
        form = {"email": email, "password": "a long password", "name": f"Buyer {self.number}", "language": "en"}

        def enter():
            status, account = self.front.ask("POST", "/api/v1/accounts", form, uuid.uuid4().hex)
            if status == 409 or status == 422:
                # It was made, and the answer lost.
                status, account = self.front.ask(
                    "POST", "/api/v1/sessions", {"email": email, "password": form["password"]})
                if status >= 400:
                    raise Away("nobody knows whether the account was made, and it wasn't")
            return self.good(status, account)
        self.front.token = self.insist("register", enter)["token"]
        self.address = self.make(
            "address", "/api/v1/account/addresses",
            {"recipient": "Lin", "phone": "13800138000", "region": "310115", "street": "1 Century Avenue"},
            lambda: next(iter(self.seen("/api/v1/account/addresses")["items"]), None))["id"]

    def seen(self, path):
        return self.good(*self.insist(f"look at {path}", lambda: self.front.ask("GET", path)))

    def make(self, what, path, body, made):
        """Sends what acts each time, under one key until it's answered. When nobody knows whether it was done, looks for
        what it `made` before it sends it anew."""
        while True:
            key = uuid.uuid4().hex
            status, answer = self.insist(what, lambda: self.front.ask("POST", path, body, key))
            if status != 409 or answer.get("code") != "outcomeUnknown":
                return self.good(status, answer)
            self.record.note("failures", f"{what}: nobody knows whether it was done")
            found = made()
            if found:
                return found

    @staticmethod
    def good(status, body):
        if status >= 400:
            raise RuntimeError(f"{status} {json.dumps(body)[:300]}")
        return body

    def buy(self):
        # A page as well, which says in its own way what can't be had.
        self.seen("/")
        variant = self.variants[(self.number + len(self.record.purchases)) % len(self.variants)]
        cart = self.make("cart", "/api/v1/cart/lines", {"variant": variant, "quantity": 1}, self.filled_cart)
        began = time.monotonic()
        wish = {"cartVersion": cart["version"], "address": self.address, "note": ""}
        key = uuid.uuid4().hex

        def place():
            status, answer = self.front.ask("POST", "/api/v1/orders", wish, key)
            if status == 409 and answer.get("code") == "cartChanged":
                raise Away(f"{answer.get('code')}")
            return self.good(status, answer)
        placed = self.insist("order", place)
        if len(placed["items"]) != 1:
            raise RuntimeError(f"one wish became {len(placed['items'])} orders")
        number = placed["items"][0]["number"]
        with self.record.lock:
            self.record.orders[number] = self.email
        self.pay(number)
        with self.record.lock:
            self.record.paid.add(number)
            self.record.purchases.append((time.monotonic(), (number, time.monotonic() - began)))

    def filled_cart(self):
        cart = self.seen("/api/v1/cart")
        return cart if cart["units"] else None

    def pay(self, number):
        key = uuid.uuid4().hex
        opened = self.good(*self.insist("pay", lambda: self.front.ask(
            "POST", f"/api/v1/orders/{number}/payments", {"method": "sandbox"}, key)))
        self.insist("cashier", lambda: self.at_cashier(opened))
        deadline = time.monotonic() + 120
        while True:
            payment = self.good(*self.insist("payment", lambda: self.front.ask(
                "GET", f"/api/v1/payments/{opened['payment']['id']}?refresh=true")))
            if payment["state"] == "captured":
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"order {number} stays {payment['state']}, though it was paid")
            time.sleep(0.2)

    def at_cashier(self, opened):
        """Pays at the platform itself, which isn't a part of the shop."""
        address = urllib.parse.urlsplit(opened["handover"]["url"])
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox, timeout=15)
        try:
            connection.request("POST", address.path + "/pay")
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Away(f"cashier: {error}") from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise Away(f"cashier: {answer.status}")


class Stopped(Exception):
    """The drill is over."""
