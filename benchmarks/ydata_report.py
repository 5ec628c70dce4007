"""CPU seconds, megabytes and memory of ydata reports by size, types and mode, against what we predict before the click.

    .venv/bin/python benchmarks/ydata_report.py [--fit] [--mode minimal …]

Every case runs in a process of its own; CPU seconds count from after the imports. With --fit the coefficients of
`mlworkbench/profiling/predicting.py` are computed anew from the cases (non-negative least squares on relative errors).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import replace

CASES = (  # rows, columns of numbers, categories, texts, dates
    (1_000, 5, 5, 0, 0),
    (1_000, 10, 0, 0, 0),
    (1_000, 0, 8, 0, 0),
    (1_000, 1, 0, 5, 0),
    (1_000, 1, 0, 0, 5),
    (10_000, 8, 6, 2, 1),
    (50_000, 8, 8, 0, 0),
    (50_000, 2, 0, 4, 0),
    (200_000, 6, 4, 0, 1),
    (2_000, 24, 12, 0, 0),
)
CASES_IN_TIME = (  # its tests of series take memory by rows × lags: 200,000 rows took 5 GB
    (300, 4, 2, 0, 0),
    (1_000, 5, 5, 0, 0),
    (1_000, 12, 0, 0, 0),
    (1_000, 1, 0, 5, 0),
    (1_000, 1, 0, 0, 5),
    (10_000, 6, 4, 1, 1),
    (20_000, 4, 0, 0, 0),
    (40_000, 2, 2, 0, 0),
    (40_000, 0, 2, 2, 0),
)
CODE = """
import json, resource, sys, time
import numpy as np, pandas as pd
rows, numbers, categories, texts, dates = (int(one) for one in sys.argv[2:7])
mode = sys.argv[1]
random = np.random.default_rng(0)
words = np.array([f"word{n}" for n in range(400)])
def table(rows):
    made = {}
    for n in range(numbers):
        made[f"number {n}"] = random.normal(size=rows).cumsum() if mode == "timeseries" else random.gamma(2, 10, rows)
    for n in range(categories):
        made[f"category {n}"] = pd.Categorical(random.choice([f"level {k}" for k in range(2 + 4 * n)], rows))
    for n in range(texts):
        made[f"text {n}"] = [" ".join(one) for one in random.choice(words, (rows, 8))]
    for n in range(dates):
        made[f"date {n}"] = pd.Timestamp("2000") + pd.to_timedelta(random.integers(0, 10**6, rows), "min")
    if mode == "timeseries":
        made["time"] = pd.date_range("2000", periods=rows, freq="min")
    return pd.DataFrame(made)
frames = [table(rows), table(rows)] if mode == "comparison" else [table(rows)]
from mlworkbench.profiling import ydata
import ydata_profiling
began, clock = time.process_time(), {}
class Told(ydata.Progress):
    def update(self, fraction, message=""):
        clock[message.split()[0] if message else "step"] = time.process_time() - began
html, _ = ydata.make(frames, ["one", "two"][: len(frames)], mode=mode, time="time" if mode == "timeseries" else None,
                     progress=Told())
print(json.dumps({"seconds": time.process_time() - began, "megabytes": len(html.encode()) / 1e6,
                  "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, "clock": clock}))
"""


def run(mode: str, case: tuple[int, ...]) -> dict[str, float]:
    """One report in a fresh process."""
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": "1", "DO_NOT_TRACK": "true"}
    done = subprocess.run(
        [sys.executable, "-c", CODE, mode, *map(str, case)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print a row per case, then how far the predictions are off."""
    from mlworkbench.profiling.predicting import Shape, cost, features
    from mlworkbench.profiling.report_results import MODES

    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", action="append", choices=MODES)
    parser.add_argument("--fit", action="store_true")
    given = parser.parse_args()
    print(
        "mode       rows numbers categories texts dates | CPU s (predicted) | MB (predicted) | GB (predicted) | phases"
    )
    for mode in given.mode or MODES:
        found, off = [], []
        for case in CASES_IN_TIME if mode == "timeseries" else CASES:
            shape, one = Shape(*case), run(mode, case)
            if mode == "timeseries":
                shape = replace(shape, dates=shape.dates + 1)
            found.append((shape, one))
            seconds, megabytes, gigabytes = cost(shape, mode)
            off.append(max(one["seconds"] / seconds, seconds / one["seconds"]))
            print(
                f"{mode:<10} {shape.rows:>7,} {shape.numbers:>7} {shape.categories:>10} {shape.texts:>5} "
                f"{shape.dates:>5} | {one['seconds']:5.1f} ({seconds:5.1f})     | {one['megabytes']:5.2f} "
                f"({megabytes:5.2f})  | {one['gigabytes']:5.2f} ({gigabytes:4.2f})   | "
                + ", ".join(f"{name} {at:.1f}" for name, at in one["clock"].items()),  # type: ignore[attr-defined]
                flush=True,
            )
        print(f"{mode}: seconds are off by a factor of {statistics.median(off):.2f} (median), {max(off):.2f} (most)\n")
        if given.fit:
            fit(mode, [(features(shape, mode), one) for shape, one in found])


def fit(mode: str, found: list[tuple[tuple[tuple[float, ...], ...], dict[str, float]]]) -> None:
    """Print coefficients that make the relative errors small."""
    import numpy as np
    from scipy.optimize import nnls

    for place, what in enumerate(("seconds", "megabytes", "gigabytes")):
        left = np.array([values[place] for values, _ in found])
        right = np.array([one[what] for _, one in found])
        weights = nnls(left / right[:, None], np.ones(len(right)))[0]
        print(f"{mode} {what}:", tuple(float(f"{one:.3g}") for one in weights), flush=True)


if __name__ == "__main__":
    main()
