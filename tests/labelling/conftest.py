"""Small tables with a target, one of them with planted label errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from mlworkbench.data import ingest

if TYPE_CHECKING:
    from mlworkbench import Project
    from mlworkbench.data import Dataset

Store = Callable[..., "Dataset"]


def customers(rows: int = 300, seed: int = 0) -> pd.DataFrame:
    """Whether a customer left follows spend and plan, with some chance."""
    random = np.random.default_rng(seed)
    spend = random.gamma(2.0, 20.0, rows).round(2)
    plan = random.choice(["basic", "plus", "pro"], rows)
    odds = spend / 15 - 3 + 1.5 * (plan == "pro")
    return pd.DataFrame(
        {
            "number": [f"c{at:05d}" for at in range(rows)],
            "spend": spend,
            "plan": plan,
            "visits": random.poisson(4, rows),
            "left": np.where(random.random(rows) < 1 / (1 + np.exp(-2 * odds)), "yes", "no"),
        }
    )


@pytest.fixture
def store(project: Project, tmp_path: Path) -> Store:
    """`store(frame, target="left")`: the frame as the project's current dataset."""

    def keep(frame: pd.DataFrame, **settings: Any) -> Dataset:
        file = tmp_path / f"table-{len(list(tmp_path.glob('table-*')))}.csv"
        frame.to_csv(file, index=False)
        return ingest(project, source=str(file), **settings)

    return keep
