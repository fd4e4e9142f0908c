#!/usr/bin/env python3
"""Holds a bill of a million lines against as many payments: `Benchmarks/reconcile.py [--lines N] [--database URL]`. Builds
`ReconcileBench`, runs it on an embedded database of its own (or on an empty one at a MySQL address), and prints what it took
against the goals: 60 seconds and 300 MB for a million lines. `make bench` measures the same on an embedded database."""
import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES, LINES = 60, 300, 1_000_000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--database", help="mysql://USER:PASSWORD@HOST/DATABASE, empty")
    options = parser.parse_args()
    build = ["swift", "build", "-c", "release", "--product", "ReconcileBench"]
    subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    folder = subprocess.run(build[:4] + ["--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    program = pathlib.Path(folder.stdout.strip()) / "ReconcileBench"
    told = subprocess.run(
        [program, str(options.lines)] + ([options.database] if options.database else []),
        check=True, capture_output=True, text=True).stdout
    print(told, end="")
    values = dict(line.split(" ", 1) for line in told.splitlines() if " " in line)
    share = options.lines / LINES
    is_well = (
        int(values["days_compared"]) == 1
        and int(values["differences"]) == min(-(-options.lines // 1000), 1000)
        and float(values["seconds"]) <= max(SECONDS * share, 5)
        and int(values["megabytes_at_most"]) <= MEGABYTES)
    print("within the goals" if is_well else "beyond the goals")
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
