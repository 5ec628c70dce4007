"""CPU of our first look against the ydata minimal report: 200,000 rows × 20 mixed columns, and 5,000 × 200.

    .venv/bin/python benchmarks/profile.py [--rounds 3]

Each runs in a process of its own; CPU seconds of the work are counted after the imports; the medians of the rounds
count. The figures are those of every column over all rows, patterns of gaps and repeated rows; the whole look adds
associations and links on 5,000 sampled rows, and storing. The associations are timed apart, on the same sample and the
same pairs (of the first 60 columns) as a plain loop: Spearman, chi-square and Kruskal-Wallis by scipy, one after
another, on columns coded beforehand. Ours computes Pearson's and mutual information besides.
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
import numpy as np, pandas as pd, sys
rows, columns, target = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
random = np.random.default_rng(0)
times, made = columns // 20, {}
for n in range(8 * times):
    made[f"number {n}"] = random.gamma(2.0, 10.0, rows).round(3)
for n in range(4 * times):
    made[f"count {n}"] = random.poisson(5, rows)
for n in range(6 * times):
    made[f"word {n}"] = random.choice([f"level {k}" for k in range(3 + 4 * (n % 6))], rows)
for n in range(columns - 18 * times - 1):
    made[f"gaps {n}"] = np.where(random.random(rows) < 0.2, np.nan, random.normal(size=rows))
made["left"] = np.where(random.random(rows) < 1 / (1 + np.exp(-(made["number 0"] / 20 - 2))), "yes", "no")
order = random.permutation(list(made))
pd.DataFrame({name: made[name] for name in order}).to_parquet(target)
"""
STORE = """
import sys
from mlworkbench import Workspace
from mlworkbench.projects import create_project
from mlworkbench.data import ingest
ingest(create_project(Workspace.open(sys.argv[1]), "bench"), source=sys.argv[2], target="left")
"""
LOOK = """
import sys, time
import duckdb, numpy, pandas, pyarrow.compute, pyarrow.parquet, scipy.special, scipy.stats
from mlworkbench import Workspace
from mlworkbench.data import get_dataset
from mlworkbench.profiling import profile
from mlworkbench.profiling.looking import exact
from mlworkbench.profiling import linking, sampling
project = Workspace.open(sys.argv[1]).project("bench")
table = get_dataset(project)
began = time.process_time()
exact(project, table)
figures = time.process_time() - began
began = time.process_time()
profile(project)
whole = time.process_time() - began
sample = sampling.training_sample(project, table, 5_000, 0)
for one in sample.columns:  # nothing kept from above
    for name in ("ranks", "edges", "cells"):
        one.__dict__.pop(name, None)
began = time.process_time()
pairs = linking.associations(sample.columns[:60])
print(figures, whole, time.process_time() - began, len(pairs))
"""
PLAIN = """
import sys, time, warnings
from itertools import combinations
import numpy as np
from scipy import stats
from mlworkbench import Workspace
from mlworkbench.data import get_dataset
from mlworkbench.profiling import sampling
warnings.simplefilter("ignore")
project = Workspace.open(sys.argv[1]).project("bench")
sample = sampling.training_sample(project, get_dataset(project), 5_000, 0)
columns = [(one.numeric, one.values, one.known) for one in sample.columns[:60]]
began = time.process_time()
found = []
for (first, x, a), (second, y, b) in combinations(columns, 2):
    both = a & b
    x, y = x[both], y[both]
    if first and second:
        found.append(stats.spearmanr(x, y).statistic)
    elif first or second:
        words, numbers = (y, x) if first else (x, y)
        found.append(stats.kruskal(*(numbers[words == code] for code in np.unique(words))).statistic)
    else:
        size = y.max() + 1
        table = np.bincount(x * size + y, minlength=(x.max() + 1) * size).reshape(-1, size)
        table = table[table.any(axis=1)][:, table.any(axis=0)]
        found.append(stats.chi2_contingency(table, correction=False).statistic)
print(time.process_time() - began, len(found))
"""
YDATA = """
import os, sys, time, warnings
os.environ["YDATA_PROFILING_NO_ANALYTICS"] = "True"
os.environ["MPLBACKEND"] = "Agg"
warnings.simplefilter("ignore")
import pandas as pd
from ydata_profiling import ProfileReport
frame = pd.read_parquet(sys.argv[2])
began = time.process_time()
ProfileReport(frame, minimal=True, progress_bar=False).to_html()
print(time.process_time() - began, time.process_time())
"""


def run(code: str, *arguments: str) -> list[float]:
    """The figures that a program prints on its last line."""
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "DO_NOT_TRACK": "true"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    return [float(one) for one in done.stdout.split("\n")[-2].split()] if done.stdout.strip() else []


def measure(rows: int, columns: int, rounds: int) -> None:
    """Print the ratios of one table."""
    with tempfile.TemporaryDirectory() as folder:
        file, home = str(Path(folder) / "table.parquet"), str(Path(folder) / "workspace")
        run(TABLE, str(rows), str(columns), file)
        run(STORE, home, file)
        looks, reports, loops = zip(
            *((run(LOOK, home), run(YDATA, home, file), run(PLAIN, home)) for _ in range(rounds)), strict=True
        )
    figures, whole, ours, pairs = (statistics.median(one) for one in zip(*looks, strict=True))
    report, plain = statistics.median(one[0] for one in reports), statistics.median(one[0] for one in loops)
    ratio, share = report / figures, ours / plain
    print(
        f"{rows:,} × {columns}: figures {figures:.2f} CPU s, ydata minimal report {report:.2f}: {ratio:.1f} times less "
        f"(limit 20) {'ok' if ratio >= 20 else 'MISSED'}; the whole look {whole:.2f}, {report / whole:.1f} times less"
    )
    print(
        f"{rows:,} × {columns}: associations of {pairs:,.0f} pairs {ours:.2f} CPU s, plain loop {plain:.2f}: "
        f"ratio {share:.2f} (limit 3) {'ok' if share <= 3 else 'MISSED'}",
        flush=True,
    )


def main() -> None:
    """Print the ratios of both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    measure(200_000, 20, rounds)
    measure(5_000, 200, rounds)


if __name__ == "__main__":
    main()
