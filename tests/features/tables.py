"""A small mixed table, as a file and as the dataset that reading it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mlworkbench.data import Column, Dataset, ingest
from mlworkbench.projects import Project


def mixed(rows: int = 200, seed: int = 0, task: str = "binary") -> pd.DataFrame:
    """One column of each kind, with gaps, and a target that depends on some of them."""
    random = np.random.default_rng(seed)
    size = random.normal(50, 10, rows).round(2)
    colour = random.choice(["red", "green", "blue"], rows, p=[0.5, 0.3, 0.2]).astype(object)
    noisy = size + 8 * (colour == "red") + random.normal(0, 4, rows)
    cuts = {"binary": [np.median(noisy)], "multiclass": np.quantile(noisy, [0.3, 0.7])}
    labels = np.array(["low", "mid", "top"] if task == "multiclass" else ["no", "yes"])
    frame = pd.DataFrame(
        {
            "code": [f"K-{number:05d}" for number in range(rows)],
            "size": np.where(random.random(rows) < 0.1, np.nan, size),
            "count": random.integers(0, 40, rows),
            "colour": np.where(random.random(rows) < 0.1, None, colour),
            "member": random.choice(["Yes", "No"], rows),
            "town": [f"town {number}" for number in random.integers(0, min(70, rows // 3), rows)],
            "since": pd.date_range("2020-01-01", periods=rows, freq="53h").strftime("%Y-%m-%d %H:%M"),
            "always": "same",
        }
    )
    frame["answer"] = noisy.round(0) if task == "regression" else labels[np.digitize(noisy, cuts[task])]
    return frame


def ingested(project: Project, folder: Path, frame: pd.DataFrame, target: str = "answer", **settings: Any) -> Dataset:
    """The frame written as CSV and read into the project."""
    path = folder / "table.csv"
    frame.to_csv(path, index=False)
    return ingest(project, source=str(path), target=target, **settings)


def described(types: dict[str, str], *, target: str = "y", task: str = "binary", rows: int = 100) -> Dataset:
    """A dataset of which only the columns' types matter."""
    columns = tuple(Column(name, kind, 1, 3, "") for name, kind in {**types, target: "binary"}.items())
    return Dataset(
        **dict.fromkeys(("id", "name", "table", "upload", "keys"), ""),
        **dict.fromkeys(("holdout_rows", "gap_rows", "unlabelled_rows", "rejected_rows"), 0),
        number=1,
        rows=rows,
        training_rows=rows,
        columns=columns,
        findings=(),
        target=target,
        task=task,
        holdout=None,
        classes=(),
    )
