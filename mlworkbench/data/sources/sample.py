"""The sample tables that scikit-learn ships; nothing is downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlworkbench.catalog import Param
from mlworkbench.data.samples import sample_names, write_sample
from mlworkbench.data.sources import SOURCES, Fetched, Settings, SourceSpec, Tick

if TYPE_CHECKING:
    import pyarrow as pa


def _fetch(settings: Settings, folder: Path, tick: Tick) -> Fetched:
    path = write_sample(settings["sample"], folder)
    return Fetched(path, path.name, {"sample": settings["sample"]})


def _preview(settings: Settings, rows: int, folder: Path) -> pa.Table:
    import pyarrow.csv

    return pyarrow.csv.read_csv(write_sample(settings["sample"], folder)).slice(0, rows)


SOURCES.register(
    SourceSpec(
        "sample",
        "Sample",
        "A small table to try things on.",
        (Param("sample", "choice", sample_names()[0], "Sample", choices=sample_names()),),
        ("sample",),
        _fetch,
        _preview,
    )
)
