"""What the tests of profiling share: tables stored as datasets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from mlworkbench.data import ingest

if TYPE_CHECKING:
    from mlworkbench import Project
    from mlworkbench.data import Dataset

Store = Callable[..., "Dataset"]


@pytest.fixture
def store(project: Project, tmp_path: Path) -> Store:
    """Store a frame in the fresh project: `store(frame, target="left") -> Dataset`."""

    def keep(frame: pd.DataFrame, name: str = "table", **settings: Any) -> Dataset:
        file = tmp_path / f"{name}.parquet"
        frame.to_parquet(file)
        return ingest(project, source=str(file), **settings)

    return keep
