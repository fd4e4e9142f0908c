"""A small client of the shop's API for the benchmarks."""
import http.client
import json
import socket
import threading
import time
import urllib.parse
import queue


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(port, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.005)
    raise SystemExit(f"nothing answers on port {port}")


class Client:
    """One connection, kept open."""

    def __init__(self, port, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.token = token

    def request(self, method, path, body=None):
        headers = {"Accept-Language": "en"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, data, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def json(self, method, path, body=None):
        status, data = self.request(method, path, body)
        if status >= 400:
            raise SystemExit(f"{method} {path}: {status} {data[:300]!r}")
        return json.loads(data) if data else None

    def bytes(self, path):
        return self.request("GET", path)[1]

    def text(self, path):
        return self.bytes(path).decode()


def spread(stock, count):
    """A variant for each buyer, in turn, and none for more buyers than there are units of it: some have one or two left, and
    the rest would be refused as sold out."""
    left, chosen = dict(stock), []
    while len(chosen) < count:
        there = [variant for variant, units in left.items() if units > 0][:count - len(chosen)]
        if not there:
            raise SystemExit(f"only {len(chosen)} of {count} buyers find anything to buy")
        for variant in there:
            chosen.append(variant)
            left[variant] -= 1
    return chosen


def seed_buyers(port, count, products, prefix):
    """Buyers with an address and a filled cart, and the order that each is about to place."""
    stock = {}
    for product in products:
        found = Client(port).json("GET", f"/api/v1/products/{product}")
        stock.update({v["id"]: v["stock"] for v in found["variants"] if v.get("price")})
    variants = spread(stock, count)
    work = queue.Queue()
    for number in range(count):
        work.put(number)
    buyers, lock = [], threading.Lock()

    def run():
        client = Client(port)
        while True:
            try:
                number = work.get_nowait()
            except queue.Empty:
                return
            client.token = None
            email = f"{prefix}{number}@example.com"
            session = client.json("POST", "/api/v1/accounts", {
                "email": email, "password": "a long password", "name": f"Buyer {number}", "language": "en"})
            client.token = session["token"]
            address = client.json("POST", "/api/v1/account/addresses", {
                "recipient": "Lin", "phone": "13800138000", "region": "310115", "street": "1 Century Avenue"})
            cart = client.json("POST", "/api/v1/cart/lines", {"variant": variants[number], "quantity": 1})
            with lock:
                buyers.append({
                    "token": session["token"],
                    "order": {"cartVersion": cart["version"], "address": address["id"], "note": ""}})

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return buyers
