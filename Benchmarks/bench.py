"""Measures the shop against a yardstick in the same run. Usage: bench.py BIN_FOLDER [--quick] [--only payments|search]

R is the rate of a bare Hummingbird route with a body of the same size; C0 the rate of durable single-row commits of raw
SQLite with one writer; C1 the rate of durable transactions of four writes that sysbench commits on MariaDB. The load
generator shares the machine's cores with what it measures. Everything stays on loopback and ends with the run."""
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import search
from front import Front, MariaDB
from shop import Client, free_port, seed_buyers, wait_until_up

BIN = pathlib.Path(sys.argv[1])
QUICK = "--quick" in sys.argv
ONLY = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else None
SECONDS = 3 if QUICK else 8
SMALL, LARGE = (2000, 10_000) if QUICK else (10_000, 100_000)
LUA = pathlib.Path(__file__).parent / "lua"


def figure(name, value, unit, op, bound):
    met = value >= bound if op == ">=" else value <= bound
    print(f"figure {name} {value:.3g} {unit} goal {op} {bound:g} {'met' if met else 'short'}", flush=True)


def note(text):
    print(f"# {text}", file=sys.stderr, flush=True)


def wrk(url, connections=64, seconds=SECONDS, script=None, arguments=(), headers=()):
    """Requests per second that were answered with 2xx or 3xx."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    for header in headers:
        command += ["-H", header]
    if script:
        command += ["-s", str(LUA / script)]
    command += [url, "--", *map(str, arguments)]
    out = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    if bad:
        note(f"{bad.group(1)} answers of {url} were errors")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), out


class Server:
    """A process of ours, ended by its id."""

    def __init__(self, *command, port, env=None):
        self.port = port
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [str(part) for part in command], env={**os.environ, **(env or {})}, stderr=subprocess.DEVNULL)
        wait_until_up(port)
        self.ready_seconds = time.monotonic() - self.began

    def memory_mib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def commit_rate(folder):
    """C0: single-row transactions, WAL and FULL, one writer, nothing else running."""
    database = sqlite3.connect(folder / "c0.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, words TEXT)")
    count, began = 0, time.monotonic()
    while time.monotonic() - began < SECONDS:
        database.execute("INSERT INTO row (words) VALUES ('a single row')")
        count += 1
    return count / (time.monotonic() - began)


def fill(count, folder):
    """A shop with a made-up catalogue; answers how long the import took and how much memory it used at most."""
    file = folder / "catalogue.csv"
    subprocess.run([BIN / "martlet", "generate-catalogue", str(count), file], check=True)
    settings = ["--data-folder", str(folder)]
    subprocess.run([BIN / "martlet", "demo", "--catalogue-only", *settings], check=True,
                   stderr=subprocess.DEVNULL)
    began = time.monotonic()
    process = subprocess.Popen(
        [BIN / "martlet", "import", file, *settings], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    peak = [0.0]

    def watch():
        while process.poll() is None:
            try:
                text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                peak[0] = max(peak[0], int(re.search(r"VmHWM:\s+(\d+)", text).group(1)) / 1024)
            except (OSError, AttributeError):
                pass
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.communicate()
    watcher.join()
    elapsed = time.monotonic() - began
    subprocess.run([BIN / "martlet", "reindex", *settings], check=True, stderr=subprocess.DEVNULL)
    return elapsed, peak[0]


def serve(folder, more=()):
    port, sandbox = free_port(), free_port()
    settings = [
        *more, "--data-folder", folder, "--http-port", port, "--sandbox-port", sandbox, "--accounts-password-cost", 10, "--accounts-log-ins-per-minute", 1000000,
        "--catalog-fetches-pictures", "false"]
    shop = Server(BIN / "martlet", "serve", *settings, port=port)
    return shop, settings, sandbox


def wait_until_fed(folder):
    """What an import told is still to be heard by the shop that serves; answers for how long."""
    began = time.monotonic()
    database = sqlite3.connect(folder / "shop.db")
    while database.execute("SELECT COUNT(*) FROM outbox").fetchone()[0]:
        if time.monotonic() - began > 600:
            raise TimeoutError("the shop doesn't take in what was imported")
        time.sleep(0.5)
    return time.monotonic() - began


def reading(shop, bare, suffix):
    """The pages, each against the bare route of its size. Answers the rates by name."""
    client = Client(shop.port)
    items = client.json("GET", "/api/v1/products?limit=40")["items"]
    products = [item["id"] for item in items]
    category = client.text("/").split('href="/c/')[1].split('"')[0]
    buyer = seed_buyers(shop.port, 1, products[:1], prefix=f"reader{suffix}")[0]
    cookie = f"Cookie: martlet_session={buyer['token']}"
    base = f"http://127.0.0.1:{shop.port}"
    cases = {
        "product_page": (f"/products/{products[0]}", [], None, ()),
        "category_page": (f"/c/{category}", [], None, ()),
        "product_json": (f"/api/v1/products/{products[0]}", [], None, ()),
        "product_page_logged_in": (f"/products/{products[0]}", [cookie], None, ()),
        "search_uncached": ("/search", [], "search.lua", ()),
    }
    rates = {}
    for name, (path, headers, script, arguments) in cases.items():
        size = len(client.bytes(path if name != "search_uncached" else "/search?q=lamp"))
        kib = min(64, max(1, round(size / 1024)))
        yardstick, _ = wrk(f"http://127.0.0.1:{bare.port}/bare/{kib}")
        rate, _ = wrk(base + path, headers=headers, script=script, arguments=arguments)
        rates[name] = rate / yardstick
        note(f"{name}{suffix}: {rate:.0f}/s of {yardstick:.0f}/s at {kib} KiB")
    return rates


def ordering(shop, name, commits):
    """Orders of as many buyers, against the commits of a raw client in the same run."""
    products = [item["id"] for item in Client(shop.port).json("GET", "/api/v1/products?limit=40&inStock=true")["items"]]
    count = 640 if QUICK else 4800
    buyers = seed_buyers(shop.port, count, products, prefix="buyer")
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as file:
        for buyer in buyers:
            file.write(buyer["token"] + "\t" + json.dumps(buyer["order"]) + "\n")
    _, out = wrk(f"http://127.0.0.1:{shop.port}/api/v1/orders", script="orders.lua", arguments=[file.name, count], seconds=30 if not QUICK else 10)
    os.unlink(file.name)
    for refused in re.findall(r"^refused (\d+: .*)$", out, re.MULTILINE):
        note(f"orders refused, {refused}")
    placed = re.search(r"placed (\d+) in ([\d.]+) s", out)
    if not placed:
        note("no orders were placed")
        return
    rate = int(placed.group(1)) / float(placed.group(2))
    note(f"orders: {placed.group(1)} placed, {rate:.0f}/s; {name} {commits:.0f}/s")
    figure(f"orders_placed_per_{name}", rate / commits, name, ">=", 0.4)


def many_machines(root):
    """The same program on a server, behind nginx: what that costs on the same cores."""
    folder = root / "many"
    folder.mkdir()
    database, servers = MariaDB(folder / "mariadb"), []
    try:
        c1 = database.commits(SECONDS, "oltp_write_only")
        note(f"C1 {c1:.0f} transactions/s; single inserts {database.commits(SECONDS, 'oltp_insert'):.0f}/s")
        settings = ["--database-url", database.url]
        subprocess.run(
            [BIN / "martlet", "demo", "--catalogue-only", "--data-folder", folder, *settings], check=True,
            stderr=subprocess.DEVNULL)
        shop, _, _ = serve(folder, settings)
        servers.append(shop)
        product = Client(shop.port).json("GET", "/api/v1/products?limit=1")["items"][0]["id"]
        front = Front(folder / "front", shop.port)
        try:
            direct, _ = wrk(f"http://127.0.0.1:{shop.port}/products/{product}")
            through, _ = wrk(f"{front.url}/products/{product}", headers=[front.host])
        finally:
            front.end()
        note(f"product page on MariaDB: {direct:.0f}/s, through nginx {through:.0f}/s")
        figure("product_page_through_nginx", through / direct, "of direct", ">=", 0.7)
        ordering(shop, "C1", c1)
    finally:
        for server in servers:
            server.stop()
        database.end()


def hops():
    """What a contract called in another process costs over one that is called here."""
    out = subprocess.run([BIN / "HopBench"], capture_output=True, text=True, timeout=120, check=True).stdout
    for line in out.splitlines():
        name, direct, hopped, added = line.split()
        note(f"hop {name}: {float(direct):.3f} ms here, {float(hopped):.3f} ms over gRPC")
        figure(f"hop_added_{name}", float(added), "ms", "<=", 1)


def steady(port, path, bodies, per_second, senders=16):
    """Posts so many a second, whatever becomes of those before. Answers how many milliseconds each took from the moment at
    which it was due, and how many weren't acknowledged."""
    took, refused, lock = [], [], threading.Lock()
    begin = time.monotonic() + 0.5

    def run(sender):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for number in range(sender, len(bodies), senders):
            due = begin + number / per_second
            time.sleep(max(0, due - time.monotonic()))
            connection.request("POST", path, bodies[number].encode(), {
                "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
            answer = connection.getresponse()
            is_taken = (answer.status, answer.read()) == (200, b"success")
            with lock:
                took.append((time.monotonic() - due) * 1000)
                if not is_taken:
                    refused.append(number)

    threads = [threading.Thread(target=run, args=(sender,)) for sender in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(took), len(refused)


def notices(root):
    """What Alipay tells over HTTP: verified, on the disk and acknowledged, each of another payment; against the verification of
    signatures with nothing else to do."""
    folder = root / "notices"
    folder.mkdir()
    port, path = free_port(), "/payments/notices/alipay"
    burst, calm = (3000, 800) if QUICK else (16_000, 4000)
    process = subprocess.Popen(
        [BIN / "NoticeBench", folder, str(burst + calm), str(port)], stdout=subprocess.PIPE, text=True)
    try:
        said = {}
        for line in process.stdout:
            name, value = line.split()
            said[name] = int(value)
            if name == "ready":
                break
        if "ready" not in said:
            raise SystemExit("NoticeBench ended before it served")
        bodies = (folder / "notices.txt").read_text().splitlines()
        (folder / "burst.txt").write_text("\n".join(bodies[:burst]) + "\n")
        _, out = wrk(
            f"http://127.0.0.1:{port}{path}", script="notices.lua", arguments=[folder / "burst.txt"], seconds=60)
        taken, seconds, refused = re.search(r"taken (\d+) in ([\d.]+) s, refused (\d+)", out).groups()
        took, late = steady(port, path, bodies[burst:], 200)
        if int(refused) + late or int(taken) != burst:
            note(f"notices: {taken} of {burst} were acknowledged, then {late} of {calm} weren't")
    finally:
        process.terminate()
        process.wait(30)
    database = sqlite3.connect(folder / "notices.db")
    moved, = database.execute("SELECT COUNT(*) FROM payment WHERE state = 'captured'").fetchone()
    if moved != int(taken) + calm - late:
        raise SystemExit(f"{int(taken) + calm - late} notices were acknowledged, and {moved} payments have their money")
    rate, alone = int(taken) / float(seconds), said["rsa_verifications_per_second"]
    print(f"yardstick rsa_verifications_alone {alone} /s", flush=True)
    note(f"notices: {rate:.0f}/s of {alone}/s verifications alone, {rate / alone:.2f}; at 200/s median {statistics.median(took):.1f} ms")
    figure("notices_taken", rate, "/s", ">=", 1000)
    figure("notice_at_200_per_second_p99", took[int(len(took) * 0.99)], "ms", "<=", 50)


def bills():
    """A bill of WeChat Pay with a million lines, packed, against as many payments."""
    lines = 100_000 if QUICK else 1_000_000
    out = subprocess.run([BIN / "ReconcileBench", str(lines)], capture_output=True, text=True, timeout=1800, check=True).stdout
    values = {name: float(value) for name, value in (line.split() for line in out.splitlines())}
    if values["days_compared"] != 1 or values["differences"] != min(lines // 1000, 1000):
        raise SystemExit(f"the bill wasn't compared as it should be: {values}")
    note(f"a bill of {lines} lines: {values['seconds']:.1f} s, {values['megabytes_at_most']:.0f} MiB, "
         f"{values['megabytes_before']:.0f} before it was read")
    figure("reconcile_seconds_per_million_lines", values["seconds"] * 1_000_000 / lines, "s", "<=", 60)
    figure("reconcile_memory", values["megabytes_at_most"], "MiB", "<=", 300)


def one_buyer(shop, settings, sandbox_port):
    """Cart, confirmation, order and payment, one buyer after another with nothing else going on."""
    sandbox = Server(BIN / "martlet", "sandbox", *settings, port=sandbox_port)
    try:
        client = Client(shop.port)
        products = [item["id"] for item in client.json("GET", "/api/v1/products?limit=40&inStock=true")["items"]]
        took = []
        for buyer in seed_buyers(shop.port, 60, products, prefix="single"):
            client.token = buyer["token"]
            began = time.monotonic()
            client.json("GET", "/api/v1/cart")
            client.json("GET", "/api/v1/checkout")
            placed = client.json("POST", "/api/v1/orders", buyer["order"])
            address = f"/api/v1/orders/{placed['items'][0]['number']}/payments"
            client.json("POST", address, {"method": "sandbox"})
            took.append((time.monotonic() - began) * 1000)
        note(f"one buyer: {max(took):.1f} ms at most")
        figure("one_buyer_cart_confirm_pay", statistics.median(took), "ms", "<=", 20)
    finally:
        sandbox.stop()


def main():
    root = pathlib.Path(tempfile.mkdtemp(prefix="martlet-bench-"))
    servers = []
    try:
        if ONLY == "search":
            search.measure(BIN, QUICK, figure, note)
            return
        c0 = commit_rate(root)
        note(f"C0 {c0:.0f} commits/s on {os.cpu_count()} cores, otherwise idle")
        notices(root)
        bills()
        if ONLY == "payments":
            return
        search.measure(BIN, QUICK, figure, note)
        hops()
        bare_port = free_port()
        bare = Server(BIN / "BareServer", bare_port, port=bare_port)
        servers.append(bare)

        small = root / "small"
        small.mkdir()
        elapsed, peak = fill(SMALL, small)
        note(f"import of {SMALL}: {elapsed:.1f} s, {peak:.0f} MiB")
        shop, settings, sandbox_port = serve(small)
        servers.append(shop)
        figure("ready_to_serve", shop.ready_seconds, "s", "<=", 1)
        note(f"import of {SMALL} taken in after {wait_until_fed(small):.1f} s")
        rates = reading(shop, bare, "")
        goals = {
            "product_page": 0.7, "category_page": 0.7, "product_json": 0.6, "product_page_logged_in": 0.2,
            "search_uncached": 0.1}
        for name, goal in goals.items():
            figure(name, rates[name], "R", ">=", goal)
        one_buyer(shop, settings, sandbox_port)
        ordering(shop, "C0", c0)
        figure("resident_memory", shop.memory_mib(), "MiB", "<=", 150)
        shop.stop()
        servers.remove(shop)
        many_machines(root)

        large = root / "large"
        large.mkdir()
        elapsed, peak = fill(LARGE, large)
        note(f"import of {LARGE}: {elapsed:.1f} s, {peak:.0f} MiB")
        figure("import_seconds_per_50000", elapsed * 50_000 / LARGE, "s", "<=", 60)
        figure("import_memory", peak, "MiB", "<=", 300)
        shop, _, _ = serve(large)
        servers.append(shop)
        note(f"ready with {LARGE}: {shop.ready_seconds:.2f} s, {shop.memory_mib():.0f} MiB")
        note(f"import of {LARGE} taken in after {wait_until_fed(large):.1f} s")
        many = reading(shop, bare, "_large")
        for name in goals:
            figure(f"{name}_large_to_small", many[name] / rates[name], "ratio", ">=", 0.9)
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(root, ignore_errors=True)


main()
