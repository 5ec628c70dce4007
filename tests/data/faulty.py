"""A table with a fault in every column but the target, for the tests of repairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd


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
