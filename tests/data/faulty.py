"""A table with a fault in every column but the target, for the tests of repairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mlworkbench import Project
from mlworkbench.data import Dataset, ingest, load_table, repair

Step = dict[str, Any]


def people(rows: int = 200, seed: int = 1) -> pd.DataFrame:
    """A table with a fault in every column but the target."""
    random = np.random.default_rng(seed)
    income = random.gamma(3, 900, rows).round(2).astype(object)
    income[::20] = -999
    town = random.choice(["York", "york ", "Bath", "Ely"], rows).astype(object)
    town[1::25] = ""
    return pd.DataFrame(
        {
            "id": [f"P{number:04d}" for number in range(rows)],
            "income": income,
            "age": [None if place % 10 == 3 else int(age) for place, age in enumerate(random.integers(18, 90, rows))],
            "town": town,
            "spent": [f"{value:.2f}".replace(".", ",") if value > 5 else "free" for value in random.gamma(2, 40, rows)],
            "left": random.choice(["yes", "no"], rows),
        }
    )


def written(folder: Path, frame: pd.DataFrame, name: str = "people.csv") -> Path:
    frame.to_csv(folder / name, index=False)
    return folder / name


def faulty_version(project: Project, folder: Path) -> Dataset:
    """`people` as a version with a target, its types said where they would be guessed otherwise."""
    types = {"town": "text", "age": "integer"}
    return ingest(project, source=written(folder, people()), target="left", types=types, reading={"delimiter": ","})


def only(project: Project, *steps: Step) -> tuple[Dataset, pd.DataFrame]:
    """The version that these steps make, and its table."""
    made = repair(project, steps=steps)
    return made, load_table(project, made)


def notes(dataset: Dataset) -> str:
    """What a version says of its repairs."""
    return " ".join(one.message for one in dataset.findings if one.code == "repaired")
