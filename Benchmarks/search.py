"""Search at a million made goods, beside Tantivy and FTS5: `bin/bench --only search [--quick]`, or
`search.py BIN_FOLDER [--quick] [--keep FOLDER]`; then how well the demo shop's goods are found (`search_demo.py`), which
`search.py BIN_FOLDER --demo` measures alone. Tantivy comes from PyPI into an environment of its own; where it can't be had, what is
measured against it is left out and said. Peers run one after another and never while the shop's search does."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import venv

import search_demo

HERE = pathlib.Path(__file__).resolve().parent
CLASSES = ("common", "three_words", "rare", "chinese")
# What a median may take of Tantivy's at most.
SHARES = {"common": 3.5, "three_words": 3.5, "rare": 1, "chinese": 1}


def told(*command, seconds=7200):
    out = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=seconds, env={**os.environ, "PYTHONPATH": str(HERE)})
    if out.returncode:
        raise SystemExit(f"{command[0]} failed: {out.stderr[-2000:]}")
    return json.loads(out.stdout)


def python_with_tantivy(folder, note):
    """A Python that has it, or None."""
    if subprocess.run([sys.executable, "-c", "import tantivy"], capture_output=True).returncode == 0:
        return sys.executable
    try:
        venv.create(folder, with_pip=True)
        python = folder / "bin" / "python"
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "tantivy>=0.25"], check=True,
            capture_output=True, timeout=300)
        return python
    except (OSError, subprocess.SubprocessError) as fault:
        note(f"Tantivy can't be had here ({fault}); nothing is held against it")
        return None


def against(figure, mine, theirs):
    """Medians and 99th percentiles of each class, and what is found."""
    for each in CLASSES:
        figure(f"search_{each}_to_tantivy", mine[f"{each}_p50_ms"] / theirs[f"{each}_p50_ms"], "ratio", "<=", SHARES[each])
        figure(f"search_{each}_p99_to_tantivy", mine[f"{each}_p99_ms"] / theirs[f"{each}_p99_ms"], "ratio", "<=", 4)
    figure("search_ndcg_to_tantivy", mine["ndcg_at_10"] / theirs["ndcg_at_10"], "ratio", ">=", 0.98)


def row(note, name, values):
    speeds = ", ".join(f"{each} {values[f'{each}_p50_ms']:.2f}/{values[f'{each}_p99_ms']:.2f}" for each in CLASSES)
    note(f"search in {name}, median/99th ms: {speeds}; NDCG@10 {values['ndcg_at_10']:.3f}; built in {values['build_seconds']:.0f} s")


def measure(bin_folder, is_quick, figure, note, kept=None):
    count, each = (50_000, 60) if is_quick else (1_000_000, 200)
    program = pathlib.Path(bin_folder) / "SearchBench"
    folder = pathlib.Path(kept or tempfile.mkdtemp(prefix="martlet-search-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        mine = {}
        if not (folder / "built.json").exists():
            mine = told(program, "build", folder, count)
            (folder / "built.json").write_text(json.dumps(mine))
        mine = json.loads((folder / "built.json").read_text())
        mine.update(told(program, "ask", folder, count, each))
        mine.update(told(program, "change", folder, count, each))
        row(note, "Martlet", mine)
        for name in sorted(mine):
            note(f"search {name} {mine[name]:.4g}")
        own(figure, mine, count)
        queries = folder / "queries.json"
        queries.write_text(json.dumps(told(program, "queries", count, each)))
        python = python_with_tantivy(folder / "python", note)
        if python:
            theirs = told(python, HERE / "tantivy_peer.py", program, count, queries, folder / "tantivy")
            row(note, "Tantivy", theirs)
            against(figure, mine, theirs)
        row(note, "FTS5", told(sys.executable, HERE / "fts5_peer.py", program, count, queries, folder / "fts5"))
        demo(bin_folder, python, figure, note)
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def demo(bin_folder, python, figure, note):
    """How well the demo shop's goods are found, as people judged it; always of a new shop."""
    with tempfile.TemporaryDirectory(prefix="martlet-search-demo-") as folder:
        search_demo.measure(bin_folder, python, pathlib.Path(folder), figure, note)


def own(figure, mine, count):
    figure("search_build_seconds_per_million", mine["build_seconds"] * 1_000_000 / count, "s", "<=", 120)
    figure("search_memory_beside_sqlite", mine["memory_mib"], "MiB", "<=", 100)
    figure("search_price_changes", mine["price_changes_per_second"], "/s", ">=", 10_000)
    figure("search_documents", mine["documents_per_second"], "/s", ">=", 5_000)
    figure("search_changes_unseen", mine["changes_unseen"], "batches", "<=", 0)
    figure("search_slips_right_first", mine["slips_right_first"], "of all", ">=", 0.95)
    figure("search_suggest_p99", mine["suggest_p99_ms"], "ms", "<=", 10)
    figure("search_hostile_worst", mine["hostile_worst_ms"], "ms", "<=", 200)
    figure("search_hostile_cold_worst", mine["hostile_cold_worst_ms"], "ms", "<=", 200)


def main():
    def figure(name, value, unit, op, bound):
        is_met = value >= bound if op == ">=" else value <= bound
        print(f"figure {name} {value:.3g} {unit} goal {op} {bound:g} {'met' if is_met else 'short'}", flush=True)

    def note(text):
        print(f"# {text}", file=sys.stderr, flush=True)

    if "--demo" in sys.argv:
        with tempfile.TemporaryDirectory(prefix="martlet-search-python-") as folder:
            return demo(sys.argv[1], python_with_tantivy(pathlib.Path(folder), note), figure, note)
    kept = sys.argv[sys.argv.index("--keep") + 1] if "--keep" in sys.argv else None
    measure(sys.argv[1], "--quick" in sys.argv, figure, note, kept)


if __name__ == "__main__":
    main()
