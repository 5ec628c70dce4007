"""A mixed CSV to a stored, typed, checked version against DuckDB's own COPY of the same file, in the same run.

    .venv/bin/python benchmarks/ingest.py [--rows 2700000] [--rounds 3]

Ours copies and hashes the upload, finds dialect and types, counts findings, keeps rejected rows and keys every row;
DuckDB sniffs, reads and writes Parquet. Each runs in a process of its own; seconds and its peak memory count.
"""

from __future__ import annotations

import argparse
import os
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


def main() -> None:
    """Print the ratios of time and memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2_700_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        run(TABLE, str(given.rows), str(file))
        figures: dict[str, list[tuple[float, ...]]] = {"ours": [], "duckdb": []}
        for turn in range(given.rounds):
            figures["duckdb"].append(run(DUCKDB, folder, str(file)))
            figures["ours"].append(run(OURS, f"{folder}/workspace-{turn}", str(file)))
        (ours, memory), (theirs, other) = (
            [statistics.median(column) for column in zip(*figures[name], strict=True)] for name in ("ours", "duckdb")
        )
        print(f"{file.stat().st_size / 1e6:,.0f} MB, {given.rows:,} rows × 11 columns")
    for what, a, b, unit in (("time", ours, theirs, "s"), ("peak memory", memory, other, "MB")):
        verdict = "ok" if a <= 1.5 * b else "MISSED"
        print(f"{what}: ours {a:,.1f} {unit}, DuckDB {b:,.1f} {unit}, ratio {a / b:.1f} (limit 1.5) {verdict}")


if __name__ == "__main__":
    main()
