#!/usr/bin/env python3
"""What a shop's rows take on MySQL's engine: `Benchmarks/sizes.py var/shop.db`. Starts a MariaDB of its own in a temporary
folder, copies the rows of a shop's embedded database into tables of the same columns and indexes, so many times that pages
are full, and prints the bytes on disk, indexes included, for each product, order, account and event."""
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

# What a table grows with.
UNIT = {
    "product": ["product", "variant", "picture", "price", "stock", "search_document", "product_sales"],
    "order": ["order_head", "order_line", "order_timeline", "checkout", "payment", "payment_share", "payment_open",
              "provider_notice", "ledger_entry", "refund", "stock_hold", "stock_hold_line", "stock_entry", "cart_freeze"],
    "account": ["account", "account_session", "password_reset", "address", "cart", "cart_line", "favourite",
                "browsing_history"],
    "deed": ["deed"],
    "event": ["inbox", "outbox", "dead_letter"],
}
# The first count of a variant belongs to its product, and is little beside the rest.
ONLY = {"stock_entry": "WHERE reason <> 'counted'"}
COUNTED = {"product": "product", "order": "order_head", "account": "account", "deed": "deed", "event": "inbox"}
WANTED_ROWS = 60_000
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def columns_of(ddl):
    """The columns of a table as SQLite has them, spelled for MariaDB as the program spells them."""
    for name, kind, rest in re.findall(r"(\w+) (INTEGER|TEXT|BLOB|REAL)\b((?:[^,()]|\((?:[^()]|\([^()]*\))*\))*)", ddl):
        limit = int((re.search(r"<= (\d+)\)", rest) or [0, 0])[1])
        if kind == "TEXT":
            kind = f"VARCHAR({limit})" if limit <= 768 else "TEXT" if limit * 4 <= 65_535 else "MEDIUMTEXT"
        elif kind == "BLOB":
            kind = f"VARBINARY({limit})" if limit <= 3072 else "BLOB"
        yield name, {"INTEGER": "BIGINT", "REAL": "DOUBLE"}.get(kind, kind), "NOT NULL" if "NOT NULL" in rest else "NULL"


def copied(value, column, limit, is_key, turn):
    """The value in a further copy: ids move on as new ones would, and keys stay unique."""
    if turn == 0 or value is None:
        return value
    if isinstance(value, int):
        return value + turn * (1 << 40) if column in ("id", "number") or column.endswith("_id") else value
    mark = "".join(DIGITS[turn // 36**place % 36] for place in (2, 1, 0))
    return value[:limit - len(mark)] + mark if is_key else value


def spelled(value):
    if value is None:
        return b"\\N"
    data = value if isinstance(value, bytes) else str(value).encode()
    return data.replace(b"\\", b"\\\\").replace(b"\t", b"\\t").replace(b"\n", b"\\n").replace(b"\0", b"\\0")


class MariaDB:
    def __init__(self, folder):
        self.socket = folder / "socket"
        data = folder / "data"
        user = ["--user=root"] if os.getuid() == 0 else []
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
                        *user], check=True, capture_output=True)
        self.process = subprocess.Popen(
            ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.socket}", "--skip-networking", *user,
             "--innodb-buffer-pool-size=1G", "--innodb-flush-log-at-trx-commit=0", f"--pid-file={folder / 'pid'}"],
            stderr=subprocess.DEVNULL)
        for _ in range(600):
            if subprocess.run(self.client() + ["-e", "SELECT 1"], capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise SystemExit("MariaDB doesn't start")

    def client(self):
        return ["mariadb", "--no-defaults", f"--socket={self.socket}", "-u", "root", "--local-infile=1", "-N", "-B"]

    def run(self, sql):
        done = subprocess.run(self.client() + ["-e", sql], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr + sql[:500])
        return [line.split("\t") for line in done.stdout.splitlines()]

    def stop(self):
        self.process.terminate()
        self.process.wait()


def fill(maria, shop, table, turns, file):
    ddl = shop.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()[0]
    columns = list(columns_of(ddl))
    keys = re.findall(r"(?:PRIMARY KEY|UNIQUE) \(([^)]*)\)", ddl)
    parts = [" ".join(column) for column in columns]
    parts += [("PRIMARY KEY" if place == 0 else "UNIQUE") + f" ({key})" for place, key in enumerate(keys)]
    for name, sql in shop.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND type = 'index' AND sql > ''",
                                  [table]):
        kind = "UNIQUE" if sql.startswith("CREATE UNIQUE") else "INDEX"
        parts.append(f"{kind} {name} ({re.search(r'[(](.*)[)]', sql)[1]})")
        keys += [re.search(r"[(](.*)[)]", sql)[1]] if kind == "UNIQUE" else []
    maria.run(f"CREATE TABLE shop.{table} ({', '.join(parts)}) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 "
              "COLLATE utf8mb4_nopad_bin")
    unique = {name for key in keys for name in key.split(", ")}
    limits = {name: int(limit) for name, limit in re.findall(r"CHECK \(length\((\w+)\) <= (\d+)\)", ddl)}
    rows = shop.execute(f"SELECT {', '.join(name for name, _, _ in columns)} FROM {table} {ONLY.get(table, '')}").fetchall()
    with open(file, "wb") as out:
        for turn in range(turns):
            for row in rows:
                out.write(b"\t".join(spelled(copied(value, name, limits.get(name), name in unique, turn))
                                     for value, (name, _, _) in zip(row, columns)) + b"\n")
    maria.run(f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE shop.{table} CHARACTER SET binary")
    return int(maria.run(f"SELECT COUNT(*) FROM shop.{table}")[0][0])


def main():
    shop = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="martlet-sizes-"))
    maria = MariaDB(folder)
    try:
        maria.run("CREATE DATABASE shop")
        for unit, tables in UNIT.items():
            count = shop.execute(f"SELECT COUNT(*) FROM {COUNTED[unit]}").fetchone()[0]
            turns = max(1, WANTED_ROWS // max(count, 1))
            total = 0
            for table in tables:
                rows = fill(maria, shop, table, turns, folder / "rows")
                maria.run(f"ANALYZE TABLE shop.{table}")
                size = int(maria.run("SELECT SUM(data_length + index_length) FROM information_schema.tables WHERE "
                                     f"table_schema = 'shop' AND table_name = '{table}'")[0][0])
                total += size
                print(f"{unit}\t{table}\t{rows / (count * turns):.2f} rows\t{size / (count * turns):.0f} bytes")
            print(f"{unit}\ttogether\t{count} x {turns}\t{total / (count * turns):.0f} bytes", flush=True)
    finally:
        maria.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
