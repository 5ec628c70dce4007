"""CPU seconds of drift scores on 100,000 + 100,000 rows × 20 mixed columns, against Evidently's DataDriftPreset.

    python benchmarks/drift.py

Evidently holds plotly below 6, so it is installed by pip into a virtual environment that is removed afterwards. Both
run in processes of their own on the same two Parquet files; what is measured is the CPU time of comparing, reading
and importing left out, the median of three runs after a first one. Ours makes more: two tests per column, the share
of missing cells, what chance shows at this size, the correction over all, and both distributions to be drawn.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import numpy as np
import pandas as pd

EVIDENTLY = ("evidently==0.7.23", "pandas==2.3.3", "pyarrow")
ROWS, RUNS = 100_000, 3
TARGET = 5.0
OURS = """
import json, sys, time
import pandas as pd
from mlworkbench.monitoring import compare_tables
reference, current = (pd.read_parquet(path) for path in sys.argv[1:3])
types = {name: "number" if reference[name].dtype.kind == "f" else "category" for name in reference}
spent, found = [], ()
for _ in range(int(sys.argv[3]) + 1):
    begun = time.process_time()
    found = compare_tables(reference, current, types)
    spent.append(time.process_time() - begun)
drifted = [one.column for one in found if one.drifted]
print(json.dumps({"seconds": sorted(spent[1:])[len(spent[1:]) // 2], "drifted": drifted}))
"""
THEIRS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
reference, current = (pd.read_parquet(path) for path in sys.argv[1:3])
spent = []
for _ in range(int(sys.argv[3]) + 1):
    begun = time.process_time()
    snapshot = Report([DataDriftPreset()]).run(current, reference)
    found = snapshot.dict()
    spent.append(time.process_time() - begun)
drifted = found["metrics"][0]["value"]
print(json.dumps({"seconds": sorted(spent[1:])[len(spent[1:]) // 2], "drifted": drifted}))
"""


def table(rows: int, seed: int, shift: float) -> pd.DataFrame:
    """Ten columns of numbers (normal, skewed, whole, with gaps) and ten of words; every other one is shifted."""
    random = np.random.default_rng(seed)
    columns: dict[str, object] = {}
    for place in range(10):
        moved = shift * (place % 2)
        values = random.normal(moved, 1, rows) if place < 5 else random.exponential(1 + moved, rows)
        if place in (3, 7):
            values = np.round(values * 10)
        if place in (4, 8):
            values[random.random(rows) < 0.05] = np.nan
        columns[f"number {place}"] = values
    for place in range(10):
        size = (2, 3, 5, 8, 12, 20, 2, 4, 30, 6)[place]
        weights = np.arange(size, 0, -1.0) ** (1 + 2 * shift * (place % 2))
        words = np.array([f"word {number}" for number in range(size)], dtype=object)
        columns[f"word {place}"] = words[random.choice(size, rows, p=weights / weights.sum())]
    return pd.DataFrame(columns)


def measured(python: str, script: str, files: list[Path]) -> dict[str, object]:
    """What a script in a process of its own says of itself."""
    environment = {"PATH": "/usr/bin:/bin", "DO_NOT_TRACK": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [python, "-c", script, *map(str, files), str(RUNS)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / "reference.parquet", folder / "current.parquet"]
        for file, seed, shift in zip(files, (1, 2), (0.0, 0.3), strict=True):
            table(ROWS, seed, shift).to_parquet(file, index=False)
        ours = measured(sys.executable, OURS, files)
        print(f"mlworkbench: {ours['seconds']:.2f} CPU s, drifted: {', '.join(ours['drifted'])}", flush=True)  # type: ignore[arg-type]
        print(f"installing {EVIDENTLY[0]} into an environment of its own ...", flush=True)
        venv.create(folder / "peer", with_pip=True)
        python = str(folder / "peer" / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "-q", *EVIDENTLY], check=True, capture_output=True)
        theirs = measured(python, THEIRS, files)
        ratio = float(theirs["seconds"]) / float(ours["seconds"])  # type: ignore[arg-type]
        print(f"Evidently:   {theirs['seconds']:.2f} CPU s, drifted: {theirs['drifted']}")
        verdict = "met" if ratio >= TARGET else "missed"
        print(f"{ratio:.1f} times less CPU; at least {TARGET:g} was promised: {verdict}")


if __name__ == "__main__":
    main()
