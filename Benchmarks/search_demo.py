"""What people judged of the demo shop's goods (`Tests/Commerce/Search/Golden/demo.csv`), asked of the shop and of Tantivy: part of
`search.py`, and alone `search.py BIN_FOLDER --demo`. A handle stands for all goods that have it, what isn't named is 0, and a query
is Chinese as soon as it has a Chinese character. Goods, orders and settings of a shop that is there are left alone."""
import contextlib
import csv
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess

import search_peers as peers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
GOLDEN = ROOT / "Tests" / "Commerce" / "Search" / "Golden" / "demo.csv"
# As `Base32` writes identifiers.
DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def measure(bin_folder, python, folder, figure, note):
    """In a folder that is empty or missing.
    - python: one that has Tantivy; None where there is none, and nothing is held against it."""
    folder.mkdir(parents=True, exist_ok=True)
    program = pathlib.Path(bin_folder).resolve() / "martlet"
    # Of goods alone: what was bought lifts some of them, and nobody judged that.
    ran(folder, program, "demo", "--catalogue-only")
    handles = exported(folder / "data" / "shop.db", folder / "documents.tsv")
    judged, unknown = judgements(handles)
    if unknown:
        note(f"the demo shop has no goods of {len(unknown)} handles that were judged: {', '.join(sorted(unknown))}")
    mine = asked_shop(folder, program, judged)
    if not python:
        note(f"search of the demo shop: NDCG@10 {mean(mine, judged):.4f} of {len(judged)} queries")
        return
    theirs = asked_tantivy(folder, python, judged)
    against(figure, note, judged, mine, theirs)


def ran(folder, program, *arguments):
    """What the program prints, of a shop in the folder and nowhere else: variables and `.env` may name another."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MARTLET_")}
    out = subprocess.run(
        [program, *arguments, "--home-folder", ROOT, "--data-folder", (folder / "data").resolve()], capture_output=True, text=True,
        timeout=1800, env=environment, cwd=folder)
    if out.returncode:
        raise SystemExit(f"martlet {' '.join(map(str, arguments[:2]))} failed: {out.stderr[-2000:]}")
    return out.stdout


def exported(database, file):
    """Writes what search knows of all goods, a line each as `SearchBench documents` does, and answers the ids of each handle."""
    handles = {}
    # `texts` as `DocumentRow` joins them: brand, then categories, words and introductions in both languages, then choices.
    with contextlib.closing(sqlite3.connect(database)) as connection, open(file, "w", encoding="utf-8") as lines:
        rows = connection.execute("""
            SELECT product_id, handle, title_en, title_zh, texts, price, brand_id, category_id FROM search_document
            WHERE is_gone = 0 AND price IS NOT NULL ORDER BY product_id""")
        for number, handle, title, title_zh, texts, price, brand, category in rows:
            handles.setdefault(handle, []).append(number)
            fields = [number, title, title_zh, *texts.split("\x1f")[:7], price, brand or 0, category or 0, ""]
            lines.write("\t".join(" ".join(str(field).split()) for field in fields) + "\n")
    if not handles:
        raise SystemExit("the demo shop has no goods that search knows")
    return handles


def judgements(handles):
    """By query, as `JudgementSheet` reads them: its text, and the grades of goods by id. And handles that no goods have."""
    judged, unknown = {}, set()
    with open(GOLDEN, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = row["query"].strip()
            if row["product"] not in handles:
                unknown.add(row["product"])
                continue
            grades = judged.setdefault(" ".join(text.lower().split()), {"text": text, "grades": {}})["grades"]
            for number in handles[row["product"]]:
                grades[str(number)] = max(float(row["grade"]), grades.get(str(number), 0))
    return judged, unknown


def asked_shop(folder, program, judged):
    """NDCG@10 of each query as `martlet search eval` says it, by ids, since it takes a handle for one of the goods that have it."""
    file = folder / "judged.csv"
    with open(file, "w", encoding="utf-8", newline="") as sheet:
        writer = csv.writer(sheet)
        writer.writerow(("query", "product", "grade"))
        for each in judged.values():
            writer.writerows((each["text"], identifier(int(number)), f"{grade:g}") for number, grade in each["grades"].items())
    whole, told = None, {}
    for line in ran(folder, program, "search", "eval", file.resolve(), "--queries").splitlines():
        parts = line.split("\t")
        if parts[0] == "ndcg@10" and len(parts) == 2:
            whole = float(parts[1])
        elif len(parts) == 5 and parts[2].startswith("recall ") and parts[4].startswith("found "):
            told[" ".join(parts[0].lower().split())] = None if parts[1] == "-" else float(parts[1])
    if whole is None or told.keys() != judged.keys():
        missing = sorted(judged.keys() - told.keys())
        raise SystemExit(f"martlet search eval told of {len(told)} queries, not of these: {', '.join(missing[:10])}")
    if abs(mean(told, judged) - whole) > 0.001:
        raise SystemExit(f"martlet search eval says {whole} of all queries, and {mean(told, judged):.4f} of each")
    return told


def asked_tantivy(folder, python, judged):
    file = folder / "judged.json"
    file.write_text(json.dumps(judged), encoding="utf-8")
    out = subprocess.run(
        [python, HERE / "tantivy_demo.py", folder / "documents.tsv", file, folder / "tantivy"], capture_output=True, text=True,
        timeout=600)
    if out.returncode:
        raise SystemExit(f"tantivy_demo.py failed: {out.stderr[-2000:]}")
    return json.loads(out.stdout)


def against(figure, note, judged, mine, theirs):
    chinese = [key for key in judged if peers.HAN.search(judged[key]["text"])]
    english = [key for key in judged if key not in set(chinese)]
    for name, keys in (("", list(judged)), ("english_", english), ("chinese_", chinese)):
        shop, tantivy = mean(mine, keys), mean(theirs, keys)
        asked = f"{len(keys)} {name.replace('_', ' ')}queries"
        note(f"search of the demo shop, {asked}: NDCG@10 {shop:.4f}, Tantivy {tantivy:.4f}")
        figure(f"search_demo_{name}ndcg_to_tantivy", shop / tantivy, "ratio", ">=", 0.98)
    # Slips, pinyin and traditional signs are nothing that Tantivy claims to find: the rest alone says how both rank.
    found = [key for key in judged if theirs[key]]
    note(f"of the {len(found)} queries that Tantivy answers at all: {mean(mine, found):.4f}, Tantivy {mean(theirs, found):.4f}")
    behind = sorted((mine[key] - theirs[key], key) for key in found if mine[key] < theirs[key] - 0.01)
    note(f"Tantivy is better in {len(behind)}: " + ", ".join(f"{key} {change:+.2f}" for change, key in behind[:15]))


def mean(values, keys):
    """Where a measure says nothing the query is left out."""
    return statistics.mean(values[key] for key in keys if values[key] is not None)


def identifier(number):
    text = ""
    for _ in range(13):
        number, text = number >> 5, DIGITS[number & 31] + text
    return f"prd_{text}"
