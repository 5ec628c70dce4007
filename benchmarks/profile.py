"""CPU of our first look against the ydata minimal report, on 200,000 rows × 20 mixed columns.

    .venv/bin/python benchmarks/profile.py [--rows 200000] [--rounds 5]

Each runs in a process of its own; CPU seconds of the work are counted after the imports, those of the whole process
beside them; the medians of the rounds count. The first look is timed without and with its associations, which are
computed on 5,000 sampled rows.
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
rows, target = int(sys.argv[1]), sys.argv[2]
random = np.random.default_rng(0)
frame = pd.DataFrame({f"number {n}": random.gamma(2.0, 10.0, rows).round(3) for n in range(8)})
for n in range(4):
    frame[f"count {n}"] = random.poisson(5, rows)
for n in range(6):
    frame[f"word {n}"] = random.choice([f"level {k}" for k in range(3 + 4 * n)], rows)
frame["gaps"] = np.where(random.random(rows) < 0.2, np.nan, random.normal(size=rows))
frame["left"] = np.where(random.random(rows) < 1 / (1 + np.exp(-(frame["number 0"] / 20 - 2))), "yes", "no")
frame.to_parquet(target)
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
import numpy, pandas, pyarrow.compute, pyarrow.parquet, scipy.stats
from mlworkbench import Workspace, artifacts
from mlworkbench.data import get_dataset, load_keys
from mlworkbench.profiling import profile
from mlworkbench.profiling import columns, looking
project = Workspace.open(sys.argv[1]).project("bench")
table = get_dataset(project)
began = time.process_time()
file = looking.open_table(artifacts.path(project, table.table))
made = [columns.profile_column(one.name, one.type, file.read([one.name])[one.name]) for one in table.columns]
looking._duplicates(load_keys(project, table))
looking._missing_together(file, [one.name for one in made if one.missing])
figures = time.process_time() - began
began = time.process_time()
profile(project)
print(figures, time.process_time() - began, time.process_time())
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


def main() -> None:
    """Print the ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    rows, rounds = given.rows, given.rounds
    with tempfile.TemporaryDirectory() as folder:
        file, home = str(Path(folder) / "table.parquet"), str(Path(folder) / "workspace")
        run(TABLE, str(rows), file)
        run(STORE, home, file)
        looks, reports = zip(*((run(LOOK, home, file), run(YDATA, home, file)) for _ in range(rounds)), strict=True)
    figures, whole, process = (statistics.median(one) for one in zip(*looks, strict=True))
    report, other = (statistics.median(one) for one in zip(*reports, strict=True))
    ratio = report / figures
    print(f"{rows:,} × 20: first look {figures:.2f} CPU s (whole profile with associations and storing {whole:.2f})")
    print(f"ydata minimal report {report:.2f} CPU s; whole processes {process:.1f} and {other:.1f} CPU s")
    print(f"ratio {ratio:.1f} (limit 20) {'ok' if ratio >= 20 else 'MISSED'}; with associations {report / whole:.1f}")


if __name__ == "__main__":
    main()
