"""A part of the rows, drawn by chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting, wrong
from mlworkbench.data.repairs.work import Work, plural


def _check(given: Mapping[str, Any]) -> None:
    if (given["rows"] is None) == (given["share"] is None):
        raise wrong("A sample is a number of rows or a share of them: give one of rows and share.")


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import numpy as np

    size = given["rows"] if given["rows"] is not None else max(1, round(given["share"] * len(work)))
    if size >= len(work):
        return Done(0, f"all {plural(len(work), 'row')} kept: the sample asks for {size:,}")
    places = np.sort(np.random.default_rng(given["seed"]).choice(len(work), size, replace=False))
    gone = work.keep(places)
    return Done(gone, f"{plural(size, 'row')} drawn by seed {given['seed']}, {gone:,} left out")


REPAIRS.register(
    RepairSpec(
        "sample",
        "Sample rows",
        "Keep a part of the rows, drawn by chance and by a seed, to try things on.",
        (
            Setting("rows", "int", None, "Rows", low=1),
            Setting("share", "float", None, "Share of the rows", "0 to 1", low=0.000001, high=1.0),
            Setting("seed", "int", 0, "Seed", low=0),
        ),
        "rows",
        _apply,
        again="refuse",
        check=_check,
    )
)
