"""Measures the lists of orders at the desk, and the page of today. Usage: lists.py BIN_FOLDER [--orders 1000000] [--folder KEPT] [--rounds 40]

Fills a demo shop with orders of two years, written into its tables at once, and asks for the first page of
`/admin/orders` with each of the five filters, alone and combined, as staff of the platform and of the merchant with the
most orders, one page after another over one connection. The figures are made from the orders once. Prints a line a case with
the median and the 99th percentile of its rounds, and whether that is above the goal; those of all together; and the same of
`/admin`, by itself. With `--folder` the filled shop is kept there and taken again by the next run."""
import argparse
import datetime
import hashlib
import http.client
import itertools
import pathlib
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

from shop import free_port, wait_until_up

GOAL_MS = 50
TODAY_GOAL_MS = 100
DAYS = 730
PAID_DAYS = 40  # of which payments are written too, for the figures
NAMES = 20_000
EPOCH = 1_704_067_200_000  # IDGenerator.epoch
CHINA = 8 * 3_600_000
PASSWORD = "martlet-demo"
STATES = [("completed", 890), ("cancelled", 45), ("refunded", 10), ("awaitingReceipt", 20), ("awaitingShipment", 20),
          ("awaitingReview", 10), ("awaitingPayment", 5)]
UNPAID = {"awaitingPayment", "cancelled"}
WORDS = {
    "first": [("Blue", "蓝色"), ("Red", "红色"), ("Large", "大号"), ("Hand-made", "手工"), ("Bamboo", "竹制"), ("Ash", "灰"),
              ("Old", "古法"), ("Travel", "旅行"), ("Glass", "玻璃"), ("Iron", "铸铁"), ("Celadon", "青瓷"), ("White", "白")],
    "second": [("teapot", "茶壶"), ("cup", "杯子"), ("kettle", "水壶"), ("tray", "茶盘"), ("lamp", "台灯"), ("basket", "竹篮"),
               ("bowl", "碗"), ("vase", "花瓶"), ("notebook", "笔记本"), ("brush", "毛笔"), ("scarf", "围巾"), ("blanket", "毯子")],
}


def names(merchants):
    """Names with their merchants, the most sold first."""
    made = []
    for number in range(NAMES):
        first, second = WORDS["first"][number % 12], WORDS["second"][number // 12 % 12]
        # Half belong to the first merchant.
        merchant = merchants[0] if number % 2 else merchants[number % len(merchants)]
        made.append((merchant, f"{first[0]} {second[0]} no. {number}", f"{first[1]}{second[1]} {number} 号"))
    return made


def folded(en, zh):
    return en.lower() + "\n" + zh.lower()


def name_id(merchant, text):
    """As OrderNameRows makes it."""
    return int.from_bytes(hashlib.sha256(f"{merchant}\n{text}".encode()).digest()[:8], "big") & (2**63 - 1)


def rows(count, made, dice):
    """Of each order its head, lines, names, when it was paid, and its payment with the share, where it has one."""
    last = int(time.time() * 1000)
    step = DAYS * 86_400_000 // count
    states = [state for state, weight in STATES for _ in range(weight)]
    by_merchant = {}
    for entry in made:
        by_merchant.setdefault(entry[0], []).append(entry)
    merchants = list(by_merchant)
    for index in range(count):
        placed = last - (count - index) * step
        order = (placed - EPOCH) << 22 | 1
        at = placed + CHINA
        day = datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc).strftime("%Y%m%d")
        number = f"{day}-{at % 86_400_000 * 115 + index % 115:010d}"
        merchant = merchants[0] if dice.random() < 0.5 else dice.choice(merchants)
        own = by_merchant[merchant]
        lines, goods, named = [], 0, set()
        for line in range(dice.choice((1, 1, 1, 2, 2, 3))):
            # Few names sell much and many little.
            _, en, zh = own[int(len(own) * dice.random() ** 3)]
            product = int(en.rsplit(" ", 1)[1]) + 1
            text, unit, units = folded(en, zh), dice.randrange(500, 60_000), dice.choice((1, 1, 1, 2, 3))
            goods += unit * units
            named.add(name_id(merchant, text))
            lines.append((order, order + line + 1, product, product, en, zh, "", "", "S", unit, units, 0,
                          unit * units, text))
        freight = dice.choice((0, 600, 1200))
        # Old orders are over.
        state = dice.choice(states) if count - index < count // 10 else dice.choice(states[:945])
        paid = 0 if state in UNPAID else goods + freight
        head = (order, number, f"bench/{index}", 1 + index % 50_000, merchant, "main", "CNY", state, goods, 0, freight,
                goods + freight, paid, None if paid == 0 else order, "Lin", "13800138000", "310115",
                "Pudong, Shanghai", "上海市浦东新区", "1 Century Avenue", "", "", placed, last + 10 * 86_400_000)
        moment, payment = (order, 1, "paid", "system", "", placed + 60_000) if paid else None, None
        if paid and last - placed < PAID_DAYS * 86_400_000:
            payment = ((order, "sandbox", 1 + index % 50_000, paid, "CNY", "captured", f"bench-{index}", number, "en", placed,
                        placed + 86_400_000, placed + 60_000), (order, order, paid, merchant))
        yield head, lines, [(name, placed, order) for name in named], moment, payment


def fill(folder, count):
    database = sqlite3.connect(folder / "shop.db", isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    merchants = [row[0] for row in database.execute("SELECT id FROM merchant ORDER BY id")]
    made, dice = names(merchants), random.Random(8)
    database.execute("BEGIN")
    database.executemany("INSERT OR IGNORE INTO order_name (id, merchant_id, search_text) VALUES (?, ?, ?)", (
        (name_id(merchant, folded(en, zh)), merchant, folded(en, zh)) for merchant, en, zh in made))
    found = rows(count, made, dice)
    while batch := list(itertools.islice(found, 20_000)):
        database.executemany(
            "INSERT INTO order_head (id, number, checkout, buyer_id, merchant_id, channel, currency, state, goods, discount, "
            "freight, due, paid, payment_id, recipient, phone, region, region_en, region_zh, street, postcode, note, "
            f"placed_at, pay_before) VALUES ({', '.join('?' * 24)})", (head for head, *_ in batch))
        database.executemany(
            "INSERT INTO order_line (order_id, id, variant_id, product_id, title_en, title_zh, choice_en, choice_zh, sku, "
            f"unit_price, quantity, discount, due, search_text) VALUES ({', '.join('?' * 14)})",
            (line for _, lines, *_ in batch for line in lines))
        database.executemany(
            "INSERT OR IGNORE INTO order_named (name_id, named_at, order_id) VALUES (?, ?, ?)",
            (row for _, _, named, *_ in batch for row in named))
        database.executemany(
            "INSERT INTO order_timeline (order_id, id, kind, actor, note, happened_at) VALUES (?, ?, ?, ?, ?, ?)",
            (moment for *_, moment, _ in batch if moment))
        payments = [payment for *_, payment in batch if payment]
        database.executemany(
            "INSERT INTO payment (id, method, payer_id, amount, currency, state, provider_number, subject, language, "
            f"opened_at, expires_at, captured_at) VALUES ({', '.join('?' * 12)})", (payment for payment, _ in payments))
        database.executemany(
            "INSERT INTO payment_share (payment_id, order_id, amount, merchant_id) VALUES (?, ?, ?, ?)",
            (share for _, share in payments))
    # All of them have their names, so that nothing is brought along.
    database.execute("INSERT OR REPLACE INTO order_naming (id, reached, is_done) VALUES (1, 0, 1)")
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def count(martlet, folder):
    """Makes the figures of the orders, and forgets old entries as the hourly job would, so that it has nothing to do later."""
    subprocess.run([martlet, "figures", "rebuild", "--data-folder", folder], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    database = sqlite3.connect(folder / "shop.db", isolation_level=None)
    day = (int(time.time() * 1000) + CHINA) // 86_400_000 - 90
    database.execute("BEGIN")
    for table in ("figure_entry", "stretch_figure"):
        database.execute(f"DELETE FROM {table} WHERE day < ?", (day,))
    database.execute("INSERT OR REPLACE INTO figure_mark (name, value) VALUES ('horizon', ?)", (day,))
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def cases(folder):
    """Name and filters, drawn anew for each page."""
    database = sqlite3.connect(folder / "shop.db")
    low, high = database.execute("SELECT MIN(id), MAX(id) FROM order_head WHERE checkout LIKE 'bench/%'").fetchone()
    dice = random.Random(16)

    def order():
        """One of those that are there."""
        row = database.execute(
            "SELECT number, due, paid, placed_at, id FROM order_head WHERE id >= ? ORDER BY id LIMIT 1",
            (dice.randrange(low, high),)).fetchone()
        title = database.execute("SELECT title_zh FROM order_line WHERE order_id = ? LIMIT 1", (row[4],)).fetchone()
        return {"number": row[0], "due": row[1] / 100, "paid": row[2] / 100, "title": title[0],
                "day": datetime.datetime.fromtimestamp((row[3] + CHINA) / 1000, datetime.timezone.utc).date()}

    def days(one, more=0):
        return {"dateFrom": str(one["day"]), "dateTo": str(one["day"] + datetime.timedelta(days=more))}

    def band(name, value, width):
        return {f"{name}From": f"{max(0, value - width):.2f}", f"{name}To": f"{value + width:.2f}"}

    def word(one):
        return one["title"].split(" ")[0]

    alone = {
        "none": lambda: {},
        "number, whole": lambda: {"number": order()["number"]},
        "number, a day": lambda: {"number": order()["number"][:8]},
        "number, a month": lambda: {"number": order()["number"][:6]},
        "name, whole": lambda: {"product": order()["title"]},
        "name, a word": lambda: {"product": word(order())},
        "name, a character": lambda: {"product": dice.choice("茶壶竹灯青")},
        "name, none": lambda: {"product": f"nothing {dice.random()}"},
        "date, a day": lambda: days(order()),
        "date, a quarter": lambda: days(order(), 90),
        "due, exact": lambda: band("due", order()["due"], 0),
        "due, narrow": lambda: band("due", order()["due"], 5),
        "due, wide": lambda: band("due", order()["due"], 300),
        "due, highest": lambda: {"dueFrom": f"{dice.randrange(4500, 6000)}"},
        "paid, exact": lambda: band("paid", order()["paid"], 0),
        "paid, wide": lambda: band("paid", order()["paid"], 300),
        "state": lambda: {"state": dice.choice(["awaitingReview", "awaitingShipment", "awaitingReceipt", "completed"])},
    }

    def all_five():
        one = order()
        return {"number": one["number"][:6], "product": word(one), **days(one, 10), **band("due", one["due"], 50),
                **band("paid", one["paid"], 50)}

    def pair(first, second):
        return lambda: {**alone[first](), **alone[second]()}

    together = {
        "all five": all_five,
        "name and date": pair("name, a word", "date, a quarter"),
        "name and due": pair("name, a word", "due, wide"),
        "name and state": pair("name, a word", "state"),
        "whole name and due": pair("name, whole", "due, wide"),
        "number and paid": pair("number, a month", "paid, wide"),
        "date and due": pair("date, a quarter", "due, narrow"),
        "due and paid": pair("due, wide", "paid, wide"),
        "due and state": pair("due, wide", "state"),
        "oldest first, name and paid": lambda: {**pair("name, a word", "paid, wide")(), "sort": "oldest"},
    }
    return {**alone, **together}


class Desk:
    """A member of staff who is logged in."""

    def __init__(self, port, email):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        body = urllib.parse.urlencode({"email": email, "password": PASSWORD})
        self.connection.request("POST", "/admin/login", body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = self.connection.getresponse()
        answer.read()
        cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        if answer.status != 303 or not cookies:
            raise SystemExit(f"{email} doesn't get in: {answer.status}")
        self.headers = {"Cookie": "; ".join(cookies), "Accept-Language": "en"}

    def page(self, filters):
        """Milliseconds, and rows."""
        took, text = self.get("/admin/orders" + ("?" + urllib.parse.urlencode(filters) if filters else ""))
        return took, text.count(b'class="number"')

    def today(self):
        """Milliseconds of the page that staff see first, which must have its plots."""
        took, text = self.get("/admin")
        if b'class="plot hours' not in text:
            raise SystemExit("/admin has no figures")
        return took

    def get(self, path):
        """Milliseconds, and the page."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        return took, text


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure(desk, who, folder, rounds):
    everything = []
    for name, filters in cases(folder).items():
        taken, found = [], 0
        desk.page(filters())
        for _ in range(rounds):
            took, count = desk.page(filters())
            taken.append(took)
            found += count
        everything += taken
        tell(f"{who}: {name}", taken, GOAL_MS, f", {found / rounds:.0f} rows")
    figure(f"lists_first_page_p99_{who}", everything, GOAL_MS)


def measure_today(desk, who, rounds):
    desk.today()
    taken = [desk.today() for _ in range(rounds)]
    tell(f"{who}: today", taken, TODAY_GOAL_MS)
    figure(f"dashboard_p99_{who}", taken, TODAY_GOAL_MS)


def tell(name, taken, goal, more=""):
    p99 = percentile(taken, 0.99)
    print(f"{name}: median {percentile(taken, 0.5):.1f} ms, p99 {p99:.1f} ms{more}"
          + (f", above {goal} ms" if p99 > goal else ""), flush=True)


def figure(name, taken, goal):
    p99 = percentile(taken, 0.99)
    print(f"figure {name} {p99:.3g} ms goal <= {goal} {'met' if p99 <= goal else 'short'}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args()
    folder = asked.folder or pathlib.Path(tempfile.mkdtemp(prefix="martlet-lists-"))
    martlet, process = asked.binaries / "martlet", None
    try:
        if not (folder / "filled").exists():
            folder.mkdir(exist_ok=True)
            subprocess.run([martlet, "demo", "--catalogue-only", "--data-folder", folder], check=True,
                           stderr=subprocess.DEVNULL)
            began = time.monotonic()
            fill(folder, asked.orders)
            (folder / "filled").write_text(str(asked.orders))
            print(f"# {asked.orders} orders written in {time.monotonic() - began:.0f} s, "
                  f"{(folder / 'shop.db').stat().st_size / 2**20:.0f} MiB", flush=True)
        if not (folder / "counted").exists():
            began = time.monotonic()
            count(martlet, folder)
            (folder / "counted").touch()
            print(f"# figures made in {time.monotonic() - began:.0f} s", flush=True)
        port = free_port()
        process = subprocess.Popen(
            [str(part) for part in [
                martlet, "serve", "--data-folder", folder, "--http-port", port, "--sandbox-port", free_port(),
                "--catalog-fetches-pictures", "false"]], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wait_until_up(port, 300)
        desks = [("platform", Desk(port, "staff@example.com"))]
        largest = sqlite3.connect(folder / "shop.db").execute(
            "SELECT s.email FROM staff s WHERE s.merchant_id = (SELECT merchant_id FROM order_name GROUP BY merchant_id "
            "ORDER BY COUNT(*) DESC LIMIT 1) ORDER BY s.id LIMIT 1").fetchone()
        if largest:
            desks.append(("merchant", Desk(port, largest[0])))
        for who, desk in desks:
            measure(desk, who, folder, asked.rounds)
            measure_today(desk, who, asked.rounds)
    finally:
        if process:
            process.terminate()
            process.wait(60)
        if not asked.folder:
            shutil.rmtree(folder, ignore_errors=True)


main()
