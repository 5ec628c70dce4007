"""A mixed CSV to a stored, typed, checked version against DuckDB's own COPY of the same file, in the same run.

    .venv/bin/python benchmarks/ingest.py [--rows 2700000] [--rounds 3]

Ours copies and hashes the upload, finds dialect and types, counts findings, keeps rejected rows and keys every row;
DuckDB sniffs, reads and writes Parquet. Each runs in a process of its own; seconds and its peak memory count.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TABLE = """
import sys
import numpy as np, pandas as pd
rows, target = int(sys.argv[1]), sys.argv[2]
random = np.random.default_rng(0)
with open(target, "w", encoding="utf-8") as file:
    for start in range(0, rows, 200_000):
        n = min(200_000, rows - start)
        pd.DataFrame({
            "id": np.arange(start, start + n),
            "when": (np.datetime64("2020-01-01") + random.integers(0, 1500, n).astype("timedelta64[D]")).astype(str),
            "amount": random.gamma(2, 50, n).round(2), "ratio": random.normal(size=n).round(6),
            "count": random.poisson(4, n), "city": random.choice(["Berlin", "Paris", "New York", "São Paulo"], n),
            "plan": random.choice(["basic", "plus", "pro"], n), "flag": random.choice(["yes", "no"], n),
            "gaps": np.where(random.random(n) < 0.2, np.nan, random.normal(10, 3, n).round(3)),
            "code": [f"K{value:07d}" for value in random.integers(0, 9_999_999, n)],
            "note": random.choice(["ok", "call, again", 'said "no"', "left early"], n),
        }).to_csv(file, index=False, header=start == 0)
        file.write("1,2,3,4,5,6,7,8,9,10,11,12,13\\n")
"""
WIDE = """
import sys
import numpy as np
import pandas as pd
random = np.random.default_rng(0)
kinds = (lambda: random.normal(size=5000).round(4), lambda: random.integers(0, 1000, 5000),
         lambda: random.choice(["a", "b", "c"], 5000), lambda: random.gamma(2, 50, 5000).round(2))
pd.DataFrame({f"v{place}": kinds[place % 4]() for place in range(2000)}).to_csv(sys.argv[1], index=False)
with open(sys.argv[1], "a") as file:
    file.write(",".join(["1"] * 2003) + "\\n")
"""
OURS = """
import resource, sys, time
import pyarrow.csv, pyarrow.parquet, pyarrow.compute, pandas
from mlworkbench import Workspace
from mlworkbench.projects import create_project
from mlworkbench.data import ingest
project = create_project(Workspace.open(sys.argv[1]), "bench")
began = time.perf_counter()
made = ingest(project, source=sys.argv[2])
assert made.rejected_rows > 0
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
"""
DUCKDB = """
import resource, sys, time
import duckdb
began = time.perf_counter()
source = f"read_csv('{sys.argv[2]}', ignore_errors = true)"
duckdb.sql(f"COPY (FROM {source}) TO '{sys.argv[1]}/duckdb.parquet' (FORMAT parquet)")
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
"""


def run(code: str, *arguments: str) -> tuple[float, ...]:
    """The figures that a program prints on its last line."""
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    return tuple(float(one) for one in done.stdout.split("\n")[-2].split()) if done.stdout.strip() else ()


def compared(file: Path, folder: str, rounds: int) -> dict[str, tuple[float, ...]]:
    """Medians of seconds and peak megabytes, ours and DuckDB's, measured in turns."""
    figures: dict[str, list[tuple[float, ...]]] = {"ours": [], "duckdb": []}
    for turn in range(rounds):
        figures["duckdb"].append(run(DUCKDB, folder, str(file)))
        figures["ours"].append(run(OURS, f"{folder}/{file.stem}-{turn}", str(file)))
        shutil.rmtree(f"{folder}/{file.stem}-{turn}")
    return {
        name: tuple(statistics.median(column) for column in zip(*rows, strict=True)) for name, rows in figures.items()
    }


def told(what: str, ours: float, theirs: float, limit: float, unit: str) -> None:
    """One line of the outcome."""
    verdict = f"(limit {limit:g}) {'ok' if ours <= limit * theirs else 'MISSED'}"
    print(f"{what}: {ours:,.1f} {unit} against {theirs:,.1f} {unit}, ratio {ours / theirs:.1f} {verdict}")


def main() -> None:
    """Print the ratios of time and memory, of a wide table, and of ten times the rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2_700_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        run(TABLE, str(given.rows), str(file))
        found = compared(file, folder, given.rounds)
        print(f"{file.stat().st_size / 1e6:,.0f} MB, {given.rows:,} rows × 11 columns, ours against DuckDB")
        told("time", found["ours"][0], found["duckdb"][0], 1.5, "s")
        told("peak memory", found["ours"][1], found["duckdb"][1], 1.5, "MB")
        run(WIDE, str(file))
        found = compared(file, folder, given.rounds)
        told("2,000 columns × 5,000 rows, time against DuckDB", found["ours"][0], found["duckdb"][0], 3, "s")
        grown = {}
        for rows in (1_000_000, 10_000_000):
            run(TABLE, str(rows), str(file))
            grown[rows] = run(OURS, f"{folder}/{rows}", str(file))
            shutil.rmtree(f"{folder}/{rows}")
        (small, little), (large, much) = grown[1_000_000], grown[10_000_000]
        told("10 million rows against 1 million, time", large, small, 11, "s")
        told("10 million rows against 1 million, peak memory", much, little, 1.3, "MB")


if __name__ == "__main__":
    main()
