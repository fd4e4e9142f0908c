"""The same goods and questions in SQLite's FTS5 as it comes: `fts5_peer.py PROGRAM COUNT QUERIES.json FOLDER`. `bm25()` with the
shop's weights, Porter's stems, Chinese cut before it gets there, counts by category and brand through joins with a table of
columns, within prices. Prints one JSON object."""
import json
import pathlib
import sqlite3
import sys
import time

import search_peers as peers

PROGRAM, COUNT, QUERIES, FOLDER = sys.argv[1], int(sys.argv[2]), json.loads(pathlib.Path(sys.argv[3]).read_text()), sys.argv[4]
WEIGHTS = ", ".join(str(peers.WEIGHTS[name]) for name in ("title", "brand", "category", "words", "body"))


def built(database, facts):
    """Answers the seconds that SQLite worked."""
    database.executescript("""
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -64000;
        CREATE TABLE product (id INTEGER PRIMARY KEY, price INTEGER, brand INTEGER, category INTEGER);
        CREATE VIRTUAL TABLE document USING fts5(
          title, brand, category, words, body, content='', tokenize='porter unicode61');
        """)
    took, batch = 0.0, []

    def write():
        nonlocal took
        before = time.perf_counter()
        with database:
            database.executemany("INSERT INTO product VALUES (?, ?, ?, ?)", [row[0] for row in batch])
            database.executemany(
                "INSERT INTO document (rowid, title, brand, category, words, body) VALUES (?, ?, ?, ?, ?, ?)",
                [row[1] for row in batch])
        batch.clear()
        took += time.perf_counter() - before

    for item in peers.goods(PROGRAM, COUNT):
        facts.append(tuple(map(int, item.facts.split(","))))
        chinese, number = item.chinese(), int(item.id)
        texts = [f"{getattr(item, name)} {chinese.get(name, '')}" for name in ("title", "brand", "category", "words", "body")]
        batch.append((
            (number, int(item.price), int(item.brand_id), int(item.category_id)), (number, *texts)))
        if len(batch) == 5000:
            write()
    write()
    before = time.perf_counter()
    with database:
        database.execute("INSERT INTO document (document) VALUES ('optimize')")
    return took + time.perf_counter() - before


def main():
    pathlib.Path(FOLDER).mkdir(parents=True, exist_ok=True)
    database, facts = sqlite3.connect(f"{FOLDER}/fts5.db"), []
    seconds = built(database, facts)

    def words(text):
        latin = [word for word in "".join(sign if sign.isalnum() else " " for sign in peers.HAN.sub(" ", text)).split()]
        return ['"' + word + '"' for word in latin + peers.pairs(text, singles=False).split()]

    within = f"product.price BETWEEN {QUERIES['priceFrom']} AND {QUERIES['priceTo']}"
    joined = "FROM document JOIN product ON product.id = document.rowid WHERE document MATCH ?"

    def top(text, limit, and_within=""):
        """All words first, then any where there are too few. Answers what was asked last, and ids of goods."""
        ids = []
        for glue in (" ", " OR "):
            match = glue.join(words(text))
            rows = database.execute(
                f"SELECT document.rowid, bm25(document, {WEIGHTS}) AS score {joined} {and_within} ORDER BY score LIMIT {limit}",
                (match,)).fetchall()
            ids += [row[0] for row in rows if row[0] not in ids]
            if len(ids) >= limit or len(words(text)) < 2:
                break
        return match, ids[:limit]

    def ask(text):
        match, found = top(text, 20, f"AND {within}")
        for column in ("brand", "category"):
            database.execute(
                f"SELECT product.{column}, COUNT(*) {joined} AND {within} GROUP BY 1 ORDER BY 2 DESC", (match,)).fetchall()
        return found

    # Some of its answers take half a second at a million goods, so fewer are asked for.
    told = peers.times(QUERIES, ask, rounds=1, most=40, budget=60)
    told["ndcg_at_10"] = peers.quality(QUERIES["judged"], facts, lambda text, limit: top(text, limit)[1])
    told["build_seconds"] = seconds
    peers.tell(told)


main()
