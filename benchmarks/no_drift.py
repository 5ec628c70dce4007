"""How often monitoring cries wolf, and how often it sees the wolf, on a real table.

    MLWORKBENCH_TEST_DATA=… python benchmarks/no_drift.py

Telco's training rows (holdout put aside) are resampled without drift at several batch sizes: once from all training
rows, once as new rows of the same population (batch and reference do not overlap, the harder case). Then two shifts
are planted: half a standard deviation in a number, 15 points of a category's share. A report is right to say
"changed" in at most alpha = 5 % of the first, and in 90 % of the second at 500 rows.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import mlworkbench
from mlworkbench import Workspace
from mlworkbench.data import ingest, load_training
from mlworkbench.monitoring import Settings, compare_tables
from mlworkbench.projects import create_project

RESAMPLES = 200
SIZES = (50, 100, 200, 500, 2000)


def shifted(batch: pd.DataFrame, spread: float, random: np.random.Generator) -> pd.DataFrame:
    """Half a standard deviation more tenure, 15 points from monthly contracts to those of two years."""
    monthly = batch.index[batch["Contract"] == "Month-to-month"]
    moved = random.choice(monthly, min(len(monthly), round(0.15 * len(batch))), replace=False)
    changed = batch.assign(tenure=batch["tenure"] + 0.5 * spread)
    changed.loc[moved, "Contract"] = "Two year"
    return changed


def main() -> None:
    file = Path(os.environ["MLWORKBENCH_TEST_DATA"]) / "data" / "telco_customer_churn.csv"
    with tempfile.TemporaryDirectory() as folder:
        project = create_project(Workspace.open(Path(folder) / "workspace"), "telco")
        dataset = ingest(project, source=str(file), target="Churn")
        types = {name: kind for name, kind in dataset.schema.items() if name not in ("customerID", "Churn")}
        training = load_training(project, dataset, list(types)).reset_index(drop=True)
    random = np.random.default_rng(0)
    print(f"mlworkbench {mlworkbench.__version__}, {len(training):,} training rows, {len(types)} columns")
    print("rows  changed of all training rows  changed of new rows  tenure found  contract found")
    for rows in SIZES:
        counts = np.zeros(4)
        for seed in range(RESAMPLES):
            settings = Settings(seed=seed)
            order = random.permutation(len(training))
            batch, rest = training.iloc[order[:rows]], training.iloc[order[rows:]]
            counts[0] += any(one.drifted for one in compare_tables(training, batch, types, settings=settings))
            counts[1] += any(one.drifted for one in compare_tables(rest, batch, types, settings=settings))
            planted = shifted(batch, float(training["tenure"].std()), random)
            found = {one.column for one in compare_tables(rest, planted, types, settings=settings) if one.drifted}
            counts[2:] += "tenure" in found, "Contract" in found
        shares = counts / RESAMPLES
        print(f"{rows:4d}  {shares[0]:29.1%}  {shares[1]:19.1%}  {shares[2]:12.1%}  {shares[3]:14.1%}", flush=True)


if __name__ == "__main__":
    main()
