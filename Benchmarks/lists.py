"""Measures the lists of orders at the desk. Usage: lists.py BIN_FOLDER [--orders 1000000] [--folder KEPT] [--rounds 40]

Fills a demo shop with orders of two years, written into its tables at once, and asks for the first page of
`/admin/orders` with each of the five filters, alone and combined, as staff of the platform and of the merchant with the
most orders, one page after another over one connection. Prints a line a case with the median and the 99th percentile, and
those of all together. With `--folder` the filled shop is kept there and taken again by the next run."""
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
DAYS = 730
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
    """Of each order its head, lines and names."""
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
            text, unit, units = folded(en, zh), dice.randrange(500, 60_000), dice.choice((1, 1, 1, 2, 3))
            goods += unit * units
            named.add(name_id(merchant, text))
            lines.append((order, order + line + 1, line + 1, line + 1, en, zh, "", "", "S", unit, units, 0,
                          unit * units, text))
        freight = dice.choice((0, 600, 1200))
        # Old orders are over.
        state = dice.choice(states) if count - index < count // 10 else dice.choice(states[:945])
        paid = 0 if state in UNPAID else goods + freight
        head = (order, number, f"bench/{index}", 1 + index % 50_000, merchant, "main", "CNY", state, goods, 0, freight,
                goods + freight, paid, None if paid == 0 else order, "Lin", "13800138000", "310115",
                "Pudong, Shanghai", "上海市浦东新区", "1 Century Avenue", "", "", placed, last + 10 * 86_400_000)
        yield head, lines, [(name, placed, order) for name in named]


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
            f"placed_at, pay_before) VALUES ({', '.join('?' * 24)})", (head for head, _, _ in batch))
        database.executemany(
            "INSERT INTO order_line (order_id, id, variant_id, product_id, title_en, title_zh, choice_en, choice_zh, sku, "
            f"unit_price, quantity, discount, due, search_text) VALUES ({', '.join('?' * 14)})",
            (line for _, lines, _ in batch for line in lines))
        database.executemany(
            "INSERT OR IGNORE INTO order_named (name_id, named_at, order_id) VALUES (?, ?, ?)",
            (row for _, _, named in batch for row in named))
    # All of them have their names, so that nothing is brought along.
    database.execute("INSERT OR REPLACE INTO order_naming (id, reached, is_done) VALUES (1, 0, 1)")
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
        path = "/admin/orders" + ("?" + urllib.parse.urlencode(filters) if filters else "")
        began = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        return took, text.count(b'class="number"')


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
        print(f"{who}: {name}: median {percentile(taken, 0.5):.1f} ms, p99 {percentile(taken, 0.99):.1f} ms, "
              f"{found / rounds:.0f} rows", flush=True)
    p99 = percentile(everything, 0.99)
    met = "met" if p99 <= GOAL_MS else "short"
    print(f"figure lists_first_page_p99_{who} {p99:.3g} ms goal <= {GOAL_MS} {met}", flush=True)


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
            subprocess.run([martlet, "demo", "--data-folder", folder], check=True, stderr=subprocess.DEVNULL)
            began = time.monotonic()
            fill(folder, asked.orders)
            (folder / "filled").write_text(str(asked.orders))
            print(f"# {asked.orders} orders written in {time.monotonic() - began:.0f} s, "
                  f"{(folder / 'shop.db').stat().st_size / 2**20:.0f} MiB", flush=True)
        port = free_port()
        process = subprocess.Popen(
            [str(part) for part in [
                martlet, "serve", "--data-folder", folder, "--http-port", port, "--sandbox-port", free_port(),
                "--catalog-fetches-pictures", "false"]], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wait_until_up(port, 300)
        measure(Desk(port, "staff@example.com"), "platform", folder, asked.rounds)
        largest = sqlite3.connect(folder / "shop.db").execute(
            "SELECT s.email FROM staff s WHERE s.merchant_id = (SELECT merchant_id FROM order_name GROUP BY merchant_id "
            "ORDER BY COUNT(*) DESC LIMIT 1) ORDER BY s.id LIMIT 1").fetchone()
        if largest:
            measure(Desk(port, largest[0]), "merchant", folder, asked.rounds)
    finally:
        if process:
            process.terminate()
            process.wait(60)
        if not asked.folder:
            shutil.rmtree(folder, ignore_errors=True)


main()
