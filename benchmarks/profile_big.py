"""The exact first look at 20 million rows × 8 columns: time against one DuckDB scan, memory, and how it grows.

    .venv/bin/python benchmarks/profile_big.py [--rows 20000000] [--rounds 3]

The table is stored as reading a file stores it (Parquet, zstd, row groups of 65,536; numbers, whole numbers, dates,
words of 3 and of 18,000 levels) and looked at by `profile`: everything, repeated rows, patterns of gaps, associations
and storing included. The scan is one query: count, min, max and approx_count_distinct of every column, avg and stddev
of numbers, approx_quantile (five) of numbers and dates. Ours counts and sorts exactly. Each runs in a process of its
own; CPU seconds of the work and the peak memory of the whole process count, medians of the rounds. A scan without the
quantiles is printed beside it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

NUMBERS = ("amount", "ratio", "gaps", "count", "code")
NAMES = (*NUMBERS, "when", "plan", "city")
TABLE = """
import sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
rows, target = int(sys.argv[1]), sys.argv[2]
random = np.random.default_rng(0)
plans, cities = pa.array(["basic", "plus", "pro"]), pa.array([f"city {k}" for k in range(18_000)])
writer = None
for start in range(0, rows, 1 << 20):
    n = min(1 << 20, rows - start)
    seconds = random.integers(0, 1500 * 86_400, n).astype("timedelta64[s]")
    table = pa.table({
        "amount": random.gamma(2, 50, n).round(2), "ratio": random.normal(size=n),
        "gaps": pa.array(random.normal(10, 3, n), mask=random.random(n) < 0.2),
        "count": random.poisson(4, n), "code": random.integers(0, 10**9, n),
        "when": pa.array((np.datetime64("2020-01-01") + seconds).astype("datetime64[us]")),
        "plan": plans.take(pa.array(random.integers(0, 3, n))),
        "city": cities.take(pa.array(random.integers(0, 18_000, n))),
    })
    writer = writer or pq.ParquetWriter(target, table.schema, compression="zstd")
    writer.write_table(table, row_group_size=65_536)
writer.close()
"""
STORE = """
import shutil, sys
from dataclasses import replace
from pathlib import Path
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
from mlworkbench import Workspace, artifacts
from mlworkbench.data import get_dataset, ingest
from mlworkbench.projects import create_project
home, file = sys.argv[1:]
project = create_project(Workspace.open(home), "bench")
rows = pq.ParquetFile(file).metadata.num_rows
some = Path(home) / "some.parquet"
pq.write_table(next(pq.ParquetFile(file).iter_batches(100_000)).to_pandas().pipe(pa.Table.from_pandas), some)
first = ingest(project, source=str(some))
spool = project.workspace.spool / "bench.parquet"
shutil.copyfile(file, spool)
table = artifacts.put_file(project, "table", spool, suffix=".parquet")
keys = pa.table({"key": np.random.default_rng(1).integers(0, 1 << 63, rows).astype(np.uint64)})
keys = artifacts.put_table(project, "row_keys", keys)
columns = tuple(replace(one, distinct=min(one.distinct * rows // first.rows, rows) if one.type in
                        ("number", "datetime") else one.distinct, missing=one.missing * rows // first.rows)
                for one in first.columns)
made = replace(first, table=table.id, keys=keys.id, rows=rows, columns=columns, findings=(), training_rows=rows)
made = artifacts.put_json(project, "dataset", made.as_dict(), parents=[table.id, keys.id], meta={"name": "big"})
artifacts.set_alias(project, "dataset", made.id)
"""
LOOK = """
import resource, sys
import duckdb, numpy, pandas, pyarrow.compute, pyarrow.parquet, scipy.special, scipy.stats
from mlworkbench import Workspace
from mlworkbench.profiling import glance, predict_seconds, profile
project = Workspace.open(sys.argv[1]).project("bench")
def cpu():
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
began = cpu()
seen = glance(project)
glanced, began = cpu() - began, cpu()
made = profile(project)
assert seen.estimated and not made.estimated and not [one for one in made.columns if one.note]
print(cpu() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, glanced)
"""
SCAN = """
import resource, sys
import duckdb
began = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
duckdb.sql(sys.argv[1]).fetchall()
print(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - began)
"""


def query(file: str, quantiles: bool) -> str:
    """One aggregate scan of every column."""
    parts = []
    for name in NAMES:
        one = f'"{name}"'
        parts.append(f"count({one}), min({one}), max({one}), approx_count_distinct({one})")
        if name in NUMBERS:
            parts.append(f"avg({one}), stddev_samp({one})")
        if quantiles and name in (*NUMBERS, "when"):
            parts.append(f"approx_quantile({one}, [0.05, 0.25, 0.5, 0.75, 0.95])")
    return f"SELECT {', '.join(parts)} FROM '{file}'"


def run(code: str, *arguments: str) -> tuple[float, ...]:
    """The figures that a program prints on its last line."""
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    return tuple(float(one) for one in done.stdout.split("\n")[-2].split()) if done.stdout.strip() else ()


def looked(folder: Path, rows: int, rounds: int) -> tuple[tuple[float, ...], list[tuple[float, float]]]:
    """Median CPU seconds, memory (GB) and seconds of the glance; CPU seconds of both scans per round."""
    file, home = str(folder / f"{rows}.parquet"), str(folder / f"home-{rows}")
    run(TABLE, str(rows), file)
    run(STORE, home, file)
    looks, scans = [], []
    for _ in range(rounds):
        scans.append((run(SCAN, query(file, True))[0], run(SCAN, query(file, False))[0]))
        looks.append(run(LOOK, home))
    return tuple(statistics.median(one) for one in zip(*looks, strict=True)), scans


def verdict(value: float, limit: float) -> str:
    """Whether a limit holds."""
    return f"(limit {limit}) {'ok' if value <= limit else 'MISSED'}"


def main() -> None:
    """Print time, memory and growth."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (ours, memory, glanced), scans = looked(Path(folder), given.rows, given.rounds)
        scan, bare = (statistics.median(one) for one in zip(*scans, strict=True))
        print(f"{given.rows:,} × 8: first look {ours:.1f} CPU s, DuckDB scan {scan:.1f} ({bare:.1f} without quantiles)")
        print(f"time: ratio {ours / scan:.2f} {verdict(ours / scan, 4)}; without quantiles {ours / bare:.2f}")
        print(f"peak memory of the process: {memory:.2f} GB {verdict(memory, 1.5)}; glance {glanced:.2f} CPU s")
        small, large = (looked(Path(folder), rows, given.rounds)[0][0] for rows in (given.rows // 20, given.rows // 2))
        print(
            f"{given.rows // 20:,} rows {small:.2f}, {given.rows // 2:,} rows {large:.2f} CPU s: "
            f"ratio {large / small:.1f} {verdict(large / small, 11)}"
        )


if __name__ == "__main__":
    main()
